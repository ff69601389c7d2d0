"""Stateful functions as pure ones: variables' values go in, new values come out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.staging.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from keras_core.backend.protocol import Backend, VariableLike
    from keras_core.typing import Tensor


def run_pure(
    backend: Backend,
    fn: Callable[..., Any],
    tensors: Sequence[Tensor],
    variables: Iterable[VariableLike] | None,
    values: Mapping[VariableLike, Tensor] | None = None,
    fetch: Callable[[VariableLike], Tensor] | None = None,
    whole: bool = False,
) -> tuple[list[Tensor], dict[VariableLike, Tensor]]:
    """Call `fn` without letting it change any variable.

    Args:
        backend: whose tensors flow through.
        fn: a flat function: tensors in, a list of tensors out.
        tensors: its arguments.
        variables: those that it may assign.
        values: what variables hold at its beginning.
        fetch: reads a variable that `values` does not have; the variable's storage by default.
        whole: see `keras_core.Trace`.

    Returns:
        The results, and the last value assigned to each variable.

    Raises:
        ValueError: when `fn` assigns a variable that is not in `variables`.
    """
    with Trace(backend, variables, values=values, fetch=fetch, whole=whole) as trace:
        outputs = list(fn(*tensors))
    return outputs, trace.written


def flat(fn: Callable[..., Any]) -> Callable[..., list[Any]]:
    """`fn` with its results as a list, whatever sequence it returns.

    Example:
        >>> flat(lambda a, b: (b, a))(1, 2)
        [2, 1]
    """
    return lambda *given: list(fn(*given))
