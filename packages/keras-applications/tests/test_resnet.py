import numpy as np
import pytest
from block_references import BlockReference, padded, pictures, relu, values_at, with_random_weights
from keras_applications import ResNet50, ResNet101, ResNet152

EPSILON = 1.001e-5


@pytest.fixture(scope="module")
def model():
    return with_random_weights(ResNet50(weights=None, include_top=False, input_shape=(32, 32, 3)), "conv3_block2_out")


@pytest.mark.parametrize(
    ("before", "block", "strides"),
    [("conv2_block3_out", "conv3_block1", 2), ("conv3_block1_out", "conv3_block2", 1)],
)
def test_a_bottleneck_by_numpy(model, before, block, strides):
    x, expected = values_at(model, [before, f"{block}_out"], pictures())
    by_hand = BlockReference(model, EPSILON)

    def conv_norm(number, x, **options):
        return by_hand.norm(f"{block}_{number}_bn", by_hand.conv(f"{block}_{number}_conv", x, **options))

    shortcut = conv_norm(0, x, strides=strides) if strides > 1 else x
    h = relu(conv_norm(1, x, strides=strides))
    h = relu(conv_norm(2, padded(h)))
    np.testing.assert_allclose(relu(shortcut + conv_norm(3, h)), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("make", "repeats"), [(ResNet50, (3, 4, 6, 3)), (ResNet101, (3, 4, 23, 3)), (ResNet152, (3, 8, 36, 3))]
)
def test_stacks(make, repeats):
    model = make(weights=None, include_top=False, input_shape=(32, 32, 3))
    blocks = [layer.name.removesuffix("_out") for layer in model.layers if layer.name.endswith("_out")]
    assert blocks == [f"conv{stack}_block{n}" for stack, count in enumerate(repeats, 2) for n in range(1, count + 1)]
    with_shortcuts = [layer.name for layer in model.layers if layer.name.endswith("_0_conv")]
    assert with_shortcuts == [f"conv{stack}_block1_0_conv" for stack in (2, 3, 4, 5)]


def test_normalization(model):
    norms = [layer for layer in model.layers if layer.name.endswith("_bn")]
    assert {(layer.epsilon, layer.momentum) for layer in norms} == {(EPSILON, 0.99)}
