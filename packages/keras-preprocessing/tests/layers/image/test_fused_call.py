import numpy as np
import pytest
from keras_core import backend, ops, random
from keras_preprocessing import layers
from keras_preprocessing.layers.image.fused_call import KeyStream, after

tf = pytest.importorskip("tensorflow")

PICTURES = np.random.default_rng(0).integers(0, 256, (5, 40, 36, 3)).astype("float32")
LAST = {"data_format": "channels_last", "seed": 3}
CASES = {
    "RandomBrightness": {"factor": 0.5},
    "RandomColorJitter": {"brightness_factor": 0.2, "saturation_factor": 0.2},
    "RandomErasing": {},
    "RandomPosterization": {"factor": (2, 6)},
    "CutMix": {},
    "MixUp": {"alpha": 0.4},
}


def op_by_op(kind):
    """The class as a user's: nothing of it is compiled."""
    return type(kind.__name__, (kind,), {"__module__": "user"})


def mapped(layer, data, calls=3):
    """What a data set gives that maps the layer over the same batch again and again."""
    batches = tf.data.Dataset.from_tensors(data).repeat(calls).map(layer)
    return [tf.nest.map_structure(lambda x: x.numpy(), one) for one in batches]


def test_keys_are_those_of_a_generator():
    generator, stream = (
        random.SeedGenerator(2**32 - 1),
        KeyStream(ops.convert_to_tensor(np.array([2**32 - 1, 0], "uint32"))),
    )
    keys = [[ops.convert_to_numpy(one.next()).tolist() for _ in range(3)] for one in (generator, stream)]
    assert keys[0] == keys[1] == [[2**32 - 1, k] for k in range(3)] and stream.count == 3
    assert ops.convert_to_numpy(after(generator.state.value, 4)).tolist() == [2**32 - 1, 7]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("named", [False, True])
def test_a_data_set_draws_what_ops_draw(name, named):
    kind, options = getattr(layers, name), {**CASES[name], **LAST}
    layer, other = kind(**options), op_by_op(kind)(**options)
    named = named or name in ("CutMix", "MixUp")
    data = {"images": PICTURES, "labels": np.eye(5, dtype="float32")} if named else PICTURES
    for found, expected in zip(mapped(layer, data), mapped(other, data), strict=True):
        for one, wanted in zip(tf.nest.flatten(found), tf.nest.flatten(expected), strict=True):
            assert np.quantile(np.abs(one - wanted), 0.99) < 0.02 and one.dtype == wanted.dtype
    assert [key[0] for key in layer._programs._fused] == ["call"] and not other._programs._fused
    with backend.use_backend("tensorflow"):
        states = [one._get_seed_generator().state.numpy().tolist() for one in (layer, other)]
    assert states[0] == states[1] and states[0][1] >= 3


def test_what_does_not_change_stays_as_it_is():
    data = {"images": PICTURES, "labels": np.arange(5, dtype="int64"), "name": np.array(["a", "b", "c", "d", "e"])}
    layer = layers.RandomInvert((1.0, 1.0), **LAST)
    for found in mapped(layer, data):
        np.testing.assert_array_equal(found["images"], 255 - PICTURES)
        assert found["labels"].tolist() == [0, 1, 2, 3, 4] and found["labels"].dtype == "int64"
        assert found["name"].tolist() == [b"a", b"b", b"c", b"d", b"e"]
    assert len(layer._programs._fused) == 1


def test_labels_that_are_strings():
    data = {"images": PICTURES, "labels": np.array(["a", "b", "c", "d", "e"])}
    for found in mapped(layers.RandomInvert((1.0, 1.0), **LAST), data):
        np.testing.assert_array_equal(found["images"], 255 - PICTURES)
        assert found["labels"].tolist() == [b"a", b"b", b"c", b"d", b"e"]


def test_boxes_and_masks():
    boxes = {
        "boxes": np.tile(np.array([[2.0, 1.0, 9.0, 30.0]], "float32"), (5, 1, 1)),
        "labels": np.ones((5, 1), "int32"),
    }
    masks = (PICTURES[..., 0] > 99).astype("int32")
    data = {"images": PICTURES, "bounding_boxes": boxes, "segmentation_masks": masks}
    layer = layers.RandomFlip("horizontal", bounding_box_format="xyxy", **LAST)
    flips = 0
    for found in mapped(layer, data):
        for k, picture in enumerate(found["images"]):
            flipped = (picture != PICTURES[k]).any()
            flips += flipped
            np.testing.assert_array_equal(picture, PICTURES[k][:, :: -1 if flipped else 1])
            np.testing.assert_array_equal(found["segmentation_masks"][k], masks[k][:, :: -1 if flipped else 1])
            expected = [27.0, 1.0, 34.0, 30.0] if flipped else [2.0, 1.0, 9.0, 30.0]
            assert found["bounding_boxes"]["boxes"][k].tolist() == [expected]
            assert found["bounding_boxes"]["labels"][k].tolist() == [1]
    assert 0 < flips < 15
