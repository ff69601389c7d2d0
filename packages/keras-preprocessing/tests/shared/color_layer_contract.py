"""What every layer that changes colours has to do."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from keras_core import Input, Model, backend, layers, stage, tree

PICTURES = np.random.default_rng(0).uniform(0, 255, (3, 6, 5, 3)).astype("float32")
SIZE = {"height": 6, "width": 5}


def arrays(structure):
    """A structure of tensors as one of arrays."""
    return tree.map_structure(backend.to_numpy, structure)


def each(values):
    """A number for each picture, so that it broadcasts."""
    return np.reshape(values, (-1, 1, 1, 1))


def clipped(images):
    return np.clip(images, 0, 255)


class ColorLayerContract:
    """The tests of a layer; a subclass names the class and its arguments, and computes the layer in NumPy.

    Attributes:
        layer: the class under test.
        arguments: the constructor's arguments.
        ranged: another range of values, None where it has none.
        always: whether it does the same without training.
        tolerance: of values from 0 to 255.
    """

    layer: ClassVar[type]
    arguments: ClassVar[dict[str, Any]] = {}
    ranged: ClassVar[tuple[float, float] | None] = (-1, 1)
    always: ClassVar[bool] = False
    tolerance: ClassVar[float] = 2e-3

    def made(self, **more):
        return self.layer(**{"data_format": "channels_last", **self.arguments, **more})

    def reference(self, images, drawn):
        """Pictures (batch, height, width, channels) of float64 changed as it was drawn."""
        raise NotImplementedError

    def test_values_follow_the_reference_in_plain_and_compiled_calls_and_in_both_data_formats(self):
        layer = self.made()
        drawn = layer.get_random_transformation(PICTURES, seed=4)
        expected = self.reference(PICTURES.astype("float64"), arrays(drawn))
        assert self.always or np.abs(expected - PICTURES).max() > 1
        found = arrays(layer.transform_images(PICTURES, drawn))
        assert found.dtype == "float32"
        np.testing.assert_allclose(found, expected, atol=self.tolerance)
        first = self.made(data_format="channels_first")
        program = stage(lambda x: first(x, training=True), first.variables)
        once = arrays(program(np.moveaxis(PICTURES, -1, 1)))
        again = arrays(self.made()(PICTURES, training=True))
        np.testing.assert_allclose(np.moveaxis(once, 1, -1), again, atol=self.tolerance)

    def test_other_ranges_of_values(self):
        if self.ranged:
            low, high = self.ranged
            scale = (high - low) / 255
            layer, other = self.made(), self.made(value_range=self.ranged)
            pictures = np.round(PICTURES)
            drawn = layer.get_random_transformation(pictures, seed=4)
            expected = arrays(layer.transform_images(pictures, drawn)) * scale + low
            drawn = other.get_random_transformation(pictures, seed=4)
            found = arrays(other.transform_images(pictures * np.float32(scale) + low, drawn))
            np.testing.assert_allclose(found, expected, atol=1e-4)

    def test_what_belongs_to_a_picture_stays_and_so_do_pictures_without_training(self):
        layer = self.made()
        boxes = {"boxes": np.ones((3, 1, 4), "float32"), "labels": np.zeros((3, 1), "int32")}
        masks = np.ones((3, 6, 5), "int32")
        data = {"images": PICTURES, "labels": np.arange(3), "bounding_boxes": boxes, "segmentation_masks": masks}
        found = arrays(layer(data, training=True))
        for name in ("labels", "bounding_boxes", "segmentation_masks"):
            tree.map_structure(np.testing.assert_array_equal, found[name], data[name])
        if self.always:
            expected = found["images"]
        else:
            expected = PICTURES
            assert np.abs(found["images"] - PICTURES).max() > 1
        model = Model(symbol := Input(PICTURES.shape[1:]), layer(symbol))
        assert model.output_shape == (None, *PICTURES.shape[1:])
        np.testing.assert_allclose(model.predict(PICTURES, verbose=0), expected, atol=self.tolerance)
        one = arrays(layer(PICTURES[0].astype("uint8"), training=False))
        assert one.shape == PICTURES.shape[1:] and one.dtype == "float32"

    def test_a_copy_is_equal(self):
        layer = self.made()
        copy = layers.deserialize(layers.serialize(layer))
        assert copy.get_config() == layer.get_config()
