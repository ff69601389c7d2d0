"""Running an op for comparison, here with NumPy's numbers in place of Python's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras_conformance import running
from keras_conformance.cases import CASES
from keras_conformance.inputs import Inputs
from keras_core.backend import active_name
from keras_core.testing import op_table

pytestmark = pytest.mark.skipif(active_name() != "numpy", reason="NumPy is compared with NumPy")


def _as_numpys(value: Any, arrays: bool) -> Any:
    """Python's numbers as NumPy's, sequences of ints as arrays."""
    if isinstance(value, (list, tuple)):
        if arrays and value and all(type(one) is int for one in value):
            return np.array(value)
        return type(value)(_as_numpys(one, arrays) for one in value)
    make = {int: np.int64, float: np.float64, bool: np.bool_}.get(type(value))
    if make is None:
        return value
    return np.array(value) if arrays else make(value)


# A number of NumPy with a dtype of its own says which dtype is wanted; an index keeps its meaning.
_OWN_MEANING = {"start", "stop", "step", "fill_value", "q", "key"}


@pytest.mark.parametrize("name", sorted(op_table()))
def test_numbers_of_numpy_are_as_pythons(name: str) -> None:
    op = op_table()[name]

    @settings(max_examples=8, deadline=None)
    @given(st.data())
    def check(data: Any) -> None:
        arguments = CASES[name](Inputs(data.draw))
        kept = {*op.tensors, *_OWN_MEANING}
        expected = running.reference(op, arguments)
        for arrays in (False, True):
            others = {key: one if key in kept else _as_numpys(one, arrays) for key, one in arguments.items()}
            running.assert_close(running.reference(op, others), expected, f"{name}({others})")

    check()
