import numpy as np
import pytest
from block_references import BlockReference, pictures, relu, values_at, with_random_weights
from keras_applications import Xception


@pytest.fixture(scope="module")
def model():
    return Xception(weights=None, include_top=False, input_shape=(71, 71, 3))


def test_a_module_by_numpy(model):
    names = [None, *(f"block5_sepconv{number}_bn" for number in (1, 2, 3)), "block6_sepconv1_act"]
    with_random_weights(model, names[-1])
    by_hand = BlockReference(model)
    names[0] = model.get_layer("block5_sepconv1_act").input
    x, *steps, after = values_at(model, names, pictures(71))
    h = x
    for number, expected in enumerate(steps, 1):
        depthwise, pointwise = by_hand.weights(f"block5_sepconv{number}")
        h = by_hand.channels(relu(h), depthwise, padding="same") @ pointwise[0, 0]
        h = by_hand.norm(f"block5_sepconv{number}_bn", h)
        np.testing.assert_allclose(h, expected, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(relu(x + h), after, rtol=1e-3, atol=1e-4)


def test_names(model):
    separable = [layer.name for layer in model.layers if "_sepconv" in layer.name and layer.name[-1].isdigit()]
    counts = {2: 2, 3: 2, 4: 2, **dict.fromkeys(range(5, 13), 3), 13: 2, 14: 2}
    assert separable == [f"block{block}_sepconv{n}" for block, count in counts.items() for n in range(1, count + 1)]
    names = {layer.name for layer in model.layers}
    assert "block2_sepconv2_act" in names and "block2_sepconv1_act" not in names
    pools = {f"block{block}_pool" for block in (2, 3, 4, 13)}
    assert {name for name in names if name.endswith("_pool")} == pools


def test_sizes_and_channels_are_those_of_the_paper():
    model = Xception(weights=None)
    shapes = [model.get_layer(f"block{block}_pool").output.shape[1:] for block in (2, 3, 4, 13)]
    assert shapes == [(74, 74, 128), (37, 37, 256), (19, 19, 728), (10, 10, 1024)]
    assert model.get_layer("block14_sepconv2_act").output.shape[1:] == (10, 10, 2048)
