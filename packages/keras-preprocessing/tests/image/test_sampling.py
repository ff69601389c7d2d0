"""SciPy's `ndimage` is the independent source."""

import numpy as np
import pytest
from keras_preprocessing.image.sampling import affine

ndimage = pytest.importorskip("scipy.ndimage")
RNG = np.random.default_rng(0)
TURN = [[np.cos(0.4), -np.sin(0.4)], [np.sin(0.4), np.cos(0.4)]]
SHEAR = [[1.0, -0.3], [0.0, 0.95]]
ZOOM = [[0.7, 0.0], [0.0, 1.6]]


def by_scipy(x, matrix, offset, order, mode, cval):
    parts = [
        ndimage.affine_transform(x[..., i], matrix, offset, order=order, mode=mode, cval=cval)
        for i in range(x.shape[2])
    ]
    return np.stack(parts, axis=2)


@pytest.mark.parametrize("mode", ["constant", "nearest", "reflect", "wrap"])
@pytest.mark.parametrize("order", [0, 1, 2, 3])
@pytest.mark.parametrize(
    "matrix", [TURN, SHEAR, ZOOM, [[1.0, 0.0], [0.0, 1.0]]], ids=["turn", "shear", "zoom", "shift"]
)
@pytest.mark.parametrize("shape", [(9, 7, 3), (6, 6, 1)])
def test_against_scipy(shape, matrix, order, mode):
    x = RNG.normal(size=shape).astype("float32")
    for offset in ((0.31, -2.73), (25.37, -19.21)):
        found = affine(x, matrix, offset, order, mode, cval=0.5)
        expected = by_scipy(x, np.array(matrix), offset, order, mode, 0.5)
        np.testing.assert_allclose(found, expected, atol=2e-5)
        assert found.dtype == x.dtype


@pytest.mark.parametrize("mode", ["constant", "nearest", "reflect", "wrap"])
def test_whole_pixels(mode):
    x = RNG.normal(size=(4, 5, 2))
    for rows in range(-9, 10):
        found = affine(x, [[1.0, 0.0], [0.0, 1.0]], (rows, 0.0), 1, mode)
        np.testing.assert_allclose(found, by_scipy(x, np.eye(2), (rows, 0), 1, mode, 0), err_msg=str(rows))


def test_integers_are_rounded():
    x = RNG.integers(0, 256, (8, 8, 3)).astype("uint8")
    found = affine(x, TURN, (0.2, 0.4), 1, "nearest")
    exact = by_scipy(x.astype("float64"), np.array(TURN), (0.2, 0.4), 1, "nearest", 0)
    assert found.dtype == "uint8"
    assert np.abs(found - exact).max() <= 0.5 + 1e-9


def test_one_pixel_and_none():
    one = np.full((1, 1, 2), 3.0)
    for mode in ("nearest", "reflect", "wrap"):
        assert affine(one, TURN, (0.7, 0.2), 1, mode).tolist() == [[[3, 3]]]
    assert affine(np.zeros((0, 4, 3)), TURN, (0.0, 0.0)).shape == (0, 4, 3)
