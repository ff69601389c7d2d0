"""Batches of changed pictures in training, as programs of Keras 2 make them."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")
from keras.layers import Conv2D, Dense, GlobalAveragePooling2D  # noqa: E402
from keras.preprocessing.image import ImageDataGenerator, save_img  # noqa: E402

RNG = np.random.default_rng(0)
X = RNG.random((24, 8, 8, 3)).astype("float32")
Y = np.eye(2)[np.arange(24) % 2]


def classifier():
    keras.utils.set_random_seed(1)
    layers = [keras.Input((8, 8, 3)), Conv2D(4, 3, activation="relu"), GlobalAveragePooling2D()]
    model = keras.Sequential([*layers, Dense(2, activation="softmax")])
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    return model


@pytest.mark.parametrize("method", ["fit", "fit_generator"])
def test_from_arrays(method):
    generator = ImageDataGenerator(
        rotation_range=15, width_shift_range=0.1, horizontal_flip=True, featurewise_center=True, validation_split=0.25
    )
    generator.fit(X)
    train, validation = (generator.flow(X, Y, 8, subset=part, seed=1) for part in ("training", "validation"))
    model = classifier()
    history = getattr(model, method)(train, epochs=2, validation_data=validation, verbose=0)
    assert len(history.history["val_accuracy"]) == 2
    history = getattr(model, method)(train, steps_per_epoch=5, epochs=1, verbose=0)
    assert np.isfinite(history.history["loss"]).all()


def test_from_arrays_evaluate_and_predict():
    batches = ImageDataGenerator(rescale=0.5).flow(X, Y, batch_size=7, shuffle=False)
    model = classifier()
    np.testing.assert_allclose(model.predict(batches, verbose=0), model.predict(X / 2, verbose=0), atol=1e-5)
    np.testing.assert_allclose(
        model.evaluate(batches, verbose=0), model.evaluate(X / 2, Y, batch_size=7, verbose=0), rtol=1e-4
    )


def test_from_folders_and_frames(tmp_path):
    pytest.importorskip("PIL")
    for index, picture in enumerate(X):
        folder = tmp_path / "cd"[index % 2]
        folder.mkdir(exist_ok=True)
        save_img(folder / f"{index:02}.png", picture)
    model = classifier()
    generator = ImageDataGenerator(rescale=1 / 255)
    options = {"target_size": (8, 8), "batch_size": 5}
    batches = generator.flow_from_directory(tmp_path, **options)
    assert len(model.fit(batches, epochs=2, verbose=0).history["loss"]) == 2
    batches = generator.flow_from_directory(tmp_path, class_mode=None, shuffle=False, **options)
    predicted = model.predict(batches, verbose=0)
    frame = {"filename": batches.filenames, "class": ["cd"[one] for one in batches.classes], "weight": [1.0] * 24}
    batches = generator.flow_from_dataframe(frame, tmp_path, weight_col="weight", shuffle=False, **options)
    np.testing.assert_allclose(model.predict(batches, verbose=0), predicted, atol=1e-6)
    by_hand = -np.mean(np.log(predicted[np.arange(24), batches.classes]))
    np.testing.assert_allclose(model.evaluate(batches, verbose=0)[0], by_hand, rtol=1e-4)
