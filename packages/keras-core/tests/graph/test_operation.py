"""Operations: computed on values, recorded in graphs, written into files."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core import Input, KerasTensor, Layer, Model, Operation, backend, ops
from keras_core.models import clone_model
from keras_core.saving import load_model, register_keras_serializable

X = np.array([[1, 2, 3]], "float32")


@register_keras_serializable("operations")
class Scale(Operation):
    """``factor * x + more``."""

    def __init__(self, factor: float, name: str | None = None) -> None:
        super().__init__(name=name)
        self.factor = factor

    def call(self, x: Any, more: Any = 0.0) -> Any:
        return ops.multiply(x, self.factor) + more


class Doubled(Operation):
    """What only values have."""

    def call(self, x: Any) -> Any:
        return backend.active().tensor(backend.to_numpy(x) * 2)

    def compute_output_spec(self, x: Any) -> Any:
        return KerasTensor(x.shape, x.dtype)


def test_values_and_symbols() -> None:
    scale = Scale(2.0)
    assert backend.to_numpy(scale(X)).tolist() == [[2, 4, 6]]
    x = Input((3,))
    y = scale(x)
    assert y.shape == (None, 3) and scale.input is x and scale.output is y
    assert y.node is not None and y.node.operation is scale and scale.name.startswith("scale")
    scale(x)
    with pytest.raises(AttributeError, match="was called on symbolic inputs 2 times"):
        _ = scale.output
    assert Doubled()(x).shape == (None, 3) and backend.to_numpy(Doubled()(X)).tolist() == [[2, 4, 6]]


def test_in_a_model_its_file_and_its_clone(tmp_path: Any) -> None:
    x = Input((3,))
    model = Model(x, Scale(2.0, name="second")(Scale(3.0)(x), more=x))
    model.save(tmp_path / "m.keras")
    for one in (model, load_model(tmp_path / "m.keras"), clone_model(model)):
        assert backend.to_numpy(one(X)).tolist() == [[7, 14, 21]]
        assert [name for name in (op.operation.name for op in one.operations[1:])][-1] == "second"


def test_config() -> None:
    assert Scale(2.0, name="s").get_config() == {"factor": 2.0, "name": "s"}
    assert Scale.from_config({"factor": 4}).factor == 4 and Doubled().get_config() == {"name": Doubled.__name__.lower()}


def test_layers_and_models_are_operations() -> None:
    x = Input((3,))
    assert issubclass(Layer, Operation) and isinstance(Model(x, x + 1.0), Operation)


def test_without_a_call() -> None:
    with pytest.raises(NotImplementedError, match=r"Operation 'o' \(Operation\) does not define call"):
        Operation(name="o")(X)
