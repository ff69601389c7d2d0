import numpy as np
import pytest
from block_references import BlockReference, padded, pictures, relu, values_at, with_random_weights
from keras_applications import MobileNet


@pytest.fixture(scope="module")
def model():
    return with_random_weights(MobileNet(weights=None, alpha=0.25, classes=4, input_shape=(32, 32, 3)))


@pytest.mark.parametrize(("number", "strides"), [(1, 1), (2, 2)])
def test_a_block_by_numpy(model, number, strides):
    before = f"conv_pw_{number - 1}_relu" if number > 1 else "conv1_relu"
    x, expected = values_at(model, [before, f"conv_pw_{number}_relu"], pictures())
    by_hand = BlockReference(model)
    x = padded(x, 0, 1) if strides > 1 else padded(x)
    x = relu(by_hand.norm(f"conv_dw_{number}_bn", by_hand.depthwise(f"conv_dw_{number}", x, strides=strides)), 6)
    x = relu(by_hand.norm(f"conv_pw_{number}_bn", by_hand.conv(f"conv_pw_{number}", x)), 6)
    np.testing.assert_allclose(x, expected, rtol=1e-4, atol=1e-5)


def test_the_classifier_by_numpy(model):
    x, scores = values_at(model, ["conv_pw_13_relu", "predictions"], pictures())
    logits = BlockReference(model).conv("conv_preds", x.mean((1, 2), keepdims=True))[0, 0, 0]
    np.testing.assert_allclose(scores[0], np.exp(logits) / np.exp(logits).sum(), rtol=1e-4)


def test_width():
    model = MobileNet(weights=None, alpha=0.5, depth_multiplier=2, include_top=False, input_shape=(64, 32, 3))
    assert model.output_shape == (None, 2, 1, 512)
    assert model.get_layer("conv1").filters == 16
    assert model.get_layer("conv_dw_1").output.shape == (None, 32, 16, 32)
    with pytest.raises(ValueError, match="MobileNet: alpha must be positive; got 0"):
        MobileNet(weights=None, alpha=0)


def test_names_and_dropout():
    assert MobileNet(weights=None).name == "mobilenet_1.00_224"
    assert MobileNet(weights=None, include_top=False, alpha=0.25).name == "mobilenet_0.25_None"
    model = MobileNet((64, 64, 3), 0.25, 1, 0.3, True, None, classes=2, name="small")
    assert (model.name, model.get_layer("dropout").rate, model.output_shape) == ("small", 0.3, (None, 2))
