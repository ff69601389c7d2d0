import numpy as np
import pytest
from keras_conformance import Affine
from keras_core import Input, KerasTensor, Layer, Model, Sequential, ops
from keras_core.layers import HostLayer
from keras_core.layers.host_layer import Strings
from keras_core.models import clone_model
from keras_core.training import data_budget


class Letters(HostLayer):
    """How often "a" and "b" are in each text of shape (batch, 1)."""

    rows: list[int] = []

    def call(self, inputs):
        self.rows.append(len(inputs))
        texts = [text.decode() if isinstance(text, bytes) else text for text in inputs.ravel().tolist()]
        return np.array([[text.count("a"), text.count("b")] for text in texts], "float32")

    def compute_output_spec(self, inputs):
        return KerasTensor((inputs.shape[0], 2), "float32")


class Reversed(HostLayer):
    def call(self, inputs):
        return np.array([text[::-1] for text in inputs.ravel().tolist()], object).reshape(inputs.shape)

    def compute_output_spec(self, inputs):
        return KerasTensor(inputs.shape, "string")


class First(HostLayer):
    """Whether texts begin with "a"."""

    def call(self, inputs):
        return np.char.startswith(inputs.astype(str), "a").astype("float32")

    def compute_output_spec(self, inputs):
        return KerasTensor(inputs.shape, "float32")


class Same(HostLayer):
    """Whether two texts, or a text and a number, are the same."""

    def as_data(self, inputs):
        return [np.asarray(one) for one in inputs]

    def call(self, inputs):
        return (inputs[0].astype(str) == inputs[1].astype(str)).astype("float32")

    def compute_output_spec(self, inputs):
        return KerasTensor(inputs[0].shape, "float32")


class Ones(Letters):
    """One of each letter."""

    def call(self, inputs):
        return np.ones((len(inputs), 2), "float32")


class Own(Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.letters, self.dense = Letters(), Affine(1)

    def call(self, inputs):
        text = inputs["text"] if isinstance(inputs, dict) else inputs
        return self.dense(self.letters(text))


TEXTS = np.array(["aab", "b", "ab", "", "bbb"])
COUNTS = np.array([[2, 1], [0, 1], [1, 1], [0, 0], [0, 3]], "float32")
TARGETS = np.array([[1.0], [0.0], [2.0], [1.0], [0.5]], "float32")


def functional(numbers=True):
    text, number = Input((1,), dtype="string", name="text"), Input((2,), name="number")
    counts = Letters()(text)
    return Model([text, number], counts + number) if numbers else Model(text, counts)


def numbers_of(tensor):
    return ops.convert_to_numpy(tensor).tolist()


def trainable():
    text = Input((1,), dtype="string")
    return Model(text, Affine(1)(Letters()(text)))


@pytest.mark.parametrize("given", [TEXTS, TEXTS[:, None], TEXTS.astype(object), TEXTS.tolist(), TEXTS.astype("S")])
def test_every_form_of_strings(given):
    model = functional(numbers=False)
    np.testing.assert_array_equal(model.predict(given, verbose=0), COUNTS)
    np.testing.assert_array_equal(model.predict_on_batch(given), COUNTS)
    np.testing.assert_array_equal(model.predict(given, batch_size=2, verbose=0), COUNTS)
    for _ in range(3):  # the second call is compiled
        np.testing.assert_array_equal(ops.convert_to_numpy(model(given)), COUNTS)


def test_inputs_by_position_and_by_name_with_columns_left_over():
    model, numbers = functional(), np.arange(10, dtype="float32").reshape(5, 2)
    for x in ([TEXTS, numbers], {"number": numbers, "text": TEXTS, "rest": TEXTS, "more": numbers}):
        np.testing.assert_array_equal(model.predict(x, verbose=0), COUNTS + numbers)
        np.testing.assert_array_equal(ops.convert_to_numpy(model(x)), COUNTS + numbers)
    named = Model({"t": model.inputs[0], "n": model.inputs[1]}, model.output)
    np.testing.assert_array_equal(named.predict({"n": numbers, "t": TEXTS}, verbose=0), COUNTS + numbers)


@pytest.mark.parametrize("wrap", ["functional", "sequential", "own"])
@pytest.mark.needs_train
def test_training_is_that_on_what_the_layer_gives(wrap):
    plain = Sequential([Input((2,)), Affine(1)])
    if wrap == "functional":
        model = trainable()
    else:
        model = Own() if wrap == "own" else Sequential([Letters(), Affine(1)])
        model.predict(TEXTS[:1, None], verbose=0)
    model.set_weights(plain.get_weights())
    x, curves = {plain: COUNTS, model: TEXTS[:, None]}, {}
    for one, data in x.items():
        one.compile("sgd", "mse")
        arguments = {"batch_size": 2, "epochs": 3, "shuffle": False, "verbose": 0}
        history = one.fit(data, TARGETS, validation_data=(data, TARGETS), **arguments).history
        by_batches = one.fit(((data[i : i + 2], TARGETS[i : i + 2]) for i in (0, 2)), verbose=0).history
        whole = one.evaluate(data, TARGETS, verbose=0), one.train_on_batch(data, TARGETS)
        curves[one] = [*history["loss"], *history["val_loss"], *by_batches["loss"], *whole]
    np.testing.assert_allclose(curves[model], curves[plain], rtol=1e-5)
    assert curves[model][0] > curves[model][2]


@pytest.mark.needs_train
def test_a_step_of_ones_own_gets_what_its_model_takes():
    class Stepping(Own):
        def train_step(self, data):
            x, _ = data
            assert isinstance(x, Strings) or isinstance(x["text"], Strings)
            return super().train_step(data)

    model = Stepping()
    model.compile("sgd", "mse")
    assert model.fit({"text": TEXTS[:, None]}, TARGETS, verbose=0).history["loss"][0] > 0


def test_layers_inside_layers_and_models():
    class Outer(Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.inner = functional(numbers=False)
            self.reversed, self.first = Reversed(), First()

        def call(self, inputs):
            return ops.concatenate([self.inner(inputs), self.first(inputs), self.first(self.reversed(inputs))], -1)

    text = Input((1,), dtype="string")
    model = Model(text, Outer()(text))
    expected = np.c_[COUNTS, [1, 0, 1, 0, 0], [0, 0, 0, 0, 0]]
    np.testing.assert_array_equal(model.predict(TEXTS, verbose=0), expected)
    np.testing.assert_array_equal(model.predict(np.array(["ba"]), verbose=0), [[1, 1, 0, 1]])


def test_several_inputs_of_one_layer():
    one, two, number = (Input((1,), dtype=d, name=n) for d, n in (("string", "a"), ("string", "b"), ("int32", "n")))
    model = Model([one, two, number], [Same()([one, two]), Same()([number, two])])
    found = model.predict([np.array(["x", "y"]), np.array(["x", "3"]), np.array([[3], [3]])], verbose=0)
    assert [part.ravel().tolist() for part in found] == [[1, 0], [0, 1]]
    shared = Same(name="shared")
    twice = Model([one, two], [shared([one, two]), shared([one, one])])
    x = [np.array(["x"]), np.array(["y"])]
    with pytest.raises(TypeError, match=r"'shared' \(Same\) is called twice on the same strings with others beside"):
        twice.predict(x, verbose=0)
    same = Model([one, two], [shared([one, two]), shared([one, two])])
    assert [part.tolist() for part in same.predict(x, verbose=0)] == [[[0]], [[0]]]


def test_copies():
    model = functional(numbers=False)
    for copy in (
        clone_model(model),
        model.to_backend("numpy"),
        Model.from_config(model.get_config(), {"Letters": Letters}),
    ):
        np.testing.assert_array_equal(copy.predict(TEXTS, verbose=0), COUNTS)


def test_another_layer_takes_the_place_of_one():
    model = Own()
    model.predict(TEXTS[:, None], verbose=0)
    kernel = model.dense.get_weights()[0]
    model.letters = Ones()
    np.testing.assert_allclose(model.predict(TEXTS[:, None], verbose=0), np.full((5, 1), kernel.sum()), rtol=1e-6)


@pytest.mark.needs_train
@pytest.mark.parametrize("make", [Own, trainable])
def test_which_layers_there_are_is_found_once(make, monkeypatch):
    asked = []
    rule = Letters.compute_output_spec
    monkeypatch.setattr(Letters, "compute_output_spec", lambda self, inputs: asked.append(self) or rule(self, inputs))
    model = make()
    model.compile("sgd", "mse")
    for _ in range(2):
        asked.clear()
        model.fit(((TEXTS[:2, None], TARGETS[:2]) for _ in range(4)), verbose=0)
        model.predict(TEXTS[:, None], verbose=0)
        model.train_on_batch(TEXTS[:, None], TARGETS)
    assert not asked


def test_inputs_that_may_be_left_out():
    text, number = Input((1,), dtype="string"), Input((2,), optional=True)

    class Sum(Layer):
        def call(self, inputs):
            return inputs[0] if inputs[1] is None else inputs[0] + inputs[1]

    model = Model([text, number], Sum()([Letters()(text), number]))
    np.testing.assert_array_equal(ops.convert_to_numpy(model([TEXTS, None])), COUNTS)
    np.testing.assert_array_equal(ops.convert_to_numpy(model([TEXTS, np.ones((5, 2), "float32")])), COUNTS + 1)


def test_each_sample_is_computed_once():
    model = functional(numbers=False)
    model.predict(TEXTS, verbose=0)
    Letters.rows.clear()
    model.predict(TEXTS, verbose=0)
    assert sum(Letters.rows) == len(TEXTS) + 1  # one of them shows how much memory all will take


def test_what_exceeds_the_budget_is_computed_in_parts():
    model = functional(numbers=False)
    many = np.tile(TEXTS, 20)
    Letters.rows.clear()
    with data_budget.limited_data_budget(8 * 30):
        found = model.predict(many, batch_size=5, verbose=0)
    np.testing.assert_array_equal(found, np.tile(COUNTS, (20, 1)))
    assert max(Letters.rows) <= 30


@pytest.mark.parametrize(
    ("x", "message"),
    [
        ([np.ones((5, 1), "float32"), np.ones((5, 2))], "input 'text' takes strings, got float32. Give strings"),
        ([TEXTS, np.array([["a", "b"]] * 5)], "input 'number' holds strings where numbers are expected .float32."),
        ([np.array(["a", None, "b", "a", "b"], object), np.ones((5, 2))], r"holds strings, and at index \(1,\) None"),
        ([np.array([["a", "b"]] * 5), np.ones((5, 2))], r"input 'text' has shape \(None, 1\), got an array of shape"),
    ],
)
def test_data_of_the_other_kind(x, message):
    model = functional()
    for run in (model, model.predict, model.predict_on_batch):
        with pytest.raises(ValueError, match=message):
            run(x)


def test_models_that_take_no_strings():
    class Plain(Model):
        def __init__(self):
            super().__init__()
            self.dense = Affine(1, name="plain_dense")

        def call(self, inputs):
            return self.dense(inputs)

    class Constant(Model):
        def call(self, inputs):
            return ops.ones((1, 1))

    with pytest.raises(ValueError, match=r"holds strings where numbers are expected \(float32\)\. Encode"):
        Sequential([Input((1,)), Affine(1)]).predict(TEXTS, verbose=0)
    with pytest.raises(TypeError, match=r"plain_dense.*takes numbers, got strings. Put a layer such as StringLookup"):
        Plain().predict(TEXTS[:, None], verbose=0)
    with pytest.raises(ValueError, match=r"was given strings, and no layer in its call\(\) takes any"):
        Constant().predict(TEXTS[:, None], verbose=0)


def test_a_tensor_of_the_model_is_no_input_of_such_a_layer():
    text, number = Input((1,), dtype="string"), Input((1,))
    model = Model([text, number], Same(name="late")([text, number * 2]))
    with pytest.raises(TypeError, match=r"'late' \(Same\) takes a tensor of shape \(None, 1\) that is computed"):
        model.predict([TEXTS, np.ones((5, 1))], verbose=0)
