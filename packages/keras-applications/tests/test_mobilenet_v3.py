import numpy as np
import pytest
from block_references import BlockReference, padded, pictures, relu, values_at, with_random_weights
from keras_applications import MobileNetV3Large, MobileNetV3Small


@pytest.fixture(scope="module")
def model():
    return MobileNetV3Small(weights=None, classes=4, input_shape=(32, 32, 3), dropout_rate=0)


def hard_sigmoid(x):
    return np.clip(x + 3, 0, 6) / 6


def test_a_gated_block_by_numpy(model):
    with_random_weights(model, "expanded_conv_3_project_bn")
    x, expected = values_at(model, ["expanded_conv_2_add", "expanded_conv_3_project_bn"], pictures())
    by_hand, name = BlockReference(model), "expanded_conv_3"
    h = by_hand.norm(f"{name}_expand_bn", by_hand.conv(f"{name}_expand", x))
    h = h * hard_sigmoid(h)
    h = by_hand.norm(f"{name}_depthwise_bn", by_hand.depthwise(f"{name}_depthwise", padded(h, 1, 2), strides=2))
    h = h * hard_sigmoid(h)
    gate = relu(by_hand.conv(f"{name}_squeeze_excite_conv", h.mean((1, 2), keepdims=True)))
    h = h * hard_sigmoid(by_hand.conv(f"{name}_squeeze_excite_conv_1", gate))
    h = by_hand.norm(f"{name}_project_bn", by_hand.conv(f"{name}_project", h))
    np.testing.assert_allclose(h, expected, rtol=1e-3, atol=1e-4)


def test_preprocessing_is_part_of_the_model():
    with_it, without = (
        MobileNetV3Small(weights=None, include_top=False, input_shape=(32, 32, 3), include_preprocessing=given)
        for given in (True, False)
    )
    pixels = np.random.default_rng(0).integers(0, 256, (1, 32, 32, 3)).astype("float32")
    (found,) = values_at(with_random_weights(with_it, "conv"), ["conv"], pixels)
    (expected,) = values_at(with_random_weights(without, "conv"), ["conv"], pixels / 127.5 - 1)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


# Millions of parameters, from the table of https://keras.io/api/applications/mobilenet for the published weights.
@pytest.mark.parametrize(
    ("make", "arguments", "millions"),
    [
        (MobileNetV3Large, {"alpha": 0.75}, 4.0),
        (MobileNetV3Large, {"minimalistic": True}, 3.9),
        (MobileNetV3Small, {"minimalistic": True}, 2.0),
    ],
)
def test_variants(make, arguments, millions):
    assert abs(make(weights=None, **arguments).count_params() / 1e6 - millions) < 0.06


def test_the_minimalistic_one():
    model = MobileNetV3Large(weights=None, minimalistic=True)
    assert {layer.kernel_size for layer in model.layers if layer.name.endswith("_depthwise")} == {(3, 3)}
    assert not [layer.name for layer in model.layers if "squeeze_excite" in layer.name or "activation" in layer.name]
