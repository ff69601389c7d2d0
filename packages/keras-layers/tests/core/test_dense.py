import numpy as np
import pytest
from keras_conformance import Case, Descent, LayerContract
from keras_core import Input, Sequential
from keras_layers import Dense


class TestDense(LayerContract):
    layer = Dense
    masks = True
    cases = [
        Case((3, 4), {"units": 2}),
        Case((2, 3, 4), {"units": 5, "activation": "tanh"}),
        Case((2, 4), {"units": 3, "use_bias": False}),
    ]

    def reference(self, inputs, weights, units, activation=None, use_bias=True):
        outputs = inputs @ weights[0] + (weights[1] if use_bias else 0)
        return np.tanh(outputs) if activation else outputs


def test_weights_are_kernel_and_bias():
    layer = Dense(2)
    layer.build((None, 3))
    assert [(w.name, w.shape) for w in layer.weights] == [("kernel", (3, 2)), ("bias", (2,))]
    assert layer.built


def test_a_changed_last_axis_is_refused_with_the_layers_name():
    layer = Dense(2, name="scores")
    layer(np.zeros((1, 3), "float32"))
    with pytest.raises(ValueError, match=r"'scores'.*axis -1.*size 3.*\(1, 4\)"):
        layer(np.zeros((1, 4), "float32"))


def test_an_unknown_last_axis_is_refused():
    with pytest.raises(ValueError, match=r"number of features.*must be known.*\(None, None\)"):
        Dense(2).build((None, None))


@pytest.mark.parametrize("units", [0, -1, 2.5, "3", None, True])
def test_units_that_are_no_positive_integer_are_refused(units):
    with pytest.raises(ValueError, match="units must be a positive integer"):
        Dense(units)


def test_keras_1_names_warn_and_work():
    with pytest.warns(DeprecationWarning, match="output_dim is a Keras 1 argument; write units="):
        layer = Dense(output_dim=3, input_dim=4)
    assert layer.units == 3
    assert layer.batch_input_shape == (None, 4)
    with pytest.warns(DeprecationWarning):
        layer = Dense(3, init="zeros", W_regularizer="l2", bias=False)
    assert layer.get_config()["kernel_initializer"]["class_name"] == "Zeros"
    assert layer.kernel_regularizer is not None
    assert not layer.use_bias


def test_an_old_and_a_new_name_together_are_refused():
    with (
        pytest.raises(TypeError, match="init is an older name of kernel_initializer"),
        pytest.warns(DeprecationWarning),
    ):
        Dense(3, init="zeros", kernel_initializer="ones")


def test_options_that_are_not_supported_are_refused():
    assert Dense(3, quantization_config=None).units == 3
    with pytest.raises(ValueError, match="quantization_config must be a QuantizationConfig"):
        Dense(3, quantization_config=4)


def test_regularizers_and_constraints_reach_the_weights():
    layer = Dense(2, kernel_regularizer="l1", bias_constraint="non_neg")
    layer.build((None, 3))
    assert layer.kernel.regularizer is layer.kernel_regularizer
    assert layer.bias.constraint is layer.bias_constraint


def test_activity_regularizer_adds_a_loss():
    layer = Dense(2, activity_regularizer="l2", kernel_initializer="ones")
    layer(np.ones((1, 3), "float32"))
    assert float(np.asarray(layer.losses[0])) == pytest.approx(0.01 * 2 * 9)


@pytest.mark.parametrize("batch_size", [4, 12])
def test_the_size_of_a_batch_does_not_change_an_activity_regularizer(batch_size):
    x = np.random.default_rng(0).normal(size=(12, 3)).astype("float32")
    layer = Dense(3, activity_regularizer="l2", use_bias=False, kernel_initializer="identity")
    model = Sequential([Input((3,)), layer])
    model.compile(Descent(0.1), "mse")
    found = model.evaluate(x, x, batch_size=batch_size, verbose=0)
    assert found == pytest.approx(0.01 * (x**2).sum() / 12, rel=1e-5)


def test_weights_are_asked_for_too_early():
    with pytest.raises(AttributeError, match=r"'scores' \(Dense\) has no attribute 'kernel', .* until it is built"):
        Dense(2, name="scores").kernel  # noqa: B018


def test_an_unknown_argument_is_refused_with_the_known_ones():
    with pytest.raises(TypeError, match=r"Dense\(\) does not take 'unit'\. Did you mean 'units'\? It takes units, "):
        Dense(2, unit=3)
