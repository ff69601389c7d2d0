"""Losses, metrics, weights and targets for some outputs, nested as they are; weights of classes by output."""

from collections import namedtuple

import numpy as np
import pytest

keras = pytest.importorskip("keras")
from keras.layers import Dense, Input, Lambda  # noqa: E402

pytestmark = pytest.mark.needs_train

X = np.array([[1.0], [2.0], [4.0]], "float32")
ZEROS = np.zeros_like(X)
SQUARES, VALUES = (X**2).mean(), X.mean()


def times(factor, tensor, name=None):
    return Dense(1, use_bias=False, kernel_initializer=keras.initializers.Constant(factor), name=name)(tensor)


@pytest.fixture
def heads():
    """Outputs `one` = x and `two` = 2 x."""
    i = Input((1,))
    return keras.Model(i, [times(1.0, i, "one"), times(2.0, i, "two")])


def compiled(model, *arguments, **more):
    model.compile(keras.optimizers.SGD(0.0), *arguments, **more)
    return model


# Where a backend knows that the weights of the other output have no gradient, fit says so.
@pytest.mark.filterwarnings("ignore:The loss does not depend on these variables")
@pytest.mark.parametrize("loss", [{"one": "mse"}, ["mse", None], {"one": "mse", "two": None}], ids=str)
def test_targets_for_the_output_that_has_a_loss_suffice(heads, loss):
    heads.compile(keras.optimizers.SGD(0.1), loss, metrics={"one": "mae"})
    other = heads.get_layer("two").get_weights()
    weight = 1.0
    for y in (ZEROS, {"one": ZEROS}, [ZEROS], [ZEROS, None]):
        history = heads.fit(X, y, verbose=0, validation_data=(X, y)).history
        np.testing.assert_allclose(history["loss"][0], weight**2 * SQUARES, rtol=1e-4)
        np.testing.assert_allclose(history["one_mae"][0], abs(weight) * VALUES, rtol=1e-4)
        weight *= 1 - 0.2 * SQUARES
        np.testing.assert_allclose(history["val_loss"][0], weight**2 * SQUARES, rtol=1e-4)
        np.testing.assert_allclose(heads.evaluate(X, y, verbose=0)[0], weight**2 * SQUARES, rtol=1e-4)
    np.testing.assert_array_equal(heads.get_layer("two").get_weights(), other)
    found = heads.fit(iter([(X, {"one": ZEROS})]), steps_per_epoch=1, verbose=0).history["loss"][0]
    np.testing.assert_allclose(found, weight**2 * SQUARES, rtol=1e-4)


def test_missing_targets_are_named(heads):
    compiled(heads, {"one": "mse"})
    for y, message in (({"two": ZEROS}, "under its name"), ([None, ZEROS], "no targets"), (None, "y is missing")):
        with pytest.raises(ValueError, match=message):
            heads.fit(X, y, verbose=0)


def test_lists_of_one():
    model = compiled(
        keras.Sequential([Input((1,)), Lambda(lambda t: 2 * t), Dense(1, use_bias=False)]), ["mse"], [["mae"]]
    )
    model.set_weights([np.ones((1, 1))])
    found = model.evaluate(X, [ZEROS], sample_weight=[np.array([1.0, 0.0, 0.0])], verbose=0)
    np.testing.assert_allclose(found[0], 4 / 3, rtol=1e-5)


MIRRORED = (
    {"first": "mse", "rest": ["mae", "mse"]},
    {"first": 3.0, "rest": [0.5, 1.0]},
    {"first": ["mae"], "rest": [[], "mae"]},
)
FLAT = ["mse", "mae", "mse"], [3.0, 0.5, 1.0], {"first": "mae", "three": "mae"}
BY_NAME = (
    {"first": "mse", "two": "mae", "three": "mse"},
    {"first": 3.0, "two": 0.5},
    {"first": "mae", "rest": [[], ["mae"]]},
)


@pytest.mark.parametrize(("loss", "weights", "metrics"), [MIRRORED, FLAT, BY_NAME], ids=["mirrored", "flat", "by name"])
def test_what_mirrors_nested_outputs(loss, weights, metrics):
    i = Input((1,))
    outputs = {"first": times(1.0, i, "one"), "rest": [times(2.0, i, "two"), times(3.0, i, "three")]}
    model = compiled(keras.Model(i, outputs), loss, loss_weights=weights, metrics=metrics)
    total = 3 * SQUARES + 0.5 * 2 * VALUES + 9 * SQUARES
    for y in ({"first": ZEROS, "rest": [ZEROS, ZEROS]}, [ZEROS] * 3, {"first": ZEROS, "two": ZEROS, "three": ZEROS}):
        found = model.evaluate(X, y, verbose=0, return_dict=True)
        np.testing.assert_allclose(found["loss"], total, rtol=1e-5)
        np.testing.assert_allclose(found["first_mae"], VALUES, rtol=1e-5)
        np.testing.assert_allclose(found["three_mae"], 3 * VALUES, rtol=1e-5)
        assert set(found) == {"loss", "first_loss", "two_loss", "three_loss", "first_mae", "three_mae"}
    half = np.array([2.0, 0.0, 0.0])
    found = model.evaluate(X, y, sample_weight={"first": half, "rest": [None, None]}, verbose=0, return_dict=True)
    np.testing.assert_allclose(found["first_loss"], 2 / 3, rtol=1e-5)
    np.testing.assert_allclose(found["two_loss"], 2 * VALUES, rtol=1e-5)


def test_named_tuples():
    Pair = namedtuple("Pair", ["left", "right"])

    class Two(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = Dense(1, use_bias=False, kernel_initializer="ones")

        def call(self, inputs):
            return Pair(self.dense(inputs), 2 * inputs)

    model = compiled(Two(), Pair("mse", "mae"), loss_weights=Pair(1.0, 0.5))
    found = model.fit(X, Pair(ZEROS, ZEROS), verbose=0).history["loss"]
    np.testing.assert_allclose(found, [SQUARES + VALUES], rtol=1e-5)


def classes(labels, weights):
    """Mean cross-entropy of equal probabilities of two classes, each sample times its class's weight."""
    return np.log(2) * np.mean([weights[label] for label in labels])


def test_weights_of_classes_by_output():
    i = Input((1,))
    outputs = [Dense(2, "softmax", kernel_initializer="zeros", name=name)(i) for name in ("one", "two")]
    model = compiled(keras.Model(i, outputs), "sparse_categorical_crossentropy")
    one, two, weights = np.array([0, 1, 1]), np.array([0, 0, 1]), {0: 2.0, 1: 5.0}
    expected = classes(one, weights) + classes(two, {0: 1, 1: 1})
    for given in ({"one": weights}, [weights, None]):
        for y in ([one, two], {"one": one, "two": two}):
            found = model.fit(X, y, class_weight=given, verbose=0).history["loss"][0]
            np.testing.assert_allclose(found, expected, rtol=1e-5)
    found = model.train_on_batch(X, [one, two], class_weight={"one": weights, "two": {0: 3.0, 1: 0.0}})[0]
    np.testing.assert_allclose(found, classes(one, weights) + classes(two, {0: 3, 1: 0}), rtol=1e-5)
    source = iter([(X, [one, two], [None, np.array([0.0, 1.0, 1.0])])])
    found = model.fit(source, steps_per_epoch=1, class_weight={"two": weights}, verbose=0).history["loss"][0]
    np.testing.assert_allclose(found, classes(one, {0: 1, 1: 1}) + np.log(2) * 7 / 3, rtol=1e-5)


@pytest.mark.parametrize(
    "given", ["balanced", "auto", {"cat": 1.0, "dog": 2.0}, {"0": 1.0}, [1.0, 2.0], {0: 1.0}], ids=str
)
def test_what_weighs_no_classes_is_refused_by_name(given):
    model = compiled(keras.Sequential([Input((1,)), Dense(2, "softmax")]), "sparse_categorical_crossentropy")
    for run in (model.fit, model.train_on_batch):
        with pytest.raises(ValueError, match="class_weight"):
            run(X, np.array([0, 1, 1]), class_weight=given)
