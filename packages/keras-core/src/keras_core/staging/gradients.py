"""Gradients of a Python function by variables and tensors, the same on every backend."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from keras_core.backend import discovery
from keras_core.backend.optional_protocols import DifferentiatesRows
from keras_core.staging.pure import specs_of, variables_written
from keras_core.staging.row_gradients import RowGradient, RowReads
from keras_core.staging.staged import Staged, flatten_results
from keras_core.staging.trace import Trace, active_trace
from keras_core.staging.variable import Variable
from keras_core.staging.watch import active_watch

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from keras_core.backend.protocol import Backend, VariableLike
    from keras_core.staging.watch import Watch


def gradients(
    fn: Callable[..., Any], wrt: Sequence[Any], tables: Collection[VariableLike] = ()
) -> tuple[Any, list[Any]]:
    """Evaluate `fn` and differentiate its loss.

    Args:
        fn: called with those members of `wrt` that are tensors, in order; Variables it reads by
            ``.value``. It returns a scalar loss, or a nested structure whose first leaf is the loss.
            What it assigns is kept, once.
        wrt: Variables and tensors to differentiate by.
        tables: those of the Variables whose gradient may be a `RowGradient`, if `fn` reads nothing but rows of them
            (`Variable.rows`).

    Returns:
        ``(output, grads)``: all that `fn` returned, and one gradient for each member of `wrt`;
        None for what the loss does not depend on.

    Raises:
        NotImplementedError: on a backend that has no gradients.

    Example, on a backend that trains::

        w = Variable(3.0)
        loss, (dw,) = gradients(lambda: w * w, [w])  # 9.0 and 6.0
    """
    wrt = list(wrt)
    trace = active_trace()
    backend = trace.backend if trace is not None else discovery.common_owner(wrt) or discovery.active()
    if "train" not in backend.capabilities:
        raise NotImplementedError(
            f"The {backend.name!r} backend has no gradients, so it cannot train. "
            f"Install a package that can: {', '.join(discovery.trainers())}."
        )
    if trace is None and "eager" not in backend.capabilities:
        return _staged(fn, wrt, backend)
    return _traced(fn, wrt, backend, tables)


def _traced(
    fn: Callable[..., Any], wrt: list[Any], backend: Backend, tables: Collection[VariableLike] = ()
) -> tuple[Any, list[Any]]:
    reads = RowReads(set(tables)) if tables and isinstance(backend, DifferentiatesRows) else None
    values = [w.value if isinstance(w, Variable) else _tensor(w, backend) for w in wrt]
    found: dict[str, Any] = {}

    def pure(*given: Any) -> tuple[Any, list[Any]]:
        overlay: dict[VariableLike, Any] = {w: g for w, g in zip(wrt, given, strict=True) if isinstance(w, Variable)}
        tensors = [g for w, g in zip(wrt, given, strict=True) if not isinstance(w, Variable)]
        with Trace(backend, values=overlay) as inner, nullcontext() if watch is None else watch.inside() as noted:
            inner.rows = reads
            flat, pack = flatten_results(fn(*tensors), backend)
        _check_scalar(flat[0], backend)
        flags = [] if noted is None else noted.flags
        names = [] if noted is None else noted.names
        found.update(pack=pack, written=list(inner.written), count=len(flat) - 1, names=names)
        indices = [] if reads is None else [places for _, places in reads.found]
        return flat[0], [*flat[1:], *inner.written.values(), *flags, *indices]

    watch = active_watch()
    if reads is None:
        loss, others, grads = backend.value_and_gradients(pure, values)
    else:
        loss, others, grads = _by_rows(pure, values, wrt, reads, backend)
    count, end = found["count"], found["count"] + len(found["written"])
    for variable, value in zip(found["written"], others[count:end], strict=True):
        variable.assign(value)
    if watch is not None:
        watch.extend(found["names"], others[end:])
        _watch_gradients(watch, loss, wrt, grads)
    return found["pack"]([loss, *others[:count]]), list(grads)


def _watch_gradients(watch: Watch, loss: Any, wrt: list[Any], grads: Sequence[Any]) -> None:
    """Note the loss, and the gradients from the last one to the first, as they are computed."""
    if watch.gradients:
        watch.record("the loss", [loss])
        for number, (what, gradient) in reversed(list(enumerate(zip(wrt, grads, strict=True)))):
            name = f"variable {what.path!r}" if isinstance(what, Variable) else f"tensor number {number}"
            values = gradient.values if isinstance(gradient, RowGradient) else gradient
            watch.record(f"the gradient by {name}", [values])


def _by_rows(
    pure: Callable[..., Any], values: Sequence[Any], wrt: Sequence[Any], reads: RowReads, backend: Any
) -> tuple[Any, list[Any], list[Any]]:
    """What `value_and_gradients` gives, with gradients by rows in place of those of tables."""

    def marking(mark: Callable[[Any], Any], *given: Any) -> tuple[Any, list[Any]]:
        reads.begin(mark)
        found: tuple[Any, list[Any]] = pure(*given)
        return found

    loss, others, dense, rows = backend.value_and_row_gradients(marking, values)
    count = len(others) - len(reads.found)
    return loss, others[:count], reads.gradients(wrt, dense, others[count:], rows)


def _staged(fn: Callable[..., Any], wrt: list[Any], backend: Backend) -> tuple[Any, list[Any]]:
    """For a backend whose symbolic values exist only while staging."""
    tensors = [w for w in wrt if not isinstance(w, Variable)]
    variables: set[VariableLike] = {w for w in wrt if isinstance(w, Variable)}

    def run(*given: Any) -> Any:
        queue = iter(given)
        return _traced(fn, [w if isinstance(w, Variable) else next(queue) for w in wrt], backend)

    signature = specs_of(backend, [_tensor(t, backend) for t in tensors])
    variables |= set(variables_written(backend, run, signature))
    found: tuple[Any, list[Any]] = Staged(run, variables, backend)(*tensors)
    return found


def _tensor(value: Any, backend: Backend) -> Any:
    return value if backend.is_tensor(value) else backend.tensor(value)


def _check_scalar(loss: Any, backend: Backend) -> None:
    shape = tuple(backend.shape(loss))
    if shape != ():
        raise ValueError(
            f"gradients() needs a scalar loss as the first value that the function returns, got shape {shape}. "
            "Reduce it first, for example with ops.mean."
        )
