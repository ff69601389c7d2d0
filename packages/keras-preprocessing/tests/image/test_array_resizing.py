import numpy as np
import pytest
from keras_preprocessing.image.array_resizing import INTERPOLATIONS, resized

RAMP = np.arange(0, 80, 10, dtype="uint8")[None, :, None]


@pytest.mark.parametrize(
    ("interpolation", "expected"),
    [
        ("nearest", [10, 40, 60]),  # the pixels at 1.33, 4 and 6.67
        ("bilinear", [10 * 5 / 6, 35, 10 * 37 / 6]),  # centres lie at 5/6, 3.5 and 37/6
        ("area", [10 * (0 + 1 + 2 * 2 / 3) / (8 / 3), 35, 10 * (7 + 6 + 5 * 2 / 3) / (8 / 3)]),
    ],
)
def test_three_of_eight(interpolation, expected):
    found = resized(RAMP, (1, 3), interpolation)
    assert found.dtype == "float32"
    np.testing.assert_allclose(found.ravel(), expected, rtol=1e-5)


@pytest.mark.parametrize("interpolation", sorted({*INTERPOLATIONS} - {"nearest", "area"}))
def test_twice_as_large_keeps_the_middle_of_a_ramp(interpolation):
    found = resized(RAMP, (1, 16), interpolation)[0, :, 0]
    tolerance = {"lanczos3": 0.5, "lanczos5": 0.5, "gaussian": 1.0}.get(interpolation, 1e-4)
    np.testing.assert_allclose(found[6:10], [27.5, 32.5, 37.5, 42.5], atol=tolerance)


@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
def test_weights_are_those_of_the_ops(interpolation):
    x = np.random.default_rng(0).integers(0, 256, (13, 17, 3)).astype("uint8")
    if interpolation in ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"):
        from keras_core import ops

        expected = ops.convert_to_numpy(ops.resize(x.astype("float32"), (8, 21), interpolation))
        np.testing.assert_allclose(resized(x, (8, 21), interpolation), expected, atol=0.3)  # TensorFlow's bicubic
    constant = resized(np.full((5, 4, 1), 7, "uint8"), (3, 9), interpolation)
    np.testing.assert_allclose(constant, np.full((3, 9, 1), 7.0), rtol=1e-6)
    assert (resized(x, (13, 17), interpolation) == x).all()


@pytest.mark.parametrize(("old", "new"), [(8, 5), (97, 64), (500, 128), (64, 300), (33, 32), (1, 7), (300, 1)])
def test_any_size_is_interpolated_linearly(old, new):
    x = np.random.default_rng(0).integers(0, 256, (old, 3, 2)).astype("uint8")
    centres = (np.arange(new) + 0.5) * old / new - 0.5
    for turned in (x, x.transpose(1, 0, 2)):
        size = tuple(new if side == old else side for side in turned.shape[:2])
        found = resized(turned, size, "bilinear")
        found = found if turned is x else found.transpose(1, 0, 2)
        for line in np.ndindex(x.shape[1:]):
            expected = np.interp(centres, np.arange(old), x[(slice(None), *line)])
            np.testing.assert_allclose(found[(slice(None), *line)], expected, atol=1e-4)


def test_bright_pictures_stay_exactly_as_bright():
    for old, new in ((8, 6), (375, 256), (500, 128), (31, 77)):
        assert (resized(np.full((old, old + 3, 3), 255, "uint8"), (new, new), "bilinear") == 255).all()


def test_values_of_more_than_8_bits():
    x = np.array([[[0]], [[40000]]], "uint16")
    assert resized(x, (4, 1), "bilinear").ravel().tolist() == [0, 10000, 30000, 40000]
