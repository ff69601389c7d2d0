"""FeatureSpace, compared with what Keras 3.15.1 gives for the same table.

Covers: feature.py, kinds.py
"""

import numpy as np
import pytest
from keras_conformance import Affine, Descent
from keras_core import Input, KerasTensor, Layer, Model, ops, saving
from keras_core.data_utils import PyDataset
from keras_preprocessing.features import Cross, Feature, FeatureSpace
from keras_preprocessing.layers import Discretization, IntegerLookup, Rescaling, StringLookup

TABLE = {
    "plain": np.array([1.0, 2.0, 3.0, 4.0]),
    "bins": np.array([0.1, 0.3, 0.6, 0.9]),
    "scaled": np.array([0.0, 10.0, 20.0, 30.0]),
    "number": np.array([1, 2, 2, 5]),
    "hashed": np.array([10, 20, 30, 10]),
    "word": np.array(["a", "b", "b", "c"]),
    "other": np.array(["x", "y", "z", "x"]),
}
INDICES = {  # where the 1 is in the part of each category, in Keras 3.15.1
    "bins": ([0, 1, 2, 2], 3),
    "hashed": ([2, 0, 2, 2], 4),
    "number": ([3, 1, 1, 2], 4),
    "other": ([2, 1, 1, 2], 4),
    "word": ([3, 1, 1, 2], 4),
    "number_X_hashed": ([1, 3, 2, 1], 5),
    "word_X_other": ([1, 3, 3, 3], 6),
}
NUMBERS = {"plain": [1, 2, 3, 4], "scaled": [0.5, 1.5, 2.5, 3.5]}
ORDER = ["bins", "hashed", "number", "other", "plain", "scaled", "word", "number_X_hashed", "word_X_other"]


def part(name):
    if name in NUMBERS:
        return np.array(NUMBERS[name])[:, None]
    indices, depth = INDICES[name]
    return np.eye(depth)[indices]


EXPECTED = np.concatenate([part(name) for name in ORDER], -1)


def space(**kwargs):
    features = {
        "plain": "float",
        "scaled": FeatureSpace.float_rescaled(scale=0.1, offset=0.5),
        "bins": FeatureSpace.float_discretized(num_bins=3),
        "number": "integer_categorical",
        "word": "string_categorical",
        "other": FeatureSpace.string_hashed(num_bins=4),
        "hashed": FeatureSpace.integer_hashed(num_bins=4),
    }
    crosses = [("word", "other"), FeatureSpace.cross(("number", "hashed"), 5)]
    return FeatureSpace(features, crosses=crosses, crossing_dim=6, **kwargs)


def adapted(**kwargs):
    found = space(**kwargs)
    found.adapt(TABLE)
    return found


def array(x):
    return np.asarray(ops.convert_to_numpy(x))


def batches(size=2):
    return [{key: column[i : i + size] for key, column in TABLE.items()} for i in range(0, 4, size)]


class Batches(PyDataset):
    def __len__(self):
        return 2

    def __getitem__(self, index):
        return batches()[index], np.zeros(2)


@pytest.mark.parametrize("form", ["columns", "rows", "lists", "tensors", "one by one"])
def test_every_form_of_data(form):
    made = adapted()
    tensors = {key: x if x.dtype.kind == "U" else ops.convert_to_tensor(x) for key, x in TABLE.items()}
    forms = {"columns": TABLE, "rows": {key: x[:, None] for key, x in TABLE.items()}, "tensors": tensors}
    forms["lists"] = {key: x.tolist() for key, x in TABLE.items()}
    if form == "one by one":
        found = np.stack([array(made({key: x[i] for key, x in TABLE.items()})) for i in range(4)])
    else:
        found = array(made({**forms[form], "of no use": [0] * 4}))
    np.testing.assert_allclose(found, EXPECTED, rtol=1e-6)


@pytest.mark.parametrize("source", ["list", "generator", "sequence", "frame"])
def test_it_learns_from_every_source(source):
    made = space()
    if source == "frame":
        pandas = pytest.importorskip("pandas")
        made.adapt(pandas.DataFrame(TABLE))
    else:
        sources = {"list": batches(), "sequence": Batches(), "generator": ((x, 0) for x in batches())}
        made.adapt(sources[source])
    np.testing.assert_allclose(array(made(TABLE)), EXPECTED, rtol=1e-6)


def test_parts_by_name():
    found = adapted(output_mode="dict")(TABLE)
    assert list(found) == ORDER
    for name, values in found.items():
        np.testing.assert_allclose(array(values), part(name), rtol=1e-6)


def test_indices_that_stay():
    features = {"number": FeatureSpace.integer_categorical(output_mode="int"), "word": "string_categorical"}
    crosses = [FeatureSpace.cross(("word", "number"), 5, output_mode="int")]
    made = FeatureSpace(features, "dict", crosses)
    made.adapt(TABLE)
    found = made(TABLE)
    assert array(found["number"]).tolist() == [[3], [1], [1], [2]]
    assert array(found["word_X_number"]).shape == (4, 1)
    with pytest.raises(ValueError, match="'number' stays an index"):
        FeatureSpace(features)


def in_graph(made):
    return Model(made.get_inputs(), made.get_encoded_features())


def as_layer(made):
    inputs = {key: Input((1,), dtype=one.dtype, name=key) for key, one in made.features.items()}
    return Model(inputs, made(inputs))


class OfOnesOwn(Model):
    def __init__(self, made):
        super().__init__()
        self.made = made

    def call(self, inputs):
        return self.made(inputs)


@pytest.mark.parametrize("model_of", [in_graph, as_layer, OfOnesOwn])
def test_models(model_of, tmp_path):
    model = model_of(adapted())
    np.testing.assert_allclose(model.predict(TABLE, batch_size=3, verbose=0), EXPECTED, rtol=1e-6)
    for _ in range(3):
        np.testing.assert_allclose(array(model(TABLE)), EXPECTED, rtol=1e-6)
    if model_of is not OfOnesOwn:
        model.save(tmp_path / "m.keras")
        again = saving.load_model(tmp_path / "m.keras")
        np.testing.assert_allclose(again.predict(TABLE, verbose=0), EXPECTED, rtol=1e-6)


@pytest.mark.needs_train
def test_training():
    made = adapted()
    model = Model(made.get_inputs(), Affine(1)(made.get_encoded_features()))
    model.compile(Descent(0.005), "mse")
    losses = model.fit(TABLE, np.ones((4, 1)), epochs=3, verbose=0).history["loss"]
    assert losses[0] > losses[1] > losses[2]
    assert model.fit(Batches(), verbose=0).history["loss"][0] < losses[0]


def test_files(tmp_path):
    made = adapted(name="mine")
    made.save(tmp_path / "space.keras")
    again = saving.load_model(tmp_path / "space.keras")
    assert type(again) is FeatureSpace and again.name == "mine"
    np.testing.assert_allclose(array(again(TABLE)), EXPECTED, rtol=1e-6)
    again.adapt({**TABLE, "word": np.array(["c", "c", "b", "a"])})
    assert not np.allclose(array(again(TABLE)), EXPECTED)


def test_maps_over_a_data_set():
    tf = pytest.importorskip("tensorflow")
    rows = tf.data.Dataset.from_tensor_slices(TABLE)
    made = space()
    made.adapt(rows.batch(2))
    mapped = rows.batch(2).map(made)
    assert mapped.element_spec.shape.as_list() == [None, EXPECTED.shape[-1]]
    np.testing.assert_allclose(np.concatenate(list(mapped)), EXPECTED, rtol=1e-6)
    np.testing.assert_allclose(next(iter(rows.map(made))), EXPECTED[0], rtol=1e-6)
    plain = FeatureSpace({"plain": "float", "hashed": FeatureSpace.integer_hashed(4)})
    assert next(iter(rows.batch(2).map(plain))).shape == (2, 5)


def test_given_boundaries_and_a_layer_of_ones_own():
    made = FeatureSpace(
        {
            "bins": FeatureSpace.float_discretized(3, bin_boundaries=[0.5, 0.7]),
            "plain": FeatureSpace.feature(dtype="float32", preprocessor=Rescaling(2.0), output_mode="float"),
        }
    )
    expected = [[1, 0, 0, 2], [1, 0, 0, 4], [0, 1, 0, 6], [0, 0, 1, 8]]
    np.testing.assert_allclose(array(made(TABLE)), expected)
    with pytest.raises(ValueError, match="1 bin_boundaries make 2 bins, and num_bins is 3"):
        FeatureSpace.float_discretized(3, bin_boundaries=[0.5])


def with_given_vocabularies():
    return FeatureSpace(
        {
            "word": Feature("string", StringLookup(vocabulary=["b", "a"]), "one_hot"),
            "number": Feature("int32", IntegerLookup(vocabulary=[2]), "one_hot"),
            "bins": Feature("float32", Discretization([0.5], num_bins=2), "one_hot"),
        }
    )


def test_given_vocabularies_and_bins_stay():
    made = with_given_vocabularies()
    expected = np.concatenate([np.eye(2)[[0, 0, 1, 1]], np.eye(2)[[0, 1, 1, 0]], np.eye(3)[[2, 1, 1, 0]]], -1)
    np.testing.assert_array_equal(array(made(TABLE)), expected)  # which needs no adapt()
    made.adapt({key: TABLE[key][::-1] for key in ("word", "number", "bins")})
    np.testing.assert_array_equal(array(made(TABLE)), expected)


def test_what_a_layer_had_learnt_before_stays():
    layer = StringLookup()
    layer.adapt(np.array(["c", "c", "a"]))
    made = FeatureSpace({"word": Feature("string", layer, "one_hot"), "number": "integer_categorical"})
    made.adapt(TABLE)
    assert layer.get_vocabulary() == ["[UNK]", "c", "a"]
    assert made.preprocessors["number"].get_vocabulary() == [-1, 2, 5, 1]


def test_a_space_that_has_learnt_nothing_says_so_after_its_file_was_read(tmp_path):
    made = FeatureSpace({"word": "string_categorical", "plain": "float"})
    made.save(tmp_path / "space.keras")
    again = saving.load_model(tmp_path / "space.keras")
    with pytest.raises(ValueError, match="the layer of feature 'word' has learnt nothing yet"):
        again(TABLE)
    again.adapt(TABLE)
    assert array(again(TABLE)).shape == (4, 5)


def test_large_unsigned_integers_are_hashed_as_they_are_written():
    made = FeatureSpace({"hashed": FeatureSpace.integer_hashed(1000)})
    large = np.array([2**31 + 5, 7], "uint32")
    np.testing.assert_array_equal(array(made({"hashed": large})), array(made({"hashed": large.astype("int64")})))


def test_names_and_sizes():
    made = FeatureSpace(
        {"word": "string_hashed", "bins": "float_discretized"}, hashing_dim=9, num_discretization_bins=7
    )
    assert made.preprocessors["word"].num_bins == 9 and made.preprocessors["bins"].num_bins == 7
    assert made.preprocessors["word"].name == "word_preprocessor"
    assert isinstance(made.get_inputs()["word"], KerasTensor) and made.get_inputs()["word"].dtype == "string"
    cross = FeatureSpace.cross(("a", "b"), 4)
    assert (cross.name, cross.get_config()["crossing_dim"]) == ("a_X_b", 4)


class Unknown(Layer):
    def call(self, inputs):
        return inputs


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: FeatureSpace({}), "features must be a dict with a column or more"),
        (lambda: FeatureSpace({"a": "floaty"}), "feature 'a' must be a Feature or one of"),
        (lambda: FeatureSpace({"a": 3}), "feature 'a' must be a Feature"),
        (lambda: FeatureSpace({"a": "float"}, "rows"), "output_mode must be 'concat' or 'dict'"),
        (lambda: FeatureSpace({"a": "float"}, crosses=[("a", "b")]), "crosses name 'b', which is none"),
        (lambda: FeatureSpace({"a": "float", "b": "float"}, crosses=[("a", "b")]), "only categories can be crossed"),
        (lambda: FeatureSpace({"a": "string_categorical"})({"a": ["x"]}), "has learnt nothing yet"),
        (lambda: adapted()({"word": ["a"]}), "have no column 'plain'"),
        (lambda: space().adapt({"word": ["a"]}), "have no column 'bins'"),
        (lambda: Feature("float32", Rescaling(1.0), "many"), "output_mode must be"),
        (lambda: Cross(("a",), 3), "two or more names"),
        (lambda: Cross(("a", "b"), 3, "float"), "output_mode must be 'one_hot' or 'int'"),
        (lambda: FeatureSpace({"a": Feature("int32", Unknown(), "one_hot")})({"a": [1]}), "how many categories"),
    ],
)
def test_wrong_values(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: adapted()(np.ones(3)), "takes a dict of columns, got ndarray"),
        (lambda: adapted()({**TABLE, "word": np.arange(4)}), "feature 'word' takes strings, got int64"),
        (lambda: adapted()({**TABLE, "plain": TABLE["word"]}), "feature 'plain' takes float32, got <U1"),
        (lambda: space().adapt(3), "takes a dict of columns, a data frame, or batches"),
        (lambda: space().adapt([np.ones(3)]), "takes batches that are dicts of columns, got ndarray"),
        (lambda: Feature("float32", "layer", "float"), "preprocessor must be a layer"),
    ],
)
def test_wrong_types(make, message):
    with pytest.raises(TypeError, match=message):
        make()
