"""Functions staged as PyTensor graphs, and gradients of graphs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pytensor.gradient
import pytensor.tensor as pt
from keras_core import Spec
from keras_core.backend.toolkit import changes_of, read_only, replace, run_pure_by_rows, update_tables, values_of
from pytensor.graph.basic import Variable
from pytensor.graph.null_type import NullType

from keras_backend_theano import storage
from keras_backend_theano.compiler.compile import compile_graph
from keras_backend_theano.framework import settings
from keras_backend_theano.symbolic import is_float, placeholder, tensor

if TYPE_CHECKING:
    from keras_core.backend import Backend

FlatFunction = Callable[..., list[Any]]


def stage(
    backend: Backend, fn: FlatFunction, variables: Sequence[Any], signature: Sequence[Spec], jit: bool
) -> FlatFunction:
    """`fn` as one compiled function of its arguments and of the variables that it reads.

    Args:
        backend: the backend to trace on.
        fn: takes tensors, returns a list of tensors.
        variables: the variables that it may write; new values are committed together.
        signature: specs of its arguments.
        jit: compile by numba; otherwise the graph runs as NumPy calls, which starts at once.
    """
    read: dict[Any, Variable] = {}

    def fetch(variable: Any) -> Variable:
        read[variable] = placeholder(variable)
        return read[variable]

    inputs = [placeholder(spec) for spec in signature]
    with settings():
        results, new, rows = run_pure_by_rows(backend, fn, inputs, variables, fetch=fetch, rows_from=0)
        outputs = [tensor(value) for value in (*results, *new.values(), *changes_of(rows.values()))]
        function = compile_graph([*inputs, *read.values()], outputs, jit)
    handles, written, tables = ([variable.storage for variable in one] for one in (read, new, rows))
    count, end = len(results), len(results) + len(written)
    adds = [update.adds for update in rows.values()]

    def program(*tensors: Any) -> list[Any]:
        values = function(*tensors, *values_of(handles))
        if tables:
            changed, others = values[end:], list(map(read_only, values[count:end]))
            update_tables(tables, lambda old: storage.with_rows(old, adds, changed), written, others)
        elif written:
            replace(written, list(map(read_only, values[count:])))
        return values[:count]

    return program


def abstract(backend: Backend, fn: FlatFunction, signature: Sequence[Spec]) -> list[Spec]:
    """Specs of the graph that `fn` builds.

    Args:
        backend: the backend whose tensors `fn` returns.
        fn: takes tensors, returns a list of tensors.
        signature: specs of its arguments.
    """
    with settings():
        results = fn(*map(placeholder, signature))
    return [Spec(backend.shape(value), backend.dtype(value)) for value in results]


def value_and_gradients(
    fn: Callable[..., tuple[Any, list[Any]]], values: Sequence[Any]
) -> tuple[Any, list[Any], list[Any]]:
    """A scalar of the graph, and its gradients with respect to copies of the values.

    Args:
        fn: takes tensors, returns the scalar and other results.
        values: its arguments.

    Returns:
        The scalar, the other results, and a gradient for each value; None where the scalar does not depend on it.

    Raises:
        NotImplementedError: when an op between value and scalar has no gradient.
    """
    loss, others, gradients, _ = value_and_row_gradients(lambda _, *given: fn(*given), values)
    return loss, others, gradients


def value_and_row_gradients(
    fn: Callable[..., tuple[Any, list[Any]]], values: Sequence[Any]
) -> tuple[Any, list[Any], list[Any], list[Any]]:
    """As `value_and_gradients` for ``fn(mark, *values)``, and the gradients with respect to what was marked.

    Args:
        fn: takes what marks tensors, and tensors; returns the scalar and other results.
        values: its arguments.
    """
    marked: list[Variable] = []

    def mark(value: Any) -> Variable:
        marked.append(pt.tensor_copy(pytensor.gradient.disconnected_grad(value)))
        return marked[-1]

    given = [pt.tensor_copy(tensor(value)) for value in values]
    loss, others = fn(mark, *given)
    floats = [*(value for value in given if is_float(value)), *marked]
    if not isinstance(loss, Variable) or not floats:
        return loss, others, [None] * len(given), [None] * len(marked)
    try:
        found = pytensor.gradient.grad(
            loss,
            floats,
            disconnected_inputs="ignore",
            return_disconnected="none",
            null_gradients="return",
        )
    except TypeError as error:
        if "complex" not in str(error):
            raise
        raise NotImplementedError(
            "The 'theano' backend has no gradients through complex tensors, since PyTensor has none. Compute with real "
            "and imaginary parts, which the Fourier transforms take and return as a pair."
        ) from error
    by_value = dict(zip(floats, map(_in_dtype_of, found, floats), strict=True))
    return loss, others, [by_value.get(value) for value in given], [by_value.get(value) for value in marked]


def _in_dtype_of(gradient: Any, value: Variable) -> Any:
    """The gradient in the value's dtype; None if there is none."""
    if gradient is None:
        return None
    if isinstance(gradient.type, NullType):
        raise NotImplementedError(f"An op has no gradient on the 'theano' backend: {gradient.type.why_null}")
    return tensor(gradient, value.type.dtype)
