"""The layers for strings inside models: what a model computes is what they give, followed by the rest of it.

Covers: host_layer.py
"""

import numpy as np
import pytest
from keras_conformance import Affine, Descent
from keras_core import Input, Layer, Model, Sequential, ops, saving
from keras_core.training import data_budget
from keras_preprocessing.layers import HashedCrossing, Hashing, IntegerLookup, StringLookup, TextVectorization

TEXTS = np.array(["the cat", "", "a cat sat on the mat", "dog", "the the"])
COLORS = np.array(["red", "blue", "red", "green", "blue"])
SIZES = np.array([["s"], ["m"], ["l"], ["m"], ["s"]])
NUMBERS = np.array([3, 4, 4, 5, 3])
TARGETS = np.array([[0.0], [1.0], [1.0], [0.5], [2.0]], "float32")


def text_layer(mode="int", **kwargs):
    layer = TextVectorization(output_mode=mode, **kwargs)
    layer.adapt(TEXTS)
    return layer


def lookup(mode="int", **kwargs):
    layer = StringLookup(output_mode=mode, **kwargs)
    layer.adapt(COLORS)
    return layer


LAYERS = {
    "text int": lambda: text_layer(output_sequence_length=4),
    "text of any length": text_layer,
    "text multi_hot": lambda: text_layer("multi_hot"),
    "text tf_idf": lambda: text_layer("tf_idf", max_tokens=20, pad_to_max_tokens=True),
    "lookup int": lookup,
    "lookup one_hot": lambda: lookup("one_hot"),
    "lookup count": lambda: lookup("count"),
    "lookup masked": lambda: lookup(mask_token="red", num_oov_indices=2),
    "hashing int": lambda: Hashing(5),
    "hashing one_hot": lambda: Hashing(5, output_mode="one_hot", salt=3),
    "hashing count": lambda: Hashing(5, output_mode="count"),
}


def array(x):
    return x if isinstance(x, np.ndarray) else ops.convert_to_numpy(x)


@pytest.mark.parametrize("name", LAYERS)
def test_a_model_gives_what_the_layer_gives(name, tmp_path):
    layer = LAYERS[name]()
    data = TEXTS if name.startswith("text") else COLORS
    expected = array(layer(data[:, None]))
    text = Input((1,), dtype="string")
    model = Model(text, layer(text))
    assert all(known in (None, size) for known, size in zip(model.output_shape, expected.shape, strict=True))
    assert model.output.dtype == ("float32" if expected.dtype.kind == "f" else "int64")
    model.save(tmp_path / "m.keras")
    for one in (model, saving.load_model(tmp_path / "m.keras")):
        np.testing.assert_allclose(one.predict(data, verbose=0), expected)
        np.testing.assert_allclose(array(one(data[:, None])), expected)
    stack = Sequential([type(layer).from_config(layer.get_config())])
    np.testing.assert_allclose(stack.predict(data[:, None], verbose=0), expected)
    stack.save(tmp_path / "s.keras")
    np.testing.assert_allclose(saving.load_model(tmp_path / "s.keras").predict(data[:, None], verbose=0), expected)


def columns():
    """The inputs of a table of strings and numbers, and what its layers make of them."""
    color, size = Input((1,), dtype="string", name="color"), Input((1,), dtype="string", name="size")
    number, weight = Input((1,), dtype="int32", name="number"), Input((1,), name="weight")
    parts = [
        lookup("one_hot")(color),
        Hashing(4, output_mode="one_hot")(size),
        HashedCrossing(6, output_mode="one_hot")([color, size]),
        IntegerLookup(vocabulary=[3, 4], output_mode="one_hot")(number),
        weight,
    ]
    return [color, size, number, weight], ops.concatenate(parts, -1)


TABLE = {
    "color": COLORS,
    "size": SIZES,
    "number": NUMBERS,
    "weight": np.arange(5, dtype="float32"),
    "of no use": TEXTS,
}


def table_as_numbers():
    parts = [
        lookup("one_hot")(COLORS[:, None]),
        Hashing(4, output_mode="one_hot")(SIZES),
        HashedCrossing(6, output_mode="one_hot")([COLORS[:, None], SIZES]),
        IntegerLookup(vocabulary=[3, 4], output_mode="one_hot")(NUMBERS[:, None]),
        TABLE["weight"][:, None],
    ]
    return np.concatenate([array(part) for part in parts], -1)


def batches(x, y, size=2):
    for start in range(0, len(y), size):
        part = slice(start, start + size)
        yield {name: column[part] for name, column in x.items()}, y[part]


def test_a_table_of_strings_and_numbers(tmp_path):
    inputs, features = columns()
    model = Model(inputs, features)
    np.testing.assert_allclose(model.predict(TABLE, verbose=0), table_as_numbers())
    np.testing.assert_allclose(model.predict(TABLE, batch_size=2, verbose=0), table_as_numbers())
    np.testing.assert_allclose(model.predict(((x,) for x, _ in batches(TABLE, TARGETS)), verbose=0), table_as_numbers())
    model.save(tmp_path / "m.keras")
    again = saving.load_model(tmp_path / "m.keras")
    np.testing.assert_allclose(array(again(TABLE)), table_as_numbers())


@pytest.mark.needs_train
@pytest.mark.parametrize("nested", [False, True])
def test_training_is_that_on_the_table_as_numbers(nested, tmp_path):
    inputs, features = columns()
    if nested:
        features = Model(inputs, features)(inputs)
    model = Model(inputs, Affine(1, name="out")(features))
    plain = Sequential([Input((table_as_numbers().shape[1],)), Affine(1)])
    model.set_weights(plain.get_weights())
    curves = {}
    for one, x in ((plain, table_as_numbers()), (model, TABLE)):
        one.compile(Descent(0.05), "mse", metrics=["mae"])
        history = one.fit(x, TARGETS, batch_size=2, epochs=3, shuffle=False, verbose=0).history
        split = one.fit(x, TARGETS, validation_split=0.4, verbose=0).history
        source = batches(x, TARGETS) if one is model else ((x[i : i + 2], TARGETS[i : i + 2]) for i in (0, 2, 4))
        one.fit(source, verbose=0)
        curves[one] = [*history["loss"], *history["mae"], *split["val_loss"], *one.evaluate(x, TARGETS, verbose=0)]
    np.testing.assert_allclose(curves[model], curves[plain], rtol=1e-5)
    np.testing.assert_allclose(model.get_weights()[0], plain.get_weights()[0], rtol=1e-5)
    with data_budget.limited_data_budget(200):  # bytes, so that rows are computed in parts
        model.fit(TABLE, TARGETS, batch_size=2, shuffle=False, verbose=0)
    plain.fit(table_as_numbers(), TARGETS, batch_size=2, shuffle=False, verbose=0)
    np.testing.assert_allclose(model.get_weights()[0], plain.get_weights()[0], rtol=1e-5)
    with pytest.warns(UserWarning, match="Loading the model will need"):
        model.save(tmp_path / "m.keras")
    again = saving.load_model(tmp_path / "m.keras", {"Affine": Affine, "Descent": Descent})
    np.testing.assert_allclose(again.predict(TABLE, verbose=0), model.predict(TABLE, verbose=0), rtol=1e-5)
    assert again.train_on_batch(TABLE, TARGETS) == pytest.approx(model.train_on_batch(TABLE, TARGETS), rel=1e-5)


class Sentiment(Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.words = text_layer("count")
        self.out = Affine(1)

    def call(self, inputs):
        return self.out(self.words(inputs))


@pytest.mark.needs_train
@pytest.mark.parametrize("form", ["array", "column", "list", "objects", "bytes"])
def test_a_model_of_ones_own_and_every_form_of_texts(form):
    forms = {"column": TEXTS[:, None], "list": TEXTS.tolist(), "objects": TEXTS.astype(object)}
    x = forms | {"array": TEXTS, "bytes": np.char.encode(TEXTS)}
    model = Sentiment()
    model.compile(Descent(0.05), "mse")
    losses = model.fit(x[form], TARGETS, epochs=3, verbose=0).history["loss"]
    assert losses[0] > losses[1] > losses[2]
    assert model.evaluate(x[form], TARGETS, verbose=0) < losses[2]
    counts, (kernel, bias) = array(model.words(TEXTS)), model.out.get_weights()
    np.testing.assert_allclose(model.predict(x[form], verbose=0), counts @ kernel + bias, rtol=1e-5, atol=1e-6)


@pytest.mark.needs_train
def test_pipelines_of_tensorflow():
    tf = pytest.importorskip("tensorflow")
    inputs, features = columns()
    model = Model(inputs, Affine(1)(features))
    model.compile(Descent(0.05), "mse")
    data = tf.data.Dataset.from_tensor_slices((TABLE, TARGETS)).batch(2)
    before = model.evaluate(data, verbose=0)
    np.testing.assert_allclose(model.evaluate(TABLE, TARGETS, verbose=0), before, rtol=1e-5)
    assert model.fit(data, epochs=2, verbose=0).history["loss"][1] < before
    expected = model.predict(TABLE, verbose=0)
    np.testing.assert_allclose(model.predict(data.map(lambda x, y: x), verbose=0), expected, rtol=1e-5)
    np.testing.assert_allclose(
        array(model({name: tf.constant(column) for name, column in TABLE.items()})), expected, rtol=1e-5
    )


def test_a_second_vocabulary_reaches_a_model_that_ran():
    layer, text = lookup(), Input((1,), dtype="string")
    model = Model(text, layer(text))
    assert model.predict(COLORS, verbose=0).ravel().tolist() == [1, 2, 1, 3, 2]
    layer.set_vocabulary(["green"])
    assert model.predict(COLORS, verbose=0).ravel().tolist() == [0, 0, 0, 1, 0]


def test_indices_are_compared_with_the_layer_that_takes_them():
    class Rows(Layer):
        """Looks at what it is called on, as an Embedding does."""

        seen: list[np.ndarray] = []

        def call(self, inputs):
            return ops.cast(inputs, "float32")

        def check_host_inputs(self, indices):
            self.seen.append(indices)

    text = Input((1,), dtype="string")
    rows = Rows()
    Model(text, rows(lookup()(text))).predict(COLORS, verbose=0)
    assert [one.ravel().tolist() for one in rows.seen] == [[1, 2, 1, 3, 2]]


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (lambda: StringLookup(vocabulary=["a"], output_mode="count", sparse=True), "sparse=True is for data"),
        (lambda: StringLookup(output_mode="one_hot"), "has no vocabulary, so that the size of its output is not known"),
        (lambda: TextVectorization(vocabulary=["a"], ragged=True), "ragged=True is for data, before a model"),
        (lambda: Hashing(3, output_mode="one_hot", sparse=True), "sparse=True is for data, before a model"),
    ],
)
def test_options_that_are_for_data(layer, message):
    with pytest.raises(ValueError, match=message):
        layer()(Input((1,), dtype="string"))
    with pytest.raises(ValueError, match=r"takes texts of shape \(batch,\) or \(batch, 1\); got \(None, 3\)"):
        TextVectorization(vocabulary=["a"])(Input((3,), dtype="string"))


def words_of(model_inputs, scores, named):
    """A model that ends with names of the greatest scores; with their indices beside them where named."""
    best = ops.argmax(scores, axis=-1)
    names = StringLookup(vocabulary=["no", "yes"], num_oov_indices=0, invert=True)(best)
    assert names.dtype == "string" and names.shape == best.shape
    return Model(model_inputs, {"name": names, "score": scores} if named else names)


@pytest.mark.parametrize("named", [False, True])
def test_a_model_that_gives_strings(named, tmp_path):
    x = np.array([[0.0, 1.0], [2.0, 1.0], [-1.0, 0.5], [3.0, 2.0], [0.0, 0.5]], "float32")
    expected = ["yes", "no", "yes", "no", "yes"]
    numbers = Input((2,))
    model = words_of(numbers, ops.multiply(numbers, 2.0), named)
    model.save(tmp_path / "m.keras")
    for one in (model, saving.load_model(tmp_path / "m.keras")):
        for found in (
            one.predict(x, verbose=0),
            one.predict(x, batch_size=2, verbose=0),
            one.predict((x[i : i + 2] for i in (0, 2, 4)), verbose=0),
            one.predict_on_batch(x),
            *(one(x) for _ in range(4)),
        ):
            assert isinstance(found["name"] if named else found, np.ndarray)
            assert (found["name"] if named else found).tolist() == expected
            if named:
                np.testing.assert_allclose(array(found["score"]), x * 2)


def test_strings_in_and_strings_out():
    text = Input((1,), dtype="string")
    indices = lookup(num_oov_indices=1)(text)
    model = Model(text, StringLookup(vocabulary=lookup().get_vocabulary()[1:], invert=True)(indices + 0))
    assert model.predict(COLORS, verbose=0).ravel().tolist() == COLORS.tolist()


@pytest.mark.needs_train
def test_training_on_what_is_beside_the_strings():
    numbers = Input((2,))
    scores = Affine(2)(numbers)
    model = words_of(numbers, scores, True)
    model.compile(Descent(0.05), {"score": "mse"})
    x = np.eye(2, dtype="float32")
    losses = model.fit(x, {"score": x}, epochs=3, verbose=0).history["loss"]
    assert losses[0] > losses[2]
    assert model.predict(x, verbose=0)["name"].shape == (2,)


def test_no_vocabulary_yet():
    text = Input((1,), dtype="string")
    layer = StringLookup(name="late")
    model = Model(text, layer(text))
    with pytest.raises(ValueError, match=r"'late' \(StringLookup\) has no vocabulary. Call adapt\(data\) before"):
        model.predict(COLORS, verbose=0)
    layer.adapt(COLORS)
    assert model.predict(COLORS[:2], verbose=0).ravel().tolist() == [1, 2]
