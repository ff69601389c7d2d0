import numpy as np
import pytest
from keras_preprocessing.image import ImageDataGenerator

RNG = np.random.default_rng(0)
X = RNG.integers(0, 256, (12, 8, 8, 3)).astype("float32")


def first(generator, x=X, **options):
    return generator.flow(x, batch_size=len(x), shuffle=False, **options)[0]


def test_samplewise():
    with pytest.warns(UserWarning, match="samplewise_std_normalization sets samplewise_center"):
        generator = ImageDataGenerator(samplewise_std_normalization=True)
    found = first(generator)
    mean, std = X.mean((1, 2, 3), keepdims=True), X.std((1, 2, 3), keepdims=True)
    np.testing.assert_allclose(found, (X - mean) / (std + 1e-6), atol=1e-5)


@pytest.mark.parametrize("form", ["channels_last", "channels_first"])
def test_featurewise(form):
    x = np.moveaxis(X, 3, 1) if form == "channels_first" else X
    generator = ImageDataGenerator(
        featurewise_center=True, featurewise_std_normalization=True, rescale=1 / 255, data_format=form
    )
    generator.fit(x)
    axes = (0, 2, 3) if form == "channels_first" else (0, 1, 2)
    assert generator.mean.shape == generator.std.shape == ((3, 1, 1) if form == "channels_first" else (1, 1, 3))
    found = first(generator, x)
    np.testing.assert_allclose(found.mean(axes), 0, atol=1e-5)
    np.testing.assert_allclose(found.std(axes), 1, atol=1e-4)


def test_zca_makes_pixels_independent():
    x = RNG.normal(size=(400, 3, 3, 1)) @ [[2.0]]
    x += x[:, ::-1]  # rows depend on each other
    with pytest.warns(UserWarning, match="zca_whitening sets featurewise_center"):
        generator = ImageDataGenerator(zca_whitening=True, zca_epsilon=1e-3)
    generator.fit(x)
    flat = (x - x.mean(axis=(0, 1, 2))).reshape(400, 9)
    u, s, _ = np.linalg.svd(flat.T @ flat / 400)
    np.testing.assert_allclose(generator.principal_components, u @ np.diag(1 / np.sqrt(s + 1e-3)) @ u.T, atol=1e-3)
    white = first(generator, x).reshape(400, 9)
    np.testing.assert_allclose(white, flat @ generator.principal_components, atol=1e-3)
    independent = np.linalg.eigvalsh(np.cov(white.T))
    np.testing.assert_allclose(independent[independent > 0.1], 1, atol=0.01)
    with pytest.warns(UserWarning) as caught:
        ImageDataGenerator(zca_whitening=True, featurewise_std_normalization=True)
    assert "takes the place of featurewise_std_normalization" in str(caught[-1].message)


def test_fit_on_changed_pictures():
    generator = ImageDataGenerator(featurewise_center=True, brightness_range=(0.2, 0.4))
    generator.fit(X, augment=True, rounds=3, seed=1)
    dark = generator.mean
    generator.fit(X)
    assert (dark < 0.5 * generator.mean).all()
    again = ImageDataGenerator(featurewise_center=True, brightness_range=(0.2, 0.4))
    again.fit(X, augment=True, rounds=3, seed=1)
    np.testing.assert_array_equal(again.mean, dark)


@pytest.mark.parametrize("option", ["featurewise_center", "featurewise_std_normalization", "zca_whitening"])
def test_what_was_not_fit_warns(option):
    generator = ImageDataGenerator(**{"featurewise_center": True, option: True})
    generator.mean = 0 if option != "featurewise_center" else None
    with pytest.warns(UserWarning, match=rf"{option} does nothing before fit"):
        np.testing.assert_array_equal(first(generator), X)


def test_a_function_comes_before_the_rest():
    generator = ImageDataGenerator(preprocessing_function=lambda x: x[..., ::-1] - 5, rescale=0.5)
    np.testing.assert_allclose(first(generator), (X[..., ::-1] - 5) / 2)
    shapes = []
    first(ImageDataGenerator(preprocessing_function=lambda x: shapes.append(x.shape) or x))
    assert shapes == [(8, 8, 3)] * 12


def test_standardize_overwrites_floats_as_keras_2_does():
    x = X[0].copy()
    found = ImageDataGenerator(rescale=0.5).standardize(x)
    np.testing.assert_allclose(found, X[0] / 2)
    assert found is x
    whole = X[0].astype("uint8")
    np.testing.assert_allclose(ImageDataGenerator(rescale=0.5).standardize(whole), X[0] / 2)
    np.testing.assert_array_equal(whole, X[0])


def test_a_subclass_says_how_pictures_are_standardized():
    class Halved(ImageDataGenerator):
        def standardize(self, x):
            return x / 2

    np.testing.assert_allclose(first(Halved()), X / 2)


def test_pictures_and_masks_change_together():
    options = {"rotation_range": 90, "width_shift_range": 0.2, "zoom_range": 0.3, "horizontal_flip": True}
    pictures, masks = (ImageDataGenerator(**options).flow(x, batch_size=5, seed=3) for x in (X, X * 2))
    for _ in range(4):
        np.testing.assert_allclose(next(pictures) * 2, next(masks), rtol=1e-5)


def test_each_pass_changes_pictures_anew():
    batches = ImageDataGenerator(rotation_range=30).flow(X, shuffle=False, seed=1)
    before = batches[0]
    np.testing.assert_array_equal(batches[0], before)
    batches.on_epoch_end()
    assert np.abs(batches[0] - before).max() > 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"data_format": "last"}, "data_format"),
        ({"validation_split": 1.5}, "validation_split must be from 0 to below 1, got 1.5"),
        ({"zoom_range": (1, 2, 3)}, "zoom_range must be the smallest and largest factor"),
        ({"brightness_range": 0.5}, "brightness_range must be the smallest and largest factor, got 0.5"),
        ({"fill_mode": "edge"}, "fill_mode must be one of"),
    ],
)
def test_what_does_not_fit(options, message):
    with pytest.raises(ValueError, match=message):
        ImageDataGenerator(**options)
    with pytest.raises(ValueError, match=r"fit\(\) takes pictures with four axes"):
        ImageDataGenerator().fit(X[0])
    with pytest.warns(UserWarning, match="have 8"):
        ImageDataGenerator(data_format="channels_first").fit(X)


class Darkened(ImageDataGenerator):
    """Writes into the picture that it is given."""

    def apply_transform(self, x, transform_parameters):
        x -= transform_parameters["by"]
        return x

    def get_random_transform(self, img_shape, seed=None):
        return {"by": 1.0}


@pytest.mark.parametrize("seed", [None, 3])
def test_methods_of_a_subclass_change_pictures_but_not_the_data(seed):
    x = X.copy()
    np.testing.assert_array_equal(first(Darkened(), x, seed=seed), X - 1)
    np.testing.assert_array_equal(x, X)


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("form", ["channels_last", "channels_first"])
def test_mirrored_and_rescaled_batches(channels, form):
    x = RNG.random((8, 4, 5, channels)).astype("float32")
    both = np.stack([x, x[:, :, ::-1]], 1) * np.float32(0.5)
    if form == "channels_first":
        x, both = np.moveaxis(x, -1, 1), np.moveaxis(both, -1, 2)
    found = first(ImageDataGenerator(horizontal_flip=True, rescale=0.5, data_format=form), x, seed=1)
    which = [[np.array_equal(one, other) for other in pair] for one, pair in zip(found, both, strict=True)]
    assert np.sum(which, 1).tolist() == [1] * 8 and 0 < np.sum(which, 0)[1] < 8
