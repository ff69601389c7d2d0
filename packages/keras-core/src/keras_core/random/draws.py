"""`keras.random`: random tensors by seed."""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from keras_core import config, ops
from keras_core.graph.keras_tensor import Node, any_symbolic, fresh
from keras_core.ops.argument_kinds import Refused, parameter_of
from keras_core.ops.geometry import in_dtype, sample_pictures
from keras_core.ops.properties import dtype_of
from keras_core.ops.rules import shapes as rules
from keras_core.random.global_generator import key_from

if TYPE_CHECKING:
    from keras_core.random.seed_generator import Seed
    from keras_core.typing import ArrayLike, DataFormat, DType, DynamicShape, NewShape, Tensor

F = TypeVar("F", bound=Callable[..., Any])


def _drawn_anew(draw: F) -> F:
    """In a graph the draw as a whole is the node, so that every run takes a new key."""
    signature = inspect.signature(draw)
    places = {name: (k, p) for k, (name, p) in enumerate(signature.parameters.items())}
    found = {name: parameter_of(k, str(p.annotation), p.default) for name, (k, p) in places.items()}
    taken = {name: parameter for name, parameter in found.items() if parameter is not None}
    order = list(places)

    def check(name: str, value: Any) -> Any:
        if name not in taken or type(value) in taken[name].at_once:
            return value
        try:
            return taken[name].take(value)
        except Refused as error:
            raise ValueError(f"{draw.__name__}() got {name}={value!r}, expected {error}.") from None

    @functools.wraps(draw)
    def public(*args: Any, **kwargs: Any) -> Any:
        args = tuple(check(name, value) for name, value in zip(order, args, strict=False)) + args[len(order) :]
        kwargs = {name: check(name, value) for name, value in kwargs.items()}
        if not any_symbolic((args, kwargs)):
            return draw(*args, **kwargs)
        bound = signature.bind(*args, **kwargs)
        like = draw(**{**bound.arguments, "seed": 0})
        outputs = fresh(like)
        Node(public, args, kwargs, outputs)
        return outputs

    return public  # type: ignore[return-value]


@_drawn_anew
def uniform(
    shape: NewShape, minval: float = 0.0, maxval: float = 1.0, dtype: DType | None = None, seed: Seed = None
) -> Tensor:
    """Numbers spread evenly over [minval, maxval).

    Args:
        shape: shape of the result.
        minval: lower bound, included. Defaults to 0.0.
        maxval: upper bound, excluded. Defaults to 1.0.
        dtype: float dtype; None is `keras.config.floatx()`. Defaults to None.
        seed: an int (the same numbers each time), a `SeedGenerator` (new ones each time), or None for the global
            generator. Defaults to None.

    Example:
        >>> from keras_core import random
        >>> random.uniform((2, 3), seed=1).shape == (2, 3)
        True
    """
    return ops.random_uniform(shape, minval, maxval, dtype or config.floatx(), key_from(seed))


@_drawn_anew
def normal(
    shape: NewShape, mean: float = 0.0, stddev: float = 1.0, dtype: DType | None = None, seed: Seed = None
) -> Tensor:
    """Numbers of a normal distribution.

    Args:
        shape: shape of the result.
        mean: mean of the distribution. Defaults to 0.0.
        stddev: standard deviation of the distribution. Defaults to 1.0.
        dtype: float dtype; None is `keras.config.floatx()`. Defaults to None.
        seed: an int (the same numbers each time), a `SeedGenerator` (new ones each time), or None for the global
            generator. Defaults to None.

    Example:
        >>> from keras_core import random
        >>> tuple(random.normal((2, 3), seed=1).shape)
        (2, 3)
    """
    return ops.random_normal(shape, mean, stddev, dtype or config.floatx(), key_from(seed))


@_drawn_anew
def truncated_normal(
    shape: NewShape, mean: float = 0.0, stddev: float = 1.0, dtype: DType | None = None, seed: Seed = None
) -> Tensor:
    """Numbers of a normal distribution, those beyond two standard deviations drawn again.

    Args:
        shape: shape of the result.
        mean: mean of the distribution. Defaults to 0.0.
        stddev: standard deviation of the distribution. Defaults to 1.0.
        dtype: float dtype; None is `keras.config.floatx()`. Defaults to None.
        seed: an int (the same numbers each time), a `SeedGenerator` (new ones each time), or None for the global
            generator. Defaults to None.

    Example:
        >>> from keras_core import random
        >>> tuple(random.truncated_normal((2, 3), seed=1).shape)
        (2, 3)
    """
    return ops.random_truncated_normal(shape, mean, stddev, dtype or config.floatx(), key_from(seed))


@_drawn_anew
def randint(shape: NewShape, minval: int, maxval: int, dtype: DType | None = "int32", seed: Seed = None) -> Tensor:
    """Integers of [minval, maxval), each as likely.

    Args:
        shape: shape of the result.
        minval: lower bound, included.
        maxval: upper bound, excluded.
        dtype: int dtype of the result. Defaults to "int32".
        seed: an int (the same numbers each time), a `SeedGenerator` (new ones each time), or None for the global
            generator. Defaults to None.

    Example:
        >>> from keras_core import random
        >>> tuple(random.randint((2, 3), 0, 10, seed=1).shape)
        (2, 3)
    """
    return ops.random_integer(shape, minval, maxval, dtype, key_from(seed))


@_drawn_anew
def dropout(inputs: Tensor, rate: float, noise_shape: DynamicShape | None = None, seed: Seed = None) -> Tensor:
    """Set a fraction `rate` of the inputs to zero and scale the rest up, so that the sum is kept on average.

    Args:
        inputs: tensor.
        rate: fraction to drop, 0 <= rate <= 1.
        noise_shape: shape of the mask, which broadcasts to the inputs; 1 or None where a value is shared.
        seed: as in `uniform`.

    Source: Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", 2014.
    """
    if rate <= 0:
        return inputs
    if noise_shape is None:
        shape = ops.shape(inputs)
    else:
        full = ops.shape(inputs)
        shape = tuple(full[i] if size is None else size for i, size in enumerate(noise_shape))
    dtype = dtype_of(inputs)
    kept = ops.greater_equal(ops.random_uniform(shape, 0.0, 1.0, "float32", key_from(seed)), rate)
    return ops.multiply(inputs, ops.multiply(ops.cast(kept, dtype), 1.0 / (1.0 - rate) if rate < 1 else 0.0))


@_drawn_anew
def shuffle(x: Tensor, axis: int = 0, seed: Seed = None) -> Tensor:
    """The slices of `x` along `axis` in a random order.

    Args:
        x: tensor.
        axis: axis along which slices are permuted. Defaults to 0.
        seed: an int (the same numbers each time), a `SeedGenerator` (new ones each time), or None for the global
            generator. Defaults to None.

    Example:
        >>> from keras_core import random
        >>> tuple(random.shuffle([1, 2, 3], seed=1).shape)
        (3,)
    """
    return ops.random_shuffle(x, axis, key_from(seed))


@_drawn_anew
def categorical(logits: Tensor, num_samples: int, dtype: DType | None = "int32", seed: Seed = None) -> Tensor:
    """Class indices drawn from unnormalized log-probabilities of shape (batch, classes).

    Args:
        logits: unnormalized log-probabilities, shape (batch, classes).
        num_samples: number of draws for each row.
        dtype: int dtype of the indices. Defaults to "int32".
        seed: an int (the same numbers each time), a `SeedGenerator` (new ones each time), or None for the global
            generator. Defaults to None.

    Returns:
        Tensor (batch, num_samples).

    Example:
        >>> from keras_core import random
        >>> tuple(random.categorical([[0.0, 0.0]], 4, seed=1).shape)
        (1, 4)
    """
    return ops.random_categorical(logits, num_samples, dtype, key_from(seed))


@_drawn_anew
def gamma(shape: NewShape, alpha: ArrayLike, dtype: DType | None = None, seed: Seed = None) -> Tensor:
    """Numbers of the gamma distribution with scale 1.

    Args:
        shape: shape of the result.
        alpha: the distribution's shape parameter, a positive number or a tensor that broadcasts to `shape`.
        dtype: float dtype; None is `keras.config.floatx()`. Defaults to None.
        seed: as in `uniform`.

    Example:
        >>> from keras_core import random
        >>> tuple(random.gamma((2, 3), 0.5, seed=1).shape)
        (2, 3)
    """
    return ops.random_gamma(shape, alpha, dtype or config.floatx(), key_from(seed))


@_drawn_anew
def beta(shape: NewShape, alpha: ArrayLike, beta: ArrayLike, dtype: DType | None = None, seed: Seed = None) -> Tensor:
    """Numbers of the beta distribution, between 0 and 1.

    Args:
        shape: shape of the result.
        alpha: the first shape parameter, a positive number or a tensor that broadcasts to `shape`.
        beta: the second one, likewise.
        dtype: float dtype; None is `keras.config.floatx()`. Defaults to None.
        seed: as in `uniform`.

    Example:
        >>> from keras_core import random
        >>> tuple(random.beta((2, 3), 0.5, 2.0, seed=1).shape)
        (2, 3)
    """
    both = ops.stack([ops.broadcast_to(ops.cast(one, "float32"), shape) for one in (alpha, beta)])
    first, second = ops.unstack(ops.random_gamma((2, *shape), both, "float32", key_from(seed)))
    return ops.cast(ops.divide(first, ops.add(first, second)), dtype or config.floatx())


@_drawn_anew
def binomial(
    shape: NewShape, counts: ArrayLike, probabilities: ArrayLike, dtype: DType | None = None, seed: Seed = None
) -> Tensor:
    """How many of `counts` trials succeed, each with its probability.

    Args:
        shape: shape of the result.
        counts: the number of trials, an int.
        probabilities: number or tensor that broadcasts to `shape`.
        dtype: a float dtype; floatx by default.
        seed: as in `uniform`.
    """
    uniform_draws = ops.random_uniform((int(counts), *shape), 0.0, 1.0, "float32", key_from(seed))
    return ops.sum(ops.cast(ops.less(uniform_draws, probabilities), dtype or config.floatx()), 0)


@_drawn_anew
def elastic_transform(
    images: ArrayLike,
    alpha: float = 20.0,
    sigma: float = 5.0,
    interpolation: str = "bilinear",
    fill_mode: str = "reflect",
    fill_value: float = 0.0,
    seed: Seed = None,
    data_format: DataFormat = None,
) -> Tensor:
    """Pictures distorted as if they were printed on rubber: every pixel is taken from a random place nearby.

    Args:
        images: tensor (batch, height, width, channels), or one image without the first axis.
        alpha: how far pixels are moved, a factor of random numbers that are smoothed. Defaults to 20.0.
        sigma: how smooth the distortion is: a standard deviation in pixels. Defaults to 5.0.
        interpolation: "nearest" or "bilinear". Defaults to "bilinear".
        fill_mode: what lies outside, see `ops.map_coordinates`. Defaults to "reflect".
        fill_value: a number, for the mode "constant". Defaults to 0.0.
        seed: as in `uniform`.
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.

    Raises:
        ValueError: for other ranks, interpolations or modes.

    Example:
        >>> from keras_core import ops, random
        >>> tuple(random.elastic_transform(ops.ones((1, 8, 8, 3)), seed=1, data_format="channels_last").shape)
        (1, 8, 8, 3)

    Reference: Simard et al., "Best Practices for Convolutional Neural Networks", 2003.
    """
    rank, last = len(ops.shape(images)), rules.channels_last(data_format)
    dtype = ops.dtype(images)
    if rank not in (3, 4):
        raise ValueError(f"elastic_transform() got images of shape {ops.shape(images)}, expected rank 3 or 4.")
    if interpolation not in ("nearest", "bilinear"):
        raise ValueError(f"elastic_transform() got interpolation={interpolation!r}, expected 'nearest' or 'bilinear'.")
    whole = ops.cast(images if last else ops.moveaxis(images, rank - 3, -1), "float32")
    whole = whole if rank == 4 else ops.expand_dims(whole, 0)
    batch, height, width, _ = ops.shape(whole)
    noise = ops.random_normal((batch, height, width, 2), 0.0, 1.0, "float32", key_from(seed))
    reach = 2 * math.ceil(3 * sigma) + 1
    moved = ops.multiply(ops.gaussian_blur(noise, (reach, reach), (sigma, sigma), "channels_last"), alpha)
    rows = ops.add(moved[..., 0], ops.reshape(ops.cast(ops.arange(height), "float32"), (1, -1, 1)))
    columns = ops.add(moved[..., 1], ops.reshape(ops.cast(ops.arange(width), "float32"), (1, 1, -1)))
    order = 1 if interpolation == "bilinear" else 0
    found = in_dtype(sample_pictures(whole, rows, columns, order, fill_mode, fill_value), dtype)
    found = found if rank == 4 else ops.squeeze(found, 0)
    return found if last else ops.moveaxis(found, -1, rank - 3)
