"""NativeOptimizer: an optimizer of the backend's framework, in place of one of Keras."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops
from keras_core.backend import discovery as backends
from keras_core.backend.optional_protocols import NativeMethod, NativeSteps, WrapsOptimizers
from keras_core.optimizers.optimizer import Optimizer

if TYPE_CHECKING:
    from keras_core.optimizers.schedule import LearningRate
    from keras_core.staging.variable import Variable
    from keras_core.typing import Tensor


class NativeOptimizer(Optimizer):
    """An optimizer of the active backend's framework: of optax on JAX, of ``torch.optim`` on PyTorch.

    `compile` makes one of what it is given. The framework's optimizer keeps no state itself: its state is in
    `variables`, and saved and restored with the model's. Clipping, averages and accumulation of gradients are there as
    in every optimizer. A variable without a gradient stays as it is. The learning rate can be set, unless the
    framework's optimizer keeps it to itself, as those of optax do that `inject_hyperparams` has not made.

    Args:
        optimizer: on JAX a gradient transformation of optax; on PyTorch an optimizer made for the model's parameters,
            or its class, or ``functools.partial`` of one with arguments; on TensorFlow a
            ``tf.compat.v1.train.Optimizer``.
        name: name of the optimizer. Defaults to None.
        **kwargs: `clipnorm`, `clipvalue`, `global_clipnorm`, `use_ema`, `ema_momentum`, `ema_overwrite_frequency`,
            `loss_scale_factor` and `gradient_accumulation_steps`, see `keras.optimizers.Optimizer`.

    Raises:
        ValueError: for what the active backend knows no way to wrap, and for a learning rate or a weight decay, which
            belong to the framework's optimizer.

    Example:
        >>> from keras_core.optimizers import NativeOptimizer
        >>> NativeOptimizer("adam")
        Traceback (most recent call last):
        ...
        ValueError: Cannot wrap 'adam' ...
    """

    def __init__(self, optimizer: object, name: str | None = None, **kwargs: Any) -> None:
        own = sorted({"learning_rate", "lr", "decay", "weight_decay"} & kwargs.keys())
        if own:
            raise ValueError(f"NativeOptimizer does not take {', '.join(own)}: give them to the framework's optimizer.")
        method = native_method(optimizer)
        if method is None:
            raise ValueError(
                f"Cannot wrap {optimizer!r} as an optimizer on the {backends.active_name()!r} backend. Give an "
                "optimizer of that backend's framework, or choose another backend before."
            )
        rate = method.learning_rate
        super().__init__(0.0 if rate is None else rate, name=name or type(optimizer).__name__.lower(), **kwargs)
        self.optimizer = optimizer
        self._method = method
        self._backend_name = backends.active_name()
        self._steps: NativeSteps | None = None
        self._state: list[Variable] = []

    @property
    def learning_rate(self) -> Tensor:
        """The learning rate, unless the framework's optimizer keeps it to itself."""
        self._check_rate()
        return Optimizer.learning_rate.fget(self)  # type: ignore[attr-defined]

    @learning_rate.setter
    def learning_rate(self, rate: LearningRate) -> None:
        self._check_rate()
        Optimizer.learning_rate.fset(self, rate)  # type: ignore[attr-defined]

    def _check_rate(self) -> None:
        if self._method.learning_rate is None:
            raise AttributeError(
                f"Optimizer '{self.name}' keeps its learning rate to itself: choose it where the framework's optimizer "
                "is made, or let that have it as a part of its state, as optax.inject_hyperparams does."
            )

    def make_slots(self, variables: list[Variable]) -> None:
        foreign = [v.backend_name for v in variables if v.backend_name != self._backend_name]
        if foreign:
            raise ValueError(
                f"Optimizer '{self.name}' is of the {self._backend_name!r} backend's framework, and the variables are "
                f"on {foreign[0]!r}."
            )
        self._steps = self._method.steps_for(variables)
        for name, value in self._steps.state:
            self._state.append(self.add_variable(value.shape, value, str(value.dtype), name=name))

    def _step(self, gradients: list[Tensor], variables: list[Variable]) -> None:
        assert self._steps is not None
        given = dict(zip(variables, gradients, strict=True))
        trained = self._trainable_variables
        grads = [ops.convert_to_tensor(given[v]) if v in given else ops.zeros_like(v) for v in trained]
        values, state = [v.value for v in trained], [v.value for v in self._state]
        rate = self._learning_rate if self._method.learning_rate is None else self._present_rate()
        new, new_state = self._steps.update(grads, values, state, rate, ops.convert_to_tensor(self.iterations))
        for variable, value in zip([*trained, *self._state], [*new, *new_state], strict=True):
            if variable in given or variable not in self._positions:
                variable.assign(value)

    def get_config(self) -> dict[str, Any]:
        """Not available.

        Raises:
            NotImplementedError: always, since the framework's optimizer cannot be made from a config.
        """
        raise NotImplementedError(f"{type(self.optimizer).__name__} is not an optimizer of Keras and has no config.")


def native_method(optimizer: object) -> NativeMethod | None:
    """How the active backend runs an optimizer of its framework; None for what is none.

    Args:
        optimizer: anything.
    """
    backend = backends.active()
    return backend.wrap_optimizer(optimizer) if isinstance(backend, WrapsOptimizers) else None


def as_native(optimizer: object) -> Optimizer | None:
    """The optimizer of the active backend's framework as one of Keras; None for what is none.

    Args:
        optimizer: anything but a name, a config or an optimizer of Keras.
    """
    return None if native_method(optimizer) is None else NativeOptimizer(optimizer)
