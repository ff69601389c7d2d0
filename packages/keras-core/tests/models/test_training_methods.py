"""The methods of Model that its trainer carries out, and those that subclasses override.

Covers: batch_methods.py, keras_2_methods.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_conformance import Affine, Descent
from keras_core import Input, Model, Sequential, backend, ops
from keras_core.metrics import Mean
from keras_core.saving import custom_object_scope

X, Y = np.arange(12, dtype="float32").reshape(4, 3) / 10, np.ones((4, 1), "float32")


def network(**arguments: Any) -> Sequential:
    model = Sequential([Input((3,)), Affine(1)], name="net")
    model.set_weights([np.ones((3, 1)), np.zeros(1)])
    if arguments:
        model.compile(**arguments)
    return model


def test_attributes_before_and_after_compile() -> None:
    model = network()
    assert not model.compiled and model.optimizer is None and model.loss is None
    assert model.get_compile_config() is None
    optimizer = Descent(0.1)
    model.compile(optimizer, "mse", steps_per_execution=4, run_eagerly=True)
    assert model.compiled and model.optimizer is optimizer and model.loss == "mse"
    assert model.steps_per_execution == 4 and model.run_eagerly
    model.steps_per_execution, model.run_eagerly = 2, False
    assert model._trainer.steps_per_execution == 2 and not model._trainer.run_eagerly


def test_another_optimizer_needs_other_programs() -> None:
    model = network(optimizer=Descent(0.1), loss="mse")
    programs = model.programs
    model.optimizer = other = Descent(0.2)
    assert model.optimizer is other and model.programs is not programs


def test_compile_config_makes_an_equal_one() -> None:
    model = network(optimizer=Descent(0.25), loss="mse", metrics=["mae"], loss_weights=[2.0])
    config = model.get_compile_config()
    assert config is not None and config["loss"] == "mse" and "auto_scale_loss" not in config
    copy = network()
    with custom_object_scope({"Descent": Descent}):
        copy.compile_from_config(config)
    assert type(copy.optimizer) is Descent and float(copy.optimizer.learning_rate) == 0.25
    assert copy.optimizer.built
    found, expected = (m.evaluate(X, Y, verbose=0, return_dict=True) for m in (copy, model))
    assert found == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"target_tensors": [1]}, ValueError, "target_tensors is not supported"),
        ({"los": "mse"}, TypeError, r"compile\(\) does not take 'los'\. Did you mean 'loss'"),
        ({"loss": "mze"}, ValueError, "mze"),
    ],
)
def test_a_wrong_compile_changes_nothing(arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    model = network(optimizer=Descent(0.1), loss="mse")
    before = model.optimizer
    with pytest.raises(error, match=message):
        model.compile(Descent(0.2), **arguments)
    assert model.optimizer is before and model.loss == "mse"


@pytest.mark.parametrize("method", ["fit", "evaluate", "train_on_batch", "test_on_batch"])
def test_compile_comes_first(method: str) -> None:
    with pytest.raises(RuntimeError, match=rf"'net': call compile\(\) before {method}\(\)"):
        getattr(network(), method)(X, Y)


def test_one_number_or_a_list_or_a_dict() -> None:
    squares, error = ((X.sum(-1, keepdims=True) - Y) ** 2).mean(), np.abs(X.sum(-1, keepdims=True) - Y).mean()
    model = network(optimizer=Descent(0.1), loss="mse")
    assert model.evaluate(X, Y, verbose=0) == pytest.approx(squares, rel=1e-5)
    assert model.test_on_batch(X, Y) == pytest.approx(squares, rel=1e-5)
    model = network(optimizer=Descent(0.1), loss="mse", metrics=["mae"])
    assert model.test_on_batch(X, Y) == pytest.approx([squares, error], rel=1e-5)
    assert model.test_on_batch(X, Y, return_dict=True) == pytest.approx({"loss": squares, "mae": error}, rel=1e-5)
    assert model.metrics_names == ["loss", "mae"]
    results = {name: float(backend.to_numpy(value)) for name, value in model.get_metrics_result().items()}
    assert results == pytest.approx({"loss": squares, "mae": error}, rel=1e-5)
    model.reset_metrics()
    assert all(float(backend.to_numpy(m.result())) == 0 for m in model.metrics)


def test_numbers_of_a_batch_have_what_numpy_numbers_have() -> None:
    model = network(loss="mse", metrics=["mae"])
    loss, error = model.test_on_batch(X, Y)
    assert isinstance(loss, float) and loss.tolist() == loss.item() == loss
    assert model.test_on_batch(X, Y, return_dict=True)["mae"].tolist() == error


def test_predictions() -> None:
    model, expected = network(), X.sum(-1, keepdims=True)
    for found in (model.predict(X, verbose=0), model.predict(X, batch_size=3, verbose=0), model.predict_on_batch(X)):
        np.testing.assert_allclose(found, expected, rtol=1e-5)
    np.testing.assert_array_equal(model.predict_classes(X), (expected > 0.5).astype("int32"))
    np.testing.assert_allclose(model.predict_generator(iter([X, X]), steps=2, verbose=0)[4:], expected, rtol=1e-5)
    with pytest.raises(TypeError, match=r"predict\(\) does not take 'batchsize'"):
        model.predict(X, batchsize=2)
    with pytest.raises(ValueError, match="yields no batch"):
        model.predict(iter([]), verbose=0)


def test_classes_of_several_outputs_are_those_of_the_highest() -> None:
    model = Sequential([Input((3,)), Affine(2)])
    model.set_weights([np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]), np.zeros(2)])
    assert model.predict_classes(np.array([[1.0, 2.0, 0.0], [5.0, 2.0, 0.0]])).tolist() == [1, 0]


def test_overridden_steps_are_used() -> None:
    class Own(Model):
        def __init__(self) -> None:
            super().__init__()
            self.tracker = Mean(name="tracked")

        def call(self, inputs: Any) -> Any:
            return inputs * 2

        def predict_step(self, data: Any) -> Any:
            return self(data) + 1

        def test_step(self, data: Any) -> dict[str, Any]:
            self.tracker.update_state(ops.mean(data))
            return {"tracked": self.tracker.result()}

    model = Own()
    model.compile(None)
    np.testing.assert_allclose(model.predict(X, verbose=0), 2 * X + 1, rtol=1e-6)
    assert model.evaluate(X, verbose=0, return_dict=True) == {"tracked": pytest.approx(X.mean(), rel=1e-5)}
    assert model.overrides("test_step") and not model.overrides("train_step")


def test_an_overridden_loss_is_used() -> None:
    class Own(Model):
        def call(self, inputs: Any) -> Any:
            return inputs

        def compute_loss(
            self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool = True
        ) -> Any:
            return ops.mean(y_pred) + (10.0 if training else 0.0)

    model = Own()
    model.compile(None, "mse")
    assert model.evaluate(X, X, verbose=0) == pytest.approx(X.mean(), rel=1e-5)


def test_a_metric_of_a_symbolic_tensor() -> None:
    inputs = Input((3,))
    model = Model(inputs, Affine(1)(inputs))
    model.add_metric(inputs * 2, name="twice")
    assert [metric.name for metric, _ in model.added_tensors()[1]] == ["twice"]
    model.compile(Descent(0.1), "mse")
    assert model.evaluate(X, Y, verbose=0, return_dict=True)["twice"] == pytest.approx(2 * X.mean(), rel=1e-5)


@pytest.mark.needs_train
def test_training_by_every_method() -> None:
    losses = []
    for method in ("fit", "train_on_batch", "fit_generator"):
        model = network(optimizer=Descent(0.1), loss="mse")
        if method == "fit":
            losses.append(model.fit(X, Y, nb_epoch=1, shuffle=False, verbose=0).history["loss"][0])
        elif method == "train_on_batch":
            losses.append(model.train_on_batch(X, Y))
        else:
            losses.append(model.fit_generator(iter([(X, Y)]), 1, verbose=0, workers=2).history["loss"][0])
        assert int(model.optimizer.iterations.numpy()) == 1
    assert losses == pytest.approx([((X.sum(-1, keepdims=True) - Y) ** 2).mean()] * 3, rel=1e-5)


@pytest.mark.needs_train
def test_numbers_of_a_batch_alone_or_since_the_reset() -> None:
    model = network(optimizer=Descent(0.0), loss="mse")
    first, second = model.train_on_batch(X[:2], Y[:2]), model.train_on_batch(X[2:], Y[2:])
    both = model.train_on_batch(X[:2], Y[:2], reset_metrics=False)
    assert both == pytest.approx((first + second) / 2, rel=1e-5)


@pytest.mark.needs_train
def test_weights_frozen_after_compile_are_warned_about() -> None:
    model = network(optimizer=Descent(0.1), loss="mse")
    model.layers[0].trainable = False
    with pytest.warns(UserWarning, match=r"the trainable weights changed after compile\(\)"):
        model.train_on_batch(X, Y)
