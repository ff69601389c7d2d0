import numpy as np
import pytest
from block_references import BlockReference, pictures, values_at, with_random_weights
from keras_applications import ConvNeXtTiny
from keras_applications.convnext import LayerScale
from keras_core import Input, Model, ops
from keras_core.saving import load_model


@pytest.fixture(scope="module")
def model():
    return ConvNeXtTiny(weights=None, include_top=False, input_shape=(32, 32, 3))


def layer_norm(x, gamma, beta):
    centered = x - x.mean(-1, keepdims=True)
    return centered / np.sqrt((centered**2).mean(-1, keepdims=True) + 1e-6) * gamma + beta


def test_a_block_by_numpy(model):
    name = "convnext_tiny_stage_0_block_0"
    with_random_weights(model, f"{name}_identity")
    before = model.get_layer(f"{name}_depthwise_conv").input
    x, expected = values_at(model, [before, f"{name}_identity"], pictures())
    by_hand = BlockReference(model)
    kernel, bias = by_hand.weights(f"{name}_depthwise_conv")
    h = by_hand.channels(x, np.moveaxis(kernel, 2, 3), padding="same") + bias
    h = layer_norm(h, *by_hand.weights(f"{name}_layernorm"))
    kernel, bias = by_hand.weights(f"{name}_pointwise_conv_1")
    h = ops.convert_to_numpy(ops.gelu((h @ kernel + bias).astype("float32"), approximate=False))
    kernel, bias = by_hand.weights(f"{name}_pointwise_conv_2")
    h = (h @ kernel + bias) * by_hand.weights(f"{name}_layer_scale")[0]
    np.testing.assert_allclose(h, expected, rtol=1e-3, atol=1e-4)


def test_preprocessing_is_part_of_the_model():
    with_it, without = (
        ConvNeXtTiny(weights=None, include_top=False, input_shape=(32, 32, 3), include_preprocessing=given)
        for given in (True, False)
    )
    pixels = np.random.default_rng(0).integers(0, 256, (1, 32, 32, 3)).astype("float32")
    prepared = (pixels / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
    name = "convnext_tiny_stage_0_block_0_depthwise_conv"
    (found,) = values_at(with_random_weights(with_it, name), [name], pixels)
    (expected,) = values_at(with_random_weights(without, name), [name], prepared.astype("float32"))
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4)


def test_names_and_sizes():
    model = ConvNeXtTiny(weights=None, name="mine")
    assert [layer.name for layer in model.layers[-3:]] == ["mine_head_gap", "mine_head_layernorm", "mine_head_dense"]
    assert model.get_layer("mine_stage_2_block_8_layer_scale").gamma.shape == (384,)
    blocks = ["mine_stem", *(f"mine_downsampling_block_{number}" for number in range(3))]
    assert [model.get_layer(name).output.shape[1:] for name in blocks] == [
        (56, 56, 96), (28, 28, 192), (14, 14, 384), (7, 7, 768)
    ]  # fmt: skip


@pytest.mark.parametrize("pooling", [None, "avg"])
def test_features_are_normalized(pooling, data_format):
    shape = (3, 64, 64) if data_format == "channels_first" else (64, 64, 3)
    model = ConvNeXtTiny(weights=None, include_top=False, pooling=pooling, input_shape=shape)
    assert model.layers[-1].epsilon == 1e-6 and model.layers[-1].gamma.shape == (768,)


def test_its_layer_is_loaded_from_a_file_by_its_name(tmp_path):
    x = Input((2,))
    Model(x, LayerScale(0.5, 2)(x)).save(tmp_path / "m.keras")
    found = load_model(tmp_path / "m.keras").predict(np.array([[1, 2]], "float32"), verbose=0)
    np.testing.assert_allclose(found, [[0.5, 1]])
