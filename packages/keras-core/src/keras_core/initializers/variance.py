"""Initializers whose spread depends on how many inputs and outputs a weight connects."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Self

from keras_core.initializers.initializer import RandomInitializer

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from keras_core.random.seed_generator import Seed
    from keras_core.typing import DType

_MODES = ("fan_in", "fan_out", "fan_avg")
_DISTRIBUTIONS = ("truncated_normal", "untruncated_normal", "uniform")
# Standard deviation of a standard normal that was cut at -2 and 2: sqrt(1 - 4 φ(2) / (Φ(2) - Φ(-2))).
_CUT_DEVIATION = math.sqrt(1 - 4 * math.exp(-2) / (math.sqrt(2 * math.pi) * math.erf(math.sqrt(2))))


class VarianceScaling(RandomInitializer):
    """Draws with variance ``scale / n``, where n counts the inputs or outputs of a unit.

    Args:
        scale: positive factor of the variance. Defaults to 1.0.
        mode: n is "fan_in" (inputs), "fan_out" (outputs) or "fan_avg" (their mean). Defaults to "fan_in".
        distribution: "truncated_normal" (also called "normal"), "untruncated_normal" or "uniform". Defaults to
            "truncated_normal".
        seed: an int, a `SeedGenerator`, or None for the next seed of the global stream. Defaults to None.
        input_axes: axes of the shape that count as inputs; None takes the next to last and those before it. Defaults to
            None.
        output_axes: axes of the shape that count as outputs; None takes the last and those before the last two.
            Defaults to None.

    Raises:
        ValueError: for a scale that is not positive, or an unknown mode or distribution.

    Example:
        >>> from keras_core import initializers
        >>> init = initializers.VarianceScaling(3.0, "fan_in", "uniform", seed=0)
        >>> bool(abs(init((9, 100))).max() <= 1.0)
        True

    Reference: He et al., 2015, https://arxiv.org/abs/1502.01852
    """

    takes_any_shape = True

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: Seed = None,
        input_axes: int | Sequence[int] | None = None,
        output_axes: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(seed)
        name = type(self).__name__
        if not scale > 0:
            raise ValueError(f"{name}: scale must be positive, got {scale}.")
        self.scale = scale
        self.mode = _chosen(name, "mode", mode, _MODES)
        distribution = "truncated_normal" if str(distribution).lower() == "normal" else distribution
        self.distribution = _chosen(name, "distribution", distribution, _DISTRIBUTIONS)
        if (input_axes is None) != (output_axes is None):
            raise ValueError(f"{name}: give both input_axes and output_axes, or neither.")
        self.input_axes = input_axes
        self.output_axes = output_axes

    def __call__(self, shape: Sequence[int], dtype: DType | None = None, **kwargs: Any) -> np.ndarray:
        fan_in, fan_out = fans(shape, self.input_axes, self.output_axes)
        n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[self.mode]
        variance = self.scale / max(1.0, n)
        if self.distribution == "uniform":
            limit = math.sqrt(3 * variance)
            return self.uniform(shape, dtype, -limit, limit)
        if self.distribution == "untruncated_normal":
            return self.normal(shape, dtype, 0.0, math.sqrt(variance))
        return self.truncated_normal(shape, dtype, 0.0, math.sqrt(variance) / _CUT_DEVIATION)

    def get_config(self) -> dict[str, Any]:
        """All arguments."""
        return {
            **super().get_config(),
            "scale": self.scale,
            "mode": self.mode,
            "distribution": self.distribution,
            "input_axes": self.input_axes,
            "output_axes": self.output_axes,
        }


def fans(
    shape: Sequence[int],
    input_axes: int | Sequence[int] | None = None,
    output_axes: int | Sequence[int] | None = None,
) -> tuple[float, float]:
    """How many inputs and outputs each unit of a weight of this shape has.

    Example:
        >>> from keras_core.initializers.variance import fans
        >>> fans((3, 3, 16, 32))  # a convolution kernel
        (144.0, 288.0)
    """
    if input_axes is not None and output_axes is not None:
        inside, outside = _positions(input_axes, len(shape)), _positions(output_axes, len(shape))
        others = math.prod(n for i, n in enumerate(shape) if i not in inside | outside)
        return (
            float(others * math.prod(shape[i] for i in inside)),
            float(others * math.prod(shape[i] for i in outside)),
        )
    if len(shape) < 2:
        n = float(math.prod(shape))
        return n, n
    field = math.prod(shape[:-2])
    return float(shape[-2] * field), float(shape[-1] * field)


def _positions(axes: int | Sequence[int], rank: int) -> set[int]:
    return {axis % rank for axis in ((axes,) if isinstance(axes, int) else axes)}


def _chosen(name: str, argument: str, value: str, allowed: Sequence[str]) -> str:
    if str(value).lower() not in allowed:
        raise ValueError(f"{name}: {argument} must be one of {', '.join(allowed)}, got {value!r}.")
    return str(value).lower()


class _Preset(VarianceScaling):
    """A `VarianceScaling` with everything fixed but the seed and the axes."""

    _arguments: tuple[float, str, str]

    def __init__(
        self,
        seed: Seed = None,
        input_axes: int | Sequence[int] | None = None,
        output_axes: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(*self._arguments, seed, input_axes, output_axes)

    def get_config(self) -> dict[str, Any]:
        """Seed and axes."""
        config = super().get_config()
        return {key: config[key] for key in ("seed", "input_axes", "output_axes")}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Also reads configs that spell out the fixed arguments."""
        return cls(*(config.get(key) for key in ("seed", "input_axes", "output_axes")))


class GlorotUniform(_Preset):
    """Uniform within ``sqrt(6 / (fan_in + fan_out))``, the usual start of a kernel.

    Args:
        seed: an int, a `SeedGenerator`, or None for the next seed of the global stream. Defaults to None.
        input_axes: axes of the shape that count as inputs; None takes the next to last and those before it. Defaults to
            None.
        output_axes: axes of the shape that count as outputs; None takes the last and those before the last two.
            Defaults to None.

    Example:
        >>> from keras_core import initializers
        >>> initializers.GlorotUniform(seed=1)((2, 3)).shape
        (2, 3)

    Reference: Glorot and Bengio, 2010, https://proceedings.mlr.press/v9/glorot10a.html
    """

    _arguments = (1.0, "fan_avg", "uniform")


class GlorotNormal(_Preset):
    """Truncated normal with variance ``2 / (fan_in + fan_out)``.

    Args:
        seed: an int, a `SeedGenerator`, or None for the next seed of the global stream. Defaults to None.
        input_axes: axes of the shape that count as inputs; None takes the next to last and those before it. Defaults to
            None.
        output_axes: axes of the shape that count as outputs; None takes the last and those before the last two.
            Defaults to None.

    Example:
        >>> from keras_core import initializers
        >>> initializers.GlorotNormal(seed=1)((2, 3)).shape
        (2, 3)

    Reference: Glorot and Bengio, 2010, https://proceedings.mlr.press/v9/glorot10a.html
    """

    _arguments = (1.0, "fan_avg", "truncated_normal")


class HeUniform(_Preset):
    """Uniform within ``sqrt(6 / fan_in)``, for layers before a ReLU.

    Args:
        seed: an int, a `SeedGenerator`, or None for the next seed of the global stream. Defaults to None.
        input_axes: axes of the shape that count as inputs; None takes the next to last and those before it. Defaults to
            None.
        output_axes: axes of the shape that count as outputs; None takes the last and those before the last two.
            Defaults to None.

    Example:
        >>> from keras_core import initializers
        >>> initializers.HeUniform(seed=1)((2, 3)).shape
        (2, 3)

    Reference: He et al., 2015, https://arxiv.org/abs/1502.01852
    """

    _arguments = (2.0, "fan_in", "uniform")


class HeNormal(_Preset):
    """Truncated normal with variance ``2 / fan_in``, for layers before a ReLU.

    Args:
        seed: an int, a `SeedGenerator`, or None for the next seed of the global stream. Defaults to None.
        input_axes: axes of the shape that count as inputs; None takes the next to last and those before it. Defaults to
            None.
        output_axes: axes of the shape that count as outputs; None takes the last and those before the last two.
            Defaults to None.

    Example:
        >>> from keras_core import initializers
        >>> initializers.HeNormal(seed=1)((2, 3)).shape
        (2, 3)

    Reference: He et al., 2015, https://arxiv.org/abs/1502.01852
    """

    _arguments = (2.0, "fan_in", "truncated_normal")


class LecunUniform(_Preset):
    """Uniform within ``sqrt(3 / fan_in)``.

    Args:
        seed: an int, a `SeedGenerator`, or None for the next seed of the global stream. Defaults to None.
        input_axes: axes of the shape that count as inputs; None takes the next to last and those before it. Defaults to
            None.
        output_axes: axes of the shape that count as outputs; None takes the last and those before the last two.
            Defaults to None.

    Example:
        >>> from keras_core import initializers
        >>> initializers.LecunUniform(seed=1)((2, 3)).shape
        (2, 3)

    Reference: LeCun et al., Efficient BackProp, 1998
    """

    _arguments = (1.0, "fan_in", "uniform")


class LecunNormal(_Preset):
    """Truncated normal with variance ``1 / fan_in``, the partner of `selu`.

    Args:
        seed: an int, a `SeedGenerator`, or None for the next seed of the global stream. Defaults to None.
        input_axes: axes of the shape that count as inputs; None takes the next to last and those before it. Defaults to
            None.
        output_axes: axes of the shape that count as outputs; None takes the last and those before the last two.
            Defaults to None.

    Example:
        >>> from keras_core import initializers
        >>> initializers.LecunNormal(seed=1)((2, 3)).shape
        (2, 3)

    Reference: LeCun et al., Efficient BackProp, 1998
    """

    _arguments = (1.0, "fan_in", "truncated_normal")


variance_scaling = VarianceScaling
glorot_uniform = GlorotUniform
glorot_normal = GlorotNormal
he_uniform = HeUniform
he_normal = HeNormal
lecun_uniform = LecunUniform
lecun_normal = LecunNormal
