import numpy as np
import pytest
from keras_preprocessing import image
from keras_preprocessing.image import ImageDataGenerator

X = np.random.default_rng(0).integers(0, 256, (12, 8, 8, 3)).astype("float32")


def test_seeds_draw_what_keras_2_drew():
    """Numbers of Keras 2's last keras-preprocessing, 1.1.2, for the same options and seed."""
    generator = ImageDataGenerator(
        rotation_range=20,
        width_shift_range=0.1,
        height_shift_range=[-3, 0, 3],
        shear_range=5.0,
        zoom_range=0.2,
        channel_shift_range=10.0,
        brightness_range=(0.5, 1.5),
        horizontal_flip=True,
        vertical_flip=True,
    )
    found = generator.get_random_transform((32, 40, 3), seed=3)
    assert found == pytest.approx(
        {
            "theta": 2.0319161029830184,
            "tx": 0,
            "ty": -1.6727620886964456,
            "shear": 0.10827605197663015,
            "zx": 1.157178781739062,
            "zy": 1.1585172355733753,
            "flip_horizontal": True,
            "flip_vertical": True,
            "channel_shift_intensity": -8.970655933983402,
            "brightness": 0.9408098436506365,
        }
    )


@pytest.mark.parametrize("form", ["channels_last", "channels_first"])
def test_one_change_at_a_time(form):
    generator = ImageDataGenerator(data_format=form, fill_mode="constant", cval=3)
    axes = {"row_axis": 0, "col_axis": 1, "channel_axis": 2}
    rows, columns = 0, 1
    picture = X[0]
    if form == "channels_first":
        axes, picture, rows, columns = {"row_axis": 1, "col_axis": 2, "channel_axis": 0}, X[0].transpose(2, 0, 1), 1, 2
    changes = {"theta": 20, "tx": 1, "ty": 2, "shear": 5, "zx": 0.8, "zy": 1.1}
    np.testing.assert_array_equal(
        generator.apply_transform(picture, changes),
        image.apply_affine_transform(picture, **changes, **axes, fill_mode="constant", cval=3),
    )
    np.testing.assert_array_equal(
        generator.apply_transform(picture, {"flip_horizontal": True}), np.flip(picture, columns)
    )
    np.testing.assert_array_equal(generator.apply_transform(picture, {"flip_vertical": True}), np.flip(picture, rows))
    np.testing.assert_array_equal(
        generator.apply_transform(picture, {"channel_shift_intensity": 9.0}), image.apply_channel_shift(picture, 9.0)
    )
    np.testing.assert_array_equal(
        generator.apply_transform(picture, {"brightness": 0.5}), image.apply_brightness_shift(picture, 0.5, scale=False)
    )
    dark = np.full((2, 2, 3), 100.0)
    np.testing.assert_array_equal(generator.apply_transform(dark, {"brightness": 1.0}), dark)
    with pytest.raises(ValueError, match="does not know 'angle'; it takes theta, tx"):
        generator.apply_transform(picture, {"angle": 3})


def test_ranges():
    generator = ImageDataGenerator(rotation_range=30, width_shift_range=2.0, height_shift_range=3, zoom_range=[0.5, 1])
    drawn = [generator.get_random_transform((20, 20, 3), seed) for seed in range(300)]
    for name, low, high in (("theta", -30, 30), ("ty", -2, 2), ("zx", 0.5, 1), ("zy", 0.5, 1)):
        column = np.array([one[name] for one in drawn])
        assert low <= column.min() < low + 0.1 * (high - low) and high - 0.1 * (high - low) < column.max() <= high
    assert {one["tx"] for one in drawn} == {-2, -1, 0, 1, 2}
    assert not any(one["flip_horizontal"] or one["flip_vertical"] for one in drawn)
    parts = ImageDataGenerator(height_shift_range=[0.1, 0.2]).get_random_transform((10, 10, 3), 0)["tx"]
    assert abs(parts) in (1, 2)
    half = [ImageDataGenerator(horizontal_flip=True).get_random_transform((9, 9, 3), s) for s in range(200)]
    assert 70 < sum(one["flip_horizontal"] for one in half) < 130


def test_random_transform_is_both_together():
    generator = ImageDataGenerator(rotation_range=30)
    expected = generator.apply_transform(X[0], generator.get_random_transform(X[0].shape, 4))
    np.testing.assert_array_equal(generator.random_transform(X[0], seed=4), expected)
    np.random.seed(4)
    np.testing.assert_array_equal(generator.random_transform(X[0]), expected)
