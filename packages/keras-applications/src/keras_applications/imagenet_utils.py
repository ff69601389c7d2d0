"""What architectures for ImageNet share: preparing pictures, naming predictions, and the shapes that are taken."""

from __future__ import annotations

import json
import tomllib
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from keras_core import config, dtypes, ops
from keras_core.data_utils import get_file

from keras_applications.modules import check_modules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import ArrayLike, DataFormat, Shape, Tensor

_IMAGENET = tomllib.loads(Path(__file__).with_name("imagenet.toml").read_text("utf-8"))
_MODES: dict[str, dict[str, Any]] = _IMAGENET["modes"]
DEVIATIONS: list[float] = _MODES[_IMAGENET["inside"]["convnext"]]["deviation"]
"""The deviation of each channel in ImageNet, of pixels from 0 to 1."""
_DOCSTRING = """{does}

Args:
    x: array or tensor of pixels from 0 to 255, RGB, with or without a batch axis. It is not changed.
    data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`.
    **modules: `backend`, `layers`, `models` and `utils`, which Keras 2 passed; not used.

Returns:
    The pictures, of the same shape; an array for an array, a tensor for a tensor.

Example:
    >>> import numpy as np
    >>> from keras_applications.{family} import preprocess_input
    >>> preprocess_input(np.full((1, 8, 8, 3), 127.5)).shape
    (1, 8, 8, 3)
"""


class Preprocessing(Protocol):
    """Prepares pictures as the weights of one family expect them."""

    def __call__(self, x: Tensor, data_format: DataFormat = None, **modules: Any) -> Tensor:
        """The pictures."""


def preprocess_input(x: Tensor, data_format: DataFormat = None, mode: str = "caffe", **modules: Any) -> Tensor:
    """Prepare pictures as the weights of an architecture expect them.

    Args:
        x: array or tensor of pixels from 0 to 255, RGB, of shape ``(height, width, 3)`` or ``(batch, height, width,
            3)`` with "channels_last", ``(3, height, width)`` or ``(batch, 3, height, width)`` with "channels_first". It
            is not changed. Integers become floatx.
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`.
        mode: "caffe" turns RGB into BGR and subtracts the mean of ImageNet from each channel; "tf" scales to -1 to 1;
            "torch" scales to 0 to 1, subtracts ImageNet's mean and divides by its deviation. Defaults to "caffe".
        **modules: `backend`, `layers`, `models` and `utils`, which Keras 2 passed; not used.

    Returns:
        The pictures, of the same shape; an array for an array, a tensor for a tensor.

    Raises:
        ValueError: for an unknown mode or data format, or another number of channels than 3 where it counts.

    Example:
        >>> import numpy as np
        >>> from keras_applications.imagenet_utils import preprocess_input
        >>> preprocess_input(np.array([[[0.0, 127.5, 255.0]]]), mode="tf").tolist()
        [[[-1.0, 0.0, 1.0]]]
    """
    check_modules("preprocess_input", modules)
    if mode not in _MODES:
        raise ValueError(f"preprocess_input: mode must be one of {', '.join(_MODES)}; got {mode!r}.")
    axis = -3 if config.standardize_data_format(data_format) == "channels_first" else -1
    if isinstance(x, (list, tuple, int, float)):
        x = np.asarray(x)
    use: Any = np if isinstance(x, np.ndarray) else ops
    does = _MODES[mode]
    if isinstance(does["mean"], list):
        _check_channels(x, axis)
    x = use.divide(use.flip(_as_float(x), axis) if does["reversed"] else _as_float(x), does["divisor"])
    return use.divide(use.subtract(x, _along(axis, does["mean"], x)), _along(axis, does["deviation"], x))


def preprocessing_of(module: str) -> Preprocessing:
    """The `preprocess_input` of a family.

    Args:
        module: the name of its module.

    Example:
        >>> from keras_applications.imagenet_utils import preprocessing_of
        >>> preprocessing_of("keras_applications.mobilenet")([0.0, 255.0]).tolist()
        [-1.0, 1.0]
    """
    family = module.rpartition(".")[2]
    mode = _IMAGENET["families"].get(family)

    def preprocess(x: Tensor, data_format: DataFormat = None, **modules: Any) -> Tensor:
        check_modules("preprocess_input", modules)
        return x if mode is None else preprocess_input(x, data_format, mode)

    does = (
        _MODES[mode]["does"] if mode else "Return pictures as they are: the model itself scales pixels from 0 to 255."
    )
    preprocess.__name__ = preprocess.__qualname__ = "preprocess_input"
    preprocess.__module__ = module
    preprocess.__doc__ = _DOCSTRING.format(does=does, family=family)
    return preprocess


def _as_float(x: Tensor) -> Tensor:
    if isinstance(x, np.ndarray):
        return x if x.dtype.kind == "f" else x.astype(config.floatx())
    return x if "float" in ops.dtype(x) else ops.cast(x, config.floatx())


def _along(axis: int, values: float | Sequence[float], like: Tensor) -> np.ndarray:
    """A number, or one for each channel, of the dtype of `like`, in a shape that goes with it."""
    array = np.asarray(values, dtypes.numpy_dtype(like.dtype if isinstance(like, np.ndarray) else ops.dtype(like)))
    return array.reshape(array.shape + (1,) * (-1 - axis)) if array.ndim else array


def _check_channels(x: Tensor, axis: int) -> None:
    shape = tuple(x.shape)
    if len(shape) not in (3, 4) or shape[axis] not in (3, None):
        expected = "(height, width, 3)" if axis == -1 else "(3, height, width)"
        raise ValueError(
            f"preprocess_input: pictures have the shape {expected}, with or without a batch axis; got {shape}."
        )


def prepared_inside(x: Tensor, module: str) -> Tensor:
    """Pixels as the layers of a family take them that prepares them in the model itself.

    Args:
        x: tensor of pixels from 0 to 255, in the configured data format.
        module: the name of the family's module.

    Example:
        >>> import numpy as np
        >>> from keras_applications.imagenet_utils import prepared_inside
        >>> prepared_inside(np.full((1, 8, 8, 3), 127.5), "keras_applications.convnext").shape
        (1, 8, 8, 3)
    """
    return preprocess_input(x, mode=_IMAGENET["inside"][module.rpartition(".")[2]])


def decode_predictions(preds: ArrayLike, top: int = 5, **modules: Any) -> list[list[tuple[str, str, float]]]:
    """Name the classes of ImageNet that a model gives the highest scores.

    The names are in a file of 35 kB that is downloaded the first time.

    Args:
        preds: scores of shape ``(batch, 1000)``.
        top: how many classes for each picture. Defaults to 5.
        **modules: `backend`, `layers`, `models` and `utils`, which Keras 2 passed; not used.

    Returns:
        For each picture a list of ``(WordNet's identifier, name, score)``, the highest score first.

    Raises:
        ValueError: for scores of another shape, or `top` below 1.
        OSError: if the file of names cannot be downloaded.

    Example:
        >>> import numpy as np
        >>> from keras_applications.imagenet_utils import decode_predictions
        >>> decode_predictions(np.eye(1000)[[1]], top=1)  # doctest: +SKIP
        [[('n01443537', 'goldfish', 1.0)]]
    """
    check_modules("decode_predictions", modules)
    scores = np.asarray(preds if isinstance(preds, (np.ndarray, list, tuple)) else ops.convert_to_numpy(preds))
    if scores.ndim != 2 or scores.shape[1] != 1000:
        raise ValueError(
            f"decode_predictions: preds must have the shape (batch, 1000), the classes of ImageNet; got {scores.shape}."
        )
    if top < 1:
        raise ValueError(f"decode_predictions: top must be at least 1; got {top}.")
    index = _IMAGENET["classes"]
    path = get_file(origin=index["url"], file_hash=index["md5"], cache_subdir="models")
    classes = json.loads(Path(path).read_text("utf-8"))
    best = np.argsort(-scores, axis=1, kind="stable")[:, :top]
    return [[(*classes[str(i)], row[i]) for i in order] for row, order in zip(scores, best, strict=True)]


def obtain_input_shape(
    input_shape: Sequence[int | None] | None,
    default_size: int,
    min_size: int,
    data_format: str,
    require_flatten: bool,
    weights: object = None,
) -> Shape:
    """The shape of a model's pictures: the given one if it can be taken, else the default.

    Args:
        input_shape: shape without the batch, or None.
        default_size: height and width that the model was trained with.
        min_size: least height and width that the model can take.
        data_format: "channels_last" or "channels_first".
        require_flatten: whether the model has its classifier, so that height and width must be known.
        weights: "imagenet" means that there must be 3 channels, and with a classifier the default size. Defaults to
            None.

    Returns:
        The shape without the batch; None for sizes that vary.

    Raises:
        ValueError: if the given shape cannot be taken.

    Warns:
        UserWarning: for a number of channels that pictures do not have.

    Example:
        >>> from keras_applications.imagenet_utils import obtain_input_shape
        >>> obtain_input_shape((64, 64, 3), 224, 32, "channels_last", require_flatten=True)
        (64, 64, 3)
    """
    first = config.standardize_data_format(data_format) == "channels_first"
    published = weights == "imagenet"
    if not input_shape:
        size = default_size if require_flatten else None
        return (3, size, size) if first else (size, size, 3)
    shape = tuple(None if size is None else int(size) for size in input_shape)
    if len(shape) != 3:
        order = "(channels, height, width)" if first else "(height, width, channels)"
        raise ValueError(f"input_shape must have three entries, {order}; got {tuple(input_shape)}.")
    channels, sizes = (shape[0], shape[1:]) if first else (shape[2], shape[:2])
    if published and channels != 3:
        raise ValueError(f"The weights 'imagenet' are for 3 channels; got input_shape {shape} with {channels}.")
    if channels not in (1, 3):
        warnings.warn(f"Pictures usually have 1 or 3 channels; got input_shape {shape} with {channels}.", stacklevel=2)
    if published and require_flatten and sizes != (default_size, default_size):
        raise ValueError(
            f"With include_top=True the weights 'imagenet' are for pictures of {default_size}x{default_size}; got "
            f"input_shape {shape}. Leave input_shape out, or pass include_top=False."
        )
    if any(size is not None and size < min_size for size in sizes):
        raise ValueError(f"Pictures must be at least {min_size}x{min_size}; got input_shape {shape} ({data_format}).")
    if require_flatten and None in sizes:
        raise ValueError(
            f"The size of pictures must be known, as it always must with include_top=True; got input_shape {shape}. "
            "Give numbers for height and width."
        )
    return shape
