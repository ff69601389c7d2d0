"""Programs in autograd's graph: a model that the user calls, outside `fit`.

The program runs as usual and is one node of the graph. Only when ``backward()`` is called is its gradient recorded, as
a program of its own that computes the forward pass again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import Spec, Trace

from keras_backend_torch.framework import NAMES, torch
from keras_backend_torch.modes import detached, second_order

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.backend import VariableLike
    from keras_core.typing import Tensor


class DifferentiableProgram:
    """A program that autograd tracks.

    Args:
        backend: the backend.
        fn: the function that was recorded.
        variables: the variables that it reads; their values come first among the program's arguments.
        run: the program: flat tensors to all results, of which the first `count` are new values of variables.
        count: see `run`.
        stage: compiles a pure function for specs.
    """

    def __init__(
        self,
        backend: Any,
        fn: Callable[..., list[Tensor]],
        variables: Sequence[VariableLike],
        run: Callable[..., list[Tensor]],
        count: int,
        stage: Callable[[Callable[..., list[Tensor]], Sequence[Spec]], Callable[..., list[Tensor]]],
    ) -> None:
        self.backend = backend
        self.fn = fn
        self.variables = list(variables)
        self.run = run
        self.count = count
        self.stage = stage
        self._gradient: Callable[..., list[Tensor]] | None = None

    def __call__(self, given: Sequence[Tensor]) -> list[Tensor]:
        """All results of the program; those that are not new values of variables are tracked."""
        return list(_ProgramFunction.apply(self, *given))

    def outputs(self, given: Sequence[Tensor]) -> list[Tensor]:
        """`fn` run op by op on these values of the variables and arguments; what it writes is dropped."""
        count = len(self.variables)
        values = dict(zip(self.variables, given[:count], strict=True))
        with Trace(self.backend, values=values):
            return list(self.fn(*given[count:]))

    def gradients(self, given: Sequence[Tensor], upstream: Sequence[Tensor]) -> list[Tensor]:
        """The gradients with respect to all float arguments, in order.

        Args:
            given: values of the variables and arguments.
            upstream: gradients with respect to the float outputs.
        """
        if self._gradient is None:
            specs = [Spec(tuple(t.shape), NAMES[t.dtype]) for t in (*given, *upstream)]
            self._gradient = self.stage(self._gradient_function(len(given)), specs)
        return self._gradient(*given, *upstream)

    def _gradient_function(self, count: int) -> Callable[..., list[Tensor]]:
        def gradient(*tensors: Tensor) -> list[Tensor]:
            given, upstream = tensors[:count], tensors[count:]

            def weighted_sum(*values: Tensor) -> tuple[Tensor, list[Tensor]]:
                floats = [one for one in self.outputs(values) if one.is_floating_point()]
                return torch.stack([(a * b).sum() for a, b in zip(floats, upstream, strict=True)]).sum(), []

            _, _, found = self.backend.value_and_gradients(weighted_sum, given)
            pairs = zip(given, found, strict=True)
            return [torch.zeros_like(t) if g is None else g for t, g in pairs if t.is_floating_point()]

        return gradient


class _ProgramFunction(torch.autograd.Function):
    """A run of a program, as a node of autograd's graph."""

    @staticmethod
    def forward(ctx: Any, program: DifferentiableProgram, *given: Tensor) -> tuple[Tensor, ...]:
        ctx.program = program
        ctx.save_for_backward(*given)
        results = program.run(*(tensor.detach() for tensor in given))
        fixed = [one for k, one in enumerate(results) if k < program.count or not one.is_floating_point()]
        ctx.mark_non_differentiable(*fixed)
        return tuple(results)

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> Any:
        program, given = ctx.program, ctx.saved_tensors
        weights = [one for one in upstream[program.count :] if one.is_floating_point()]
        if torch.is_grad_enabled():  # the gradient is going to be differentiated itself
            with detached(), second_order():
                floats = [one for one in program.outputs(given) if one.is_floating_point()]
            wanted = [one for one in given if one.requires_grad]
            made = torch.autograd.grad(floats, wanted, weights, create_graph=True, allow_unused=True)
            left = iter(made)
            return None, *(next(left) if one.requires_grad else None for one in given)
        found = iter(program.gradients([one.detach() for one in given], weights))
        return None, *(next(found) if one.is_floating_point() else None for one in given)


__all__ = ["DifferentiableProgram"]
