"""The first steps of a training run op by op: recording a step takes as long as some dozens of steps."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

from keras_core.backend.toolkit import DeferredCalls, DeferredSteps

from keras_backend_torch import distribution, staging
from keras_backend_torch.compiler.threads import is_small, single_threaded
from keras_backend_torch.framework import torch
from keras_backend_torch.modes import tracking
from keras_backend_torch.op_by_op import op_by_op, steps_op_by_op, tracked_if_needed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core import Spec
    from keras_core.backend import StepsDone, VariableLike
    from keras_core.typing import Tensor

    from keras_backend_torch.op_by_op import Program

STEPS_OP_BY_OP = 32
"""Steps of one kind that run op by op before they are recorded.

Recording a step of many layers takes about 25 times as long as one that runs so, and the first one in a process a
second more.
"""


def stage_training(
    backend: Any,
    fn: Callable[..., Any],
    variables: Sequence[VariableLike],
    signature: Sequence[Spec],
    done: StepsDone,
    jit: bool | None,
) -> Program:
    """`fn`, a step of training, as `staging.stage` gives it, after some calls op by op.

    Args:
        backend: the backend.
        fn: a flat function.
        variables: those that it may write.
        signature: specs of its arguments.
        done: how many steps the training has done, by the shapes of a batch.
        jit: whether to compile with `torch.compile`, which is done at once.
    """
    if not _may_wait(variables, jit):
        return staging.stage(backend, fn, variables, signature, jit)
    plain = _plain(_Untracked(op_by_op(backend, fn, variables)), variables, signature)
    recorded = partial(staging.stage, backend, fn, variables, signature, jit)
    return DeferredCalls(plain, lambda _: recorded(), STEPS_OP_BY_OP, done)


def stage_training_steps(
    backend: Any,
    fn: Callable[..., Any],
    variables: Sequence[VariableLike],
    signature: Sequence[Spec],
    done: StepsDone,
    jit: bool | None,
    stacked: bool = False,
) -> Program:
    """Steps of training as `staging.stage_steps` gives them, after some op by op.

    Args:
        backend: the backend.
        fn: a flat function of one batch.
        variables: those that it may write.
        signature: specs of one batch.
        done: how many steps the training has done, by the shapes of a batch.
        jit: whether to compile with `torch.compile`, which is done at once.
        stacked: whether the outputs of all steps are wanted. Defaults to False.
    """
    recorded = partial(staging.stage_steps, backend, fn, variables, signature, jit, stacked)
    if not _may_wait(variables, jit):
        return recorded()
    plain = _plain(_Untracked(steps_op_by_op(backend, fn, variables, stacked)), variables, signature)
    deferred = _StackedSteps if stacked else DeferredSteps
    return deferred(plain, lambda _: recorded(), STEPS_OP_BY_OP, done)


class _StackedSteps(DeferredSteps):
    """Many steps in a call, of which all outputs are wanted."""

    def joined(self, parts: Sequence[list[Tensor]]) -> list[Tensor]:
        """The outputs of all steps.

        Args:
            parts: what the programs returned that ran them in turn.
        """
        return parts[0] if len(parts) == 1 else [torch.cat(one) for one in zip(*parts, strict=True)]


def _may_wait(variables: Sequence[VariableLike], jit: bool | None) -> bool:
    """Whether steps may run op by op: not where they change large variables, which would be copied.

    Nor where several processes train, whose reductions run beside what stands between them in a recording.
    """
    if jit or not STEPS_OP_BY_OP or distribution.GROUP.size > 1:
        return False
    return not any(variable.nbytes >= staging.LARGE for variable in variables)


def _plain(run: Program, variables: Sequence[VariableLike], signature: Sequence[Spec]) -> Program:
    """`run` with one thread, if its kernels are small.

    The longest ones multiply values by weights; a model that has more values inside than are given is small no more.
    """
    rows = max((math.prod(size or 1 for size in spec.shape) for spec in signature), default=1)
    weights = max((math.prod(variable.shape) for variable in variables if variable.trainable), default=1)
    return single_threaded(run) if is_small(2.0 * rows * weights) else run


class _Untracked:
    """A program during which autograd tracks nothing, unless it turns out to differentiate by autograd itself.

    It then runs again from its start, which is as if for the first time: a program that fails has written nothing.
    """

    def __init__(self, program: Program) -> None:
        self._program = program
        self._tracks = False

    def __call__(self, *tensors: Tensor) -> list[Tensor]:
        return (
            self._run(True, *tensors) if self._tracks else tracked_if_needed(lambda track: self._run(track, *tensors))
        )

    def _run(self, track: bool, *tensors: Tensor) -> list[Tensor]:
        with tracking(track):
            found = self._program(*tensors)
        self._tracks = track
        return found


__all__ = ["STEPS_OP_BY_OP", "stage_training", "stage_training_steps"]
