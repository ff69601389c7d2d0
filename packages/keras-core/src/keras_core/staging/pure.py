"""Functions over variables as the flat pure functions that backends take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.graph.spec import Spec
from keras_core.staging.staged import flatten_results
from keras_core.staging.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.backend.protocol import Backend, VariableLike
    from keras_core.typing import Tensor


def specs_of(backend: Backend, tensors: Sequence[Tensor]) -> list[Spec]:
    """Shapes and dtypes of a backend's tensors."""
    return [Spec(tuple(backend.shape(t)), backend.dtype(t)) for t in tensors]


def variables_written(backend: Backend, fn: Callable[..., Any], signature: Sequence[Spec]) -> list[VariableLike]:
    """The variables that `fn` assigns when it is called with tensors of `signature`, found on abstract tensors."""
    written: dict[VariableLike, None] = {}

    def dry(*tensors: Any) -> list[Any]:
        with Trace(backend) as trace:
            flat, _ = flatten_results(fn(*tensors), backend)
        written.update(dict.fromkeys(trace.written))
        return flat

    backend.abstract(dry, list(signature))
    return list(written)


class PureBody:
    """A body of control flow, pure: (variables' values, operands) in, (results, new values) out.

    Args:
        backend: whose tensors flow through.
        fn: takes the operands; reads and assigns `variables`.
        variables: those that it writes.

    Attributes:
        pack: puts flat results into the structure that `fn` returned; None before the first call.
    """

    def __init__(self, backend: Backend, fn: Callable[..., Any], variables: Sequence[VariableLike]) -> None:
        self.backend = backend
        self.fn = fn
        self.variables = list(variables)
        self.pack: Any = None

    def __call__(self, values: Sequence[Any], operands: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        overlay = dict(zip(self.variables, values, strict=True))
        with Trace(self.backend, values=overlay) as trace:
            results, self.pack = flatten_results(self.fn(*operands), self.backend)
            new = [trace.read(v) for v in self.variables]
        return results, new


def assign_all(variables: Sequence[VariableLike], values: Sequence[Any]) -> None:
    """Assign each variable its value."""
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
