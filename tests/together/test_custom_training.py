"""Training steps, losses, metrics and layers of the user's own: the same code on every backend that trains."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pictures
import pytest

keras = pytest.importorskip("keras")
layers, ops = keras.layers, keras.ops

PAGE = Path(__file__).parents[2] / "docs" / "custom_training.md"


@pytest.mark.filterwarnings("ignore:Model .* the trainable weights changed after compile")  # the GAN's, once
def test_the_page_runs(trainer):
    """All examples of docs/custom_training.md in order, asserts included."""
    examples = pictures.examples(PAGE)
    assert len(examples) == 5
    keras.utils.set_random_seed(0)
    names = {"__name__": "custom_training"}
    with keras.use_backend(trainer):
        for number, text in enumerate(examples):
            exec(compile(text, f"{PAGE.name}, example {number + 1}", "exec"), names)
        assert names["gan"].backend_name == trainer


class Pair(keras.Model):
    """Two networks trained in turn, each by an optimizer of its own, with noise and a metric."""

    def __init__(self, width=6, **kwargs):
        super().__init__(**kwargs)
        self.width = width
        self.first = keras.Sequential([keras.Input((5,)), layers.Dense(width, "tanh"), layers.Dense(1)])
        self.second = keras.Sequential([keras.Input((5,)), layers.Dense(width), layers.BatchNormalization()])
        self.methods = [keras.optimizers.Adam(0.01), keras.optimizers.RMSprop(0.003)]
        self.seeds = keras.random.SeedGenerator(5)
        self.mean = keras.metrics.Mean(name="mean")
        self.runs = 0

    def call(self, inputs):
        return self.first(inputs) + keras.ops.mean(self.second(inputs), axis=-1, keepdims=True)

    def get_config(self):
        return {**super().get_config(), "width": self.width}

    def train_step(self, data):
        object.__setattr__(self, "runs", self.runs + 1)
        x, y = data
        noise = keras.random.normal(ops.shape(x), stddev=0.05, seed=self.seeds)
        parts = [
            (self.first, lambda: ops.mean(ops.square(self.first(x + noise, training=True) - y))),
            (self.second, lambda: ops.mean(ops.abs(self.second(x, training=True) - y))),
        ]
        logs = {}
        for name, (part, loss), method in zip(("first", "second"), parts, self.methods):
            logs[name], grads = keras.gradients(loss, part.trainable_variables)
            method.apply(grads, part.trainable_variables)
        self.mean.update_state(logs["first"])
        return {**logs, "mean": self.mean.result()}


def pair_on(backend):
    keras.config.set_rng("portable")
    keras.utils.set_random_seed(6)
    with keras.use_backend(backend):
        model = Pair()
        model.compile()
    return model


def data():
    x = np.random.default_rng(0).normal(size=(80, 5)).astype("float32")
    return x, np.sin(x[:, :1])


def test_a_step_of_the_users_own_gives_one_curve(trainer, trainers):
    histories = []
    for name in (trainer, next(one for one in trainers if one != trainer)):
        model = pair_on(name)
        histories.append(model.fit(*data(), batch_size=16, epochs=3, verbose=0).history)
    for key, values in histories[0].items():
        np.testing.assert_allclose(values, histories[1][key], rtol=5e-4)
        assert values[-1] < values[0]


def test_it_is_staged(trainer):
    model = pair_on(trainer)
    model.fit(*data(), batch_size=16, epochs=8, verbose=0)
    assert model.runs < 40, "Python ran in every step"  # of 40: the first may run so; kinds of calls are each compiled
    before = model.runs
    model.fit(*data(), batch_size=16, epochs=4, verbose=0)
    assert model.runs - before < 10, "Python ran in every step"  # of 20


def test_it_gives_the_same_eagerly(trainer):
    staged, eager = pair_on(trainer), None
    expected = staged.fit(*data(), batch_size=16, epochs=2, shuffle=False, verbose=0).history
    eager = pair_on(trainer)
    eager.compile(run_eagerly=True)
    found = eager.fit(*data(), batch_size=16, epochs=2, shuffle=False, verbose=0).history
    for key, values in expected.items():
        np.testing.assert_allclose(found[key], values, rtol=1e-4)
    assert eager.runs >= 10


def test_it_goes_on_after_a_move(trainer, trainers):
    model = pair_on(trainer)
    model.fit(*data(), batch_size=16, verbose=0)
    copy = model.to_backend(next(one for one in trainers if one != trainer))
    assert [int(method.iterations.numpy()) for method in copy.methods] == [5, 5]
    found = [one.fit(*data(), batch_size=16, epochs=2, shuffle=False, verbose=0).history for one in (model, copy)]
    for key, values in found[0].items():
        np.testing.assert_allclose(found[1][key], values, rtol=1e-3)


def test_gradients_of_gradients(trainer):
    with keras.use_backend(trainer):
        w = keras.Variable([1.0, 2.0, -1.0])

        def slope():
            _, (first,) = keras.gradients(lambda: ops.sum(w * w * w), [w])
            return ops.sum(first * first)  # (3 w^2)^2, whose gradient is 36 w^3

        loss, (second,) = keras.gradients(slope, [w])
        assert float(ops.convert_to_numpy(loss)) == pytest.approx(9 + 144 + 9)
        np.testing.assert_allclose(ops.convert_to_numpy(second), [36, 288, -36], rtol=1e-5)
