import numpy as np
import pytest
from keras_preprocessing import image

PICTURE = np.random.default_rng(0).random((6, 6, 3))


def test_quarter_turns_are_exact():
    found = image.apply_affine_transform(PICTURE, theta=90)
    np.testing.assert_allclose(found, np.rot90(PICTURE, -1), atol=1e-12)
    np.testing.assert_allclose(image.apply_affine_transform(PICTURE, theta=180), PICTURE[::-1, ::-1], atol=1e-12)


def test_shifts_are_in_pixels_along_rows_and_columns():
    down = image.apply_affine_transform(PICTURE, tx=2, fill_mode="constant", cval=9)
    np.testing.assert_allclose(down[:4], PICTURE[2:])
    assert (down[4:] == 9).all()
    across = image.apply_affine_transform(PICTURE, ty=-1, fill_mode="wrap")
    np.testing.assert_allclose(across[:, 1:], PICTURE[:, :-1])


def test_zoom_and_shear_are_about_the_centre():
    x = np.zeros((5, 5, 1))
    x[2, 2] = 1
    for options in ({"zx": 0.5, "zy": 0.5}, {"shear": 30}, {"theta": 45}, {"theta": 10, "shear": 5, "zx": 2}):
        np.testing.assert_allclose(image.apply_affine_transform(x, **options)[2, 2], 1)
    ramp = np.broadcast_to(np.arange(5.0)[:, None, None], (5, 5, 1))
    zoomed = image.apply_affine_transform(ramp, zx=0.5)
    np.testing.assert_allclose(zoomed[:, 0, 0], [1, 1.5, 2, 2.5, 3])


def test_steps_follow_each_other():
    """Rotation, shift, shear, zoom: the matrix is their product, about the centre."""
    options = {"theta": 20, "tx": 1.5, "ty": -0.5, "shear": 12, "zx": 0.8, "zy": 1.3}
    t, s = np.deg2rad([20, 12])
    matrix = (
        np.array([[np.cos(t), -np.sin(t), 0], [np.sin(t), np.cos(t), 0], [0, 0, 1]])
        @ [[1, 0, 1.5], [0, 1, -0.5], [0, 0, 1]]
        @ [[1, -np.sin(s), 0], [0, np.cos(s), 0], [0, 0, 1]]
        @ np.diag([0.8, 1.3, 1])
    )
    centre = np.array([2.5, 2.5])
    place = matrix[:2, :2] @ (np.array([2, 3]) - centre) + matrix[:2, 2] + centre
    low = np.floor(place).astype(int)
    (a, b), (i, j) = place - low, low
    corners = PICTURE[i : i + 2, j : j + 2]
    by_hand = (1 - a) * ((1 - b) * corners[0, 0] + b * corners[0, 1]) + a * (
        (1 - b) * corners[1, 0] + b * corners[1, 1]
    )
    np.testing.assert_allclose(image.apply_affine_transform(PICTURE, **options)[2, 3], by_hand)


@pytest.mark.parametrize("axes", [(0, 1, 2), (1, 2, 0), (2, 0, 1)])
def test_axes(axes):
    names = dict(zip(("row_axis", "col_axis", "channel_axis"), axes))
    moved = np.transpose(PICTURE, np.argsort(axes))
    found = image.apply_affine_transform(moved, theta=15, zx=0.7, **names)
    np.testing.assert_allclose(
        np.transpose(found, axes), image.apply_affine_transform(PICTURE, theta=15, zx=0.7), atol=1e-12
    )


def test_nothing_to_do_gives_the_picture_itself():
    assert image.apply_affine_transform(PICTURE) is PICTURE


@pytest.mark.parametrize(
    ("function", "arguments", "same"),
    [
        (image.random_rotation, (30,), lambda draw: {"theta": draw(-30, 30)}),
        (image.random_shift, (0.2, 0.5), lambda draw: {"tx": draw(-0.5, 0.5) * 4, "ty": draw(-0.2, 0.2) * 5}),
        (image.random_shear, (20,), lambda draw: {"shear": draw(-20, 20)}),
        (image.random_zoom, ((0.5, 1.5),), lambda draw: dict(zip(("zx", "zy"), draw(0.5, 1.5, 2)))),
    ],
)
def test_random_changes(function, arguments, same):
    x = np.random.default_rng(1).random((3, 4, 5))
    np.random.seed(7)
    found = function(x, *arguments, fill_mode="reflect", interpolation_order=0)
    np.random.seed(7)
    options = {"row_axis": 1, "col_axis": 2, "channel_axis": 0, "fill_mode": "reflect", "order": 0}
    np.testing.assert_allclose(found, image.apply_affine_transform(x, **same(np.random.uniform), **options))
    assert found.shape == x.shape


def test_zoom_of_one_is_none():
    assert image.random_zoom(PICTURE, (1, 1)) is PICTURE


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: image.apply_affine_transform(np.zeros((3, 3)), theta=1), r"three axes.*shape \(3, 3\)"),
        (lambda: image.apply_affine_transform(PICTURE, theta=1, fill_mode="edge"), "fill_mode must be one of"),
        (lambda: image.apply_affine_transform(PICTURE, theta=1, order=6), "from 0 to 5, got 6"),
        (lambda: image.random_zoom(PICTURE, 0.2), "smallest and largest factor, got 0.2"),
    ],
)
def test_what_does_not_fit(call, message):
    with pytest.raises(ValueError, match=message):
        call()
