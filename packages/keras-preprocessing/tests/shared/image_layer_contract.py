"""What every layer that moves pixels has to do."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from keras_core import Input, Model, backend, layers, stage, tree

RNG = np.random.default_rng(0)
SIZE = (12, 14)
PICTURES = RNG.uniform(0, 1, (3, *SIZE, 2)).astype("float32")


def block(left, top, right, bottom):
    """A picture with a bright block, so large that few changes lose it."""
    picture = np.zeros((48, 64, 1), "float32")
    picture[top:bottom, left:right] = 1
    return picture


BOXES = np.array([[10, 8, 40, 30], [30, 20, 50, 40], [4, 4, 24, 44], [20, 10, 44, 22]])
BLOCKS = np.stack([block(*box) for box in BOXES])


def arrays(structure):
    """A structure of tensors as one of arrays."""
    return tree.map_structure(backend.to_numpy, structure)


def swapped(images):
    """Pictures in the other data format."""
    return np.moveaxis(images, -1, -3)


class ImageLayerContract:
    """The tests of a layer; a subclass names the class and its arguments.

    Attributes:
        layer: the class under test.
        arguments: the constructor's arguments.
        off_by: how many pixels a box may be away from what it is about.
        keeps_ints: whether pictures of whole numbers stay such.
    """

    layer: ClassVar[type]
    arguments: ClassVar[dict[str, Any]] = {}
    off_by: ClassVar[float] = 1.0
    keeps_ints: ClassVar[bool] = False

    def made(self, **more):
        return self.layer(**{"data_format": "channels_last", **self.arguments, **more})

    def without_training(self, images):
        """What the layer gives where nothing is random."""
        return images

    def test_nothing_is_drawn_without_training(self):
        layer = self.made()
        expected = self.without_training(PICTURES)
        for found in (layer(PICTURES, training=False), layer(PICTURES[0], training=False)[None]):
            found = arrays(found)
            np.testing.assert_allclose(found, expected[: len(found)], rtol=1e-5, atol=1e-5)
        model = Model(symbol := Input(PICTURES.shape[1:]), layer(symbol))
        assert model.output_shape == (None, *expected.shape[1:])
        np.testing.assert_allclose(model.predict(PICTURES, verbose=0), expected, rtol=1e-5, atol=1e-5)

    def test_both_data_formats_give_the_same_in_plain_and_compiled_calls(self):
        expected = arrays(self.made()(PICTURES, training=True))
        assert expected.dtype == "float32"
        layer = self.made(data_format="channels_first")
        program = stage(lambda x: layer(x, training=True), layer.variables)
        found = arrays(program(swapped(PICTURES)))
        np.testing.assert_allclose(np.moveaxis(found, -3, -1), expected, rtol=1e-4, atol=1e-4)

    def test_whole_numbers_become_those_that_the_layer_computes_in(self):
        layer, whole = self.made(), (PICTURES[0] * 255).astype("uint8")
        found = arrays(layer(whole, training=False))
        assert found.dtype == ("uint8" if self.keeps_ints else "float32")
        expected = self.without_training(whole[None].astype("float32"))[0]
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=0.6 * self.keeps_ints)

    def test_what_belongs_to_a_picture_follows_it(self):
        layer = self.made(bounding_box_format="xyxy")
        data = {"images": BLOCKS, "labels": np.arange(4), "segmentation_masks": BLOCKS.astype("int32")[..., 0]}
        boxes = {"boxes": np.stack([BOXES, np.full((4, 4), -1)], 1), "labels": np.array([[k, -1] for k in range(4)])}
        data["bounding_boxes"] = boxes
        program = stage(lambda given: layer(given, training=True), layer.variables)
        found = arrays(program(data))
        assert found["labels"].tolist() == [0, 1, 2, 3]
        assert found["segmentation_masks"].dtype == "int32"
        assert found["bounding_boxes"]["labels"].tolist() == boxes["labels"].tolist()
        assert (found["bounding_boxes"]["boxes"][:, 1] == -1).all()
        for picture, mask, (box, _) in zip(
            found["images"], found["segmentation_masks"], found["bounding_boxes"]["boxes"], strict=True
        ):
            rows, columns = np.nonzero(picture[..., 0] > 0.5)
            bounds = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
            np.testing.assert_allclose(box, bounds, atol=self.off_by)
            assert (mask == (picture[..., 0] > 0.5)).mean() > 0.97
        one = arrays(program(tree.map_structure(lambda leaf: leaf[0], data)))
        assert one["images"].shape == found["images"].shape[1:]
        assert one["bounding_boxes"]["boxes"].shape == (2, 4) and one["labels"] == 0

    def test_a_copy_draws_the_same(self):
        layer = self.made()
        copy = layers.deserialize(layers.serialize(layer))
        assert copy.get_config() == layer.get_config()
        assert [v.numpy().tolist() for v in copy.variables] == [v.numpy().tolist() for v in layer.variables]
