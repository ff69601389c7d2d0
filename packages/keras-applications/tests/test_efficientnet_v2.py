import numpy as np
import pytest
from block_references import BlockReference, padded, pictures, values_at, with_random_weights
from keras_applications import EfficientNetV2B0, EfficientNetV2B3, EfficientNetV2S
from layer_references import sigmoid


@pytest.fixture(scope="module")
def model():
    return EfficientNetV2B0(weights=None, include_top=False, input_shape=(32, 32, 3))


def swish(x):
    return x * sigmoid(x)


def test_a_block_of_whole_convolutions_by_numpy(model):
    with_random_weights(model, "block2b_add")
    x, expected = values_at(model, ["block2a_project_bn", "block2b_add"], pictures())
    by_hand = BlockReference(model)
    h = by_hand.conv("block2b_expand_conv", padded(x))
    h = swish(by_hand.norm("block2b_expand_bn", h))
    h = by_hand.norm("block2b_project_bn", by_hand.conv("block2b_project_conv", h))
    np.testing.assert_allclose(x + h, expected, rtol=1e-3, atol=1e-4)


def test_a_gated_block_by_numpy(model):
    with_random_weights(model, "block4a_project_bn")
    x, expected = values_at(model, ["block3b_add", "block4a_project_bn"], pictures())
    by_hand = BlockReference(model)
    h = swish(by_hand.norm("block4a_expand_bn", by_hand.conv("block4a_expand_conv", x)))
    h = swish(by_hand.norm("block4a_bn", by_hand.depthwise("block4a_dwconv2", h, strides=2, padding="same")))
    gate = swish(by_hand.conv("block4a_se_reduce", h.mean((1, 2), keepdims=True)))
    h = h * sigmoid(by_hand.conv("block4a_se_expand", gate))
    h = by_hand.norm("block4a_project_bn", by_hand.conv("block4a_project_conv", h))
    np.testing.assert_allclose(h, expected, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(
    ("make", "prepare"),
    [
        (EfficientNetV2B0, lambda x: (x / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]),
        (EfficientNetV2S, lambda x: x / 128 - 1),
    ],
)
def test_preprocessing_is_part_of_the_model(make, prepare):
    with_it, without = (
        make(weights=None, include_top=False, input_shape=(32, 32, 3), include_preprocessing=given)
        for given in (True, False)
    )
    pixels = np.random.default_rng(0).integers(0, 256, (1, 32, 32, 3)).astype("float32")
    (found,) = values_at(with_random_weights(with_it, "stem_conv"), ["stem_conv"], pixels)
    (expected,) = values_at(with_random_weights(without, "stem_conv"), ["stem_conv"], prepare(pixels).astype("float32"))
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


def test_dropout_and_normalization():
    model = EfficientNetV2B3(weights=None, classes=2, input_shape=(32, 32, 3))
    rates = [layer.rate for layer in model.layers if layer.name.endswith("_drop")]
    assert rates == sorted(rates) and 0 < rates[0] < rates[-1] < 0.3
    assert model.get_layer("top_dropout").rate == 0.2
    assert {layer.momentum for layer in model.layers if layer.name.endswith("_bn")} == {0.9}
    assert model.name == "efficientnetv2-b3"
