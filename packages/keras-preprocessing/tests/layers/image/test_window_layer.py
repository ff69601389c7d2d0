import numpy as np
import pytest
from image_layer_contract import arrays
from keras_core import Input, KerasTensor, Model
from keras_preprocessing.layers import CenterCrop


@pytest.mark.parametrize("size", [(0, 2), (2, -1)])
def test_sizes_that_do_not_fit(size):
    with pytest.raises(ValueError, match=r"\(CenterCrop\): (height|width) must be a positive integer, got"):
        CenterCrop(*size)


def test_shapes_of_symbolic_inputs():
    first = CenterCrop(2, 3, data_format="channels_first")
    data = {
        "images": KerasTensor((None, 3, None, None), "uint8"),
        "segmentation_masks": KerasTensor((None, None, None), "int32"),
        "labels": KerasTensor((None,), "int32"),
    }
    found = first(data)
    assert found["images"].shape == (None, 3, 2, 3) and found["images"].dtype == "float32"
    assert found["segmentation_masks"].shape == (None, 2, 3) and found["segmentation_masks"].dtype == "int32"
    last = CenterCrop(2, 3, data_format="channels_last")
    masks = {"images": KerasTensor((5, 6, 1)), "segmentation_masks": KerasTensor((5, 6))}
    assert last(masks)["segmentation_masks"].shape == (2, 3)
    assert last.compute_output_shape((None, 8, 9, 1)) == (None, 2, 3, 1)


def test_a_picture_of_unknown_size_inside_a_model():
    symbol = Input((None, None, 1))
    model = Model(symbol, CenterCrop(2, 2, data_format="channels_last")(symbol))
    x = np.arange(20, dtype="float32").reshape(1, 4, 5, 1)
    np.testing.assert_array_equal(arrays(model(x)), x[:, 1:3, 1:3])
