import numpy as np
import pytest
from block_references import BlockReference, pictures, relu, values_at, with_random_weights
from keras_applications import VGG16, VGG19
from layer_references import pool


def test_a_stack_by_numpy():
    model = with_random_weights(VGG16(weights=None, include_top=False, input_shape=(32, 32, 3)), "block2_pool")
    x, expected = values_at(model, ["block1_pool", "block2_pool"], pictures())
    by_hand = BlockReference(model)
    for name in ("block2_conv1", "block2_conv2"):
        x = relu(by_hand.conv(name, x, padding="same"))
    np.testing.assert_allclose(pool(x, 2, 2, "valid", np.nanmax), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("make", "convolutions"), [(VGG16, (2, 2, 3, 3, 3)), (VGG19, (2, 2, 4, 4, 4))])
def test_names(make, convolutions):
    expected = []
    for block, count in enumerate(convolutions, 1):
        expected += [f"block{block}_conv{number}" for number in range(1, count + 1)] + [f"block{block}_pool"]
    model = make(weights=None, input_shape=(32, 32, 3), classes=3)
    assert [layer.name for layer in model.layers[1:]] == [*expected, "flatten", "fc1", "fc2", "predictions"]


def test_the_classifier_needs_a_known_size():
    with pytest.raises(ValueError, match=r"VGG16: .*size of pictures must be known.*\(None, None, 3\)"):
        VGG16(weights=None, input_shape=(None, None, 3))
