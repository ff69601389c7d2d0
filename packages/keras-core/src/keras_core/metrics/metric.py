"""The base class of metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from keras_core import dtypes, naming, ops
from keras_core.argument_checks import CheckedArguments
from keras_core.backend import discovery as backends
from keras_core.backend.distribution import active_distribution, whole
from keras_core.staging.stateless import StatelessCall
from keras_core.staging.variable import Variable, local_variables

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.typing import DType, DTypeLike, DynamicShape, InitializerLike, TensorTree


class Metric(CheckedArguments):
    """A number that is gathered over batches.

    A subclass makes its state with `add_weight` in ``__init__``, changes it in
    ``update_state(y_true, y_pred, sample_weight=None)``, and gives the number in ``result()``. All state
    is in variables, so that updates can stand inside a compiled step.

    Args:
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.
        name: name shown in logs. Defaults to None.
        **kwargs: further keyword arguments.

    Raises:
        TypeError: for an argument that no metric has.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics, ops
        >>> class Largest(metrics.Metric):
        ...     def __init__(self, name="largest", **kwargs):
        ...         super().__init__(name=name, **kwargs)
        ...         self.value = self.add_weight(name="value", initializer="zeros")
        ...     def update_state(self, y_true, y_pred, sample_weight=None):
        ...         self.value.assign(ops.maximum(self.value, ops.max(y_pred)))
        ...     def result(self):
        ...         return ops.convert_to_tensor(self.value)
        >>> metric = Largest()
        >>> metric.update_state(None, np.array([1.0, 3.0]))
        >>> float(metric.result())
        3.0
    """

    _set_by_init = "_variables"
    # Whether `update_state` makes of a process's rows what those of the whole batch make of the state, so that nothing
    # is left to add up over processes.
    sees_whole_batch = False

    def __init__(self, dtype: DTypeLike = None, name: str | None = None, **kwargs: Any) -> None:
        if kwargs:
            raise TypeError(f"{type(self).__name__} does not take {', '.join(kwargs)}; Metric takes dtype and name.")
        if isinstance(dtype, str) and not _is_dtype(dtype):  # Keras 2 has the name first
            dtype, name = name, dtype
        self.name = name or naming.auto_name(naming.snake_case(type(self).__name__))
        self._dtype = dtype
        self._variables: list[Variable] = []

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Make `reset_state` and Keras 2's `reset_states` one method, whichever a class defines."""
        super().__init_subclass__(**kwargs)
        new, old = cls.__dict__.get("reset_state"), cls.__dict__.get("reset_states")
        if (new is None) != (old is None):
            setattr(cls, "reset_states" if old is None else "reset_state", new or old)

    @property
    def dtype(self) -> str:
        """Name of the dtype of the state: floatx unless given, but no 16-bit float, whose sums soon stand still."""
        return dtypes.accumulator(self._dtype)

    # -- state

    def add_variable(
        self,
        shape: DynamicShape = (),
        initializer: InitializerLike = "zeros",
        dtype: DType | None = None,
        aggregation: str | None = None,
        name: str | None = None,
    ) -> Variable:
        """A new variable of the metric's state.

        Args:
            shape: its shape.
            initializer: its first value, and only that: `reset_state` sets zeros.
            dtype: dtype name; the metric's by default.
            aggregation: accepted for Keras 3; a single device ignores it.
            name: its name.
        """
        with naming.name_scope(self.name), local_variables():
            variable = Variable(
                initializer,
                shape,
                dtype or self.dtype,
                trainable=False,
                autocast=False,
                name=name or "variable",
                layout=whole(len(tuple(shape or ())), active_distribution()),
            )
        self._variables.append(variable)
        return variable

    def add_weight(self, *args: Any, **kwargs: Any) -> Variable:
        """`add_variable` with ``(shape, initializer, dtype, name)``, or Keras 2's order, the name first."""
        order = ("shape", "initializer", "dtype", "name")
        if args and isinstance(args[0], str):
            order = ("name", "shape", "initializer", "dtype")
        given = {**dict(zip(order, args)), **kwargs}
        unknown = given.keys() - {*order, "aggregation", "synchronization"}
        if unknown or len(args) > len(order):
            extra = ", ".join(sorted(unknown)) or f"{len(args)} positional arguments"
            raise TypeError(f"Metric '{self.name}': add_weight() does not take {extra}.")
        initializer = given.get("initializer")
        return self.add_variable(
            given.get("shape") or (),
            "zeros" if initializer is None else initializer,
            given.get("dtype"),
            name=given.get("name"),
        )

    @property
    def variables(self) -> list[Variable]:
        """Variables of this metric, then those of metrics that it has as attributes."""
        found = list(self._variables)
        for value in vars(self).values():
            for item in value if isinstance(value, (list, tuple)) else [value]:
                if isinstance(item, Metric):
                    found += [v for v in item.variables if not any(v is known for known in found)]
        return found

    weights = non_trainable_variables = non_trainable_weights = variables

    def reset_state(self) -> None:
        """Reset the state: every variable becomes zero."""
        for variable in self.variables:
            variable.assign(ops.zeros_like(variable))

    reset_states = reset_state

    # -- use

    def update_state(self, *args: Any, **kwargs: Any) -> object:
        """Take in a batch."""
        raise NotImplementedError(f"{type(self).__name__} must define update_state().")

    def stateless_update_state(self, metric_variables: Sequence[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """What `update_state` would make of given values of `variables`, assigning nothing.

        Args:
            metric_variables: a value for each of `variables`.
            *args: arguments of `update_state`.
            **kwargs: keyword arguments of `update_state`.

        Returns:
            The new value of each variable.

        Raises:
            ValueError: for another number of values.
        """
        return self._stateless(metric_variables, lambda: self.update_state(*args, **kwargs))[1]

    def stateless_result(self, metric_variables: Sequence[Any]) -> TensorTree:
        """What `result` gives for given values of `variables`.

        Args:
            metric_variables: a value for each of `variables`.

        Raises:
            ValueError: for another number of values.
        """
        return self._stateless(metric_variables, self.result)[0]

    def stateless_reset_state(self) -> list[Any]:
        """The values that `reset_state` gives to `variables`; these keep theirs."""
        return self._stateless([variable.value for variable in self.variables], self.reset_state)[1]

    def _stateless(self, values: Sequence[Any], fn: Callable[[], Any]) -> tuple[Any, list[Any]]:
        variables = self.variables
        backend = variables[0].backend if variables else backends.active()
        with StatelessCall(backend, (variables, values), owner=f"Metric '{self.name}'") as scope:
            result = fn()
            return result, scope.values()[0]

    def result(self) -> TensorTree:
        """The number so far: a scalar tensor, or a dict of them by name."""
        raise NotImplementedError(f"{type(self).__name__} must define result().")

    def __call__(self, *args: Any, **kwargs: Any) -> TensorTree:
        """Take in a batch and give the number so far."""
        self.update_state(*args, **kwargs)
        return self.result()

    def get_config(self) -> dict[str, Any]:
        """Arguments that make an equal metric."""
        return {"name": self.name, "dtype": self.dtype}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """A metric made from what `get_config` gave."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"


def _is_dtype(text: str) -> bool:
    return text in dtypes.ALL
