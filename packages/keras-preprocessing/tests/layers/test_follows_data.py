import numpy as np
import pytest
from image_layer_contract import PICTURES
from keras_core import backend
from keras_preprocessing.layers import Pipeline, RandomCrop, RandomFlip, RandomRotation

LAST = {"data_format": "channels_last", "seed": 1}
BOXED = {"bounding_box_format": "xyxy", **LAST}
BOXES = {"boxes": np.array([[[1.0, 2.0, 8.0, 9.0]]] * 3), "labels": np.ones((3, 1), "int32")}
DATA = {"images": PICTURES, "bounding_boxes": BOXES}


def made():
    return Pipeline([RandomFlip(**BOXED), RandomRotation(0.1, **BOXED), RandomCrop(8, 8, **BOXED)])


@pytest.mark.parametrize("size", [None, 2])
def test_in_a_data_set_of_tensorflow(size):
    tf = pytest.importorskip("tensorflow")
    layer = made()
    data = tf.data.Dataset.from_tensor_slices(DATA)
    data = (data if size is None else data.batch(size)).map(layer)
    first, second = ([one["images"].numpy() for one in data] for _ in range(2))
    assert [one.shape for one in first] == ([(8, 8, 2)] * 3 if size is None else [(2, 8, 8, 2), (1, 8, 8, 2)])
    assert any((one != other).any() for one, other in zip(first, second, strict=True))
    assert len(layer.variables) == 3
    assert all(one["bounding_boxes"]["boxes"].shape[-2:] == (1, 4) for one in data)


def test_on_tensors_of_pytorch():
    torch = pytest.importorskip("torch")
    found = made()({"images": torch.tensor(PICTURES), "labels": torch.arange(3)})
    assert isinstance(found["images"], torch.Tensor) and tuple(found["images"].shape) == (3, 8, 8, 2)
    assert found["labels"].tolist() == [0, 1, 2]


def test_arrays_are_for_the_layers_own_backend():
    layer = made()
    assert backend.owner(layer(PICTURES)) in (backend.load(layer.backend_name), None)
    assert layer.layers[0].generator.state.numpy()[1] == 1
