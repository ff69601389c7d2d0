"""The contract of layers passes one that keeps it, and finds each way to break it."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pytest
from keras_conformance import Case
from keras_conformance import layer_contract as module
from keras_core import Layer, backend, ops
from keras_core.saving import register_keras_serializable


@register_keras_serializable("contract")
class Scale(Layer):
    """Inputs times a factor and a weight, in which a subclass may have a fault."""

    fault: ClassVar[str] = ""

    def __init__(self, factor: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.factor = factor

    def build(self, input_shape: Any) -> None:
        dtype = "float32" if self.fault == "dtype" else None
        self.weight = self.add_weight(name="weight", shape=(input_shape[-1],), dtype=dtype)

    def call(self, inputs: Any) -> Any:
        weight = ops.stop_gradient(self.weight) if self.fault == "gradient" else self.weight
        found = ops.multiply(ops.multiply(inputs, ops.cast(weight, self.compute_dtype)), self.factor)
        return found + 1 if self.fault == "value" else found

    def compute_output_shape(self, input_shape: Any) -> Any:
        return (*input_shape[:-1], 7) if self.fault == "shape" else input_shape

    def get_config(self) -> dict[str, Any]:
        config = {**super().get_config(), "factor": self.factor}
        if self.fault == "config":
            config["factor"] = 1.0
        return config


class Contract(module.LayerContract):
    layer = Scale
    cases: ClassVar = [Case((2, 3)), Case((2, 3), {"factor": 2.0})]

    def reference(self, inputs: Any, weights: list[np.ndarray], factor: float = 1.0) -> Any:
        return inputs * weights[0] * factor


TESTS = [name for name in dir(Contract) if name.startswith("test_")]


def contract_of(fault: str) -> Contract:
    layer = register_keras_serializable("contract")(type(f"Scale{fault.title()}", (Scale,), {"fault": fault}))
    return type("Broken", (Contract,), {"layer": layer})()


@pytest.mark.parametrize("name", TESTS)
def test_a_layer_that_keeps_it_passes(name: str) -> None:
    getattr(Contract(), name)()


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        ("value", "test_values_follow_the_reference"),
        ("value", "test_compiled_values_follow_the_reference"),
        ("shape", "test_symbolic_outputs_have_the_shapes_and_dtypes_of_real_ones"),
        ("dtype", "test_floats_are_computed_in_the_layers_dtype"),
        ("config", "test_config_makes_an_equal_layer"),
        ("gradient", "test_a_training_step_follows_the_gradients_of_the_reference"),
    ],
)
def test_a_fault_is_found(fault: str, name: str) -> None:
    if fault == "gradient" and "train" not in backend.active().capabilities:
        pytest.skip("the backend has no gradients")
    with pytest.raises((AssertionError, ValueError)):
        getattr(contract_of(fault), name)()


def test_arguments_may_be_made_by_a_function() -> None:
    made = [Case((2,), lambda: {"layer": object()}).made()["layer"] for _ in range(2)]
    assert made[0] is not made[1]
    arguments = {"factor": 2.0}
    copy = Case((2,), arguments).made()
    assert copy == arguments and copy is not arguments


def test_slopes_are_central_differences() -> None:
    x = np.array([1.0, -2.0])
    np.testing.assert_allclose(module._slopes(lambda: float((x**3).sum()), x), [3.0, 12.0], rtol=1e-6)
    assert x.tolist() == [1.0, -2.0]
