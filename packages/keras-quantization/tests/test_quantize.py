"""Layers and models that are quantized: what they compute, what they keep, and their files.

Covers: einsum_axes.py, float_weight.py, int4_weight.py, preparation.py, quantized_weight.py, recipes.py
"""

import keras_layers as layers
import numpy as np
import pytest
from keras_core import Input, Layer, Model, Sequential, Spec, ops
from keras_core.backend import active
from keras_core.saving import load_model
from keras_quantization import (
    AbsMaxQuantizer,
    Float8QuantizationConfig,
    Int4QuantizationConfig,
    Int8QuantizationConfig,
)

RNG = np.random.default_rng(0)
MAKERS = {
    "dense": (lambda: layers.Dense(5, activation="relu"), (8,)),
    "even": (lambda: layers.Dense(6), (3, 8)),
    "ellipsis": (lambda: layers.EinsumDense("...x,xy->...y", 4), (5, 6)),
    "query": (lambda: layers.EinsumDense("btd,dnh->btnh", (None, 2, 3), bias_axes="nh"), (5, 6)),
    "output": (lambda: layers.EinsumDense("btnh,nhd->btd", (None, 6), bias_axes="d"), (5, 2, 3)),
    "batched": (lambda: layers.EinsumDense("bnd,ndh->bnh", (2, 3)), (2, 6)),
    "summed alone": (lambda: layers.EinsumDense("abc,cd->ad", (4,)), (5, 6)),
    "moved": (lambda: layers.EinsumDense("bsd,hkd->bksh", (3, 5, 2)), (5, 6)),
    "embedding": (lambda: layers.Embedding(10, 8), (3,)),
    "conv": (lambda: layers.Conv2D(4, 3), (6, 6, 3)),
    "transpose": (lambda: layers.Conv2DTranspose(4, 3), (4, 4, 3)),
    "depthwise": (lambda: layers.DepthwiseConv2D(3), (5, 5, 3)),
    "separable": (lambda: layers.SeparableConv1D(4, 3), (6, 3)),
}
IN_INT8_ALONE = {"conv", "transpose", "depthwise", "separable"}


def array(tensor):
    return np.asarray(ops.convert_to_numpy(tensor))


def data(shape, integers):
    rng = np.random.default_rng(1)
    return rng.integers(0, 10, (4, *shape)) if integers else rng.normal(size=(4, *shape)).astype("float32")


def made(name):
    make, shape = MAKERS[name]
    x = Input(shape, dtype="int32" if name == "embedding" else "float32")
    return Model(x, make()(x)), data(shape, name == "embedding")


@pytest.mark.parametrize("name", MAKERS)
def test_layers_in_8_bits(name, tmp_path):
    model, x = made(name)
    before = array(model(x))
    floats = sum(weight.nbytes for weight in model.weights)
    model.quantize("int8")
    layer = model.layers[-1]
    assert layer.quantization_mode == "int8"
    assert layer.dtype_policy.name == "int8_from_float32"
    assert sum(weight.nbytes for weight in model.weights) < 0.75 * floats
    after = array(model(x))
    assert 0 < np.abs(after - before).max() < 0.02 * np.abs(before).max()
    model.save(tmp_path / "model.keras")
    again = load_model(tmp_path / "model.keras")
    assert again.layers[-1].quantization_mode == "int8"
    np.testing.assert_allclose(array(again(x)), after, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("block", [3, 4, -1, 128])
@pytest.mark.parametrize("name", [name for name in MAKERS if name not in IN_INT8_ALONE])
def test_layers_in_4_bits(name, block, tmp_path):
    model, x = made(name)
    before = array(model(x))
    layer = model.layers[-1]
    values = layer.weights[0].numpy()
    model.quantize("int4", config=Int4QuantizationConfig(block_size=block))
    assert layer.dtype_policy.name == f"int4/{block}_from_float32"
    assert layer.weights[0].size <= 0.7 * values.size
    kept = array((layer.embeddings if name == "embedding" else layer.kernel).value)
    assert kept.shape == values.shape
    assert np.abs(kept - values).max() < 0.16 * np.abs(values).max()
    after = array(model(x))
    assert 0 < np.abs(after - before).max() < 0.4 * np.abs(before).max()
    model.save(tmp_path / "model.keras")
    np.testing.assert_allclose(array(load_model(tmp_path / "model.keras")(x)), after, rtol=1e-5, atol=1e-6)
    if name == "even":
        np.testing.assert_allclose(after, x @ kept, rtol=1e-4, atol=1e-5)


def test_groups_by_hand():
    layer = layers.Dense(2, use_bias=False)
    layer.build((None, 4))
    kernel = np.array([[0, 3], [1.5, 0], [-0.7, 1], [0.8, 1.5]], "float32")
    layer.set_weights([kernel])
    layer.quantize("int4", config=Int4QuantizationConfig(block_size=2))
    packed, scale, zero, groups = (weight.numpy() for weight in layer.weights)
    np.testing.assert_allclose(scale, [[0.1, 0.2], [0.1, 0.1]], rtol=1e-5)
    assert zero.tolist() == [[-8, -8], [-1, -8]]
    assert groups.tolist() == [0, 0, 1, 1]
    rows = [[-8, 7], [7, -8], [-8, 2], [7, 7]]
    assert packed.astype("uint8").ravel().tolist() == [(low & 15) | (high & 15) << 4 for low, high in rows]
    np.testing.assert_allclose(array(layer.kernel.value), kernel, rtol=1e-5, atol=1e-6)


def test_inputs_of_4_bits_are_quantized_where_asked():
    layer = layers.Dense(5)
    x = data((8,), False)
    before = array(layer(x))
    layer.quantize(config=Int4QuantizationConfig(activation_quantizer=AbsMaxQuantizer(), block_size=None))
    weight = layer.kernel
    integers, scale = (array(part) for part in weight.integers_and_scale())
    x_scale = 127 / (np.abs(x).max(1, keepdims=True) + 1e-7)
    expected = np.round(x * x_scale) @ integers.astype("float32") / (x_scale * scale)
    np.testing.assert_allclose(array(layer(x)), expected, rtol=1e-4, atol=1e-5)
    assert np.abs(expected - before).max() < 0.4 * np.abs(before).max()


@pytest.mark.parametrize("tied", [True, False])
def test_scores_of_a_reversible_embedding_in_4_bits(tied):
    layer = layers.ReversibleEmbedding(10, 7, tie_weights=tied)
    vectors = array(layer(np.arange(10)))
    before = array(layer(vectors, reverse=True))
    layer.quantize("int4")
    assert np.abs(array(layer(vectors, reverse=True)) - before).max() < 0.2 * np.abs(before).max()


def test_a_product_of_integers_by_hand():
    layer = layers.Dense(3, use_bias=False)
    layer.build((None, 4))
    kernel = np.array([[1, -2, 0.5], [0, 4, 0.25], [0.5, 1, -1], [2, 0, 0]], "float32")
    layer.set_weights([kernel])
    layer.quantize("int8")
    x = np.array([[1, 2, -4, 0.5], [0, 0, 0, 0]], "float32")
    kernel_scale, x_scale = 127 / (np.abs(kernel).max(0) + 1e-7), 127 / (np.abs(x).max(1, keepdims=True) + 1e-7)
    integers = np.round(x * x_scale) @ np.round(kernel * kernel_scale)
    np.testing.assert_allclose(array(layer(x)), integers / (x_scale * kernel_scale), rtol=1e-5)
    assert [weight.name for weight in layer.weights] == ["kernel", "kernel_scale"]
    np.testing.assert_array_equal(layer.weights[0].numpy(), np.round(kernel * kernel_scale))


def test_inputs_may_stay_floats():
    layer = layers.Dense(3)
    x = data((6,), False)
    layer(x)
    layer.quantize(config=Int8QuantizationConfig(AbsMaxQuantizer(), None))
    integers, scale = layer.weights[0].numpy(), layer.weights[-1].numpy()
    np.testing.assert_allclose(array(layer(x)), x @ (integers / scale), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("tied", [True, False])
def test_scores_of_a_reversible_embedding(tied):
    layer = layers.ReversibleEmbedding(10, 8, tie_weights=tied)
    x = np.arange(10)
    vectors = array(layer(x))
    before = array(layer(vectors, reverse=True))
    layer.quantize("int8")
    assert np.abs(array(layer(vectors, reverse=True)) - before).max() < 0.02 * np.abs(before).max()
    names = ["embeddings", "embeddings_scale", "reverse_embeddings", "reverse_embeddings_scale"]
    assert [weight.name for weight in layer.weights] == names[: 2 if tied else 4]


def test_a_policy_quantizes_what_a_layer_makes():
    layer = layers.Dense(3, dtype="int8_from_float32")
    x = data((6,), False)
    found = array(layer(x))
    again = layers.Dense(3)
    again.build((None, 6))
    integers, bias, scale = (weight.numpy() for weight in layer.weights)
    again.set_weights([integers / scale, bias])
    np.testing.assert_allclose(found, array(again(x)), atol=0.05)
    assert integers.dtype == np.int8
    assert np.abs(integers).max() == 127


OWN = AbsMaxQuantizer(value_range=(-7, 7))


@pytest.mark.parametrize("config", [Int8QuantizationConfig(OWN), Int4QuantizationConfig(OWN, block_size=-1)])
def test_a_quantizer_of_weights_is_used_before_programs_are_made(config):
    layer = layers.Dense(5, dtype=f"{config.policy_mode()}_from_float32", quantization_config=config)
    layer.build((None, 6))
    x = data((6,), False)
    (found,) = active().stage(lambda given: [layer(given)], [], [Spec((4, 6), "float32")])(ops.convert_to_tensor(x))
    kernel = array(ops.convert_to_tensor(layer.kernel))
    np.testing.assert_allclose(array(found), x @ kernel, atol=0.02)
    np.testing.assert_allclose(np.abs(kernel).max(0) * layer.weights[-1].numpy(), 7, rtol=1e-5)


def test_filters_choose_layers():
    def model():
        return Sequential([Input((4,)), layers.Dense(4, name="first"), layers.Dense(4, name="second")])

    for filters in ("first", ["fir"], lambda layer: layer.name == "first"):
        found = model()
        found.quantize("int8", filters=filters)
        assert [layer.quantization_mode for layer in found.layers] == ["int8", None]


def test_layers_inside_layers_are_quantized():
    layer = layers.MultiHeadAttention(2, 4)
    x = Input((5, 6))
    model = Model(x, layer(x, x))
    values = data((5, 6), False)
    before = array(model(values))
    model.quantize("int8")
    assert sum(weight.dtype == "int8" for weight in model.weights) == 4
    assert np.abs(array(model(values)) - before).max() < 0.03 * np.abs(before).max()


@pytest.mark.skipif("train" not in active().capabilities, reason="has no gradients")
def test_what_is_left_in_floats_is_trained():
    model = Sequential([Input((4,)), layers.Dense(8, name="first"), layers.Dense(2, name="second")])
    model.quantize("int8", filters="second")
    integers = model.layers[1].weights[0].numpy()
    model.compile("sgd", "mse")
    x = data((4,), False)
    losses = model.fit(x, x[:, :2], epochs=20, verbose=0).history["loss"]
    assert losses[-1] < 0.7 * losses[0]  # gradients pass the integers
    np.testing.assert_array_equal(model.layers[1].weights[0].numpy(), integers)


@pytest.mark.skipif("train" not in active().capabilities, reason="has no gradients")
def test_lora_adapts_a_quantized_layer():
    model = Sequential([Input((4,)), layers.Dense(2)])
    model.quantize("int8")
    model.layers[0].enable_lora(2)
    model.compile("adam", "mse")
    x = data((4,), False)
    losses = model.fit(x, x[:, :2], epochs=10, verbose=0).history["loss"]
    assert losses[-1] < losses[0]


ADAPTED = {
    "int8": Int8QuantizationConfig(),
    "int4": Int4QuantizationConfig(block_size=4),
    "channels of int4": Int4QuantizationConfig(block_size=-1),
    "float8": Float8QuantizationConfig(),
}


@pytest.mark.parametrize("name", ["dense", "query", "embedding"])
@pytest.mark.parametrize("config", ADAPTED.values(), ids=ADAPTED)
def test_files_of_adapted_layers_hold_the_sum(name, config, tmp_path):
    if config.mode == "float8" and (name == "embedding" or active().name == "theano"):
        pytest.skip("has no products in float8")
    model, _ = made(name)
    layer, weight = model.layers[-1], "embeddings" if name == "embedding" else "kernel"
    model.quantize(config=config)
    layer.enable_lora(2)
    a, b = (vars(layer)[f"lora_{weight}_{side}"] for side in "ab")
    a.assign(np.random.default_rng(2).normal(size=a.shape))
    b.assign(np.random.default_rng(3).normal(size=b.shape))
    wanted = array(ops.convert_to_tensor(vars(layer)[weight])) + a.numpy() @ b.numpy()
    np.testing.assert_allclose(array(ops.convert_to_tensor(getattr(layer, weight))), wanted, rtol=1e-5, atol=1e-6)
    model.save(tmp_path / "model.keras")
    loaded = load_model(tmp_path / "model.keras").layers[-1]
    found = array(ops.convert_to_tensor(getattr(loaded, weight)))
    largest = np.abs(wanted).max()
    np.testing.assert_allclose(found, wanted, atol=largest / {"int8": 250, "int4": 7, "float8": 1e6}[config.mode])
    assert loaded.lora_enabled


@pytest.mark.parametrize("mode", ["int8", "int4"])
def test_adapted_layers_are_quantized(mode):
    model, x = made("dense")
    layer = model.layers[-1]
    layer.enable_lora(2)
    layer.lora_kernel_b.assign(np.ones((2, 5)))
    plain, x = vars(layer)["kernel"].numpy(), np.abs(x)
    model.quantize(mode)
    weights = [one.name for one in layer.trainable_weights]
    assert weights == ["bias", "lora_kernel_a", "lora_kernel_b"]
    product = array(layer.lora_kernel_a.value) @ np.ones((2, 5))
    np.testing.assert_allclose(array(model(x)), np.maximum(x @ (plain + product), 0), atol=0.3)


def test_mixed_precision():
    layer = layers.Dense(3, dtype="mixed_bfloat16")
    if not {"bfloat16"} <= active().capabilities:
        pytest.skip("does not compute in bfloat16")
    x = data((6,), False)
    before = array(ops.cast(layer(x), "float32"))
    layer.quantize("int8")
    assert layer.dtype_policy.name == "int8_from_mixed_bfloat16"
    found = layer(x)
    assert ops.dtype(found) == "bfloat16"
    assert np.abs(array(ops.cast(found, "float32")) - before).max() < 0.05


class Unknown(Layer):
    def call(self, inputs):
        return inputs


class Derived(layers.Dense):
    pass


def built(layer):
    layer.build((None, 4))
    return layer


@pytest.mark.parametrize(
    ("run", "error", "message"),
    [
        (lambda: Unknown(name="u").quantize("int8"), NotImplementedError, r"Layer 'u' \(Unknown\) cannot be quantized"),
        (lambda: built(Derived(3)).quantize("int8"), NotImplementedError, "derives from Dense.*type_check=False"),
        (lambda: layers.Dense(3).quantize("int8"), ValueError, "is not built"),
        (lambda: built(layers.Dense(3)).quantize("int3"), ValueError, "unknown mode 'int3'. Known are 'int8'"),
        (lambda: built(layers.Dense(3)).quantize(), ValueError, "needs a mode .* or a config"),
        (
            lambda: built(layers.Dense(3)).quantize("int8", config=Int4QuantizationConfig()),
            ValueError,
            "mode is 'int8' and config a Int4QuantizationConfig",
        ),
        (lambda: built(layers.Dense(3)).quantize("int8", config=3), ValueError, "must be a QuantizationConfig, got 3"),
        (
            lambda: Sequential([Input((4,)), Unknown()]).quantize("int8"),
            ValueError,
            "no layer.*Dense.*Layers: .*Unknown",
        ),
        (lambda: Sequential([layers.Dense(2)]).quantize("int8"), ValueError, "is not built"),
    ],
)
def test_what_cannot_be_quantized_is_named(run, error, message):
    with pytest.raises(error, match=message):
        run()


def test_once_is_enough():
    layer = built(layers.Dense(3))
    layer.quantize("int8")
    with pytest.raises(ValueError, match="is quantized already, to 'int8_from_float32'"):
        layer.quantize("int8")
    derived = built(Derived(3))
    derived.quantize("int8", type_check=False)
    assert derived.quantization_mode == "int8"
