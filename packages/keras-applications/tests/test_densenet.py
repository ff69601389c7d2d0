import numpy as np
import pytest
from block_references import BlockReference, pictures, relu, values_at, with_random_weights
from keras_applications import DenseNet121, DenseNet169, DenseNet201
from layer_references import pool


@pytest.fixture(scope="module")
def by_hand():
    return BlockReference(
        with_random_weights(DenseNet121(weights=None, include_top=False, input_shape=(32, 32, 3)), "pool2_pool"),
        1.001e-5,
    )


def test_a_layer_of_a_block_by_numpy(by_hand):
    x, expected = values_at(by_hand.model, ["conv2_block1_concat", "conv2_block2_concat"], pictures())
    new = x
    for number, padding in ((1, "valid"), (2, "same")):
        new = relu(by_hand.norm(f"conv2_block2_{number - 1}_bn", new))
        new = by_hand.conv(f"conv2_block2_{number}_conv", new, padding=padding)
    np.testing.assert_allclose(np.concatenate([x, new], -1), expected, rtol=1e-4, atol=1e-5)


def test_a_transition_by_numpy(by_hand):
    x, expected = values_at(by_hand.model, ["conv2_block6_concat", "pool2_pool"], pictures())
    x = by_hand.conv("pool2_conv", relu(by_hand.norm("pool2_bn", x)))
    assert x.shape[-1] == 128
    np.testing.assert_allclose(pool(x, 2, 2, "valid", np.nanmean), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("make", "repeats"),
    [(DenseNet121, (6, 12, 24, 16)), (DenseNet169, (6, 12, 32, 32)), (DenseNet201, (6, 12, 48, 32))],
)
def test_blocks(make, repeats):
    model = make(weights=None, include_top=False, input_shape=(32, 32, 3))
    layers = [layer.name.removesuffix("_concat") for layer in model.layers if layer.name.endswith("_concat")]
    assert layers == [f"conv{block}_block{n}" for block, count in enumerate(repeats, 2) for n in range(1, count + 1)]
    assert [layer.name for layer in model.layers[-2:]] == ["bn", "relu"]
