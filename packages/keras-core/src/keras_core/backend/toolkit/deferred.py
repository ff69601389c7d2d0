"""Programs that run in a way that needs little preparation until they have run often enough for a faster one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keras_core.backend.protocol import StepsDone
    from keras_core.typing import Shape, Tensor

    Shapes = tuple[Shape, ...]

Program = Callable[..., "list[Tensor]"]

_KINDS = 8
"""Kinds of shapes for which one program is compiled; others run as they are."""


class Deferred:
    """Runs the plain program, and from a fixed step on the compiled one.

    The switch is counted in steps of one kind, not in seconds, so that it is the same in every run.

    Args:
        plain: the program that runs first.
        compile_for: gives the compiled program for the shapes of a batch.
        after: number of steps with the same shapes before compiling begins.
        done: how many steps were run, by these shapes; a dict that other programs may share.
        beside: how many more steps the plain program runs meanwhile.
    """

    def __init__(
        self,
        plain: Program,
        compile_for: Callable[[Shapes], Program],
        after: int,
        done: StepsDone | None = None,
        beside: int = 0,
    ) -> None:
        self._plain = plain
        self._after = after
        self._switch = after + (beside if after else 0)
        self._compile_for = compile_for
        self._done: StepsDone = {} if done is None else done
        self._compiled: dict[Shapes, Program] = {}
        self._lock = threading.Lock()

    def count(self) -> StepsDone:
        """How many steps were run."""
        return dict(self._done)

    def count_from(self, count: StepsDone | None) -> None:
        """Run again what came after these steps as it was run before.

        Args:
            count: what `count` returned; None for no steps.
        """
        self._done.clear()
        self._done.update(count or {})

    def compiled_for(self, shapes: Shapes, *given: Any, beside: bool = False) -> Program:
        """The compiled program for some shapes, or the plain one where there are too many already.

        Args:
            shapes: shapes of a batch.
            *given: what the program is called with.
            beside: whether other steps run before it is called.
        """
        with self._lock:
            if shapes not in self._compiled:
                enough = len(self._compiled) >= _KINDS
                self._compiled[shapes] = self._plain if enough else self.begun(shapes, given, beside)
            return self._compiled[shapes]

    def begun(self, shapes: Shapes, given: Sequence[Any], beside: bool) -> Program:
        """The compiled program; a subclass may begin to compile it before it is called.

        Args:
            shapes: shapes of a batch.
            given: what the program is called with.
            beside: whether other steps run before it is called.
        """
        return self._compile_for(shapes)


class DeferredCalls(Deferred):
    """Single calls."""

    def __call__(self, *tensors: Tensor) -> list[Tensor]:
        shapes = tuple([tuple(tensor.shape) for tensor in tensors])
        done = self._done.get(shapes, 0)
        if done >= self._switch:
            return (self._compiled.get(shapes) or self.compiled_for(shapes))(*tensors)
        if done >= self._after and shapes not in self._compiled:
            self.compiled_for(shapes, *tensors, beside=True)
        out = self._plain(*tensors)
        self._done[shapes] = done + 1
        return out


class DeferredSteps(Deferred):
    """Many steps in a call, on the rows of arrays that each row of indices names."""

    def __call__(self, indices: Any, *data: Tensor) -> list[Tensor]:
        size = int(indices.shape[1])
        shapes = tuple([(size, *tuple(rows.shape)[1:]) for rows in data])
        done = self._done.get(shapes, 0)
        parts: list[list[Tensor]] = []
        while done < self._switch:
            if done >= self._after:
                self.compiled_for(shapes, indices, *data, beside=True)
            part = indices[: (self._switch if done >= self._after else self._after) - done]
            parts.append(self._plain(part, *data))
            self._done[shapes] = done = done + len(part)
            indices = indices[len(part) :]
            if not len(indices):
                return self.joined(parts)
        return self.joined([*parts, self.compiled_for(shapes)(indices, *data)])

    def joined(self, parts: Sequence[list[Tensor]]) -> list[Tensor]:
        """What a call returns: the outputs of its last step.

        Args:
            parts: what the programs returned that ran its steps in turn.
        """
        return parts[-1]


__all__ = ["Deferred", "DeferredCalls", "DeferredSteps"]
