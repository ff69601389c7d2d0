"""Building everything before the first staged call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from keras_conformance import Affine, Descent
from keras_core import Model, Sequential, Spec, Variable, backend, ops
from keras_core.training.preparation import build_model, prepare

Make = Callable[..., Sequential]
X, Y = np.ones((4, 3), "float32"), np.ones((4, 1), "float32")


def test_a_model_without_input_shape_is_built_from_the_batch() -> None:
    model = Sequential([Affine(2)])
    model.compile(Descent(0.1), "mse", metrics=["mae"])
    prepare(model._trainer, (X, np.ones((4, 2), "float32"), None), "evaluate")
    assert model.built and model.layers[0].kernel.shape == (3, 2)
    assert model._trainer.input_specs == Spec((None, 3), "float32")
    assert model._trainer.output_specs.shape == (None, 2)
    assert model._trainer.metrics is not None and model._trainer.metrics.built
    assert model._trainer.optimizer is not None and not model._trainer.optimizer.built  # evaluate needs no slots


def test_specs_are_those_of_the_graph(compiled: Make) -> None:
    model = compiled()
    prepare(model._trainer, (X.astype("int32"), Y, None), "evaluate")
    assert model._trainer.input_specs == Spec((None, 3), "float32")


def test_a_subclass_is_called_on_symbolic_inputs() -> None:
    class Two(Model):
        def __init__(self) -> None:
            super().__init__()
            self.first = Affine(2)

        def call(self, inputs: Any) -> Any:
            return {"sum": self.first(inputs["a"]), "copy": inputs["a"]}

    model = Two()
    build_model(model._trainer, {"a": Spec((None, 3), "float32")})
    assert {name: spec.shape for name, spec in model._trainer.output_specs.items()} == {
        "sum": (None, 2),
        "copy": (None, 3),
    }
    assert model._trainer.output_names() == ["sum", "copy"] or model._trainer.output_names() == ["copy", "sum"]
    assert model.inbound_nodes == [] and model.first.kernel.shape == (3, 2)


@pytest.mark.needs_train
def test_training_builds_the_optimizer(compiled: Make) -> None:
    model = compiled()
    prepare(model._trainer, (X, Y, None), "fit")
    assert model.optimizer.built and model.optimizer.trainable_variables == model.trainable_variables
    before = model.optimizer.variables
    prepare(model._trainer, (X, Y, None), "fit")
    assert model.optimizer.variables == before


@pytest.mark.needs_train
def test_what_an_overridden_step_writes_is_found() -> None:
    class Counting(Model):
        def __init__(self) -> None:
            super().__init__()
            self.affine = Affine(1)
            self.outside = [Variable(0.0)]

        def call(self, inputs: Any) -> Any:
            return self.affine(inputs)

        def train_step(self, data: Any) -> dict[str, Any]:
            counter.assign_add(1.0)
            return {"loss": ops.mean(self(data[0]))}

    counter = Variable(0.0)
    model = Counting()
    model.compile(Descent(0.1))
    prepare(model._trainer, (X, None, None), "fit")
    assert counter in model._trainer.foreign_variables and model._trainer.custom_step_traced
    assert float(counter.numpy()) == 0  # on abstract tensors only


def test_a_backend_without_gradients_says_who_has_them(compiled: Make) -> None:
    if "train" in backend.active().capabilities:
        with backend.use_backend("numpy"):
            model = compiled()
    else:
        model = compiled()
    with pytest.raises(NotImplementedError, match=r"'numpy' backend has no gradients, so it cannot train\. Install"):
        prepare(model._trainer, (X, Y, None), "fit")
