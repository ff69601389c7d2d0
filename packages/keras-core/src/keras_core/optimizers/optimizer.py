"""Optimizer: what turns gradients into new values of variables."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from keras_core import config, ops
from keras_core.argument_checks import CheckedArguments
from keras_core.backend import discovery as backends
from keras_core.backend.distribution import computing_parts, whole
from keras_core.backend.toolkit.storage import LARGE_TABLE
from keras_core.graph.gradients import symbolic_gradients
from keras_core.graph.update import Update
from keras_core.naming import auto_name, snake_case
from keras_core.optimizers.alike import update_alike
from keras_core.optimizers.arguments import FullSignature, check_arguments, loss_and_variables, unknown_arguments
from keras_core.optimizers.gradients import Pairs, as_dtype, clipped, of_whole_batch, scaled
from keras_core.optimizers.schedule import LearningRate, OptimizerRate, deserialize_schedule
from keras_core.optimizers.slot_sets import SlotSets, noting_slots
from keras_core.optimizers.update_adapter import UpdateAdapter, is_of_step, update_adapter
from keras_core.returned import something
from keras_core.staging.row_gradients import RowGradient
from keras_core.staging.share import active_share, share_scope
from keras_core.staging.stateless import StatelessCall
from keras_core.staging.trace import Trace, active_trace

if TYPE_CHECKING:
    from keras_core.staging.variable import Variable
    from keras_core.typing import Tensor

_STEP_METHODS = frozenset(
    {"decay_and_update", "update_step", "_decay_weights", "move_average", "assign", "assign_add", "assign_sub"}
)
"""Methods of which the update of one variable consists."""


class Optimizer(OptimizerRate, SlotSets, CheckedArguments):
    """Base of all optimizers.

    A subclass makes its slots (such as momenta) in `make_slots` (or in `build`, after the base's) with
    `add_optimizer_variables`, and defines `update_step(gradient, variable, learning_rate)`, which assigns
    the variable and its slots. Everything else (clipping, weight decay, schedules, averages, saving) is
    done here.

    One optimizer may be compiled into several models. Each has slots of its own, counter and learning rate are common;
    `model.optimizer` is the optimizer with the slots of this model.

    Args:
        learning_rate: a number, which may be changed at any time without a new compilation; a `LearningRateSchedule`;
            or a function without arguments. Defaults to 0.001.
        weight_decay: each step also shrinks every variable by this times the learning rate (Loshchilov and Hutter,
            2019). See `exclude_from_weight_decay`. Defaults to None.
        clipnorm: highest L2 norm of one gradient; longer ones are scaled down. Defaults to None.
        clipvalue: largest magnitude of a gradient's component; applied after `clipnorm` where both are set. Defaults
            to None.
        global_clipnorm: highest L2 norm of all gradients together; not together with the other two. Defaults to None.
        use_ema: whether to keep a moving average of each variable. Defaults to False.
        ema_momentum: how slowly the average follows, in [0, 1]. Defaults to 0.99.
        ema_overwrite_frequency: after every so many steps the variables take their average's values. Defaults to None.
        loss_scale_factor: by what `scale_loss` multiplies the loss; `apply` divides the gradients by it. Defaults to
            None.
        gradient_accumulation_steps: update once in so many steps, by the mean of their gradients. Defaults to None.
        name: name of the optimizer. Defaults to None.
        **kwargs: Keras 2's `lr`, another name of `learning_rate`, and `decay`: the learning rate is divided by `1 +
            decay * iterations`.

    Raises:
        ValueError: for an unknown argument or a value out of its range.

    Example:
        >>> from keras_core import Variable, ops
        >>> from keras_core.optimizers import Optimizer
        >>> class Plain(Optimizer):
        ...     def update_step(self, gradient, variable, learning_rate):
        ...         self.assign_sub(variable, ops.multiply(gradient, learning_rate))
        >>> w = Variable([1.0, 2.0])
        >>> Plain(0.5).apply([[1.0, 1.0]], [w])
        >>> w.numpy().tolist()
        [0.5, 1.5]
    """

    _set_by_init = "_positions"
    has_get_updates: ClassVar[bool] = False
    """Whether a step is Keras 2's `get_updates`, since a class defines that (or `get_gradients`) that is as new as
    the one whose `update_step` it has; see `update_adapter`."""

    trains_rows = False
    """Whether a gradient of 0 changes neither a weight nor what is kept for it, so that `row_step` may be used."""

    elementwise: ClassVar[bool] = False
    """Whether `update_step` computes every element of a variable and its slots from the same elements of these and of
    the gradient, and asks a variable for nothing but its value and dtype, so that variables of one shape may be updated
    together, and parts alone where processes store parts. It holds for classes that have the `update_step` of the one
    that says so."""

    __signature__ = FullSignature()

    _quiet = frozenset({"learning_rate", "lr", "iterations", "built", "name"})

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        newest = next(one for one in cls.__mro__ if {"update_step", "get_updates", "get_gradients"} & vars(one).keys())
        cls.has_get_updates = "update_step" not in vars(newest)
        step = next(one for one in cls.__mro__ if {"elementwise", *_STEP_METHODS} & vars(one).keys())
        if "elementwise" not in vars(step):
            cls.elementwise = False
        if "build" in cls.__dict__:
            cls.build = noting_slots(cls.__dict__["build"])  # type: ignore[method-assign]

    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        learning_rate = kwargs.pop("lr", learning_rate)
        self.decay = float(kwargs.pop("decay", None) or 0.0)
        if kwargs:
            raise ValueError(unknown_arguments(type(self), kwargs))
        self.name = name or auto_name(snake_case(type(self).__name__))
        self.weight_decay = weight_decay
        self.clipnorm = clipnorm
        self.clipvalue = clipvalue
        self.global_clipnorm = global_clipnorm
        self.use_ema = use_ema
        self.ema_momentum = ema_momentum
        self.ema_overwrite_frequency = ema_overwrite_frequency
        self.loss_scale_factor = loss_scale_factor
        self.gradient_accumulation_steps = gradient_accumulation_steps
        check_arguments(vars(self))
        self.built = False
        self._building = False
        self._selected = None
        self._before_build = {}
        self._slot_names = set()
        self._slots: list[Variable] = []
        self._positions: dict[Variable, int] = {}
        self._trainable_variables: list[Variable] = []
        self._averages: list[Variable] = []
        self._accumulators: list[Variable] = []
        self._adapter: UpdateAdapter | None = None
        self._has_slots_of_class = False
        self._undecayed: set[Variable] = set()
        self._undecayed_names: list[str] = []
        self._warned_of_missing = False
        self._iterations = self._own("iteration", np.zeros((), "int64"))
        self._learning_rate: Any = self._rate_from(learning_rate)

    # -- state

    @property
    def iterations(self) -> Tensor:
        """Number of updates so far: the counter of steps, or with gradient accumulation a part of it.

        Schedules follow the counter of steps itself.
        """
        if self.gradient_accumulation_steps:
            return ops.floor_divide(self._iterations, self.gradient_accumulation_steps)
        return self._iterations

    @iterations.setter
    def iterations(self, counter: Variable) -> None:
        if self.built:
            raise RuntimeError(f"Optimizer '{self.name}' is built; its counter can only be replaced before that.")
        self._iterations = counter

    # -- building

    @noting_slots
    def build(self, variables: Iterable[Variable]) -> None:
        """Make the slots for the variables to be trained. A second call does nothing."""
        variables = list(variables)
        self._positions = {variable: index for index, variable in enumerate(variables)}
        self._trainable_variables = variables
        if variables:
            for own in self.variables:
                own.move_to(variables[0], whole(own.ndim, variables[0].distributed_by))
        if self.use_ema:
            self._averages = self.add_optimizer_variables(variables, "average")
        if self.gradient_accumulation_steps:
            self._accumulators = self.add_optimizer_variables(variables, "gradient_accumulator")
        if self.has_get_updates:
            self._adapter = update_adapter(self)
            self._slots.extend(self._adapter.make_slots(variables))
        else:
            self.make_slots(variables)
        self.built = True

    def make_slots(self, variables: list[Variable]) -> None:
        """Make what the method keeps for each variable, with `add_optimizer_variables`."""

    # -- updating

    def apply(self, grads: Iterable[Tensor | None], trainable_variables: Iterable[Variable] | None = None) -> None:
        """Update variables by their gradients.

        Args:
            grads: one gradient for each variable; None where the loss does not depend on it.
            trainable_variables: the variables; those that the optimizer was built with when not given.

        Raises:
            ValueError: if the numbers differ, all gradients are None, or a variable is not known.
        """
        grads = list(grads)
        variables = self._targets(trainable_variables)
        if len(grads) != len(variables):
            raise ValueError(
                f"Optimizer '{self.name}' got {len(grads)} gradients for {len(variables)} variables. "
                "Pass one gradient, or None, for each variable."
            )
        by_parts = self.elementwise and any(variable.part is not None for variable in variables)
        pairs = of_whole_batch(self._connected(list(zip(grads, variables, strict=True))), by_parts)
        if any(variable.overwrite_with_gradient for _, variable in pairs):
            overwritten = [pair for pair in pairs if pair[1].overwrite_with_gradient]
            with computing_parts(by_parts):
                for gradient, variable in overwritten:
                    variable.assign(gradient)
            pairs = [pair for pair in pairs if not pair[1].overwrite_with_gradient]
        if active_trace() is not None or not pairs:
            with share_scope(None), computing_parts(by_parts):  # they are the whole batch's from now on
                self._apply(pairs)
            return
        backend = variables[0].backend
        with Trace(backend) as trace, share_scope(None), computing_parts(by_parts):
            self._apply(pairs)
        backend.write([(variable.storage, value) for variable, value in trace.written.items()])

    def apply_gradients(self, grads_and_vars: Iterable[tuple[Tensor | None, Variable]]) -> Variable:
        """Update variables by (gradient, variable) pairs; returns the number of updates so far."""
        pairs = list(grads_and_vars)
        self.apply([gradient for gradient, _ in pairs], [variable for _, variable in pairs])
        return self._iterations

    def stateless_apply(
        self, optimizer_variables: Sequence[Any], grads: Iterable[Tensor | None], trainable_variables: Sequence[Any]
    ) -> tuple[list[Tensor], list[Tensor]]:
        """What `apply` would make of given values, assigning nothing: a pure function for `jax.jit` and its like.

        Args:
            optimizer_variables: a value for each of `variables`.
            grads: one gradient for each trained variable; None where the loss does not depend on it.
            trainable_variables: a value for each variable that the optimizer was built with.

        Returns:
            The new values of the trained variables, and those of the optimizer's variables.

        Raises:
            ValueError: if the optimizer is not built, or for another number of values or gradients.
        """
        if not self.built:
            raise ValueError(
                f"Optimizer '{self.name}' is not built: stateless_apply() needs its variables. "
                "Call build(trainable_variables) before."
            )
        trained = self._trainable_variables
        backend = backends.load(self._iterations.backend_name)
        groups = (trained, trainable_variables), (self.variables, optimizer_variables)
        with StatelessCall(backend, *groups, owner=f"Optimizer '{self.name}'") as state:
            self.apply(grads, trained)
            new, own = state.values()
            return new, own

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        """Assign a variable and its slots their new values; the heart of every subclass."""
        raise NotImplementedError(
            f"Optimizer {type(self).__name__} must define update_step(self, gradient, variable, learning_rate)."
        )

    def row_step(self, gradient: RowGradient, variable: Variable, learning_rate: Tensor) -> None:
        """As `update_step`, of the rows of a large table that the gradient names; for subclasses with `trains_rows`."""
        raise NotImplementedError(f"Optimizer {type(self).__name__} has no steps of single rows.")

    def tables_among(self, variables: Iterable[Variable]) -> list[Variable]:
        """Those variables of which a step may update rows alone: large ones, and nothing else is done to the others."""
        others = (self.clipnorm, self.clipvalue, self.global_clipnorm, self.gradient_accumulation_steps)
        if active_share() is not None:  # processes add up their gradients, and have read other rows
            return []
        if not self.trains_rows or self.use_ema or any(one is not None for one in others):
            return []
        return [
            one
            for one in variables
            if one.ndim > 1 and one.size >= LARGE_TABLE and one.constraint is None and self.weight_decay_of(one) is None
            if one.part is None
        ]

    def step_values(self, dtype: str) -> Any:
        """What the updates of all variables of a dtype have in common, such as the correction of a bias, or None.

        A step computes it once, before the first update, which asks for it by `shared_values`.
        """
        return None

    def shared_values(self, dtype: str) -> Any:
        """What `step_values` gave for a dtype in the step in progress; where none is, what it gives now."""
        trace = active_trace()
        found = None if trace is None else trace.find_shared((self, dtype))
        return self.step_values(dtype) if found is None else found

    def end_step(self) -> None:
        """Called once after the variables of a step are updated; for state that all of them share."""

    def move_average(self, average: Variable, value: Tensor, keep: float) -> Tensor:
        """Assign and return the moving average `keep * average + (1 - keep) * value`."""
        moved = ops.add(average, ops.multiply(ops.subtract(value, average), 1 - keep))
        self.assign(average, moved)
        return moved

    def assign(self, variable: Variable, value: Tensor) -> None:
        """Set a variable."""
        variable.assign(value)

    def assign_add(self, variable: Variable, value: Tensor) -> None:
        """Add to a variable."""
        variable.assign_add(value)

    def assign_sub(self, variable: Variable, value: Tensor) -> None:
        """Subtract from a variable."""
        variable.assign_sub(value)

    def scale_loss(self, loss: Tensor) -> Tensor:
        """The loss times `loss_scale_factor`, to be differentiated in its place."""
        return loss if self.loss_scale_factor is None else ops.multiply(loss, self.loss_scale_factor)

    def exclude_from_weight_decay(
        self, var_list: Iterable[Variable] | None = None, var_names: Iterable[str] | None = None
    ) -> None:
        """Name variables that weight decay leaves alone; call it before `build`.

        Args:
            var_list: variables.
            var_names: regular expressions; a variable whose path contains a match is left alone.
        """
        if self.built:
            raise ValueError("exclude_from_weight_decay() must be called before the optimizer is built.")
        self._undecayed.update(var_list or ())
        self._undecayed_names.extend(var_names or ())

    def finalize_variable_values(self, var_list: Iterable[Variable]) -> None:
        """Give variables the values of their moving averages, as at the end of training."""
        if self.use_ema:
            for variable in var_list:
                variable.assign(self._averages[self._get_variable_index(variable)].value)

    # -- what variables hold between steps

    @property
    def swaps_weights(self) -> bool:
        """Whether variables hold something else in training than what is to be evaluated, used and saved.

        Then `swap_to_train` and `swap_to_eval` are overridden. Training, evaluation, prediction and saving call them
        before each of their programs, and callbacks see what is to be evaluated when they are told of an epoch's end.
        """
        return False

    @property
    def holds_averages(self) -> bool:
        """Whether the variables hold what is to be evaluated; set by who gives them other values with their phase."""
        return False

    @holds_averages.setter
    def holds_averages(self, value: bool) -> None:
        pass

    def swap_to_train(self) -> None:
        """Put what training goes on from into the variables. Called again, it does nothing."""

    def swap_to_eval(self) -> None:
        """Put what is to be evaluated into the variables. Called again, it does nothing."""

    def get_gradients(self, loss: Tensor, params: Sequence[Any]) -> list[Tensor]:
        """Keras 2's name for the symbolic gradients of a symbolic loss; in a step of training those at hand."""
        return symbolic_gradients(loss, params)

    def get_updates(self, *args: Any, **kwargs: Any) -> list[Any]:
        """What one step does, for the updates of a `K.function`, as in Keras 2; the list may be extended.

        Each call makes slots of its own. An override is what a step of training does; it may call this method, which
        then takes the step of the class at once.

        Args:
            *args: the loss, which is symbolic and computed from Input tensors, and the variables to train; in Keras 1's
                order the variables, a dict of constraints, which is ignored, and the loss.
            **kwargs: `loss`, `params` and `constraints` by name.

        Raises:
            TypeError: without a loss or variables.
        """
        loss, params = loss_and_variables(type(self).__name__, args, kwargs)
        if is_of_step(loss):
            self._step_of_class(loss, params)
            return []
        owner = object()
        slots = self.slots_of(owner, params)

        def step(*grads: Tensor) -> None:
            self.select_slots(slots, owner)
            self.apply(grads, params)

        return [Update(step, self.get_gradients(loss, params), [*params, *self.variables])]

    def _step_of_class(self, loss: Any, params: list[Variable]) -> None:
        """What `get_updates` does where it is called in a step of training, by an override or another optimizer."""
        if self._adapter is None:  # another optimizer's step
            self.apply(self.get_gradients(loss, params), params)
            return
        if not self._has_slots_of_class:
            self._has_slots_of_class = True
            self.make_slots(self._trainable_variables)
        self._step(self.get_gradients(loss, params), params)

    def _apply(self, pairs: Pairs) -> None:
        if pairs and self.loss_scale_factor is not None:
            scale = 1.0 / self.loss_scale_factor
            pairs = [(scaled(gradient, scale), variable) for gradient, variable in pairs]
        if self.gradient_accumulation_steps:
            self._accumulate(pairs)
        else:
            self._update(pairs)
        variables = [variable for _, variable in pairs]
        if self.use_ema:
            self._average(variables)
        with computing_parts(False):
            for variable in variables:
                if variable.constraint is not None:
                    found = something(
                        variable.constraint(variable.value),
                        f"The constraint of {variable.path!r}",
                        "a tensor of its shape",
                    )
                    variable.assign(found)
        if self._adapter is None or not self._adapter.counts_steps:
            self._iterations.assign(ops.add(self._iterations, 1))

    def _accumulate(self, pairs: Pairs) -> None:
        count = self.gradient_accumulation_steps
        assert count is not None
        totals = []
        for gradient, variable in pairs:
            accumulator = self._accumulators[self._get_variable_index(variable)]
            totals.append((ops.add(accumulator, gradient), variable, accumulator))

        def update() -> Tensor:
            self._update([(ops.multiply(total, 1.0 / count), variable) for total, variable, _ in totals])
            for total, _, accumulator in totals:
                accumulator.assign(ops.zeros_like(total))
            return self._iterations.value

        def keep() -> Tensor:
            for total, _, accumulator in totals:
                accumulator.assign(total)
            return self._iterations.value

        ops.cond(ops.equal(ops.mod(ops.add(self._iterations, 1), count), 0), update, keep)

    def _update(self, pairs: Pairs) -> None:
        if not pairs:
            return
        variables = [variable for _, variable in pairs]
        gradients = [as_dtype(gradient, variable.dtype) for gradient, variable in pairs]
        gradients = clipped(gradients, variables, self.clipnorm, self.global_clipnorm, self.clipvalue)
        if self._adapter is not None:
            self._adapter.run(gradients, variables)
        else:
            self._step(gradients, variables)

    def _step(self, gradients: list[Tensor], variables: list[Variable]) -> None:
        rate, trace = self._present_rate(), active_trace()
        assert trace is not None
        shared = {(self, dtype): self.step_values(dtype) for dtype in {variable.dtype: None for variable in variables}}
        trace.shared |= shared
        try:
            for gradient, variable in update_alike(self, list(zip(gradients, variables, strict=True)), rate, trace):
                if isinstance(gradient, RowGradient):
                    self.row_step(gradient, variable, rate)
                    continue
                self.decay_and_update(gradient, variable, rate)
        finally:
            for key in shared:
                del trace.shared[key]
        self.end_step()

    def decay_and_update(self, gradient: Tensor, variable: Variable, rate: Tensor) -> None:
        """Shrink a variable where it is to be, and take its step."""
        self._decay_weights(variable, rate)
        self.update_step(gradient, variable, rate)

    def slots_by_variable(self) -> dict[Variable, list[Variable]]:
        """What the method keeps for each variable, by variable; shared state and averages are not among it."""
        found: dict[Variable, list[Variable]] = {}
        others = {*self._averages, *self._accumulators}
        for slot in self._slots:
            if slot.lies_as is not None and slot not in others:
                found.setdefault(slot.lies_as, []).append(slot)
        return found

    def _decay_weights(self, variable: Variable, rate: Tensor) -> None:
        decay = self.weight_decay_of(variable)
        if decay is not None:
            keep = ops.subtract(1.0, ops.multiply(rate, decay))
            variable.assign(ops.multiply(variable, as_dtype(keep, variable.dtype)))

    def weight_decay_of(self, variable: Variable) -> float | None:
        """By what times the learning rate a step shrinks a variable; None for one that is left alone."""
        return self.weight_decay if self._use_weight_decay(variable) else None

    def _use_weight_decay(self, variable: Variable) -> bool:
        return variable not in self._undecayed and not any(
            re.search(pattern, variable.path) for pattern in self._undecayed_names
        )

    def _average(self, variables: list[Variable]) -> None:
        started = ops.cast(ops.greater(self.iterations, 0), config.floatx())
        momentum = ops.multiply(started, self.ema_momentum)
        for variable in variables:
            average = self._averages[self._get_variable_index(variable)]
            keep = as_dtype(momentum, variable.dtype)
            value = ops.add(variable, ops.multiply(ops.subtract(average, variable), keep))
            average.assign(value)
            if self.ema_overwrite_frequency:
                steps = ops.add(self.iterations, 1)
                due = ops.equal(ops.mod(steps, self.ema_overwrite_frequency), 0)
                variable.assign(ops.where(due, value, variable))

    def _targets(self, variables: Iterable[Variable] | None) -> list[Variable]:
        if variables is None:
            if not self.built:
                raise ValueError(f"Optimizer '{self.name}' is not built: pass trainable_variables to apply().")
            return self._trainable_variables
        variables = list(variables)
        if not self.built:
            self.build(variables)
        for variable in variables:
            if variable not in self._positions:
                raise ValueError(self._unknown(variable))
        return variables

    def _connected(self, pairs: list[tuple[Tensor | None, Variable]]) -> Pairs:
        """The pairs with a gradient; warns once of the others."""
        connected = [(gradient, variable) for gradient, variable in pairs if gradient is not None]
        missing = [variable for gradient, variable in pairs if gradient is None]
        if missing and not connected:
            raise ValueError(
                f"No gradient reached any variable ({self._listed(missing)}): the loss does not depend on them. "
                "Check that the loss is computed from the model's output by differentiable operations."
            )
        if missing and not self._warned_of_missing:
            self._warned_of_missing = True
            warnings.warn(
                f"The loss does not depend on these variables, which stay as they are: {self._listed(missing)}.",
                stacklevel=3,
            )
        return connected

    # -- configuration

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal optimizer, without its state."""
        return {
            "name": self.name,
            "learning_rate": self._rate_config(),
            "weight_decay": self.weight_decay,
            "clipnorm": self.clipnorm,
            "global_clipnorm": self.global_clipnorm,
            "clipvalue": self.clipvalue,
            "use_ema": self.use_ema,
            "ema_momentum": self.ema_momentum,
            "ema_overwrite_frequency": self.ema_overwrite_frequency,
            "loss_scale_factor": self.loss_scale_factor,
            "gradient_accumulation_steps": self.gradient_accumulation_steps,
            **({"decay": float(self.decay)} if self.decay else {}),
        }

    @classmethod
    def from_config(cls, config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None) -> Self:
        """The optimizer whose `get_config` gave `config`."""
        config = dict(config)
        if isinstance(config.get("learning_rate"), Mapping):
            config["learning_rate"] = deserialize_schedule(config["learning_rate"], custom_objects)
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"
