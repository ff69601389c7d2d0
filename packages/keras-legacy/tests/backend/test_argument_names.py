"""Arguments that have had several names."""

import inspect

import numpy as np
import pytest
from keras_legacy import backend as K


def test_crossentropies_take_both_names():
    target, output = np.float32([[0.0, 1.0]]), np.float32([[0.25, 0.75]])
    for function, other in (
        (K.binary_crossentropy, target),
        (K.categorical_crossentropy, target),
        (K.sparse_categorical_crossentropy, np.int32([1])),
    ):
        expected = K.eval(function(other, output))
        np.testing.assert_array_equal(K.eval(function(y_true=other, y_pred=output)), expected)
        np.testing.assert_array_equal(K.eval(function(target=other, output=output)), expected)
        assert {"target", "y_true"} <= set(inspect.signature(function).parameters)


def test_label_smoothing_by_hand():
    target, output = np.float32([[0.0, 1.0]]), np.float32([[0.25, 0.75]])
    binary = K.eval(K.binary_crossentropy(y_true=target, y_pred=output, label_smoothing=0.2))
    np.testing.assert_allclose(binary, [[-(0.1 * np.log(0.25) + 0.9 * np.log(0.75))] * 2], rtol=1e-5)
    categorical = K.eval(K.categorical_crossentropy(target, output, label_smoothing=0.2))
    np.testing.assert_allclose(categorical, [-(0.1 * np.log(0.25) + 0.9 * np.log(0.75))], rtol=1e-5)


def test_settings_take_both_names():
    K.set_epsilon(e=1e-3)
    K.set_floatx(floatx="float64")
    try:
        assert (K.epsilon(), K.floatx()) == (1e-3, "float64")
    finally:
        K.set_epsilon(value=1e-7)
        K.set_floatx(value="float32")
    assert (K.epsilon(), K.floatx()) == (1e-7, "float32")


def test_both_names_at_once_are_refused():
    with pytest.raises(TypeError, match="'value' and 'e', which are the same"):
        K.set_epsilon(1e-3, e=1e-3)
    with pytest.raises(TypeError, match="unknown"):
        K.set_epsilon(unknown=1e-3)
