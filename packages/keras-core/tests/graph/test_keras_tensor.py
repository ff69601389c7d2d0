from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core import Input, KerasTensor, is_keras_tensor, ops
from keras_core.graph.keras_tensor import SymbolicValueError


def test_shape_and_dtype() -> None:
    x = KerasTensor((None, 3), "int32", name="x")
    assert (x.shape, x.dtype, x.ndim, x.name) == ((None, 3), "int32", 2, "x")
    assert is_keras_tensor(x) and not is_keras_tensor(np.ones(2))


@pytest.mark.parametrize(
    ("make", "shape"),
    [
        (lambda x: x + 1, (None, 4)),
        (lambda x: 2.0 - x, (None, 4)),
        (lambda x: x / 2, (None, 4)),
        (lambda x: -x, (None, 4)),
        (lambda x: x**2, (None, 4)),
        (lambda x: abs(x), (None, 4)),
        (lambda x: x @ np.ones((4, 2), "float32"), (None, 2)),
        (lambda x: x[:, 1], (None,)),
        (lambda x: x[..., None], (None, 4, 1)),
        (lambda x: x[:, ::2], (None, 2)),
        (lambda x: np.ones(4, "float32") * x, (None, 4)),
        (lambda x: x > 0, (None, 4)),
    ],
)
def test_operators_give_symbolic_tensors(make: Any, shape: Any) -> None:
    assert make(Input((4,))).shape == shape


def test_comparison_is_boolean() -> None:
    assert (Input((4,)) > 0).dtype == "bool"


@pytest.mark.parametrize("ask", [bool, float, int, np.asarray, lambda x: range(x)])
def test_asking_for_a_value_says_what_to_do(ask: Any) -> None:
    with pytest.raises(SymbolicValueError, match=r"symbolic.*keras.ops"):
        ask(Input((1,)))


def test_iteration_needs_a_known_size() -> None:
    with pytest.raises(TypeError, match=r"not known"):
        list(Input((3,)))
    assert len(list(ops.transpose(Input((3,), batch_size=2)))) == 3


def test_a_ragged_tensor_is_refused_and_what_is_computed_from_sparse_data_is_dense() -> None:
    with pytest.raises(ValueError, match="Ragged KerasTensors are not supported"):
        KerasTensor((None, 3), ragged=True)
    assert Input((3,), sparse=True).sparse and not (Input((3,), sparse=True) * 2).sparse
