"""Low-rank adaptation of every layer that has it."""

import io
from contextlib import redirect_stdout

import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_core import Input, Sequential, Variable, backend, ops, stage
from keras_core.saving import load_model
from keras_layers import (
    Conv1D,
    Conv2D,
    Conv3D,
    Dense,
    EinsumDense,
    Embedding,
    Flatten,
    ReversibleEmbedding,
)
from layer_references import convolve

INDICES = np.array([[1, 0, 3], [2, 6, 0]], "int32")


class LowRankContract(LayerContract):
    """A layer with the sum of its weight and the product in place of the weight."""

    def reference(self, inputs, weights, lora_rank, lora_alpha=None, **arguments):
        *others, a, b = weights
        scale = (lora_alpha or lora_rank) / lora_rank
        return self.plain(inputs, [others[0] + scale * np.einsum("...r,rf->...f", a, b), *others[1:]], **arguments)


class TestDenseOfLowRank(LowRankContract):
    layer = Dense
    cases = [
        Case((3, 4), {"units": 5, "lora_rank": 2}),
        Case((2, 3, 4), {"units": 3, "lora_rank": 1, "lora_alpha": 2.5}),
    ]

    def plain(self, inputs, weights, units):
        return inputs @ weights[0] + weights[1]


class TestEinsumDenseOfLowRank(LowRankContract):
    layer = EinsumDense
    cases = [
        Case((2, 5, 3), {"equation": "abc,cde->abde", "output_shape": (None, 2, 4), "bias_axes": "d", "lora_rank": 2}),
        Case((2, 5, 2, 3), {"equation": "abcd,cde->abe", "output_shape": (None, 4), "lora_rank": 2, "lora_alpha": 1}),
        Case((2, 5, 3), {"equation": "...x,xy->...y", "output_shape": 4, "lora_rank": 2}),
        Case((2, 3, 4), {"equation": "abc,dc->abd", "output_shape": (None, 5), "lora_rank": 2}),
    ]

    def plain(self, inputs, weights, equation, output_shape, bias_axes=None):
        return np.einsum(equation, inputs, weights[0]) + (weights[1] if bias_axes else 0)


class TestEmbeddingOfLowRank(LowRankContract):
    layer = Embedding
    cases = [Case(INDICES, {"input_dim": 7, "output_dim": 4, "lora_rank": 2, "lora_alpha": 3})]

    def plain(self, inputs, weights, input_dim, output_dim):
        return weights[0][inputs]


class TestReversibleEmbeddingOfLowRank(TestEmbeddingOfLowRank):
    layer = ReversibleEmbedding


class TestConv1DOfLowRank(LowRankContract):
    layer = Conv1D
    tolerance = 1e-4
    cases = [Case((2, 6, 3), {"filters": 4, "kernel_size": 2, "lora_rank": 2, "padding": "causal"})]

    def plain(self, inputs, weights, filters, kernel_size, padding):
        padded = np.pad(inputs, ((0, 0), (kernel_size - 1, 0), (0, 0)))
        return convolve(padded, weights[0], 1, "valid", 1) + weights[1]


class TestConv2DOfLowRank(LowRankContract):
    layer = Conv2D
    tolerance = 1e-4
    cases = [
        Case((2, 5, 4, 4), {"filters": 3, "kernel_size": 2, "strides": 2, "padding": "same", "lora_rank": 2}),
        Case((2, 5, 4, 4), {"filters": 4, "kernel_size": 2, "groups": 2, "lora_rank": 1, "lora_alpha": 2}),
        Case((2, 3, 4, 3), {"filters": 3, "kernel_size": 2, "data_format": "channels_first", "lora_rank": 2}),
    ]

    def plain(self, inputs, weights, filters, kernel_size, strides=1, padding="valid", groups=1, data_format=None):
        first = data_format == "channels_first"
        x = np.moveaxis(inputs, 1, -1) if first else inputs
        outputs = convolve(x, weights[0], strides, padding, 1) + weights[1]
        return np.moveaxis(outputs, -1, 1) if first else outputs


class TestConv3DOfLowRank(LowRankContract):
    layer = Conv3D
    tolerance = 1e-4
    cases = [Case((1, 3, 3, 3, 2), {"filters": 3, "kernel_size": 2, "lora_rank": 1})]

    def plain(self, inputs, weights, filters, kernel_size):
        return convolve(inputs, weights[0], 1, "valid", 1) + weights[1]


def adapted(**options):
    """A dense layer of 4 features and 3 units whose adaptation is not 0."""
    layer = Dense(3, **options)
    layer.build((None, 4))
    if not options:
        layer.enable_lora(2, lora_alpha=5)
    layer.lora_kernel_b.assign(np.random.default_rng(0).normal(size=layer.lora_kernel_b.shape))
    return layer


def sum_of(layer):
    kernel, _, a, b = layer.get_weights()
    return kernel + layer.lora_alpha / layer.lora_rank * a @ b


def test_enabling_changes_no_output_and_freezes_the_kernel():
    layer, x = Dense(3, kernel_regularizer="l2"), np.ones((2, 4), "float32")
    before = backend.to_numpy(layer(x))
    kernel = layer.kernel
    layer.enable_lora(2)
    np.testing.assert_array_equal(backend.to_numpy(layer(x)), before)
    assert [w.path for w in layer.non_trainable_weights] == [kernel.path]
    trained = [("bias", (3,)), ("lora_kernel_a", (4, 2)), ("lora_kernel_b", (2, 3))]
    assert [(w.name, w.shape) for w in layer.trainable_weights] == trained
    assert [w.path.rpartition("/")[0] for w in layer.trainable_weights] == [kernel.path.rpartition("/")[0]] * 3
    assert layer.lora_kernel_a.regularizer is layer.lora_kernel_b.regularizer is layer.kernel_regularizer
    assert (layer.lora_rank, layer.lora_alpha) == (2, 2)


def test_the_kernel_is_the_sum():
    layer = adapted()
    np.testing.assert_allclose(backend.to_numpy(layer.kernel), sum_of(layer), rtol=1e-5, atol=1e-6)


def test_initializers_are_taken():
    layer = Dense(3)
    layer.build((None, 4))
    layer.enable_lora(2, a_initializer="ones", b_initializer="ones")
    np.testing.assert_array_equal(layer.lora_kernel_a.numpy(), np.ones((4, 2)))
    np.testing.assert_array_equal(layer.lora_kernel_b.numpy(), np.ones((2, 3)))


def test_the_constructors_alpha_is_kept_and_is_in_the_config():
    layer = adapted(lora_rank=2, lora_alpha=3)
    config = layer.get_config()
    assert (config["lora_rank"], config["lora_alpha"]) == (2, 3) == (layer.lora_rank, layer.lora_alpha)
    assert Dense(2).get_config().keys().isdisjoint({"lora_rank", "lora_alpha"})


def model_of(*wide):
    return Sequential([Input((4,)), Dense(3, name="first"), Dense(2, name="last", **dict(wide))])


@pytest.mark.parametrize("ending", ["keras", "weights.h5"])
def test_files_hold_the_sum(tmp_path, ending):
    """A layer with the adaptation and one without read each other's files."""
    model, path = model_of(), tmp_path / f"model.{ending}"
    model.layers[0].enable_lora(2, lora_alpha=3)
    model.layers[0].lora_kernel_b.assign(np.random.default_rng(0).normal(size=(2, 3)))
    x = np.random.default_rng(1).normal(size=(5, 4)).astype("float32")
    expected = model.predict(x, verbose=0)
    (model.save if ending == "keras" else model.save_weights)(path)
    plain = model_of()
    plain.load_weights(path)
    np.testing.assert_allclose(plain.layers[0].kernel.numpy(), sum_of(model.layers[0]), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(plain.predict(x, verbose=0), expected, rtol=1e-4, atol=1e-5)

    plain.save_weights(tmp_path / "plain.weights.h5")
    model.load_weights(tmp_path / "plain.weights.h5")
    layer = model.layers[0]
    assert np.any(layer.lora_kernel_a.numpy())
    np.testing.assert_array_equal(layer.lora_kernel_b.numpy(), np.zeros((2, 3)))
    np.testing.assert_allclose(model.predict(x, verbose=0), expected, rtol=1e-4, atol=1e-5)


def test_a_loaded_model_has_the_adaptation(tmp_path):
    model = model_of(("lora_rank", 1), ("lora_alpha", 4))
    model.layers[1].lora_kernel_b.assign([[1.0, 2.0]])
    model.save(tmp_path / "model.keras")
    loaded = load_model(tmp_path / "model.keras")
    x = np.ones((2, 4), "float32")
    np.testing.assert_allclose(loaded.predict(x, verbose=0), model.predict(x, verbose=0), rtol=1e-5)
    layer = loaded.layers[1]
    assert layer.lora_enabled and (layer.lora_rank, layer.lora_alpha) == (1, 4)
    assert len(loaded.trainable_weights) == 5


def test_a_product_that_begins_with_zeros_on_the_left_does_so_after_loading(tmp_path):
    model = model_of()
    layer = model.layers[0]
    layer.enable_lora(2, a_initializer="zeros", b_initializer="normal")
    layer.lora_kernel_a.assign(np.ones((4, 2)))
    model.save_weights(tmp_path / "model.weights.h5")
    model.load_weights(tmp_path / "model.weights.h5")
    assert not np.any(layer.lora_kernel_a.numpy()) and np.any(layer.lora_kernel_b.numpy())


def test_a_file_of_another_kernel_is_refused_by_shape(tmp_path):
    other = Sequential([Input((5,)), Dense(3, name="first"), Dense(2, name="last")])
    other.save_weights(tmp_path / "other.weights.h5")
    model = model_of()
    model.layers[0].enable_lora(2)
    with pytest.raises(ValueError, match=r"'first': kernel has shape \(4, 3\), the file \(5, 3\)"):
        model.load_weights(tmp_path / "other.weights.h5")


def test_a_frozen_weight_keeps_its_place_in_files(tmp_path):
    """Files of Keras 3 hold weights in the order in which they were made."""
    model = model_of()
    model.layers[0].kernel.trainable = False
    model.save_weights(tmp_path / "frozen.weights.h5")
    other = model_of()
    other.load_weights(tmp_path / "frozen.weights.h5")
    for one, same in zip(other.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, same)
    assert [w.name for w in model.layers[0].weights] == ["kernel", "bias"]


@pytest.mark.needs_train
def test_training_leaves_the_kernel_and_takes_the_loss_down():
    model = model_of()
    for layer in model.layers:
        layer.enable_lora(1)
        layer.bias.trainable = False
    before = {w.path: w.numpy() for w in model.weights}
    rng = np.random.default_rng(0)
    x = rng.normal(size=(64, 4)).astype("float32")
    y = x[:, :2] - x[:, 2:]
    model.compile("adam", "mse")
    model.optimizer.learning_rate = 0.05
    history = model.fit(x, y, epochs=8, verbose=0).history["loss"]
    assert history[-1] < 0.7 * history[0]
    changed = {w.name for w in model.weights if not np.array_equal(w.numpy(), before[w.path])}
    assert changed == {"lora_kernel_a", "lora_kernel_b"}


def test_the_summary_counts_what_is_trained():
    model = model_of()
    model.layers[0].enable_lora(2)
    text = io.StringIO()
    with redirect_stdout(text):
        model.summary()
    assert "Trainable params: 25" in text.getvalue()  # 3 + 4 * 2 + 2 * 3, and 8 of the other layer
    assert "Non-trainable params: 12" in text.getvalue()


@pytest.mark.parametrize("tied", [True, False])
def test_scores_of_a_reversible_embedding_are_adapted_where_it_is_tied(tied):
    layer = ReversibleEmbedding(7, 4, tie_weights=tied, lora_rank=2)
    layer(INDICES)
    layer.lora_embeddings_b.assign(np.random.default_rng(0).normal(size=(2, 4)))
    vectors = np.random.default_rng(1).normal(size=(2, 3, 4)).astype("float32")
    table = backend.to_numpy(layer.embeddings).T if tied else layer.reverse_embeddings.numpy()
    scores = backend.to_numpy(layer(vectors, reverse=True))
    np.testing.assert_allclose(scores, vectors @ table, rtol=1e-4, atol=1e-5)


def test_mixed_precision_saves_the_sum_in_float32():
    layer = Dense(3, dtype="mixed_bfloat16", lora_rank=2)
    layer.build((None, 4))
    assert {w.dtype for w in layer.weights} == {"float32"}
    store = {}
    layer.save_own_variables(store)
    assert list(store) == ["0", "1"] and store["0"].dtype == "float32"


def test_the_layer_must_be_built():
    with pytest.raises(ValueError, match=r"enable_lora\(\) needs the weights. Call the layer on data"):
        Dense(3).enable_lora(2)


def test_it_is_enabled_once():
    layer = adapted()
    with pytest.raises(ValueError, match="LoRA is enabled already, with rank 2"):
        layer.enable_lora(4)


@pytest.mark.parametrize("rank", [0, -1, 1.5, "2", True, None])
def test_a_rank_that_is_no_positive_integer_is_refused(rank):
    layer = Dense(3)
    layer.build((None, 4))
    with pytest.raises(ValueError, match="rank must be a positive integer, got"):
        layer.enable_lora(rank)
    if rank is not None:
        with pytest.raises(ValueError, match="lora_rank must be a positive integer"):
            Dense(3, lora_rank=rank)


def test_a_constraint_is_refused():
    layer = Dense(3, kernel_constraint="max_norm", name="scores")
    layer.build((None, 4))
    with pytest.raises(ValueError, match=r"'scores'.*LoRA cannot keep to kernel_constraint"):
        layer.enable_lora(2)
    assert layer.kernel.trainable and len(layer.weights) == 2


def test_it_is_not_enabled_inside_a_step():
    layer = Dense(3)
    layer.build((None, 4))
    counter = Variable(0.0)

    def step():
        layer.enable_lora(2)
        return ops.add(counter, 1)

    with pytest.raises(RuntimeError, match="created inside a staged function"):
        stage(step, [counter])()
    assert layer.kernel.trainable and not layer.lora_enabled


def test_a_model_of_convolutions_trains_on_its_adaptations_alone():
    model = Sequential([Input((6, 6, 2)), Conv2D(4, 3, lora_rank=1), Flatten(), Dense(2, lora_rank=1)])
    assert [w.name for w in model.non_trainable_weights] == ["kernel", "kernel"]
