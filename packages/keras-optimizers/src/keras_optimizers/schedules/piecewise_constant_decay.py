"""PiecewiseConstantDecay: a constant rate in each interval of steps."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from keras_core import config, ops
from keras_core.optimizers import LearningRateSchedule
from keras_core.plain_arguments import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor


class PiecewiseConstantDecay(LearningRateSchedule):
    """A constant rate in each interval: ``values[0]`` up to and including step ``boundaries[0]``, then ``values[1]``,
    and so on.

    Args:
        boundaries: last step of each interval but the final one, ascending.
        values: learning rates, one more than `boundaries`.
        name: name of the schedule. Defaults to "PiecewiseConstant".

    Call arguments:
        step: number of the optimizer's step, from 0, an integer or a scalar tensor.

    Raises:
        ValueError: if there is not one more value than boundaries, or the boundaries do not ascend.

    Example:
        >>> from keras_optimizers.schedules import PiecewiseConstantDecay
        >>> rate = PiecewiseConstantDecay([10, 20], [1.0, 0.5, 0.25])
        >>> [float(rate(step)) for step in (10, 11, 21)]
        [1.0, 0.5, 0.25]
    """

    def __init__(self, boundaries: Sequence[int], values: Sequence[float], name: str = "PiecewiseConstant") -> None:
        if len(boundaries) != len(values) - 1:
            raise ValueError(
                f"{name}: expected one more value than boundaries, got {len(values)} values for "
                f"{len(boundaries)} boundaries."
            )
        if any(a >= b for a, b in itertools.pairwise(boundaries)):
            raise ValueError(f"{name}: boundaries must ascend, got {list(boundaries)}.")
        self.boundaries = list(listed(boundaries))
        self.values = list(listed(values))
        self.name = name

    def __call__(self, step: Any) -> Tensor:
        step = ops.cast(step, config.floatx())
        rate = ops.cast(self.values[-1], config.floatx())
        for boundary, value in reversed(list(zip(self.boundaries, self.values, strict=False))):
            rate = ops.where(ops.less_equal(step, float(boundary)), value, rate)
        return rate

    def get_config(self) -> dict[str, Any]:
        return {"boundaries": self.boundaries, "values": self.values, "name": self.name}
