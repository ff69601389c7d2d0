"""Stateful functions as pure ones: variables' values go in, new values come out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.staging.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from keras_core.backend.protocol import Backend, VariableLike
    from keras_core.staging.row_updates import RowUpdate
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
    outputs, written, _ = run_pure_by_rows(backend, fn, tensors, variables, values, fetch, whole)
    return outputs, written


def run_pure_by_rows(
    backend: Backend,
    fn: Callable[..., Any],
    tensors: Sequence[Tensor],
    variables: Iterable[VariableLike] | None,
    values: Mapping[VariableLike, Tensor] | None = None,
    fetch: Callable[[VariableLike], Tensor] | None = None,
    whole: bool = False,
    rows_from: int | None = None,
    fetch_rows: Callable[[VariableLike, Tensor], Tensor | None] | None = None,
) -> tuple[list[Tensor], dict[VariableLike, Tensor], dict[VariableLike, RowUpdate]]:
    """As `run_pure`, with new rows in place of the new values of large tables.

    Args:
        backend: whose tensors flow through.
        fn: a flat function: tensors in, a list of tensors out.
        tensors: its arguments.
        variables: those that it may assign.
        values: what variables hold at its beginning.
        fetch: reads a variable that `values` does not have; the variable's storage by default.
        whole: see `keras_core.Trace`.
        rows_from: bytes from which on a table gets new rows; None for never.
        fetch_rows: reads rows of a variable as it is stored; None from it where that costs as much as the whole.

    Returns:
        The results, the last value assigned to each variable, and the new rows of tables that have no such value.
    """
    with Trace(backend, variables, values, fetch, whole, rows_from, fetch_rows) as trace:
        outputs = list(fn(*tensors))
    return outputs, trace.written, trace.row_updates


def flat(fn: Callable[..., Any]) -> Callable[..., list[Any]]:
    """`fn` with its results as a list, whatever sequence it returns.

    Example:
        >>> flat(lambda a, b: (b, a))(1, 2)
        [2, 1]
    """
    return lambda *given: list(fn(*given))
