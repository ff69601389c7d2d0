import copy

import numpy as np
import pytest
from image_layer_contract import arrays
from keras_core import backend, ops
from keras_preprocessing import layers

PICTURES = np.random.default_rng(0).integers(0, 256, (5, 40, 36, 3)).astype("float32")
NAMED = {"images": PICTURES, "labels": np.eye(5, dtype="float32")}
LAST = {"data_format": "channels_last", "seed": 3}
CASES = {
    "RandomBrightness": {"factor": 0.5},
    "RandomColorJitter": {"brightness_factor": 0.2, "contrast_factor": 0.2, "hue_factor": 0.5},
    "RandomElasticTransform": {},
    "RandomErasing": {},
    "RandomFlip": {},
    "RandomPerspective": {},
    "RandomRotation": {"factor": 0.2},
    "CutMix": {},
    "MixUp": {},
}


def op_by_op(kind):
    """The class as a user's: nothing of it is compiled."""
    return type(kind.__name__, (kind,), {"__module__": "user"})


def compiles():
    """Whether the backend gains from programs for arrays."""
    return {"compiles", "eager"} <= backend.active().capabilities


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("named", [False, True])
def test_programs_give_what_ops_give(name, named):
    kind, options = getattr(layers, name), {**CASES[name], **LAST}
    layer, other = kind(**options), op_by_op(kind)(**options)
    data = NAMED if named or name in ("CutMix", "MixUp") else PICTURES
    for _ in range(4):
        found, expected = arrays(layer(data)), arrays(other(data))
        for one, wanted in zip(*([x.values() if named else [x] for x in (found, expected)]), strict=True):
            if isinstance(one, dict):
                one, wanted = one["images"], wanted["images"]
            # A pixel at the edge between two may come from the other where places are rounded otherwise.
            assert np.quantile(np.abs(one - wanted), 0.99) < 0.02 and one.dtype == wanted.dtype
    assert bool(layer._programs._programs) is compiles() and not other._programs._programs


def test_masks_and_one_picture():
    layer, other = (kind(**LAST) for kind in (layers.RandomFlip, op_by_op(layers.RandomFlip)))
    masks = np.arange(5 * 40 * 36, dtype="int32").reshape(5, 40, 36) % 7
    one = np.zeros((150, 120, 1), "float32") + np.arange(120, dtype="float32")[:, None]
    for data in ({"images": PICTURES, "segmentation_masks": np.repeat(masks, 3, 2)}, one):
        for _ in range(4):
            found, expected = arrays(layer(data)), arrays(other(data))
            for key in data if isinstance(data, dict) else ():
                np.testing.assert_array_equal(found[key], expected[key])
            if not isinstance(data, dict):
                np.testing.assert_array_equal(found, expected)


def test_what_a_user_writes_runs_each_time():
    calls = []

    class Counting(layers.RandomBrightness):
        def transform_images(self, images, transformation, training=True):
            calls.append(np.asarray(ops.convert_to_numpy(images)).shape)
            return super().transform_images(images, transformation, training)

    layer = Counting(0.5, **LAST)
    for _ in range(5):
        layer(PICTURES)
    assert calls == [PICTURES.shape] * 5


def test_an_attribute_that_is_assigned_counts():
    layer = layers.RandomBrightness(0.5, **LAST)
    for _ in range(4):
        assert (arrays(layer(PICTURES)) != PICTURES).any()
    layer.factor = (0.0, 0.0)
    for _ in range(4):
        np.testing.assert_array_equal(arrays(layer(PICTURES)), PICTURES)


def test_pictures_of_many_sizes_are_not_all_compiled():
    layer = layers.RandomInvert((1.0, 1.0), **LAST)
    for size in range(80, 92):
        pictures = np.full((3, size, size, 1), 55.0, "float32")
        for _ in range(3):
            np.testing.assert_array_equal(arrays(layer(pictures)), 200.0)
    assert len(layer._programs._programs) == (8 if compiles() else 0)


def test_a_copy_compiles_for_itself():
    layer = layers.RandomBrightness(0.5, **LAST)
    for _ in range(3):
        layer(PICTURES)
    twin = copy.deepcopy(layer)
    assert not twin._programs._programs
    for _ in range(4):
        np.testing.assert_allclose(arrays(twin(PICTURES)), arrays(layer(PICTURES)), atol=1e-4)


@pytest.mark.parametrize("remainder", [False, True])
def test_in_a_data_set_of_tensorflow(remainder):
    tf = pytest.importorskip("tensorflow")
    layer = layers.RandomFlip("vertical", **LAST)
    data = tf.data.Dataset.from_tensor_slices(PICTURES)
    found = [one.numpy() for one in data.batch(4, drop_remainder=not remainder).map(layer)]
    assert [len(one) for one in found] == [4, 1][: 1 + remainder]
    assert len(layer._programs._fused) == 1
    flipped = [
        (one == before[::-1]).all()
        for one, before in zip(np.concatenate(found), PICTURES, strict=False)
        if (one != before).any()
    ]
    assert all(flipped)
    drawn = np.concatenate([np.concatenate([x.numpy() for x in data.batch(4).map(layer)]) for _ in range(8)])
    changed = (drawn != np.concatenate([PICTURES] * 8)).any((1, 2, 3))
    assert 5 < changed.sum() < 35


def test_pictures_of_unknown_size_in_a_data_set():
    tf = pytest.importorskip("tensorflow")
    layer = layers.RandomInvert((1.0, 1.0), **LAST)
    sizes = tf.data.Dataset.from_tensor_slices(np.array([150, 160], "int32"))
    pictures = sizes.map(lambda size: tf.fill((size, size, 1), 55.0))
    assert [float(one[0, 0, 0]) for one in pictures.map(layer)] == [200.0] * 2
    assert not layer._programs._fused


def test_a_graph_that_is_the_first_to_ask_for_numbers_in_hand():
    tf = pytest.importorskip("tensorflow")
    layer = layers.RandomInvert((1.0, 1.0), **LAST)
    whole = tf.constant(PICTURES)
    for _ in range(5):
        counted = tf.data.Dataset.range(1).map(lambda _: layer(whole))
        np.testing.assert_array_equal(next(iter(counted)).numpy(), 255 - PICTURES)
    np.testing.assert_array_equal(np.asarray(layer(whole)), 255 - PICTURES)
