import numpy as np
from keras_backend_numpy.ops import nn

X = np.array([-800, -1, 0, 1, 800], "float32")


def test_relu_keeps_the_dtype() -> None:
    assert nn.relu(X).tolist() == [0, 0, 0, 1, 800] and nn.relu(X).dtype == "float32"
    assert nn.relu(np.array([-2, 3], "int8")).tolist() == [0, 3]


def test_sigmoid() -> None:
    with np.errstate(over="ignore"):
        found = nn.sigmoid(X)
    assert found.dtype == "float32"
    np.testing.assert_allclose(found, [0, 1 / (1 + np.e), 0.5, 1 / (1 + 1 / np.e), 1], rtol=1e-6)


def test_softplus_does_not_overflow() -> None:
    found = nn.softplus(X)
    assert found.dtype == "float32"
    np.testing.assert_allclose(found, [0, np.log1p(1 / np.e), np.log(2), 1 + np.log1p(1 / np.e), 800], rtol=1e-6)
