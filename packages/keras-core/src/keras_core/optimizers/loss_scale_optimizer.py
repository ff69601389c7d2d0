"""LossScaleOptimizer: training in float16 without losing small gradients."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from keras_core import ops
from keras_core.backend.distribution import computes_parts
from keras_core.optimizers.identifiers import OptimizerIdentifier, deserialize, get, serialize
from keras_core.optimizers.optimizer import Optimizer
from keras_core.saving.weight_store import shape_in
from keras_core.staging.share import summed_over_parts
from keras_core.staging.trace import Trace, active_trace

if TYPE_CHECKING:
    from keras_core.optimizers.gradients import Pairs
    from keras_core.optimizers.schedule import LearningRate, LearningRateSchedule
    from keras_core.optimizers.slot_sets import SlotSet
    from keras_core.staging.variable import Variable
    from keras_core.typing import Tensor

_RANGE = (2.0**-30, 2.0**126)


class LossScaleOptimizer(Optimizer):
    """Multiplies the loss by a number, and divides the gradients by it, so that none is too small for float16.

    The number doubles after `dynamic_growth_steps` steps in a row whose gradients are all finite. A step with
    a gradient that is not finite changes no variable, and halves the number. Both are found inside the
    compiled step. `compile` puts it around the optimizer of a model whose policy is "mixed_float16".

    Args:
        inner_optimizer: the optimizer that gets the gradients, or its name.
        initial_scale: what the loss is multiplied by at first. Defaults to 32768.0.
        dynamic_growth_steps: steps without an overflow after which the scale doubles. Defaults to 2000.
        name: name of the optimizer. Defaults to None.
        **kwargs: not accepted; they belong to the inner optimizer.

    Raises:
        ValueError: for arguments of other optimizers, which belong to the inner one.

    Example:
        >>> from keras_core.optimizers import LossScaleOptimizer, Optimizer
        >>> optimizer = LossScaleOptimizer(Optimizer(0.1), initial_scale=1024.0)
        >>> float(optimizer.scale_loss(0.5))
        512.0

    Reference: Micikevicius et al., 2018, https://arxiv.org/abs/1710.03740
    """

    __signature__ = None  # type: ignore[assignment]  # it takes no arguments of other optimizers

    def __init__(
        self,
        inner_optimizer: OptimizerIdentifier,
        initial_scale: float = 2.0**15,
        dynamic_growth_steps: int = 2000,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if kwargs:
            raise ValueError(f"LossScaleOptimizer does not take {', '.join(kwargs)}: give them to the inner optimizer.")
        inner = get(inner_optimizer)
        if inner is None or isinstance(inner, LossScaleOptimizer):
            raise ValueError(f"LossScaleOptimizer needs another optimizer inside, got {inner_optimizer!r}.")
        super().__init__(learning_rate=0.0, name=name)
        self.inner_optimizer = inner
        self.initial_scale = float(initial_scale)
        self.dynamic_growth_steps = dynamic_growth_steps
        self.use_ema = inner.use_ema
        self._inner_owner: Any = self
        self._inner_slots: SlotSet | None = None
        self.step_counter = self._own("step_counter", np.zeros((), "int64"))
        self.dynamic_scale = self._own("dynamic_scale", self.initial_scale, (), "float32")

    @property
    def iterations(self) -> Tensor:
        """Number of updates of the inner optimizer."""
        return self.inner_optimizer.iterations

    @iterations.setter
    def iterations(self, counter: Variable) -> None:
        self.inner_optimizer.iterations = counter

    @property
    def learning_rate(self) -> Tensor:
        """The inner optimizer's."""
        return self.inner_optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, rate: LearningRate) -> None:
        self.inner_optimizer.learning_rate = rate

    def get_learning_rate(self) -> Variable | LearningRateSchedule | Callable[[], Tensor]:
        """The inner optimizer's, as it was set."""
        return self.inner_optimizer.get_learning_rate()

    @property
    def variables(self) -> list[Variable]:
        """As in Keras's files: a counter and a learning rate that stay 0, steps since a change, scale, inner state."""
        return [self._iterations, self._learning_rate, self.step_counter, self.dynamic_scale] + (
            self.inner_optimizer.variables
        )

    def make_slots(self, variables: list[Variable]) -> None:
        """Build the inner optimizer."""
        self._inner_owner = object()
        self._inner_slots = self.inner_optimizer.slots_of(self._inner_owner, variables)

    def select_slots(self, slots: SlotSet | None, owner: Any) -> None:
        """Select them in the inner optimizer, too, which other optimizers may share."""
        super().select_slots(slots, owner)
        self.inner_optimizer.select_slots(self._inner_slots, self._inner_owner)

    def variables_before_build(self) -> list[Variable]:
        own = len(self.variables) - len(self.inner_optimizer.variables)
        return self.variables[:own] + self.inner_optimizer.variables_before_build()

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        """The inner optimizer's."""
        self.inner_optimizer.update_step(gradient, variable, learning_rate)

    @property
    def elementwise(self) -> bool:  # type: ignore[override]
        """Whether the inner optimizer does."""
        return self.inner_optimizer.elementwise

    def scale_loss(self, loss: Tensor) -> Tensor:
        """The loss times the scale, to be differentiated in its place."""
        return self.inner_optimizer.scale_loss(ops.multiply(loss, self.dynamic_scale))

    def _apply(self, pairs: Pairs) -> None:
        trace = active_trace()
        if not pairs or trace is None:
            return
        scale = self.dynamic_scale.value
        finite = _all_finite(pairs)
        inverse = ops.divide(1.0, scale)
        with Trace(trace.backend) as tried:
            grads = [ops.multiply(gradient, inverse) for gradient, _ in pairs]
            self.inner_optimizer.apply(grads, [variable for _, variable in pairs])
            written = {variable: variable.value for variable in tried.written}  # wholes or parts, as asked for here
        for variable, value in written.items():
            variable.assign(ops.where(finite, value, variable.value))
        self._adapt(scale, finite)

    def _adapt(self, scale: Tensor, finite: Tensor) -> None:
        steps = ops.add(self.step_counter, 1)
        grows = ops.greater_equal(steps, self.dynamic_growth_steps)
        counts = ops.logical_and(finite, ops.logical_not(grows))
        self.step_counter.assign(ops.where(counts, steps, ops.zeros_like(steps)))
        kept = ops.where(grows, ops.multiply(scale, 2.0), scale)
        self.dynamic_scale.assign(ops.clip(ops.where(finite, kept, ops.multiply(scale, 0.5)), *_RANGE))

    def exclude_from_weight_decay(
        self, var_list: Iterable[Variable] | None = None, var_names: Iterable[str] | None = None
    ) -> None:
        """Name variables that the inner optimizer's weight decay leaves alone; call it before `build`."""
        self.inner_optimizer.exclude_from_weight_decay(var_list, var_names)

    def finalize_variable_values(self, var_list: Iterable[Variable]) -> None:
        """Give variables the values of the inner optimizer's moving averages."""
        self.inner_optimizer.finalize_variable_values(var_list)

    @property
    def swaps_weights(self) -> bool:
        """The inner optimizer's."""
        return self.inner_optimizer.swaps_weights

    @property
    def holds_averages(self) -> bool:
        """The inner optimizer's."""
        return self.inner_optimizer.holds_averages

    @holds_averages.setter
    def holds_averages(self, value: bool) -> None:
        self.inner_optimizer.holds_averages = value

    def swap_to_train(self) -> None:
        """The inner optimizer's."""
        self.inner_optimizer.swap_to_train()

    def swap_to_eval(self) -> None:
        """The inner optimizer's."""
        self.inner_optimizer.swap_to_eval()

    def get_updates(self, *args: Any, **kwargs: Any) -> list[Any]:
        """The inner optimizer's step for a symbolic loss, which is not scaled."""
        return self.inner_optimizer.get_updates(*args, **kwargs)

    def load_own_variables(self, store: Mapping[str, Any]) -> None:
        """Take the state from `store`; that of the inner optimizer alone, saved without a scale, serves too."""
        own = len(store) == len(self.variables_before_build()) and not any(
            shape_in(store, name) for name in list(store.keys())
        )
        if len(store) == len(self.inner_optimizer.variables) and not own:
            self.inner_optimizer.load_own_variables(store)
        else:
            super().load_own_variables(store)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal optimizer, without its state."""
        return {
            "name": self.name,
            "inner_optimizer": serialize(self.inner_optimizer),
            "initial_scale": self.initial_scale,
            "dynamic_growth_steps": self.dynamic_growth_steps,
        }

    @classmethod
    def from_config(cls, config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None) -> Self:
        """The optimizer whose `get_config` gave `config`."""
        inner = config["inner_optimizer"]
        if isinstance(inner, Mapping):
            inner = deserialize(inner, custom_objects)
        return cls(**{**config, "inner_optimizer": inner})


def _all_finite(pairs: Pairs) -> Tensor:
    """Whether all gradients are finite, also where this process has parts of some."""
    flags = [ops.all(ops.isfinite(gradient)) for gradient, _ in pairs]
    parts = [variable.part if computes_parts() else None for _, variable in pairs]
    if any(parts):
        wrong = [ops.subtract(1.0, ops.cast(flag, "float32")) for flag in flags]
        flags = [ops.equal(count, 0.0) for count in summed_over_parts(wrong, parts)]
    return ops.all(ops.stack(flags))
