"""Layers that prepare data, before and inside models."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")
from keras import layers  # noqa: E402

RNG = np.random.default_rng(0)


def test_numbers_inside_a_model(tmp_path):
    age, city = RNG.normal(40, 12, (60, 1)).astype("float32"), RNG.choice([7, 19, 300], (60, 1))
    y = (age > 40).astype("float32")
    normalize, bins, lookup = layers.Normalization(), layers.Discretization(num_bins=4), layers.IntegerLookup()
    for layer, data in ((normalize, age), (bins, age), (lookup, city)):
        layer.adapt(data)
    first, second = keras.Input((1,), name="age"), keras.Input((1,), dtype="int32", name="city")
    parts = [
        normalize(first),
        layers.CategoryEncoding(4, "one_hot")(bins(first)),
        layers.CategoryEncoding(lookup.vocabulary_size(), "count")(lookup(second)),
    ]
    features = keras.Model([first, second], layers.concatenate(parts))
    found = features.predict([age, city], verbose=0)
    np.testing.assert_allclose(found[:, 0], (age[:, 0] - age.mean()) / age.std(), rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(found[:, 1:5].sum(0), 15, atol=1)
    assert found[:, 5:].sum() == 60 and (found[:, 5] == 0).all()
    keras.utils.set_random_seed(1)
    model = keras.Model([first, second], layers.Dense(1, "sigmoid")(features([first, second])))
    model.compile("adam", "binary_crossentropy")
    losses = model.fit([age, city], y, epochs=4, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    expected = model.predict([age, city], verbose=0)
    np.testing.assert_allclose(loaded.predict([age, city], verbose=0), expected, rtol=1e-4, atol=1e-6)


def test_texts_before_a_model():
    texts, labels = ["good film", "bad film", "good fun", "a bad bore"] * 8, np.array([1, 0, 1, 0] * 8)
    vectorize = layers.TextVectorization(max_tokens=6, output_sequence_length=3)
    vectorize.adapt(texts)
    x = vectorize(texts)
    assert tuple(x.shape) == (32, 3)
    keras.utils.set_random_seed(1)
    model = keras.Sequential([layers.Embedding(6, 4), layers.GlobalAveragePooling1D(), layers.Dense(1, "sigmoid")])
    model.compile("adam", "binary_crossentropy")
    losses = model.fit(x, labels, epochs=3, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    with pytest.raises(TypeError, match="works on data, before a model"):
        vectorize(keras.Input((1,)))


def test_strings_before_a_model():
    lookup = layers.StringLookup(vocabulary=["cat", "dog"], output_mode="one_hot")
    vectors = lookup(np.array([["dog"], ["cow"], ["cat"]]))
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2, kernel_initializer="ones")])
    np.testing.assert_allclose(model.predict(vectors, verbose=0), np.ones((3, 2)))
