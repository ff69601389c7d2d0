import numpy as np
import pytest
import tensorflow as tf
from keras_core import Input, InputSpec, Model, Sequential, Spec, ops
from keras_core.exporting import ExportArchive
from keras_layers import LSTM, Dense, Embedding


@pytest.fixture
def x():
    return np.random.default_rng(0).normal(size=(4, 5, 3)).astype("float32")


def test_a_model_of_sequences_of_any_length(tmp_path, x):
    model = Sequential([Input((None, 3), name="steps"), LSTM(4), Dense(2, name="scores")])
    model.export(tmp_path / "model")
    loaded = tf.saved_model.load(str(tmp_path / "model"))
    np.testing.assert_allclose(loaded.serve(x), model.predict(x, verbose=0), atol=1e-5)
    found = loaded.signatures["serving_default"](steps=tf.constant(x[:1, :2]))
    np.testing.assert_allclose(found["scores"], model.predict(x[:1, :2], verbose=0), atol=1e-5)
    assert len(loaded.all_variables) == 5


def test_a_quantized_model(tmp_path):
    model = Sequential([Input((3,)), Dense(4)])
    model.quantize("int8")
    model.export(tmp_path / "model", format="tf_saved_model")
    loaded, x = tf.saved_model.load(str(tmp_path / "model")), np.random.default_rng(0).normal(size=(5, 3)).astype("f4")
    np.testing.assert_allclose(loaded.serve(x), model.predict(x, verbose=0), atol=1e-6)
    assert "_XlaMustCompile" not in str(loaded.signatures["serving_default"].graph.as_graph_def())


def test_nested_inputs_and_outputs(tmp_path):
    a, words = Input((2,), name="a"), Input((None,), dtype="int32", name="words")
    outputs = {"sum": Dense(3)(a), "words": Embedding(7, 2)(words)}
    model = Model({"a": a, "words": words}, outputs)
    model.export(tmp_path / "model", format="tf_saved_model")
    given = {"a": np.ones((2, 2), "float32"), "words": np.array([[1, 6], [0, 3]], "int32")}
    loaded = tf.saved_model.load(str(tmp_path / "model"))
    found = loaded.serve(given)
    for name, expected in model.predict(given, verbose=0).items():
        np.testing.assert_allclose(found[name], expected, atol=1e-5)


def test_several_functions_share_variables_and_states_stay(tmp_path, x):
    dense = Sequential([Input((3,)), Dense(2)])
    memory = Sequential([Input(batch_shape=(1, 2, 3)), LSTM(2, stateful=True)])
    archive = ExportArchive()
    archive.track_and_add_endpoint("serve", dense)
    archive.add_endpoint("doubled", lambda x: 2 * dense(x), [InputSpec(shape=(None, 3), name="rows")])
    archive.add_variable_collection("kernels", [dense.layers[0].kernel])
    archive.write_out(tmp_path / "archive", verbose=False)
    loaded = tf.saved_model.load(str(tmp_path / "archive"))
    np.testing.assert_allclose(loaded.doubled(x[:, 0]), 2 * loaded.serve(x[:, 0]), atol=1e-5)
    assert len(loaded.all_variables) == 2 and loaded.kernels[0].shape == (3, 2)
    memory.export(tmp_path / "memory", sample=x[:1, :2] * 0)
    loaded = tf.saved_model.load(str(tmp_path / "memory"))
    first, second = loaded.serve(x[:1, :2]), loaded.serve(x[:1, :2])
    assert np.abs(first - second).max() > 1e-3


def test_control_flow_is_the_graph_s_own(tmp_path):
    archive = ExportArchive()
    archive.add_endpoint(
        "grow",
        lambda x: ops.while_loop(lambda x: ops.sum(x) < 10, lambda x: x + x, x),
        [Spec((2,))],
        sample=np.float32([1, 2]),
    )
    archive.write_out(tmp_path / "loop", verbose=False)
    loaded = tf.saved_model.load(str(tmp_path / "loop"))
    assert loaded.grow(np.float32([1, 2])).numpy().tolist() == [4, 8]
