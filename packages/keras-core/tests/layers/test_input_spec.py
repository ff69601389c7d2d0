"""What a layer expects of its inputs, compared with what it gets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_conformance import Affine
from keras_core import InputSpec
from keras_core.layers.input_spec import check_inputs

ONES = np.ones((2, 3), "float32")


def test_input_spec_is_checked_with_the_layers_name() -> None:
    class Strict(Affine):
        def build(self, input_shape: Any) -> None:
            super().build(input_shape)
            self.input_spec = InputSpec(min_ndim=2, axes={-1: input_shape[-1]})

    layer = Strict(2, name="strict")
    layer(ONES)
    with pytest.raises(ValueError, match=r"'strict'.*axis -1.*size 3.*\(2, 4\)"):
        layer(np.ones((2, 4), "float32"))
    with pytest.raises(ValueError, match=r"'strict'.*at least 2 dimensions"):
        layer(np.ones(3, "float32"))


@pytest.mark.parametrize(
    ("spec", "shape", "complaint"),
    [
        ({"ndim": 2}, (2, 3), None),
        ({"ndim": 2}, (2, 3, 4), "of 2 dimensions"),
        ({"max_ndim": 1}, (2, 3), "at most 1"),
        ({"min_ndim": 3}, (2, 3), "at least 3"),
        ({"axes": {1: 5}}, (2, 3), "axis 1 of the input to have size 5"),
        ({"axes": {1: 5}}, (2, None), None),
        ({"axes": {7: 5}}, (2, 3), None),
        ({"shape": (None, 3)}, (2, 3), None),
        ({"shape": (None, 3)}, (2, 4), r"of shape (None, 3)"),
        ({"shape": (None, 1), "allow_last_axis_squeeze": True}, (None,), None),
    ],
)
def test_what_does_not_fit(spec: dict[str, Any], shape: Any, complaint: str | None) -> None:
    found = InputSpec(**spec).complaint(shape)
    assert found is None if complaint is None else complaint in str(found)


def test_several_inputs_are_told_apart() -> None:
    specs = [InputSpec(ndim=2), InputSpec(ndim=1)]
    check_inputs(specs, [np.ones((1, 1)), np.ones(1)], "two")
    with pytest.raises(ValueError, match=r"'two': expected an input of 1 dimensions, but input 1 has shape \(1, 1\)"):
        check_inputs(specs, [np.ones((1, 1)), np.ones((1, 1))], "two")
    with pytest.raises(ValueError, match="takes 2 inputs and got 1"):
        check_inputs(specs, [np.ones((1, 1))], "two")
    check_inputs({"a": InputSpec(ndim=1)}, {"b": np.ones((1, 1)), "a": np.ones(1)}, "named")


def test_config_and_text() -> None:
    spec = InputSpec(shape=(None, 3), dtype="float32")
    assert vars(InputSpec.from_config(spec.get_config())) == vars(spec)
    assert repr(spec) == "InputSpec(dtype='float32', shape=(None, 3), ndim=2)"
