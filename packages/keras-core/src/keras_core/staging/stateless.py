"""Calls whose state is an argument and a result, for a framework's own transformations such as `jax.grad`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from keras_core.staging.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.backend.protocol import Backend, VariableLike
    from keras_core.typing import Tensor


class StatelessCall(Trace):
    """A trace in which variables have given values; what is assigned inside reaches no variable.

    Args:
        backend: the backend that the values belong to.
        variables: the variables.
        values: a tensor, array or number for each of them.
        owner: whose state it is, for messages.

    Raises:
        ValueError: when the numbers of variables and values differ.
    """

    def __init__(
        self, backend: Backend, variables: Sequence[VariableLike], values: Sequence[Any], owner: str = "this object"
    ) -> None:
        values = list(values)
        if len(values) != len(variables):
            raise ValueError(
                f"{owner} has {len(variables)} variables and got {len(values)} values for them. "
                "Give one for each, in the same order."
            )
        given = {
            variable: value if backend.is_tensor(value) else backend.tensor(value)
            for variable, value in zip(variables, (_value_of(value) for value in values), strict=True)
        }
        super().__init__(backend, values=given)
        self._variables = list(variables)

    def __enter__(self) -> Self:
        super().__enter__()
        return self

    def check_writable(self, variable: VariableLike) -> None:
        """Every variable may be written, as nothing outside changes."""

    def values(self) -> list[Tensor]:
        """What the variables' values are now, in their order."""
        return [self.read(variable) for variable in self._variables]


def _value_of(value: Any) -> Any:
    return value.value if hasattr(value, "backend_name") else value
