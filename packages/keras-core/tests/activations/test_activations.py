"""Activations against their formulas in NumPy.

Covers: distribution.py, identifiers.py, rectified.py, shrink.py, sigmoidal.py
"""

import math

import numpy as np
import pytest
from keras_core import activations

X = np.linspace(-4, 4, 33, dtype="float32").reshape(3, 11)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def erf(x):
    return np.vectorize(math.erf)(x)


SELU = 1.0507009873554805
FORMULAS = {
    "linear": lambda x: x,
    "exponential": np.exp,
    "relu": lambda x: np.maximum(x, 0),
    "relu6": lambda x: np.clip(x, 0, 6),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.2 * x),
    "elu": lambda x: np.where(x > 0, x, np.expm1(x)),
    "celu": lambda x: np.maximum(x, 0) + np.minimum(0, np.expm1(x)),
    "selu": lambda x: SELU * np.where(x > 0, x, 1.6732632423543772 * np.expm1(x)),
    "softplus": lambda x: np.log1p(np.exp(x)),
    "squareplus": lambda x: (x + np.sqrt(x**2 + 4)) / 2,
    "sparse_plus": lambda x: np.where(x <= -1, 0, np.where(x < 1, (x + 1) ** 2 / 4, x)),
    "sigmoid": sigmoid,
    "log_sigmoid": lambda x: np.log(sigmoid(x)),
    "hard_sigmoid": lambda x: np.clip(x / 6 + 0.5, 0, 1),
    "sparse_sigmoid": lambda x: np.clip((x + 1) / 2, 0, 1),
    "tanh": np.tanh,
    "hard_tanh": lambda x: np.clip(x, -1, 1),
    "softsign": lambda x: x / (1 + np.abs(x)),
    "silu": lambda x: x * sigmoid(x),
    "swish": lambda x: x * sigmoid(x),
    "hard_silu": lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
    "hard_swish": lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
    "gelu": lambda x: x * (1 + erf(x / np.sqrt(2))) / 2,
    "mish": lambda x: x * np.tanh(np.log1p(np.exp(x))),
    "hard_shrink": lambda x: np.where(np.abs(x) > 0.5, x, 0),
    "soft_shrink": lambda x: np.sign(x) * np.maximum(np.abs(x) - 0.5, 0),
    "tanh_shrink": lambda x: x - np.tanh(x),
    "softmax": lambda x: np.exp(x) / np.exp(x).sum(-1, keepdims=True),
    "log_softmax": lambda x: x - np.log(np.exp(x).sum(-1, keepdims=True)),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_formula(name):
    activation = activations.get(name)
    assert activation is getattr(activations, name)
    np.testing.assert_allclose(activation(X), FORMULAS[name](X.astype("float64")), rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"alpha": 0.1}, [-0.2, -0.05, 0.5, 4.0]),
        ({"negative_slope": 0.1, "max_value": 3.0}, [-0.2, -0.05, 0.5, 3.0]),
        ({"max_value": 6}, [0.0, 0.0, 0.5, 4.0]),
        ({"threshold": 1.0}, [0.0, 0.0, 0.0, 4.0]),
        ({"alpha": 0.5, "max_value": 3.0, "threshold": 1.0}, [-1.5, -0.75, -0.25, 3.0]),
    ],
)
def test_relu_with_the_arguments_of_keras_2_and_3(arguments, expected):
    x = np.array([-2.0, -0.5, 0.5, 4.0], "float32")
    np.testing.assert_allclose(activations.relu(x, **arguments), expected, rtol=1e-6)


def test_other_arguments():
    x = np.array([-2.0, 0.25, 3.0], "float32")
    np.testing.assert_allclose(activations.threshold(x, 0.5, -7.0), [-7, -7, 3])
    np.testing.assert_allclose(activations.elu(x, 2.0), [2 * np.expm1(-2), 0.25, 3], rtol=1e-5)
    np.testing.assert_allclose(activations.leaky_relu(x, alpha=0.3), [-0.6, 0.25, 3], rtol=1e-6)
    tanh = 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
    np.testing.assert_allclose(activations.gelu(x, approximate=True), tanh, rtol=1e-4, atol=1e-6)


def test_softmax_along_an_axis_sums_to_one():
    y = np.asarray(activations.softmax(X, axis=0))
    np.testing.assert_allclose(y.sum(0), np.ones(11), rtol=1e-6)


def test_glu_halves_the_axis():
    x = np.arange(8, dtype="float32").reshape(2, 4)
    np.testing.assert_allclose(activations.glu(x), x[:, :2] * sigmoid(x[:, 2:]), rtol=1e-5)


def test_sparsemax_projects_onto_the_simplex():
    # Worked by hand: for (1, 0.5, -1) the support is the first two, the threshold (1 + 0.5 - 1) / 2.
    y = np.asarray(activations.sparsemax(np.array([[1.0, 0.5, -1.0], [5.0, 0.0, 0.0]], "float32")))
    np.testing.assert_allclose(y, [[0.75, 0.25, 0.0], [1.0, 0.0, 0.0]], atol=1e-6)


def test_get():
    assert activations.get(None) is activations.linear
    assert activations.get(np.tanh) is np.tanh
    with pytest.raises(ValueError, match="relu"):
        activations.get("rellu")
    with pytest.raises(ValueError, match="get"):
        activations.get("get")


def test_serialize_and_deserialize():
    assert activations.serialize(activations.relu) == "relu"
    assert activations.serialize(activations.swish) == "silu"
    for name in FORMULAS:
        function = getattr(activations, name)
        assert activations.deserialize(activations.serialize(function)) is function
    assert activations.deserialize(None) is activations.linear


def test_custom_function_is_found_where_it_is_passed():
    def twice(x):
        return 2 * x

    assert activations.deserialize("twice", custom_objects={"twice": twice}) is twice
