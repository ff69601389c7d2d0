"""Copies of models, by their configs, onto another backend or the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_conformance import Affine, Descent, Drop, RunningMean
from keras_core import Input, Model, Sequential, backend

X, Y = np.arange(12, dtype="float32").reshape(4, 3) / 10, np.ones((4, 1), "float32")
CUSTOM = {"Affine": Affine, "Drop": Drop}


def network() -> Sequential:
    return Sequential([Input((3,)), RunningMean(), Affine(2, tanh=True), Affine(1)], name="net")


@pytest.mark.parametrize("target", ["active", "numpy"])
def test_a_copy_computes_the_same(target: str) -> None:
    name = backend.active_name() if target == "active" else target
    model = network()
    copy = model.to_backend(name)
    assert copy is not model and copy.name == model.name and copy.backend_name == name
    assert [v.backend_name for v in copy.weights] == [name] * len(model.weights)
    np.testing.assert_allclose(copy.predict(X, verbose=0), model.predict(X, verbose=0), rtol=1e-5, atol=1e-6)
    kept = model.get_weights()
    copy.set_weights([w * 0 for w in kept])
    for now, old in zip(model.get_weights(), kept, strict=True):
        np.testing.assert_array_equal(now, old)


def test_a_model_built_by_data_is_built_in_the_copy() -> None:
    model = Sequential([Affine(2)])
    model.predict(X, verbose=0)
    copy = model.to_backend("numpy")
    assert copy.built and copy.weights[0].shape == (3, 2)
    assert not Sequential([Affine(2)]).to_backend("numpy").built


def test_a_copy_is_compiled_alike_with_its_metrics() -> None:
    model = network()
    model.compile(Descent(0.25), "mse", metrics=["mae"])
    found = model.evaluate(X, Y, verbose=0)
    copy = model.to_backend("numpy")
    assert type(copy.optimizer) is Descent and float(copy.optimizer.learning_rate) == 0.25
    assert {n: float(backend.to_numpy(r)) for n, r in copy.get_metrics_result().items()} == {
        "loss": pytest.approx(found[0], rel=1e-5),
        "mae": pytest.approx(found[1], rel=1e-5),
    }
    np.testing.assert_allclose(copy.evaluate(X, Y, verbose=0), found, rtol=1e-4)


@pytest.mark.needs_train
def test_a_copy_trains_on_from_the_same_state() -> None:
    model = network()
    model.compile(Descent(0.05), "mse")
    model.train_on_batch(X, Y)
    copy = model.to_backend(backend.active_name())
    assert int(copy.optimizer.iterations.numpy()) == 1
    assert model.train_on_batch(X, Y) == pytest.approx(copy.train_on_batch(X, Y), rel=1e-5)
    for one, other in zip(model.get_weights(), copy.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


def test_random_state_goes_along_and_the_scripts_stays() -> None:
    from keras_core import random

    model = Sequential([Input((100,)), Drop(0.5, seed=3)])
    random.set_random_seed(5)
    copy = model.to_backend(backend.active_name())
    x = np.ones((2, 100), "float32")
    np.testing.assert_array_equal(backend.to_numpy(copy(x, training=True)), backend.to_numpy(model(x, training=True)))
    first = backend.to_numpy(random.uniform((3,)))
    random.set_random_seed(5)
    np.testing.assert_array_equal(backend.to_numpy(random.uniform((3,))), first)


def test_a_class_that_cannot_be_made_again_is_named() -> None:
    class Sized(Model):
        def __init__(self, size: int) -> None:
            super().__init__()
            self.affine = Affine(size)

        def call(self, inputs: Any) -> Any:
            return self.affine(inputs)

        def get_config(self) -> dict[str, Any]:
            return {"name": self.name}

    with pytest.raises(ValueError, match=r"\(Sized\) cannot be copied to another backend: .*size.*get_config\(\)"):
        Sized(2).to_backend("numpy")


def test_weights_that_do_not_correspond_are_counted() -> None:
    class Grown(Model):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.affine = Affine(1)

        def call(self, inputs: Any) -> Any:
            return self.affine(inputs)

        def get_config(self) -> dict[str, Any]:
            return {"name": self.name}

    model = Grown()
    model.predict(X, verbose=0)
    model.another = Affine(1)
    model.another(X)
    with pytest.raises(ValueError, match="it has 4 weights and the model that its configuration gives has 2"):
        model.to_backend("numpy")
