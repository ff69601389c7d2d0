"""What functions of users returned."""

from __future__ import annotations

import numpy as np
import pytest
from keras_core.returned import something


@pytest.mark.parametrize("value", [0, False, "", (), np.zeros(2)])
def test_whatever_is_something_is_passed_on(value: object) -> None:
    assert something(value, "f()", "a tensor") is value


def test_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^f\(\) returned None, expected a tensor\. Does its function end with a"):
        something(None, "f()", "a tensor")
