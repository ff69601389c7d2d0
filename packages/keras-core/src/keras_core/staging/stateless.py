"""Calls whose state is an argument and a result, for a framework's own transformations such as `jax.grad`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np

from keras_core.backend import discovery
from keras_core.staging.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from keras_core.backend.protocol import Backend, VariableLike
    from keras_core.typing import ArrayLike, Tensor


class StatelessCall(Trace):
    """A trace in which variables have given values; what is assigned inside reaches no variable.

    Args:
        backend: the backend that the values belong to.
        *groups: pairs of variables and their values, a tensor, array or number for each of them.
        owner: whose state it is, for messages.

    Raises:
        ValueError: when a group has another number of values than of variables.
    """

    def __init__(
        self, backend: Backend, *groups: tuple[Sequence[VariableLike], Sequence[Any]], owner: str = "this object"
    ) -> None:
        self._groups: list[list[VariableLike]] = []
        given: dict[VariableLike, Tensor] = {}
        for variables, of_group in groups:
            values = list(of_group)
            if len(values) != len(variables):
                raise ValueError(
                    f"{owner} has {len(variables)} variables and got {len(values)} values for them. "
                    "Give one for each, in the same order."
                )
            for variable, value in zip(variables, map(_value_of, values), strict=True):
                given[variable] = value if backend.is_tensor(value) else backend.tensor(value)
            self._groups.append(list(variables))
        super().__init__(backend, values=given)

    def __enter__(self) -> Self:
        super().__enter__()
        return self

    def check_writable(self, variable: VariableLike) -> None:
        """Every variable may be written, as nothing outside changes."""

    def values(self) -> list[list[Tensor]]:
        """What the variables' values are now, group by group, in their order."""
        return [[self.read(variable) for variable in variables] for variables in self._groups]


class StatelessScope:
    """Inside, variables have given values, and what is assigned reaches none of them: for pure functions.

    Args:
        state_mapping: pairs of a variable and the value that it has inside. Defaults to None, for none.
        collect_losses: whether losses added inside, by `Layer.add_loss` or `add_loss`, are put into `losses`; they are
            lost else. Defaults to False.
        initialize_variables: accepted for Keras 3; a variable that is made inside draws its value when somebody needs
            it, inside or outside. Defaults to True.

    Attributes:
        losses: at its end the losses that were added inside, with `collect_losses`.

    Raises:
        ValueError: for something that is no pair of a variable and a value of its shape.

    Example:
        >>> import numpy as np
        >>> from keras_core import StatelessScope, Variable
        >>> v = Variable(1.0)
        >>> with StatelessScope([(v, np.float32(5))]) as scope:
        ...     v.assign(v + 1.0)
        >>> float(scope.get_current_value(v)), float(v.numpy())
        (6.0, 1.0)
    """

    def __init__(
        self,
        state_mapping: Iterable[tuple[VariableLike, ArrayLike]] | None = None,
        collect_losses: bool = False,
        initialize_variables: bool = True,
    ) -> None:
        pairs = [_checked_pair(pair) for pair in state_mapping or ()]
        variables, values = [variable for variable, _ in pairs], [value for _, value in pairs]
        backend = discovery.common_owner(variables) or discovery.active()
        self._known = set(variables)
        self._trace = StatelessCall(backend, (variables, values), owner="StatelessScope")
        self._trace.creating = True
        self._collects = collect_losses
        self.losses: list[Tensor] = []

    def __enter__(self) -> Self:
        self._trace.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._trace.__exit__(*exc)
        if self._collects:
            self.losses = [loss for _, loss in self._trace.losses]

    def add_loss(self, loss: Tensor) -> None:
        """Add a loss, as a layer does by its own `add_loss`."""
        self._trace.losses.append((None, loss))

    def add_update(self, update: tuple[VariableLike, ArrayLike]) -> None:
        """Let a variable have another value from now on, inside.

        Args:
            update: the variable and the value.
        """
        variable, value = _checked_pair(update)
        self._trace.write(variable, self._trace.backend.tensor(_value_of(value), variable.dtype))

    def get_current_value(self, variable: VariableLike) -> Tensor | None:
        """The value that a variable has inside; None for one that was neither given nor assigned."""
        known = variable in self._known or variable in self._trace.written
        return self._trace.read(variable) if known else None


def _checked_pair(pair: Any) -> tuple[Any, Any]:
    if not isinstance(pair, (list, tuple)) or len(pair) != 2 or not hasattr(pair[0], "backend_name"):
        raise ValueError(f"StatelessScope takes pairs of a Variable and a value, got {pair!r}.")
    variable, value = pair
    shape = np.shape(value) if not hasattr(value, "shape") else tuple(value.shape)
    if shape != tuple(variable.shape):
        raise ValueError(
            f"StatelessScope: variable {variable.path!r} has shape {tuple(variable.shape)}, and the value that was "
            f"given for it {shape}."
        )
    return variable, value


def _value_of(value: Any) -> Any:
    return value.value if hasattr(value, "backend_name") else value
