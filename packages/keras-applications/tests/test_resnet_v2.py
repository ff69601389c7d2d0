import numpy as np
import pytest
from block_references import BlockReference, padded, pictures, relu, values_at, with_random_weights
from keras_applications import ResNet50V2

EPSILON = 1.001e-5


@pytest.fixture(scope="module")
def model():
    return with_random_weights(ResNet50V2(weights=None, include_top=False, input_shape=(32, 32, 3)), "conv3_block1_out")


@pytest.mark.parametrize(
    ("before", "block", "strides"),
    [("conv2_block3_out", "conv3_block1", 1), ("conv2_block2_out", "conv2_block3", 2)],
)
def test_a_bottleneck_by_numpy(model, before, block, strides):
    x, expected = values_at(model, [before, f"{block}_out"], pictures())
    by_hand = BlockReference(model, EPSILON)

    def activated(name, x):
        return relu(by_hand.norm(f"{block}_{name}_bn", x))

    h = activated("preact", x)
    shortcut = by_hand.conv(f"{block}_0_conv", h) if block.endswith("1") else x[:, ::strides, ::strides]
    h = activated(1, by_hand.conv(f"{block}_1_conv", h))
    h = activated(2, by_hand.conv(f"{block}_2_conv", padded(h), strides=strides))
    np.testing.assert_allclose(shortcut + by_hand.conv(f"{block}_3_conv", h), expected, rtol=1e-4, atol=1e-4)


def test_where_sizes_are_halved_and_what_has_a_bias():
    model = ResNet50V2(weights=None, include_top=False, input_shape=(224, 224, 3))
    sizes = [model.get_layer(f"conv{stack}_block1_out").output.shape[1] for stack in (2, 3, 4, 5)]
    assert sizes == [56, 28, 14, 7]
    assert model.get_layer("conv5_block3_out").output.shape == (None, 7, 7, 2048)
    convs = [layer for layer in model.layers if "_block" in layer.name and layer.name.endswith("_conv")]
    assert {layer.name[-6:] for layer in convs if layer.use_bias} == {"0_conv", "3_conv"}
    assert {layer.name[-6:] for layer in convs if not layer.use_bias} == {"1_conv", "2_conv"}
