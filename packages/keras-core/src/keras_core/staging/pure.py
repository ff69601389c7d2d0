"""Functions over variables as the flat pure functions that backends take."""

from __future__ import annotations

import functools
import operator
from typing import TYPE_CHECKING, Any

from keras_core import config, dtypes
from keras_core.graph.spec import Spec
from keras_core.staging.share import sum_of_loss
from keras_core.staging.staged import flatten_results
from keras_core.staging.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from keras_core.backend.protocol import Backend, VariableLike
    from keras_core.typing import Tensor


def specs_of(backend: Backend, tensors: Sequence[Tensor]) -> list[Spec]:
    """Shapes and dtypes of a backend's tensors."""
    return [Spec(tuple(backend.shape(t)), backend.dtype(t)) for t in tensors]


class Effects:
    """What functions do besides returning: the variables they assign, and who adds losses in them.

    Such losses are carried as a total for each owner, so that those of all steps of a loop count.

    Attributes:
        variables: the variables.
        owners: those that add losses, with the dtype of the total.
    """

    def __init__(self, variables: Iterable[VariableLike] = (), owners: Mapping[Any, str] | None = None) -> None:
        self.variables = list(dict.fromkeys(variables))
        self.owners = dict(owners or {})

    def __or__(self, other: Effects) -> Effects:
        owners = {
            owner: dtypes.result_type(*(one.owners[owner] for one in (self, other) if owner in one.owners))
            for owner in (*self.owners, *other.owners)
        }
        return Effects([*self.variables, *other.variables], owners)

    def __len__(self) -> int:
        return len(self.variables) + len(self.owners)

    def begin(self, backend: Backend) -> list[Any]:
        """The state that a function starts with: values of the variables, and totals of zero."""
        return [*(v.value for v in self.variables), *(backend.tensor(0, dtype) for dtype in self.owners.values())]

    def commit(self, state: Sequence[Any]) -> None:
        """Assign the variables, and add the totals as losses.

        Args:
            state: what `begin` gave, after the function.
        """
        count = len(self.variables)
        assign_all(self.variables, state[:count])
        for owner, total in zip(self.owners, state[count:], strict=True):
            owner.add_loss(total)


def effects_of(backend: Backend, fn: Callable[..., Any], signature: Sequence[Spec]) -> Effects:
    """What `fn` does when it is called with tensors of `signature`, found on abstract tensors."""
    found: list[Effects] = []

    def dry(*tensors: Any) -> list[Any]:
        with Trace(backend) as trace:
            flat, _ = flatten_results(fn(*tensors), backend)
            losses = [(owner, backend.dtype(scalar_loss(one, backend))) for owner, one in trace.losses]
        found.append(Effects(trace.written))
        found.extend(Effects((), {owner: dtype}) for owner, dtype in losses)
        return flat

    backend.abstract(dry, list(signature))
    return functools.reduce(operator.or_, found, Effects())


def variables_written(backend: Backend, fn: Callable[..., Any], signature: Sequence[Spec]) -> list[VariableLike]:
    """The variables that `fn` assigns when it is called with tensors of `signature`, found on abstract tensors."""
    return effects_of(backend, fn, signature).variables


def scalar_loss(loss: Any, backend: Backend) -> Tensor:
    """A loss as `add_loss` takes it (a tensor, a number, or a function that gives one) as a scalar tensor."""
    if callable(loss) and not backend.is_tensor(loss):
        loss = loss()
    if isinstance(loss, (int, float)):
        loss = backend.tensor(loss, config.floatx())
    elif not backend.is_tensor(loss):
        loss = loss.value if hasattr(loss, "backend_name") else backend.tensor(loss)
    return sum_of_loss(loss) if len(backend.shape(loss)) else loss


class PureBody:
    """A body of control flow, pure: (state, operands) in, (results, new state) out.

    Args:
        backend: whose tensors flow through.
        fn: takes the operands; reads and assigns variables, and may add losses.
        effects: the variables that it assigns, and those who add losses; the state holds these.

    Attributes:
        pack: puts flat results into the structure that `fn` returned; None before the first call.
    """

    def __init__(self, backend: Backend, fn: Callable[..., Any], effects: Effects) -> None:
        self.backend = backend
        self.fn = fn
        self.effects = effects
        self.pack: Any = None

    def __call__(self, state: Sequence[Any], operands: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        backend, variables = self.backend, self.effects.variables
        count = len(variables)
        overlay = dict(zip(variables, state[:count], strict=True))
        with Trace(backend, values=overlay) as trace:
            results, self.pack = flatten_results(self.fn(*operands), backend)
            totals = dict(zip(self.effects.owners, state[count:], strict=True))
            for owner, loss in trace.losses:
                total = totals[owner]
                totals[owner] = backend.ops["add"](
                    total, backend.ops["cast"](scalar_loss(loss, backend), backend.dtype(total))
                )
            new = [trace.read(v) for v in variables]
        return results, [*new, *totals.values()]


def assign_all(variables: Sequence[VariableLike], values: Sequence[Any]) -> None:
    """Assign each variable its value."""
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
