import numpy as np
import pytest
from block_references import BlockReference, padded, pictures, relu, values_at, with_random_weights
from keras_applications import NASNetLarge, NASNetMobile
from layer_references import pool


@pytest.fixture(scope="module")
def model():
    return NASNetMobile(weights=None, include_top=False, input_shape=(32, 32, 3))


class Cell:
    def __init__(self, model):
        self.by_hand = BlockReference(model)

    def separable(self, x, name, pad=None):
        for number in (1, 2):
            depthwise, pointwise = self.by_hand.weights(f"separable_conv_{number}_{name}")
            x = relu(x)
            if number == 1 and pad is not None:
                x = self.by_hand.channels(padded(x, *pad), depthwise, strides=2)
            else:
                x = self.by_hand.channels(x, depthwise, padding="same")
            x = self.by_hand.norm(f"separable_conv_{number}_bn_{name}", x @ pointwise[0, 0])
        return x

    def squeezed(self, x, kind, name):
        return self.by_hand.norm(f"{kind}_bn_1_{name}", self.by_hand.conv(f"{kind}_conv_1_{name}", relu(x)))


def test_the_first_reduction_cell_by_numpy(model):
    with_random_weights(model, "reduction_concat_stem_1")
    x, expected = values_at(model, ["stem_bn1", "reduction_concat_stem_1"], pictures(32))
    cell, name = Cell(model), "stem_1"
    h = cell.squeezed(x, "reduction", name)  # of size 15: as many zeros before as after
    around = padded(h)
    one = cell.separable(h, f"reduction_left1_{name}", (2, 2)) + cell.separable(x, f"reduction_right1_{name}", (3, 3))
    largest = pool(around, 3, 2, "valid", np.nanmax)
    two = largest + cell.separable(x, f"reduction_right2_{name}", (3, 3))
    mean = pool(around, 3, 2, "valid", np.nanmean)
    three = mean + cell.separable(x, f"reduction_right3_{name}", (2, 2))
    four = two + pool(one, 3, 1, "same", np.nanmean)
    five = cell.separable(one, f"reduction_left4_{name}") + largest
    np.testing.assert_allclose(np.concatenate([two, three, four, five], -1), expected, rtol=1e-3, atol=1e-4)


def test_cells():
    model = NASNetMobile(weights=None)
    concats = [
        layer.name for layer in model.layers if layer.name.endswith(tuple("0123456789")) and "concat_" in layer.name
    ]
    normal = [name for name in concats if name.startswith("normal")]
    assert normal == [f"normal_concat_{n}" for n in (*range(4), *range(5, 9), *range(9, 13))]
    reduction = [name.removeprefix("reduction_concat_") for name in concats if name.startswith("reduction")]
    assert reduction == ["stem_1", "stem_2", "reduce_4", "reduce_8"]
    sizes = [
        model.get_layer(name).output.shape[1:] for name in ("normal_concat_0", "normal_concat_5", "normal_concat_12")
    ]
    assert sizes == [(28, 28, 264), (14, 14, 528), (7, 7, 1056)]
    norms = [layer for layer in model.layers if "_bn" in layer.name]
    assert {(layer.momentum, layer.epsilon) for layer in norms} == {(0.9997, 1e-3)}


def test_rows_of_the_large_one_begin_with_what_came_before_the_last_cell():
    model = NASNetLarge(weights=None, include_top=False, input_shape=(64, 64, 3))

    def source(name):
        return model.get_layer(name).input.node.operation.name

    assert source("adjust_relu_1_7") == "normal_concat_4"
    mobile = NASNetMobile(weights=None, include_top=False, input_shape=(64, 64, 3))
    assert mobile.get_layer("adjust_relu_1_5").input.node.operation.name == "normal_concat_3"


def test_sizes_are_known():
    assert NASNetMobile(weights=None, include_top=False).input_shape == (None, 224, 224, 3)
    with pytest.raises(ValueError, match="NASNetMobile: The size of pictures must be known"):
        NASNetMobile(weights=None, include_top=False, input_shape=(None, None, 3))
