"""What every loss does around its function: shapes, weights, masks, reductions, configs."""

import numpy as np
import pytest
from keras_core import losses, ops
from keras_core.losses.function_loss import as_loss

RNG = np.random.default_rng(1)
P = RNG.normal(size=(4, 3)).astype("float32")


def test_a_custom_loss_gets_any_shape():
    class Packed(losses.Loss):
        def call(self, y_true, y_pred):
            return ops.mean(ops.abs(y_pred - y_true[:, :1]), axis=-1)

    assert float(Packed()(np.zeros((2, 3)), np.ones((2, 1)))) == 1.0


def test_nested_structures_reach_call():
    class Two(losses.Loss):
        def call(self, y_true, y_pred):
            return ops.abs(y_true["a"] - y_pred["a"]) + ops.abs(y_true["b"] - y_pred["b"])

    t = {"a": np.zeros(2), "b": np.zeros(2)}
    assert float(Two()(t, {"a": np.ones(2), "b": np.full(2, 2.0)})) == 3.0


def test_lists_of_numbers():
    assert float(losses.MeanSquaredError()([[0.0, 1.0], [0.0, 0.0]], [[1, 1], [1, 0]])) == 0.5


@pytest.mark.parametrize(
    "loss",
    [
        losses.MeanSquaredError(),
        losses.MeanAbsoluteError(reduction="sum"),
        losses.MeanAbsolutePercentageError(),
        losses.MeanSquaredLogarithmicError(),
        losses.Huber(0.3),
        losses.LogCosh(),
        losses.CosineSimilarity(axis=-2),
        losses.Hinge(name="other"),
        losses.SquaredHinge(),
        losses.CategoricalHinge(),
        losses.KLDivergence(),
        losses.Poisson(),
        losses.BinaryCrossentropy(True, 0.1),
        losses.CategoricalCrossentropy(label_smoothing=0.2),
        losses.SparseCategoricalCrossentropy(ignore_class=0),
        losses.BinaryFocalCrossentropy(True, 0.3, 1.5),
        losses.CategoricalFocalCrossentropy(0.3),
        losses.CategoricalGeneralizedCrossEntropy(0.3),
        losses.Dice(axis=1),
        losses.Tversky(0.3, 0.7),
        losses.MeanSquaredError(dtype="float64"),
    ],
    ids=lambda loss: loss.name,
)
def test_config_gives_an_equal_one(loss):
    again = losses.deserialize(losses.serialize(loss))
    assert type(again) is type(loss)
    assert again.get_config() == loss.get_config()
    assert "fn" not in loss.get_config()


def test_a_symbolic_loss_has_a_scalar_shape():
    from keras_core import KerasTensor

    y = KerasTensor((None, 3))
    assert losses.MeanSquaredError()(y, KerasTensor((None, 3))).shape == ()
    assert losses.mean_squared_error(y, KerasTensor((None, 3))).shape == (None,)


@pytest.mark.needs_train
@pytest.mark.parametrize("name", ["mse", "categorical_crossentropy", "binary_crossentropy", "huber"])
def test_gradient_against_finite_differences(name):
    from keras_core import Variable, gradients

    logits = Variable(P, dtype="float32")
    targets = np.eye(3, dtype="float32")[[0, 1, 2, 0]]
    activation = ops.sigmoid if name == "binary_crossentropy" else ops.softmax

    def compute():
        return as_loss(name)(targets, activation(logits))

    _, (found,) = gradients(compute, [logits])
    found = np.asarray(found)
    for index in ((0, 0), (2, 1), (3, 2)):
        value = P.copy()
        sides = []
        for step in (1e-2, -1e-2):
            value[index] = P[index] + step
            logits.assign(value)
            sides.append(float(np.asarray(compute())))
        assert found[index] == pytest.approx((sides[0] - sides[1]) / 2e-2, abs=2e-4)


@pytest.mark.needs_train
def test_an_attribute_that_is_changed_between_steps_counts():
    from keras_core import Sequential
    from keras_core.layers import Layer
    from keras_core.optimizers import Optimizer

    class Scaled(losses.Loss):
        factor = 1.0

        def call(self, y_true, y_pred):
            return ops.multiply(ops.mean(ops.abs(y_pred - y_true), axis=-1), self.factor)

    class Shift(Layer):
        def build(self, input_shape):
            self.shift = self.add_weight(shape=(1,), initializer="zeros")

        def call(self, inputs):
            return inputs + self.shift

    class Still(Optimizer):
        def update_step(self, gradient, variable, learning_rate):
            pass

    model = Sequential([Shift()])
    loss = Scaled()
    model.compile(loss=loss, optimizer=Still(0.1))
    x, y = np.ones((4, 1), "float32"), np.zeros((4, 1), "float32")
    assert float(model.train_on_batch(x, y)) == pytest.approx(1.0)
    loss.factor = 3.0
    assert float(model.train_on_batch(x, y)) == pytest.approx(3.0)


@pytest.mark.needs_train
def test_a_loss_with_a_call_operator_of_its_own_trains():
    from keras_core import Sequential
    from keras_core.layers import Layer
    from keras_core.optimizers import Optimizer

    class Shift(Layer):
        def build(self, input_shape):
            self.shift = self.add_weight(shape=(1,), initializer="ones")

        def call(self, inputs):
            return inputs + self.shift

    class Still(Optimizer):
        def update_step(self, gradient, variable, learning_rate):
            pass

    class Own(losses.Loss):
        def __call__(self, y_true, y_pred, sample_weight=None):
            return ops.mean(ops.square(y_pred - y_true))

    model = Sequential([Shift()])
    model.compile(loss=Own(), optimizer=Still(0.1))
    x = np.ones((4, 1), "float32")
    assert float(model.train_on_batch(x, 0 * x)) == pytest.approx(4.0)


@pytest.mark.needs_train
@pytest.mark.parametrize(
    ("name", "activation", "targets", "right"),
    [
        ("categorical_crossentropy", "softmax", [[0.0, 1.0]], [[1.0, -1.0]]),
        ("sparse_categorical_crossentropy", "softmax", [1], [[1.0, -1.0]]),
        ("binary_crossentropy", "sigmoid", [[0.0, 1.0]], [[0.5, -0.5]]),
    ],
)
def test_a_prediction_that_is_certain_and_wrong_keeps_its_gradient(name, activation, targets, right):
    from keras_core import Variable, activations, gradients, stage

    scores = Variable(np.array([[100.0, -100.0]], "float32"))

    def step(y):
        def compute():
            return as_loss(name)(y, activations.get(activation)(scores.value))

        loss, (gradient,) = gradients(compute, [scores])
        return loss, gradient

    loss, gradient = stage(step, [scores])(np.array(targets))
    assert float(np.asarray(loss)) == pytest.approx(100.0 if activation == "sigmoid" else 200.0)
    np.testing.assert_allclose(gradient, right, atol=1e-6)
