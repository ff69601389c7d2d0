"""Constructors made from the layers of an architecture, and their documentation."""

from __future__ import annotations

import inspect
import textwrap
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from keras_layers import GlobalAveragePooling2D

from keras_applications.frame import Frame

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from keras_core import KerasTensor, Model
    from keras_core.typing import PathLike

    Features = Callable[[KerasTensor], KerasTensor]
    Top = Callable[[Frame, KerasTensor], KerasTensor]
    Constructed = TypeVar("Constructed", bound=Callable[..., Any])

_ARGUMENTS = {
    "include_top": "whether the model ends in its classifier. Defaults to True.",
    "weights": '"imagenet" for published weights, which are downloaded once; None for random ones; or the path of a '
    'file that `load_weights` reads. Defaults to "imagenet".',
    "input_tensor": "a KerasTensor of shape ``(batch, *input_shape)`` to begin with. Defaults to None: a new Input.",
    "input_shape": "shape of the pictures without the batch, in the configured data format, at least "
    "{smallest}x{smallest}. Defaults to None: {size}x{size} in three colours with a classifier, any size without.",
    "pooling": 'what follows the last layer where there is no classifier: None for nothing, "avg" or "max" for a '
    "global pooling, which gives ``(batch, channels)``. Defaults to None.",
    "classes": "number of classes of the classifier. Defaults to 1000.",
    "classifier_activation": "activation of the classifier, a name or a function; None gives logits. Defaults to "
    '"softmax".',
    "name": "name of the model.",
    "modules": "`backend`, `layers`, `models` and `utils`, which Keras 2 passed; not used.",
}
_TEMPLATE = """{summary}

Args:
{arguments}

Returns:
    A `Model` from ``(batch, height, width, channels)`` (``(batch, channels, height, width)`` with "channels_first") to
    ``(batch, classes)``; without a classifier, to the features of the last layer.

Raises:
    ValueError: for an argument that does not fit, and for a file of another hash than the published one.
    TypeError: for an unknown argument.
    OSError: when a download fails.

Example:
    >>> from keras_applications import {label}
    >>> model = {label}(weights=None, include_top=False, pooling="avg", input_shape=({smallest}, {smallest}, 3))
    >>> model.output_shape
    (None, {features})

Reference: {reference}
"""


class Constructor(Protocol):
    """Makes a model of one architecture."""

    __name__: str

    def __call__(
        self,
        include_top: bool = True,
        weights: PathLike | None = "imagenet",
        input_tensor: KerasTensor | None = None,
        input_shape: Sequence[int | None] | None = None,
        pooling: str | None = None,
        classes: int = 1000,
        classifier_activation: str | Callable[..., Any] | None = "softmax",
        name: str | None = None,
        **modules: Any,
    ) -> Model:
        """The model."""


def classify(frame: Frame, x: KerasTensor) -> KerasTensor:
    """The usual classifier: the mean of each channel, and one dense layer."""
    return frame.predictions(GlobalAveragePooling2D(name="avg_pool")(x))


def architecture(
    label: str,
    layers: Features,
    summary: str,
    reference: str,
    *,
    features: int,
    module: str,
    name: str | None = None,
    size: int = 224,
    smallest: int = 32,
    top: Top = classify,
    pools: Sequence[str | None] = ("avg_pool", "max_pool"),
    published: Features | None = None,
) -> Constructor:
    """The constructor of an architecture.

    Args:
        label: its name.
        layers: gives the features of a KerasTensor of pictures.
        summary: what it is, in one line.
        reference: where it is described.
        features: number of channels of the features.
        module: name of the module that defines it.
        name: name of its models; by default the label in small letters.
        size: height and width of the pictures by default.
        smallest: least height and width.
        top: gives the predictions of the features.
        pools: names of the layers that pool features where there is no classifier, for "avg" and "max".
        published: `layers` for the published weights, where these are others. Defaults to None.
    """
    model_name = name or label.lower()

    def construct(
        include_top: bool = True,
        weights: PathLike | None = "imagenet",
        input_tensor: KerasTensor | None = None,
        input_shape: Sequence[int | None] | None = None,
        pooling: str | None = None,
        classes: int = 1000,
        classifier_activation: str | Callable[..., Any] | None = "softmax",
        name: str | None = model_name,
        **modules: Any,
    ) -> Model:
        frame = Frame(
            label,
            include_top,
            weights,
            input_tensor,
            input_shape,
            pooling,
            classes,
            classifier_activation,
            name,
            modules,
            size=size,
            smallest=smallest,
        )
        x = (published if frame.published and published is not None else layers)(frame.image)
        return frame.model(top(frame, x) if include_top else frame.pooled(x, pools))

    construct.__name__ = construct.__qualname__ = label
    construct.__module__ = module
    construct.__doc__ = summary
    return documented(reference, features, size=size, smallest=smallest)(construct)


def documented(
    reference: str,
    features: int,
    more: Mapping[str, str] = MappingProxyType({}),
    *,
    size: int = 224,
    smallest: int = 32,
) -> Callable[[Constructed], Constructed]:
    """A decorator that completes the docstring of a constructor, which says in one line what it makes.

    Args:
        reference: where it is described.
        features: number of channels of the features.
        more: what arguments mean that only this constructor has.
        size: height and width of the pictures by default.
        smallest: least height and width.
    """

    def decorate(function: Constructed) -> Constructed:
        lines = []
        for parameter in inspect.signature(function).parameters.values():
            starred = "**" if parameter.kind is parameter.VAR_KEYWORD else ""
            text = {**_ARGUMENTS, **more}[parameter.name].format(size=size, smallest=smallest)
            lines += textwrap.wrap(
                f"{starred}{parameter.name}: {text}", 116, initial_indent="    ", subsequent_indent=" " * 8
            )
        function.__doc__ = _TEMPLATE.format(
            summary=function.__doc__,
            arguments="\n".join(lines),
            label=function.__name__,
            smallest=smallest,
            features=features,
            reference=reference,
        )
        return function

    return decorate
