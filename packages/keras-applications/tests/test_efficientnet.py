import numpy as np
import pytest
from block_references import BlockReference, padded, pictures, values_at, with_random_weights
from keras_applications import EfficientNetB0, EfficientNetB3
from layer_references import sigmoid


@pytest.fixture(scope="module")
def model():
    return EfficientNetB0(weights=None, include_top=False, input_shape=(32, 32, 3))


def swish(x):
    return x * sigmoid(x)


def test_a_block_by_numpy(model):
    with_random_weights(model, "block2b_add")
    before = model.get_layer("block2a_project_bn").output
    x, expected = values_at(model, [before, "block2b_add"], pictures())
    by_hand = BlockReference(model)
    h = swish(by_hand.norm("block2b_expand_bn", by_hand.conv("block2b_expand_conv", x)))
    h = swish(by_hand.norm("block2b_bn", by_hand.depthwise("block2b_dwconv", padded(h))))
    gate = swish(by_hand.conv("block2b_se_reduce", h.mean((1, 2), keepdims=True)))
    h = h * sigmoid(by_hand.conv("block2b_se_expand", gate))
    h = by_hand.norm("block2b_project_bn", by_hand.conv("block2b_project_conv", h))
    np.testing.assert_allclose(x + h, expected, rtol=1e-3, atol=1e-4)


def test_the_stem_by_numpy(model):
    with_random_weights(model, "stem_activation")
    mean, variance = np.array([0.5, 0.4, 0.3]), np.array([0.04, 0.09, 0.16])
    (normalization,) = [layer for layer in model.layers if type(layer).__name__ == "Normalization"]
    normalization.set_weights([mean, variance, np.array(5)])
    pixels = np.random.default_rng(0).integers(0, 256, (1, 32, 32, 3)).astype("float32")
    (expected,) = values_at(model, ["stem_activation"], pixels)
    by_hand = BlockReference(model)
    h = padded((pixels / 255 - mean) / np.sqrt(variance), 0, 1)
    h = swish(by_hand.norm("stem_bn", by_hand.conv("stem_conv", h, strides=2)))
    np.testing.assert_allclose(h, expected, rtol=1e-3, atol=1e-4)


def test_dropout_and_names():
    model = EfficientNetB3(weights=None, classes=2, input_shape=(32, 32, 3))
    rates = [layer.rate for layer in model.layers if layer.name.endswith("_drop")]
    assert rates == sorted(rates) and 0 < rates[0] < rates[-1] < 0.2
    assert (model.get_layer("top_dropout").rate, model.name) == (0.3, "efficientnetb3")
    names = [layer.name for layer in model.layers if layer.name.endswith("project_bn")]
    assert names[:3] == ["block1a_project_bn", "block1b_project_bn", "block2a_project_bn"] and len(names) == 26
