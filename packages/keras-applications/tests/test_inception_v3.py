import numpy as np
import pytest
from block_references import BlockReference, pictures, relu, values_at, with_random_weights
from keras_applications import InceptionV3
from keras_core import Model
from keras_layers import Conv2D
from layer_references import pool


@pytest.fixture(scope="module")
def model():
    return InceptionV3(weights=None, include_top=False, input_shape=(75, 75, 3))


def branches_between(model, start, end):
    """The convolutions between two layers of these names, in order of creation."""
    names = [layer.name for layer in model.layers]
    inside = set(names[names.index(start) + 1 : names.index(end)])
    numbered = [layer for layer in model.layers if isinstance(layer, Conv2D) and layer.name in inside]
    return sorted(numbered, key=lambda layer: int(layer.name.rpartition("_")[2]))


def test_a_block_by_numpy(model):
    with_random_weights(model, "mixed1")
    x, expected = values_at(model, ["mixed0", "mixed1"], pictures(75))
    by_hand = BlockReference(model)
    convs = iter(branches_between(model, "mixed0", "mixed1"))

    def conv(x):
        layer = next(convs)
        number = layer.name.removeprefix("conv2d")
        outputs = by_hand.conv(layer.name, x, padding="same")
        return relu(by_hand.norm(f"batch_normalization{number}", outputs))

    found = [conv(x), conv(conv(x)), conv(conv(conv(x))), conv(pool(x, 3, 1, "same", np.nanmean))]
    np.testing.assert_allclose(np.concatenate(found, -1), expected, rtol=1e-3, atol=1e-4)


def test_sizes_and_channels_are_those_of_the_paper():
    model = InceptionV3(weights=None)
    expected = {0: (35, 256), 1: (35, 288), 2: (35, 288), 3: (17, 768), 4: (17, 768), 7: (17, 768), 8: (8, 1280),
                9: (8, 2048), 10: (8, 2048)}  # fmt: skip
    found = {number: model.get_layer(f"mixed{number}").output.shape for number in expected}
    assert found == {number: (None, size, size, channels) for number, (size, channels) in expected.items()}
    kernels = {layer.kernel_size for layer in model.layers if isinstance(layer, Conv2D)}
    assert kernels == {(1, 1), (3, 3), (5, 5), (1, 7), (7, 1), (1, 3), (3, 1)}


def test_convolutions_are_normalized_without_a_scale(model):
    convs = [layer for layer in model.layers if isinstance(layer, Conv2D)]
    norms = [layer for layer in model.layers if layer.name.startswith("batch_normalization")]
    assert len(convs) == len(norms) == 94
    assert not any(layer.use_bias for layer in convs) and not any(layer.scale for layer in norms)
    assert isinstance(Model(model.input, model.output), Model)
