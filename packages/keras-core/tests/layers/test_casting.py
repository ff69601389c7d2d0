"""Arguments of a call in the dtype that a layer computes in."""

from __future__ import annotations

import numpy as np
import pytest
from keras_core import KerasTensor
from keras_core.backend import discovery
from keras_core.layers.casting import cast_symbols, convert_arguments


def converted(value, wanted="float32"):
    return convert_arguments(value, discovery.active(), wanted, "mine")


@pytest.mark.parametrize(
    ("array", "wanted", "dtype"),
    [
        (np.ones(2, "float64"), "float32", "float32"),
        (np.ones(2, "int32"), "float32", "int32"),
        (np.ones(2, "bool"), "float32", "bool"),
        (np.ones(2, "float16"), None, "float16"),
    ],
)
def test_floats_are_cast_and_others_kept(array, wanted, dtype) -> None:
    backend = discovery.active()
    (tensor,) = converted((array,), wanted)
    assert backend.is_tensor(tensor) and backend.dtype(tensor) == dtype
    assert backend.dtype(converted(tensor, "float32" if dtype == "float16" else None)) != "float16"


def test_lists_of_numbers_are_one_array_and_structures_stay() -> None:
    (tensor,) = converted(([[1.0, 2.0], [3.0, 4.0]],))
    assert tuple(discovery.active().shape(tensor)) == (2, 2)
    first, rest = converted(([np.ones(1), np.ones(2)], {"a": np.ones(3)}))
    assert len(first) == 2 and tuple(discovery.active().shape(rest["a"])) == (3,)


def test_plain_values_and_functions_pass_through() -> None:
    values = (None, True, 3, 2.5, "text", len)
    assert converted(values) == values


def test_symbols_are_seen_in_the_dtype_of_values_with_their_masks() -> None:
    x, index = KerasTensor((None, 3), "float64"), KerasTensor((None,), "int32")
    x._keras_mask = index
    seen, same = cast_symbols((x, index), "float32")
    assert (seen.dtype, seen.shape, same) == ("float32", (None, 3), index) and seen._keras_mask is index
    assert cast_symbols((x, index), None) == (x, index)
    untouched = (KerasTensor((1,), "float32"),)
    assert cast_symbols(untouched, "float32") is untouched
