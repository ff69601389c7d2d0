import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_core import stage
from keras_layers import BatchNormalization

MASK = np.array([[True, True, False], [True, False, False]])
LIMITS = {"rmin": 0.5, "rmax": 2.0, "dmax": 0.4}


def batch_renormalized(x, mean, deviation, epsilon, rmin=0.0, rmax=np.inf, dmax=np.inf, values=None):
    """Algorithm 1 of the paper without gamma and beta, channels last; r and d are what they are for `values`."""
    values = x.reshape(-1, x.shape[-1]) if values is None else values
    batch_mean, batch_deviation = values.mean(0), np.sqrt(values.var(0) + epsilon)
    deviation = np.maximum(deviation, np.sqrt(epsilon))
    r = np.clip(batch_deviation / deviation, rmin, rmax)
    d = np.clip((batch_mean - mean) / deviation, -dmax, dmax)
    return (x - batch_mean) / batch_deviation, r, d


def kept(shape, call=(), **arguments):
    """A case of training in which the averages stay, so that every call gives the same."""
    call = {"training": True, **dict(call)}
    return Case(shape, {"renorm": True, "renorm_momentum": 1.0, **arguments}, call, differentiable=False)


class TestBatchRenormalization(LayerContract):
    """The reference's r and d are not constants to finite differences, so that gradients are tested by hand."""

    layer = BatchNormalization
    masks = True
    tolerance = 1e-4
    cases = [
        Case((3, 4), {"renorm": True}),
        kept((3, 4)),
        kept((2, 3, 4), axis=1, epsilon=0.1),
        kept((2, 3, 2), {"mask": MASK}, center=False),
        kept((3, 4), renorm_clipping=LIMITS),
        kept((3, 4), scale=False),
    ]

    def reference(
        self,
        inputs,
        weights,
        renorm,
        renorm_momentum=None,
        axis=-1,
        epsilon=1e-3,
        center=True,
        scale=True,
        renorm_clipping=None,
        training=False,
        mask=None,
    ):
        *factors, moving_mean, moving_variance, _, mean, deviation = weights
        gamma = factors.pop(0) if scale else 1
        beta = factors.pop(0) if center else 0
        x = np.moveaxis(inputs, axis, -1)
        if training:
            values = None if mask is None else inputs[mask]
            outputs, r, d = batch_renormalized(x, mean, deviation, epsilon, **(renorm_clipping or {}), values=values)
            outputs = outputs * r + d
        else:
            outputs = (x - moving_mean) / np.sqrt(moving_variance + epsilon)
        return np.moveaxis(outputs * gamma + beta, -1, axis)


X = np.random.default_rng(0).normal(2.0, 3.0, size=(8, 3)).astype("float32")


def test_weights_stand_in_file_order():
    layer = BatchNormalization(renorm=True, moving_variance_initializer="ones", moving_mean_initializer="zeros")
    layer.build((None, 3))
    names = ["gamma", "beta", "moving_mean", "moving_variance", "moving_stddev", "renorm_mean", "renorm_stddev"]
    assert [w.name for w in layer.weights] == names
    assert [w.name for w in layer.trainable_weights] == names[:2]


def test_deviations_begin_with_the_root_of_the_variance():
    from keras_core.initializers import Constant

    layer = BatchNormalization(renorm=True, moving_variance_initializer=Constant(4.0))
    layer.build((None, 2))
    for variable in (layer.moving_stddev, layer.renorm_stddev):
        np.testing.assert_array_equal(variable.numpy(), [2.0, 2.0])


@pytest.mark.parametrize("compiled", [False, True])
def test_averages_follow_the_batches(compiled):
    layer = BatchNormalization(renorm=True, momentum=0.5, renorm_momentum=0.9)
    layer.build((None, 3))

    def call(x):
        return layer(x, training=True)

    step = stage(call, layer.variables) if compiled else call
    mean, deviation = np.zeros(3), np.ones(3)
    moving_mean, moving_deviation = np.zeros(3), np.ones(3)
    for batch in (X, X * 2 + 1, X - 3):
        step(batch)
        batch_mean, batch_deviation = batch.mean(0), np.sqrt(batch.var(0) + 1e-3)
        mean, deviation = 0.9 * mean + 0.1 * batch_mean, 0.9 * deviation + 0.1 * batch_deviation
        moving_mean = 0.5 * moving_mean + 0.5 * batch_mean
        moving_deviation = 0.5 * moving_deviation + 0.5 * batch_deviation
    np.testing.assert_allclose(layer.renorm_mean.numpy(), mean, rtol=1e-4)
    np.testing.assert_allclose(layer.renorm_stddev.numpy(), deviation, rtol=1e-4)
    np.testing.assert_allclose(layer.moving_mean.numpy(), moving_mean, rtol=1e-4)
    np.testing.assert_allclose(layer.moving_stddev.numpy(), moving_deviation, rtol=1e-4)
    np.testing.assert_allclose(layer.moving_variance.numpy(), moving_deviation**2 - 1e-3, rtol=1e-4)


@pytest.mark.needs_train
def test_gradients_take_the_correction_for_constant():
    from keras_core import gradients, ops

    layer = BatchNormalization(renorm=True, renorm_clipping=LIMITS)
    layer.build((None, 3))
    factors = np.random.default_rng(1).normal(size=X.shape)
    mean, deviation = np.array([0.5, 1.0, 2.0]), np.array([2.0, 3.0, 1.0])
    layer.renorm_mean.assign(mean)
    layer.renorm_stddev.assign(deviation)
    _, r, d = batch_renormalized(X.astype("float64"), mean, deviation, 1e-3, **LIMITS)

    def loss(x):
        normalized, _, _ = batch_renormalized(x, mean, deviation, 1e-3)
        return np.sum((normalized * r + d) * factors)

    step = stage(
        lambda x: gradients(lambda y: ops.sum(layer(y, training=True) * factors.astype("float32")), [x]),
        layer.variables,
    )
    _, (found,) = step(X)
    wanted = np.zeros(X.shape)
    for index in np.ndindex(X.shape):
        moved = np.zeros(X.shape)
        moved[index] = 1e-6
        wanted[index] = (loss(X + moved) - loss(X.astype("float64") - moved)) / 2e-6
    np.testing.assert_allclose(np.asarray(found), wanted, atol=1e-4, rtol=1e-3)


def test_a_frozen_layer_uses_and_keeps_its_averages():
    layer = BatchNormalization(renorm=True)
    layer.build((None, 3))
    layer.trainable = False
    np.testing.assert_allclose(np.asarray(layer(X, training=True)), X / np.sqrt(1 + 1e-3), rtol=1e-5)
    np.testing.assert_array_equal(layer.renorm_mean.numpy(), np.zeros(3))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"renorm_momentum": 1.5}, "renorm_momentum must be a number from 0 to 1, got 1.5"),
        ({"renorm_clipping": {"max": 1}}, "renorm_clipping must be a dict with keys among 'rmax', 'rmin', 'dmax'"),
        ({"renorm_clipping": {"dmax": -1}}, "dmax in renorm_clipping must be at least 0, got -1"),
        ({"renorm_clipping": {"rmin": 2, "rmax": 1}}, "rmin=2 in renorm_clipping must not be above rmax=1"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        BatchNormalization(renorm=True, **arguments)
