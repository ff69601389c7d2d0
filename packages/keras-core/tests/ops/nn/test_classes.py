from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core import KerasTensor, ops


def test_classes(check: Any) -> None:
    x = np.array([[0, 2], [-1, 1]], "int32")
    rows = np.array([[[1, 0, 0], [0, 0, 1]], [[0, 0, 0], [0, 1, 0]]])
    check("one_hot", x, 3, expect=rows.astype("float32"))
    check("one_hot", x, 3, 0, "int32", expect=np.moveaxis(rows, -1, 0).astype("int32"))
    check("multi_hot", x, 3, expect=np.array([[1, 0, 1], [0, 1, 0]], "float32"))
    with pytest.raises(ValueError, match="only dense"):
        ops.one_hot(x, 3, sparse=True)


def test_unknown_batch() -> None:
    assert ops.one_hot(KerasTensor((None, 2), "int32"), 7).shape == (None, 2, 7)
