"""Objects answer what user code asks them."""

import copy
import pickle

import numpy as np
import pytest

keras = pytest.importorskip("keras")
from keras import layers, losses, metrics  # noqa: E402


def array(tensor):
    return np.asarray(keras.ops.convert_to_numpy(tensor))


def test_a_symbolic_tensor_has_no_length():
    start = keras.Input((3,))
    assert not hasattr(start, "__len__") and not hasattr(keras.Model(start, layers.Dense(2)(start)).output, "__len__")
    outputs = keras.Model(start, [layers.Dense(2)(start), layers.Dense(1)(start)]).output
    assert len(outputs) == 2


def test_values_carry_the_mask_of_the_layer():
    ids = np.array([[3, 1, 0], [2, 0, 0]])
    embedded = layers.Embedding(5, 2, mask_zero=True)(ids)
    np.testing.assert_array_equal(array(embedded._keras_mask), ids != 0)
    lstm = layers.LSTM(3)
    np.testing.assert_allclose(array(lstm(embedded)), array(lstm(embedded, mask=ids != 0)), rtol=1e-5)
    assert not np.allclose(array(lstm(embedded)), array(lstm(array(embedded))))
    assert not array(layers.Masking()(np.zeros((2, 3, 4), "float32"))._keras_mask).any()


def test_a_summary_has_a_row_for_each_operation():
    start = keras.Input((4,), name="start")
    hidden = layers.Dense(4, name="hidden")(start) + start
    model = keras.Model(start, keras.ops.relu(layers.Dense(4, name="last")(hidden) + hidden))
    lines = []
    model.summary(line_length=110, print_fn=lines.append)
    cells = [[cell.strip() for cell in line.split("│")[1:-1]] for line in lines if "│" in line]
    assert [row[0] for row in cells] == [
        *("start (InputLayer)", "hidden (Dense)", "add (Add)", "last (Dense)", "add_1 (Add)", "relu (Relu)")
    ]
    assert [row[3] for row in cells] == ["-", "start", "hidden, start", "add", "last, add", "add_1"]


def test_arguments_are_attributes():
    assert metrics.TopKCategoricalAccuracy(k=3).k == 3 and metrics.BinaryAccuracy(threshold=0.3).threshold == 0.3
    assert metrics.PrecisionAtRecall(0.7).recall == 0.7 and metrics.SensitivityAtSpecificity(0.4).specificity == 0.4
    assert losses.Huber(delta=2.0).delta == 2.0
    loss = losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)
    assert (loss.from_logits, loss.label_smoothing, loss.axis) == (True, 0.1, -1)
    assert loss.get_config()["label_smoothing"] == 0.1 and loss.get_config()["reduction"] == "sum_over_batch_size"
    assert keras.callbacks.EarlyStopping("val_loss").monitor_op is np.less
    assert keras.callbacks.ModelCheckpoint("x.keras", mode="max", save_best_only=True).monitor_op is np.greater
    with pytest.raises(AttributeError, match="no_such"):
        _ = loss.no_such


def test_an_assigned_argument_counts():
    huber = losses.Huber()
    huber.delta = 0.5
    y_true, y_pred = np.zeros((1, 1)), np.full((1, 1), 3.0)
    np.testing.assert_allclose(array(huber(y_true, y_pred)), 0.5 * (3 - 0.25), rtol=1e-6)
    assert huber.get_config()["delta"] == 0.5


def test_a_node_tells_its_tensors():
    start, other = keras.Input((4,)), keras.Input((4,))
    added = layers.Add()([start, other])
    (node,) = added.node.operation.inbound_nodes
    assert node.input_tensors == [start, other] and node.output_tensors == [added]
    assert node.inbound_layers == [start.node.operation, other.node.operation]
    assert node.outbound_layer.name == "add" and node.output_shapes == (None, 4)
    assert node.input_shapes == [(None, 4), (None, 4)]


def test_losses_by_where_they_come_from():
    layer = layers.Dense(2, kernel_regularizer="l2", activity_regularizer="l1")
    for _ in range(2):
        layer(np.ones((1, 3), "float32"))
    assert len(layer.losses) == 2
    kernel = layer.get_weights()[0]
    np.testing.assert_allclose(array(layer.get_losses_for(None)[0]), 0.01 * (kernel**2).sum(), rtol=1e-5)
    (added,) = layer.get_losses_for(np.ones((1, 3)))
    np.testing.assert_allclose(array(added), 0.01 * np.abs(kernel.sum(0)).sum(), rtol=1e-4)
    assert layer.get_updates_for(None) == layer.updates == []


def test_names_with_slashes_and_of_any_script(tmp_path):
    start = keras.Input((4,), name="in/put")
    inner = layers.Dense(3, name="conv1/conv")(start)
    outer = layers.Dense(3, name="conv1")(inner)
    model = keras.Model(start, layers.Dense(2, name="слой/ü")(outer), name="dense/net")
    x = np.ones((2, 4), "float32")
    model.compile("adam", "mse")
    model.fit({"in/put": x}, {"слой/ü": np.zeros((2, 2))}, verbose=0)
    expected = model.predict(x, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert [layer.name for layer in loaded.layers] == ["in/put", "conv1/conv", "conv1", "слой/ü"]
    np.testing.assert_allclose(loaded.predict(x, verbose=0), expected, rtol=1e-5)
    model.save_weights(tmp_path / "model.weights.h5")
    other = keras.models.clone_model(model)
    other.load_weights(tmp_path / "model.weights.h5", by_name=True)
    np.testing.assert_allclose(other.predict(x, verbose=0), expected, rtol=1e-5)


def test_a_layer_without_weights_is_built_at_once():
    made = (
        *(layers.Activation("relu"), layers.Dropout(0.5), layers.Flatten(), layers.Add(), layers.Concatenate()),
        *(layers.Masking(), layers.Lambda(np.tanh), layers.Reshape((2,)), layers.GlobalMaxPooling1D()),
        *(layers.MaxPooling2D(), layers.Softmax(), layers.LeakyReLU(), layers.GaussianNoise(0.1), layers.Dot(1)),
    )
    for layer in made:
        assert layer.built and layer.count_params() == 0 and layer.weights == [], layer
    for layer in (layers.Dense(2), layers.LSTM(2), layers.PReLU(), layers.TimeDistributed(layers.Dense(2))):
        assert not layer.built
        with pytest.raises(ValueError, match="not built"):
            layer.count_params()

    class Block(layers.Layer):
        def __init__(self):
            super().__init__()
            self.inner = layers.Dense(2)

        def call(self, inputs):
            return self.inner(inputs)

    block = Block()
    assert not block.built
    block(np.ones((1, 3), "float32"))
    assert block.built and block.count_params() == 8 and not keras.Sequential([layers.Dropout(0.5)]).built


def test_merged_shapes_are_checked_in_every_call():
    add = layers.Add()
    assert add([np.ones((2, 3)), np.ones((2, 3))]).shape == (2, 3)
    for value in (lambda shape: np.ones((2, *shape)), keras.Input):
        with pytest.raises(ValueError, match=r"Add 'add.*shapes .*3\) and .*4\) do not fit"):
            add([value((3,)), value((4,))])


def test_a_variable_shows_its_value():
    variable = keras.Variable([1.0, 2.0], dtype="float32", name="scale")
    assert repr(variable) == "<Variable path=scale, shape=(2,), dtype=float32, value=[1. 2.]>"
    variable.assign([3.0, 4.0])
    assert repr(variable).endswith("value=[3. 4.]>")
    dense = layers.Dense(1, kernel_initializer="ones")
    dense(np.ones((1, 2), "float32"))
    assert repr(dense.kernel).endswith("kernel, shape=(2, 1), dtype=float32, value=[[1.]\n [1.]]>")
    shown = []

    class Showing(layers.Layer):
        def build(self, input_shape):
            self.count = self.add_weight(name="count", initializer="zeros", trainable=False)

        def call(self, inputs):
            self.count.assign_add(1.0)
            shown.append(repr(self.count))
            return inputs

    model = keras.Sequential([keras.Input((2,)), Showing()])
    model.predict(np.ones((2, 2)), verbose=0)
    assert shown and all("count, shape=(), dtype=float32" in text for text in shown)


def test_the_mask_of_values_stays_with_the_very_tensor():
    ids = np.array([[3, 1, 0], [2, 0, 0]])
    embedding = layers.Embedding(5, 2, mask_zero=True)
    embedded, wanted = embedding(ids), embedding.embeddings.numpy()[ids]
    plain = array(embedded)
    np.testing.assert_allclose(plain, wanted)
    for computed in (
        embedded + 1,
        embedded[0],
        keras.ops.reshape(embedded, (-1,)),
        -embedded,
        keras.ops.tanh(embedded),
    ):
        assert getattr(computed, "_keras_mask", None) is None
    for copied in (copy.copy(plain), copy.deepcopy(plain), pickle.loads(pickle.dumps(plain))):
        assert type(copied) is np.ndarray
        np.testing.assert_array_equal(copied, wanted)
    kept = keras.Variable(embedded)
    np.testing.assert_allclose(kept.numpy(), wanted)
    kept.assign(embedded)
    assert type(kept.numpy()) is np.ndarray and getattr(kept.value, "_keras_mask", None) is None
    if isinstance(embedded, np.ndarray):
        assert (
            type(embedded * 2) is type(np.exp(embedded)) is type(embedded.reshape(-1)) is type(embedded.T) is np.ndarray
        )
        assert type(np.concatenate([embedded, embedded])) is type(pickle.loads(pickle.dumps(embedded))) is np.ndarray
        assert type(copy.copy(embedded)) is type(copy.deepcopy(embedded)) is type(embedded.copy()) is np.ndarray
        assert repr(embedded) == repr(plain) and float(embedded.sum()) == float(plain.sum())


@pytest.mark.parametrize("kind", [keras.Sequential, keras.Model])
def test_a_model_called_on_values_gives_their_mask(kind):
    ids = np.array([[3, 1, 0], [2, 0, 0]])
    embedding = layers.Embedding(5, 2, mask_zero=True)
    start = keras.Input((3,))
    model = keras.Sequential([embedding]) if kind is keras.Sequential else keras.Model(start, [embedding(start), start])
    for _ in range(3):  # it is compiled when it is called again
        found = model(ids)
        masked = found if kind is keras.Sequential else found[0]
        np.testing.assert_array_equal(array(masked._keras_mask), ids != 0)
    assert kind is keras.Sequential or getattr(found[1], "_keras_mask", None) is None


def specs(outputs):
    found = [(tuple(t.shape), keras.backend.standardize_dtype(t.dtype)) for t in keras.tree.flatten(outputs)]
    return keras.tree.map_structure(lambda _: "*", outputs), found


def test_the_output_spec_is_what_the_call_gives():
    x, ids = np.ones((2, 6, 4), "float32"), np.ones((2, 6), "int32")
    mask = np.array([[True] * 4 + [False] * 2] * 2)
    start = keras.Input((6, 4))
    graph = keras.Model(start, {"mean": layers.GlobalAveragePooling1D()(start), "both": (start + 1, [start[:, 0]])})
    cases = [
        (layers.LSTM(3, return_sequences=True, return_state=True), (x,), {"mask": mask, "training": True}),
        (layers.Bidirectional(layers.GRU(3, return_sequences=True), merge_mode=None), (x,), {"training": False}),
        (layers.MultiHeadAttention(2, 3), (x, x), {"return_attention_scores": True, "training": True}),
        (layers.MultiHeadAttention(2, 3, output_shape=5), (x, x), {}),
        (layers.Attention(), ([x, x],), {"return_attention_scores": True}),
        (layers.GlobalAveragePooling1D(), (x,), {"mask": mask}),
        (layers.TimeDistributed(layers.Dense(3)), (x,), {"mask": mask}),
        (layers.Embedding(5, 3, mask_zero=True), (ids,), {}),
        (layers.BatchNormalization(), (x,), {"training": True}),
        (layers.Dropout(0.5), (x,), {"training": True}),
        (layers.Concatenate(axis=1), ([x, x],), {}),
        (layers.Lambda(lambda value: (value, keras.ops.sum(value, 1))), (x,), {}),
        (keras.Sequential([layers.Dense(3), layers.Flatten()]), (x,), {}),
        (graph, (x,), {"training": True}),
    ]

    def symbolic(value):
        return keras.KerasTensor(value.shape, str(value.dtype)) if isinstance(value, np.ndarray) else value

    for layer, args, kwargs in cases:
        given = keras.tree.map_structure(symbolic, args)
        found = layer.compute_output_spec(*given, **{name: symbolic(value) for name, value in kwargs.items()})
        assert specs(found) == specs(layer(*args, **kwargs)), layer
