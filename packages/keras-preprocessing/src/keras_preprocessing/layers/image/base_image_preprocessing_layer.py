"""Base of layers that change pictures, and with them labels, bounding boxes and segmentation masks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import KerasTensor, config, ops, random, tree
from keras_core.backend import active_name

from keras_preprocessing.bounding_boxes import clip_to_image_size, convert_format
from keras_preprocessing.bounding_boxes.convert_format import box_format
from keras_preprocessing.layers.encoding import describe
from keras_preprocessing.layers.follows_data import FollowsData
from keras_preprocessing.layers.image.lending import called_on_lent
from keras_preprocessing.layers.image.programs import Programs

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core.typing import DataFormat, Tensor

_TRANSFORMS = {
    "images": ("transform_images", "transform_single_image"),
    "bounding_boxes": ("transform_bounding_boxes", "transform_single_bounding_box"),
    "labels": ("transform_labels", "transform_single_label"),
    "segmentation_masks": ("transform_segmentation_masks", "transform_single_segmentation_mask"),
}


def as_given(factor: Any) -> Any:
    """A factor as it was given, a pair as a tuple, so that it is the same once it was saved."""
    return tuple(factor) if isinstance(factor, (tuple, list)) else factor


class BaseImagePreprocessingLayer(FollowsData):
    """A layer that changes pictures, and where it is called on a dict what belongs to them, too.

    A subclass draws in `get_random_transformation` what is done to each picture of a batch, and does it in
    `transform_images`, `transform_labels`, `transform_bounding_boxes` and `transform_segmentation_masks`, all of which
    are given batches. By default labels stay as they are, bounding boxes and masks are not known how to change.

    Args:
        factor: how strong the change is: the range (lower, upper) of a random number, or x for (-x, x) as far as
            the class allows. Defaults to None.
        bounding_box_format: format of the bounding boxes, see `keras.utils.bounding_boxes.convert_format`.
            Defaults to None.
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.
        **kwargs: `name`, `dtype` and the other arguments of `Layer`.

    Call arguments:
        data: pictures (batch, height, width, channels), or one without the first axis; or a dict of "images" and, as
            far as there are, "labels", "bounding_boxes" (a dict of "boxes" and "labels") and "segmentation_masks".
            What else is in it stays as it is.
        training: whether to change the pictures at random. Defaults to True, except where the call around it, as in
            `predict`, says otherwise.

    Input shape:
        (batch, height, width, channels), or with "channels_first" (batch, channels, height, width); or one picture.

    Output shape:
        Same shape as the input, unless the layer says otherwise.

    Raises:
        ValueError: for an unknown format, or a factor out of range.

    Example:
        >>> import numpy as np
        >>> from keras_core import ops
        >>> from keras_preprocessing.layers import BaseImagePreprocessingLayer
        >>> class Invert(BaseImagePreprocessingLayer):
        ...     def get_random_transformation(self, data, training=True, seed=None):
        ...         return 1.0 if training else None
        ...     def transform_images(self, images, transformation, training=True):
        ...         return ops.subtract(transformation, images) if training else images
        >>> np.asarray(Invert(data_format="channels_last")(np.zeros((1, 1, 1, 2), "float32"))).tolist()
        [[[[1.0, 1.0]]]]
    """

    _USE_BASE_FACTOR = True
    _MOVES_BOXES = True
    _FACTOR_BOUNDS: tuple[float, float] = (-1, 1)
    _untracked = FollowsData._untracked | {"_elsewhere", "_inside"}
    _compiles = False  # whether all of its code is this package's, which computes with ops alone and can be compiled
    _changes_at_once = True  # whether what it does with pictures is one program
    _cuts = False  # whether it computes with a part of the pictures alone, which it cuts out of arrays of NumPy

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._compiles = cls.__module__.partition(".")[0] == __name__.partition(".")[0]

    def __init__(
        self,
        factor: float | Sequence[float] | None = None,
        bounding_box_format: str | None = None,
        data_format: DataFormat = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("autocast", False)  # coordinates of boxes keep their dtype
        super().__init__(**kwargs)
        self._programs = Programs()
        self._inside: tuple[int, list[Any]] = (-1, [])  # the layers in this one, of a version
        self._elsewhere: dict[str, random.SeedGenerator] = {}  # generators that serve pipelines of data
        self.bounding_box_format = bounding_box_format
        if bounding_box_format is not None:
            box_format(bounding_box_format, f"{describe(self)}: bounding_box_format")
        known = data_format or config.image_data_format()
        if known not in ("channels_last", "channels_first"):
            raise ValueError(
                f"{describe(self)}: data_format must be 'channels_last' or 'channels_first', got {data_format!r}."
            )
        last = known == "channels_last"
        self.data_format: DataFormat = "channels_last" if last else "channels_first"
        self.height_axis, self.width_axis, self.channels_axis = (-3, -2, -1) if last else (-2, -1, -3)
        if self._USE_BASE_FACTOR:
            self.factor = self.checked_range("factor", factor or 0.0, *self._FACTOR_BOUNDS)
        elif factor is not None:
            raise ValueError(f"{describe(self)} takes no factor, got {factor!r}.")

    def checked_range(
        self, argument: str, value: float | Sequence[float], lowest: float, highest: float
    ) -> tuple[float, float]:
        """The bounds that an argument tells: itself, where it is a pair, or from its negative on where it is a number.

        Args:
            argument: the argument's name.
            value: a number or a pair of them.
            lowest: the least bound allowed, which is the lower one for a number whose negative is less.
            highest: the greatest bound allowed.

        Raises:
            ValueError: unless it is a number or a pair of them, within the range.
        """
        pair = tuple(value) if isinstance(value, (tuple, list)) else (value,)
        fine = len(pair) in (1, 2) and all(isinstance(one, (int, float)) for one in pair)
        if not fine or not all(lowest <= one <= highest for one in (pair if len(pair) == 2 else (abs(pair[0]),))):
            raise ValueError(
                f"{describe(self)}: {argument} must be a number or a pair of numbers from {lowest} to {highest}, "
                f"got {value!r}."
            )
        if len(pair) == 2:
            return float(min(pair)), float(max(pair))
        return float(max(-abs(pair[0]), lowest)), float(abs(pair[0]))

    # -- what subclasses define

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        """What is done to each picture, as the `transform_` methods understand it; None where nothing is.

        Args:
            data: what the layer is called on.
            training: whether anything is drawn.
            seed: a seed or generator for this draw; None takes the layer's.
        """
        return None

    def transform_images(self, images: Tensor, transformation: Any, training: bool = True) -> Tensor:
        """The pictures of a batch, changed; every layer defines it."""
        raise NotImplementedError(f"{describe(self)} does not define transform_images().")

    def transform_labels(self, labels: Any, transformation: Any, training: bool = True) -> Any:
        """The labels of a batch; by default as they are."""
        return labels

    def transform_bounding_boxes(self, bounding_boxes: Any, transformation: Any, training: bool = True) -> Any:
        """The bounding boxes of a batch, changed with the pictures."""
        raise NotImplementedError(f"{describe(self)} does not define transform_bounding_boxes().")

    def transform_segmentation_masks(self, segmentation_masks: Any, transformation: Any, training: bool = True) -> Any:
        """The segmentation masks of a batch, changed with the pictures."""
        raise NotImplementedError(f"{describe(self)} does not define transform_segmentation_masks().")

    def transform_single_image(self, image: Tensor, transformation: Any, training: bool = True) -> Tensor:
        """One picture, by default as a batch of one."""
        return self._alone(self.transform_images, image, transformation, training)

    def transform_single_label(self, label: Any, transformation: Any, training: bool = True) -> Any:
        """The label of one picture, by default as a batch of one."""
        return self._alone(self.transform_labels, label, transformation, training)

    def transform_single_bounding_box(self, bounding_boxes: Any, transformation: Any, training: bool = True) -> Any:
        """The bounding boxes of one picture, by default as a batch of one."""
        return self._alone(self.transform_bounding_boxes, bounding_boxes, transformation, training)

    def transform_single_segmentation_mask(self, mask: Any, transformation: Any, training: bool = True) -> Any:
        """The segmentation mask of one picture, by default as a batch of one."""
        return self._alone(self.transform_segmentation_masks, mask, transformation, training)

    # -- the call

    def __call__(self, data: Any, *args: Any, **kwargs: Any) -> Any:
        """Call the layer; an array of NumPy is read where it is, not copied first."""
        if type(data) is not np.ndarray or not self._compiles or self._cuts:
            return super().__call__(data, *args, **kwargs)
        return called_on_lent(super().__call__, data, self.backend_name, args, kwargs)

    def call(self, data: Any, training: bool | None = True) -> Any:
        if any(isinstance(leaf, KerasTensor) for leaf in tree.flatten(data)):
            training = False  # the shapes are the same, and nothing is drawn
        training = training is None or bool(training)
        if not self.is_program(data):
            return self.changed_at_once(data, training)
        generator = self._get_seed_generator() if training and "generator" in vars(self) else None
        return self._programs.call(self, data, training, generator)

    def is_program(self, value: Any) -> bool:
        """Whether what the layer does is worth a program of its own.

        Args:
            value: what it is called on, or pictures, labels or masks of it.
        """
        return self._compiles and self._changes_at_once

    def changed_at_once(self, data: Any, training: bool, stream: random.SeedGenerator | None = None) -> Any:
        """What a call gives: drawn once, and then everything changed.

        Args:
            data: what the layer is called on.
            training: whether anything changes at random.
            stream: what a program that does all of this draws from; None draws from the layer's generator. Defaults to
                None.
        """
        single = self.is_single(data)
        if stream is not None:
            transformation = self.get_random_transformation(data, training=training, seed=stream)
        elif training and self._compiles and "generator" in vars(self):
            transformation = self._programs.draw(self, data)
        else:
            transformation = self.get_random_transformation(data, training=training)
        inside = stream is not None
        if not isinstance(data, Mapping):
            return self._transformed("images", data, single, transformation, training, inside)
        changed = dict(data)
        for name in _TRANSFORMS:
            if name in data:
                changed[name] = self._transformed(name, data[name], single, transformation, training, inside)
        return changed

    def _transformed(
        self, name: str, value: Any, single: bool, transformation: Any, training: bool, inside: bool
    ) -> Any:
        if name == "bounding_boxes" and self._MOVES_BOXES and self.bounding_box_format is None:
            raise ValueError(
                f"{describe(self)} got bounding boxes and does not know their format. Make the layer with "
                'bounding_box_format="xyxy", or another of keras.utils.bounding_boxes.convert_format.'
            )
        flat = name == "segmentation_masks" and ops.ndim(value) == 3 - single
        if flat:
            value = ops.expand_dims(value, self.channels_axis)
        transform = _TRANSFORMS[name][single]
        if inside:
            value = getattr(self, transform)(value, transformation=transformation, training=training)
        else:
            value = self.changed(transform, value, transformation, training)
        return ops.squeeze(value, self.channels_axis) if flat else value

    def changed(self, transform: str, value: Any, transformation: Any, training: bool = True) -> Any:
        """What one of the `transform_` methods gives, by a compiled program where that is faster.

        Args:
            transform: name of the method.
            value: a batch of pictures, labels, bounding boxes or masks; or one of them for a method of one.
            transformation: what `get_random_transformation` gave.
            training: whether anything changes at random.
        """
        if not isinstance(value, (KerasTensor, Mapping)) and self.is_program(value):
            return self._programs.change(self, transform, value, transformation, training)
        return getattr(self, transform)(value, transformation=transformation, training=training)

    def state_version(self) -> int:
        """A number that grows whenever a public attribute of the layer, or of one inside it, is assigned."""
        own: int = vars(self).get("_version", 0)
        if self._inside[0] != own:  # layers come inside by an assignment only
            self._inside = own, list(self.flatten_layers(include_self=False))
        return int(own + sum(vars(layer).get("_version", 0) for layer in self._inside[1]))

    def _alone(self, transform: Callable[..., Any], value: Any, transformation: Any, training: bool) -> Any:
        batch = tree.map_structure(lambda leaf: ops.expand_dims(leaf, 0), value)
        batch = transform(batch, transformation=transformation, training=training)
        return tree.map_structure(lambda leaf: ops.squeeze(leaf, 0), batch)

    # -- what subclasses use

    def _get_seed_generator(self, backend: str | None = None) -> Any:
        """The layer's `generator`, or on another backend one like it, which is no state of the layer.

        Args:
            backend: accepted; the backend that is active counts.

        Raises:
            ValueError: if the layer has no generator.
        """
        generator = vars(self).get("generator")
        if generator is None:
            raise ValueError(
                f"{describe(self)} draws and has no generator. Set self.generator = keras.random.SeedGenerator(seed) "
                "in its __init__()."
            )
        name = active_name()
        if name == self.backend_name:
            return generator
        if name not in self._elsewhere:
            self._elsewhere[name] = random.SeedGenerator(generator.seed)
        return self._elsewhere[name]

    def images_shape(self, data: Any) -> tuple[Any, ...]:
        """Shape of the pictures in what the layer is called on.

        Raises:
            ValueError: if there are none, or of another rank than 3 or 4.
        """
        if isinstance(data, Mapping) and "images" not in data:
            raise ValueError(f"{describe(self)} got a dict of {', '.join(map(repr, data))}, expected 'images' in it.")
        shape = tuple(ops.shape(data["images"] if isinstance(data, Mapping) else data))
        if len(shape) not in (3, 4):
            raise ValueError(
                f"{describe(self)} got pictures of shape {shape}, expected rank 4 (a batch) or 3 (one picture)."
            )
        return shape

    def is_single(self, data: Any) -> bool:
        """Whether the layer is called on one picture, without a batch."""
        return len(self.images_shape(data)) == 3

    def batch_size(self, data: Any) -> Any:
        """Number of the pictures: 1 where the layer is called on one."""
        return 1 if self.is_single(data) else self.images_shape(data)[0]

    def image_size(self, data: Any) -> tuple[Any, Any]:
        """Height and width of the pictures."""
        shape = self.images_shape(data)
        return shape[self.height_axis], shape[self.width_axis]

    def change_corners(
        self,
        bounding_boxes: Mapping[str, Any],
        change: Callable[[Tensor], Tensor],
        size: tuple[Any, Any],
        new_size: tuple[Any, Any] | None = None,
    ) -> dict[str, Any]:
        """Bounding boxes changed as left, top, right and bottom in pixels, and then clipped to the picture.

        Args:
            bounding_boxes: a dict of "boxes" (batch, boxes, 4) and "labels" (batch, boxes).
            change: a function of a tensor (batch, boxes, 4).
            size: height and width of the pictures.
            new_size: the same once they are changed; None is `size`. Defaults to None.
        """
        own = str(self.bounding_box_format)
        boxes = change(convert_format(bounding_boxes["boxes"], own, "xyxy", *size))
        height, width = size if new_size is None else new_size
        clipped = clip_to_image_size({**bounding_boxes, "boxes": boxes}, height, width)
        absent = ops.less(ops.max(clipped["boxes"], axis=-1, keepdims=True), 0)
        back = convert_format(clipped["boxes"], "xyxy", own, height, width)
        return {**clipped, "boxes": ops.where(absent, -1, back)}

    def get_config(self) -> dict[str, Any]:
        found: dict[str, Any] = {**super().get_config(), "data_format": self.data_format}
        if self._USE_BASE_FACTOR:
            found["factor"] = self.factor
        if self.bounding_box_format is not None:
            found["bounding_box_format"] = self.bounding_box_format
        return found
