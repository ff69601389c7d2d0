"""Models read from files of ONNX train on each backend that does, and keep what the file computes."""

from __future__ import annotations

import numpy as np
import pytest

keras = pytest.importorskip("keras")
keras_export = pytest.importorskip("keras_export")
layers = keras.layers


def written():
    """A convolutional and an attending part, whose free axes are split and joined."""
    image, words = layers.Input((8, 8, 2), name="image"), layers.Input((None,), dtype="int32", name="words")
    x = layers.Conv2D(4, 3, strides=2, padding="same", activation="relu")(image)
    x = layers.Flatten()(layers.MaxPooling2D()(layers.BatchNormalization()(x)))
    y = layers.Embedding(9, 4)(words)
    y = layers.GRU(3)(layers.LayerNormalization()(y + layers.MultiHeadAttention(2, 2)(y, y)))
    return keras.Model([image, words], layers.Dense(2, name="scores")(layers.Concatenate()([x, y])))


def test_a_model_trains_and_saves(trainer, tmp_path):
    with keras.use_backend(trainer):
        keras.utils.set_random_seed(3)
        rng = np.random.default_rng(3)
        x = [rng.normal(size=(8, 8, 8, 2)).astype("float32"), rng.integers(0, 9, (8, 5)).astype("int32")]
        made = written()
        read = keras_export.read_onnx(keras_export.onnx_model(made))
        np.testing.assert_allclose(read.predict(x, verbose=0), made.predict(x, verbose=0), atol=1e-5)
        before = [w.numpy() for w in read.trainable_weights]
        read.compile(keras.optimizers.SGD(0.05), "mse")
        losses = read.fit(x, rng.normal(size=(8, 2)), batch_size=8, epochs=4, verbose=0).history["loss"]
        assert losses[-1] < losses[0]
        same = [(w.numpy() == old).all() for w, old in zip(read.trainable_weights, before, strict=True)]
        assert sum(same) <= 1  # the bias of keys, which a softmax does not see
        read.save(tmp_path / "m.keras")
        again = keras.saving.load_model(tmp_path / "m.keras")
        np.testing.assert_allclose(again.predict(x, verbose=0), read.predict(x, verbose=0), atol=1e-6)
