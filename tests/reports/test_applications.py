"""Architectures of keras.applications are trained and predict on every backend."""

import keras
import numpy as np
from keras.applications.imagenet_utils import preprocess_input
from keras.applications.mobilenet import MobileNet


def test_a_step_of_training():
    pixels = np.random.default_rng(0).integers(0, 256, (4, 32, 32, 3))
    x, labels = preprocess_input(pixels, mode="tf"), np.array([0, 1, 0, 1])
    model = MobileNet(weights=None, alpha=0.25, dropout=0, classes=2, input_shape=(32, 32, 3))
    scores = keras.ops.convert_to_numpy(model(x, training=True))
    before = model.get_weights()
    model.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy", metrics=["accuracy"])
    loss = model.train_on_batch(x, labels, return_dict=True)["loss"]
    np.testing.assert_allclose(loss, -np.log(scores[np.arange(4), labels]).mean(), rtol=1e-3)
    changed = [not np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True)]
    assert sum(changed) > 0.9 * len(changed)
    np.testing.assert_allclose(model.predict(x, verbose=0).sum(1), 1, rtol=1e-4)


def test_its_features_are_those_of_the_other_data_format():
    pixels = np.random.default_rng(0).normal(size=(2, 40, 40, 3)).astype("float32")
    last = MobileNet(weights=None, alpha=0.25, include_top=False, pooling="avg", input_shape=(40, 40, 3))
    keras.config.set_image_data_format("channels_first")
    try:
        first = MobileNet(weights=None, alpha=0.25, include_top=False, pooling="avg", input_shape=(3, 40, 40))
    finally:
        keras.config.set_image_data_format("channels_last")
    first.set_weights(last.get_weights())
    expected = last.predict(pixels, verbose=0)
    found = first.predict(np.moveaxis(pixels, -1, 1), verbose=0)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4)
