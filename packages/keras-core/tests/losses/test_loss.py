"""What every loss does around its function: shapes, weights, masks, reductions, configs."""

import numpy as np
import pytest
from keras_core import losses, ops
from keras_core.losses.function_loss import as_loss

RNG = np.random.default_rng(1)
T = RNG.normal(size=(4, 3)).astype("float32")
P = RNG.normal(size=(4, 3)).astype("float32")
W = np.array([0.5, 1.0, 2.0, 0.0], "float32")
SQUARES = ((T - P) ** 2).mean(-1)


class Absolute(losses.Loss):
    def call(self, y_true, y_pred):
        return ops.mean(ops.abs(ops.subtract(y_pred, y_true)), axis=-1)


@pytest.mark.parametrize(
    ("reduction", "plain", "weighted"),
    [
        ("sum_over_batch_size", SQUARES.mean(), (SQUARES * W).sum() / 4),
        ("auto", SQUARES.mean(), (SQUARES * W).sum() / 4),
        ("mean", SQUARES.mean(), (SQUARES * W).sum() / 4),
        ("sum", SQUARES.sum(), (SQUARES * W).sum()),
        ("mean_with_sample_weight", SQUARES.mean(), (SQUARES * W).sum() / W.sum()),
        ("none", SQUARES, SQUARES * W),
        (None, SQUARES, SQUARES * W),
    ],
)
def test_reductions(reduction, plain, weighted):
    loss = losses.MeanSquaredError(reduction=reduction)
    np.testing.assert_allclose(loss(T, P), plain, rtol=1e-5)
    np.testing.assert_allclose(loss(T, P, sample_weight=W), weighted, rtol=1e-5)
    np.testing.assert_allclose(loss(T, P, sample_weight=W[:, None]), weighted, rtol=1e-5)


def test_unknown_reduction():
    with pytest.raises(ValueError, match="sum_over_batch_size"):
        losses.MeanSquaredError(reduction="average")


def test_weights_of_time_steps():
    t, p = np.zeros((2, 3, 4), "float32"), RNG.normal(size=(2, 3, 4)).astype("float32")
    values = (p**2).mean(-1)
    steps = RNG.uniform(size=(2, 3)).astype("float32")
    loss = losses.MeanSquaredError()
    assert float(loss(t, p, steps)) == pytest.approx((values * steps).mean(), rel=1e-5)
    samples = np.array([1.0, 3.0], "float32")
    assert float(loss(t, p, samples)) == pytest.approx((values * samples[:, None]).mean(), rel=1e-5)
    with pytest.raises(ValueError, match=r"weights of shape \(3,\)"):
        loss(t, p, np.ones(3))


def test_a_function_that_gives_one_number_is_weighed_by_the_mean_weight():
    loss = losses.LossFunctionWrapper(lambda t, p: ops.mean(ops.square(t - p)))
    assert float(loss(T, P)) == pytest.approx(SQUARES.mean(), rel=1e-5)
    assert float(loss(T, P, W)) == pytest.approx(SQUARES.mean() * W.mean(), rel=1e-5)
    assert float(loss(T, P, mask=np.array([1, 0, 1, 1]))) == pytest.approx(SQUARES.mean(), rel=1e-5)


def test_mask_leaves_out_and_means_over_the_rest():
    t, p = np.zeros((2, 3, 1), "float32"), np.arange(6, dtype="float32").reshape(2, 3, 1)
    mask = np.array([[True, True, False], [False, True, False]])
    squares = np.array([0.0, 1.0, 16.0])
    loss = losses.MeanSquaredError()
    assert float(loss(t, p, mask=mask)) == pytest.approx(squares.mean())
    weights = np.array([1.0, 3.0], "float32")
    expected = (squares * [1, 1, 3]).sum() / 3
    assert float(loss(t, p, weights, mask=mask)) == pytest.approx(expected)
    total = losses.MeanSquaredError(reduction="sum")
    assert float(total(t, p, mask=mask)) == pytest.approx(squares.sum())
    assert float(loss(t, p, mask=np.zeros((2, 3), bool))) == 0.0


def test_ignored_class_does_not_count_in_the_mean():
    p = np.array([[0.5, 0.5], [0.25, 0.75], [0.1, 0.9]], "float32")
    loss = losses.SparseCategoricalCrossentropy(ignore_class=-1)
    got = loss(np.array([0, 1, -1]), p)
    assert float(got) == pytest.approx(-(np.log(0.5) + np.log(0.75)) / 2, rel=1e-5)


def test_a_missing_last_axis_of_one_is_aligned():
    p = np.array([[1.0], [2.0], [4.0]], "float32")
    t = np.array([1.0, 1.0, 1.0], "float32")
    for loss in (losses.MeanSquaredError(), losses.LossFunctionWrapper(lambda a, b: ops.square(a - b))):
        assert float(loss(t, p)) == pytest.approx(10 / 3)
        assert float(loss(t[:, None], p[:, 0])) == pytest.approx(10 / 3)


@pytest.mark.parametrize(
    ("loss", "t", "p", "message"),
    [
        (losses.MeanSquaredError(), (8,), (8, 3), r"\(8,\).*\(8, 3\)"),
        (losses.MeanSquaredError(), (8, 3), (8, 1), "last layer 3 units"),
        (losses.MeanSquaredError(), (8, 1), (8, 3), "sparse_categorical_crossentropy"),
        (losses.CategoricalCrossentropy(), (8,), (8, 10), "sparse_categorical_crossentropy"),
        (losses.CategoricalCrossentropy(), (8, 1), (8, 10), "to_categorical"),
        (losses.SparseCategoricalCrossentropy(), (8, 10), (8, 10), "one-hot"),
        (losses.SparseCategoricalCrossentropy(), (8, 2), (8, 10), "class indices of shape"),
        (losses.Hinge(), (8, 2, 3), (8, 3), r"\(8, 2, 3\)"),
        (losses.LossFunctionWrapper(losses.mean_squared_error), (8, 3), (8, 1), "mean_squared_error"),
    ],
)
def test_shapes_that_would_only_broadcast_are_refused(loss, t, p, message):
    with pytest.raises(ValueError, match=message):
        loss(np.zeros(t, "int32"), np.full(p, 0.5, "float32"))


def test_a_custom_loss_gets_any_shape():
    class Packed(losses.Loss):
        def call(self, y_true, y_pred):
            return ops.mean(ops.abs(y_pred - y_true[:, :1]), axis=-1)

    assert float(Packed()(np.zeros((2, 3)), np.ones((2, 1)))) == 1.0


def test_targets_become_floats_for_a_custom_loss():
    seen = []

    def function(y_true, y_pred):
        seen.append((str(np.asarray(y_true).dtype), str(np.asarray(y_pred).dtype)))
        return ops.abs(y_true - y_pred)

    losses.LossFunctionWrapper(function)(np.zeros((2, 1), "int64"), np.ones((2, 1), "float64"))
    assert seen == [("float32", "float32")]


def test_class_numbers_keep_their_precision_in_a_narrow_dtype():
    p = np.full((1, 3000), 1e-4, "float32")
    p[0, 2999] = 0.7001
    loss = losses.SparseCategoricalCrossentropy(dtype="float16")
    assert float(loss(np.array([2999]), p)) == pytest.approx(-np.log(0.7), abs=0.01)


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


def test_wrapper_of_a_built_in_function_survives_its_config():
    loss = losses.LossFunctionWrapper(losses.huber, name="mine", delta=0.5)
    again = losses.LossFunctionWrapper.from_config(loss.get_config())
    assert again.fn is losses.huber
    assert float(again(T, P)) == float(loss(T, P))


def test_names():
    assert losses.MeanSquaredError().name == "mean_squared_error"
    assert Absolute().name == "absolute"
    assert as_loss("mse").name == "mean_squared_error"
    assert as_loss(None) is None
    assert isinstance(as_loss("MeanSquaredError"), losses.MeanSquaredError)
    loss = Absolute()
    assert as_loss(loss) is loss


def test_unknown_name():
    with pytest.raises(ValueError, match="categorical_crossentropy"):
        losses.get("categorical_crosentropy")
    with pytest.raises(ValueError, match="Unknown loss"):
        losses.get("as_loss")


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
