"""Inputs and outputs of models keep the form in which they were given."""

from collections import namedtuple

import numpy as np
import pytest

keras = pytest.importorskip("keras")
from keras import layers  # noqa: E402

X = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")
Pair = namedtuple("Pair", ("left", "right"))


def form(value):
    """Lists, tuples and dicts as they are, "*" for each leaf."""
    return keras.tree.map_structure(lambda _: "*", value)


def same_form(found, expected):
    assert form(found) == form(expected)
    if isinstance(expected, (list, tuple, dict)):
        assert type(found) is type(expected)


FORMS = [
    lambda one, two: one,
    lambda one, two: [one],
    lambda one, two: (one,),
    lambda one, two: [one, two],
    lambda one, two: (one, two),
    lambda one, two: {"u": one, "v": two},
    lambda one, two: {"u": one},
    lambda one, two: Pair(one, two),
    lambda one, two: [[one], two],
    lambda one, two: (one, [{"w": two}]),
    lambda one, two: {"u": {"w": one}, "v": (two,)},
]


@pytest.mark.parametrize("made", FORMS)
def test_outputs_of_a_graph(made, tmp_path):
    start = keras.Input((3,))
    wanted = made(layers.Dense(2)(start), layers.Dense(1)(start))
    model = keras.Model(start, wanted)
    for found in (
        model.output,
        model(X),
        model(X),  # which is compiled, where it is
        model(X, training=True),
        model(keras.Input((3,))),
        model.predict(X, verbose=0),
        model.predict_on_batch(X),
        model.compute_output_spec(keras.Input((3,))),
        keras.models.clone_model(model).predict(X, verbose=0),
    ):
        same_form(found, wanted)
    assert isinstance(model.outputs, list) and len(model.outputs) == len(keras.tree.flatten(wanted))
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    found, expected = loaded.predict(X, verbose=0), model.predict(X, verbose=0)
    assert isinstance(found, dict) == isinstance(expected, dict)
    assert keras.tree.flatten(form(found)) == keras.tree.flatten(form(expected))  # tuples are lists in a file


@pytest.mark.parametrize("made", FORMS)
def test_outputs_of_a_subclass(made):
    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.one, self.two = layers.Dense(2), layers.Dense(1)

        def call(self, inputs):
            return made(self.one(inputs), self.two(inputs))

    model = Own()
    for found in (model.predict(X, verbose=0), model(X), model.predict_on_batch(X), model(keras.Input((3,)))):
        same_form(found, made(X, X))


@pytest.mark.parametrize("made", FORMS)
def test_inputs_of_a_graph(made, tmp_path):
    one, two = keras.Input((3,), name="one"), keras.Input((3,), name="two")
    inputs = made(one, two)
    used = keras.tree.flatten(inputs)
    output = layers.Dense(1)(used[0] if len(used) == 1 else used[0] - 2 * used[1])
    model, given = keras.Model(inputs, output), made(X, X + 1)
    same_form(model.input, inputs)
    assert isinstance(model.inputs, list) and [tensor.name for tensor in model.inputs] == [
        tensor.name for tensor in used
    ]
    kernel, bias = model.get_weights()
    expected = (X if len(used) == 1 else X - 2 * (X + 1)) @ kernel + bias
    model.compile("sgd", "mse")
    model.fit(given, np.zeros((4, 1)), verbose=0, epochs=1)
    model.evaluate(given, np.zeros((4, 1)), verbose=0)
    model.set_weights([kernel, bias])
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    for found in (
        model.predict(given, verbose=0),
        model(given),
        model.predict(keras.tree.flatten(given), verbose=0),  # in the order of `inputs`
        model.predict({tensor.name: value for tensor, value in zip(used, (X, X + 1), strict=False)}, verbose=0)
        if not isinstance(inputs, dict)
        else model.predict(given, verbose=0),
        loaded.predict(given, verbose=0),
        keras.Model(inputs, model(inputs)).predict(given, verbose=0),
    ):
        np.testing.assert_allclose(keras.ops.convert_to_numpy(found), expected, rtol=1e-4, atol=1e-5)


def test_a_missing_input_of_a_nested_dict_is_named():
    one, two = keras.Input((3,)), keras.Input((3,))
    model = keras.Model([{"left": one, "right": two}], one + two)
    with pytest.raises(ValueError, match="no 'right'"):
        model.predict([{"left": X}], verbose=0)
