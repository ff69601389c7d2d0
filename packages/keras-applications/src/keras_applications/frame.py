"""What is around the layers of every architecture: its arguments, its input, its classifier and its weights."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from keras_core import Input, KerasTensor, Model, activations, config, get_source_inputs, is_keras_tensor
from keras_layers import Dense, GlobalAveragePooling2D, GlobalMaxPooling2D

from keras_applications.imagenet_utils import obtain_input_shape
from keras_applications.modules import check_modules
from keras_applications.published import published

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.typing import PathLike, Shape

_POOLING = {"avg": GlobalAveragePooling2D, "max": GlobalMaxPooling2D}


class Frame:
    """The arguments of one call of a constructor, checked, and what is the same in every architecture.

    Args:
        label: name of the constructor, for messages.
        include_top: whether there is a classifier.
        weights: None, "imagenet" for published ones, or the path of a file.
        input_tensor: a KerasTensor to begin with, or None.
        input_shape: shape of the pictures without the batch, or None.
        pooling: None, "avg" or "max": what follows the last layer where there is no classifier.
        classes: number of classes.
        classifier_activation: activation of the classifier.
        name: the model's name.
        modules: the remaining keyword arguments.
        size: height and width of the pictures by default. Defaults to 224.
        smallest: least height and width. Defaults to 32.
        alpha: factor of the number of channels. Defaults to 1.0.
        known_size: whether height and width must be known. Defaults to None: with a classifier.
        sizes: heights and widths for which there are published weights. Defaults to (): `size` alone.

    Attributes:
        image: the KerasTensor that the architecture begins with.
        published: whether published weights will be loaded.
        variant: which kind of the architecture it is, by the names in ``published.toml``.

    Raises:
        ValueError: for arguments that do not fit.
        TypeError: for unknown keyword arguments.
    """

    def __init__(
        self,
        label: str,
        include_top: bool,
        weights: PathLike | None,
        input_tensor: KerasTensor | None,
        input_shape: Sequence[int | None] | None,
        pooling: str | None,
        classes: int,
        classifier_activation: str | Callable[..., Any] | None,
        name: str | None,
        modules: dict[str, Any],
        *,
        size: int = 224,
        smallest: int = 32,
        alpha: float = 1.0,
        known_size: bool | None = None,
        sizes: Sequence[int] = (),
    ) -> None:
        check_modules(label, modules)
        if not alpha > 0:
            raise ValueError(f"{label}: alpha must be positive; got {alpha!r}.")
        if pooling is not None and pooling not in _POOLING:
            raise ValueError(f"{label}: pooling must be None, 'avg' or 'max'; got {pooling!r}.")
        if include_top and (isinstance(classes, bool) or int(classes) != classes or classes < 1):
            raise ValueError(f"{label}: classes must be a positive integer; got {classes!r}.")
        self.label = label
        self.include_top = include_top
        self.weights = _checked_weights(label, weights)
        self.published = self.weights == "imagenet"
        if self.published and include_top and classes != 1000:
            raise ValueError(
                f"{label}: the weights 'imagenet' with include_top=True are for 1000 classes; got classes={classes!r}. "
                "Pass include_top=False and add a classifier, or weights=None."
            )
        self.pooling = pooling
        self.classes = int(classes)
        self.classifier_activation = activations.get(classifier_activation)
        self.name = name
        try:
            needs_size = include_top if known_size is None else known_size
            if self.published and sizes:
                size = _nearest(input_shape, sizes, size)
            trained = "imagenet" if self.published else None
            self.image, self.inputs = _input(input_tensor, input_shape, size, smallest, needs_size, trained)
        except ValueError as error:
            raise ValueError(f"{label}: {error}") from error
        self.variant = f"{alpha:g}/{_nearest(self.image.shape[1:], sizes, size)}" if sizes else ""

    def predictions(self, x: KerasTensor, name: str = "predictions", **options: Any) -> KerasTensor:
        """The classifier's last layer, with further options of `Dense`."""
        scores: KerasTensor = Dense(self.classes, activation=self.classifier_activation, name=name, **options)(x)
        return scores

    def pooled(self, x: KerasTensor, names: Sequence[str | None] = (None, None)) -> KerasTensor:
        """The features as asked for by `pooling`; `names` are those of the layers for "avg" and "max"."""
        if self.pooling is None:
            return x
        name = names[0] if self.pooling == "avg" else names[1]
        features: KerasTensor = _POOLING[self.pooling](name=name)(x)
        return features

    def model(self, outputs: KerasTensor) -> Model:
        """The model, with its weights."""
        model = Model(self.inputs, outputs, name=self.name)
        if self.published:
            model.load_weights(published(self.label, self.variant, self.include_top).fetch())
        elif self.weights is not None:
            model.load_weights(self.weights)
        return model


def _checked_weights(label: str, weights: PathLike | None) -> PathLike | None:
    if weights is None or weights == "imagenet":
        return weights
    if isinstance(weights, (str, os.PathLike)) and os.path.isfile(weights):
        return weights
    raise ValueError(
        f"{label}: weights must be None, 'imagenet' or the path of a file; got {weights!r}, which is no file."
    )


def _nearest(shape: Sequence[int | None] | None, sizes: Sequence[int], default: int) -> int:
    """The height and width of pictures, where there are published weights for them; else the default."""
    if not shape or len(shape) != 3:
        return default
    height, width = shape[1:] if config.image_data_format() == "channels_first" else shape[:2]
    return height if height is not None and height == width and height in sizes else default


def _input(
    tensor: KerasTensor | None,
    shape: Sequence[int | None] | None,
    size: int,
    smallest: int,
    require_flatten: bool,
    weights: str | None = None,
) -> tuple[KerasTensor, list[KerasTensor] | KerasTensor]:
    """What the architecture begins with, and the inputs of the model."""
    data_format = config.image_data_format()
    if tensor is None:
        image = Input(obtain_input_shape(shape, size, smallest, data_format, require_flatten, weights))
        return image, image
    if not is_keras_tensor(tensor):
        raise ValueError(f"input_tensor must be a KerasTensor, as Input() gives; got {type(tensor).__name__}.")
    if tensor.ndim != 4:
        raise ValueError(f"input_tensor must be a batch of pictures, of rank 4; got shape {tensor.shape}.")
    obtain_input_shape(tensor.shape[1:], size, smallest, data_format, require_flatten, weights)
    if shape is not None and not _agree(tensor.shape[1:], tuple(shape)):
        raise ValueError(
            f"input_shape {tuple(shape)} and input_tensor of shape {tensor.shape} differ. Pass one of the two."
        )
    return tensor, get_source_inputs(tensor)


def _agree(one: Shape, other: Shape) -> bool:
    return len(one) == len(other) and all(a is None or b is None or a == b for a, b in zip(one, other, strict=True))
