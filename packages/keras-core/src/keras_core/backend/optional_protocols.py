"""What a backend may offer besides `Backend`: protocols that the core does without where they are missing.

Those for several devices and processes are in `distribution.py`, `Interoperates` is in `extension.py`, and
`Deterministic` in `discovery.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np

    from keras_core.backend.protocol import FlatFunction, StepsDone, VariableLike
    from keras_core.graph.spec import Spec
    from keras_core.typing import Tensor


class NativeSteps(Protocol):
    """An optimizer of a framework for certain variables, as a function without side effects.

    Attributes:
        state: names and first values of what it keeps from step to step.
    """

    state: list[tuple[str, np.ndarray]]

    def update(
        self,
        gradients: Sequence[Tensor],
        values: Sequence[Tensor],
        state: Sequence[Tensor],
        learning_rate: Tensor,
        steps: Tensor,
    ) -> tuple[list[Tensor], list[Tensor]]:
        """New values of the variables, and of the state.

        Args:
            gradients: one for each variable.
            values: likewise.
            state: in the order of `state`.
            learning_rate: the present rate; not looked at where the optimizer keeps its own.
            steps: the number of steps so far.
        """


class NativeMethod(Protocol):
    """How a backend runs an optimizer of its framework.

    Attributes:
        learning_rate: the rate that it begins with; None where it keeps that to itself.
    """

    learning_rate: float | None

    def steps_for(self, variables: Sequence[VariableLike]) -> NativeSteps:
        """The optimizer for certain variables.

        Args:
            variables: those that it is to train.
        """


@runtime_checkable
class WrapsOptimizers(Protocol):
    """Optional: a backend that can train with optimizers of its framework."""

    def wrap_optimizer(self, optimizer: object) -> NativeMethod | None:
        """How to run an optimizer of the framework; None for what is none.

        Args:
            optimizer: what a user gave, which may be anything.
        """


@runtime_checkable
class Fuses(Protocol):
    """Optional: a backend whose graphs run op by op, unless parts of them are compiled to one kernel."""

    def fused(self, fn: FlatFunction) -> FlatFunction:
        """A pure function that is compiled on its own wherever a graph calls it, when it first runs there.

        Args:
            fn: a flat function that reads no variables.
        """


@runtime_checkable
class MapsAlike(Protocol):
    """Optional: a backend to which one function of many groups of tensors costs less than as many calls of it."""

    def map_alike(self, fn: FlatFunction, groups: Sequence[Sequence[Tensor]]) -> list[Sequence[Tensor]]:
        """``fn(*group)`` for each group.

        Args:
            fn: a flat function that computes every element of its results from the same elements of its arguments, so
                that arguments of several groups may be joined along their first axis. It may use other scalars.
            groups: its arguments, which have the same shapes and dtypes in every group; all have at least one axis.
        """


@runtime_checkable
class CallsHost(Protocol):
    """Optional: a backend whose graphs, also those that read data, can call NumPy, and whose tensors hold strings."""

    def host_call(
        self, function: Callable[..., Sequence[Any]], tensors: Sequence[Tensor], specs: Sequence[Spec]
    ) -> list[Tensor]:
        """What a function of arrays gives, computed on the host whenever the graph is run.

        Args:
            function: takes an array for each tensor, and gives one for each spec; text comes as bytes, goes as bytes or
                str.
            tensors: its arguments.
            specs: shape and dtype of what it gives; "string" is a dtype here.
        """

    def ragged(self, values: Tensor, lengths: Tensor) -> Tensor:
        """Rows of different lengths, from all their values."""

    def sparse(self, places: Tensor, values: Tensor, shape: Tensor) -> Tensor:
        """A tensor of which only some values are held, by their places (values, axes)."""


@runtime_checkable
class TracksReads(Protocol):
    """Optional: a backend whose framework notes which variables a computation reads."""

    def as_read(self, variable: VariableLike, value: Tensor) -> Tensor:
        """The value that a program has for a variable, which the framework's gradients take for a read of it.

        Args:
            variable: one that the program reads.
            value: what stands for it in the program.
        """


@runtime_checkable
class DifferentiatesRows(Protocol):
    """Optional: a backend that differentiates by tensors inside a function, such as rows read of a large table."""

    def value_and_row_gradients(
        self, fn: Callable[..., tuple[Tensor, list[Tensor]]], values: Sequence[Tensor]
    ) -> tuple[Tensor, list[Tensor], list[Tensor | None], list[Tensor | None]]:
        """As `value_and_gradients`, for ``fn(mark, *values)``.

        `mark` takes a float tensor and returns one to go on with; nothing before it gets a gradient through it.

        Args:
            fn: the function; it may be run more than once.
            values: its other arguments.

        Returns:
            The scalar, the others, a gradient for each value, and one for each tensor that was marked, in order; None
            for what the scalar does not depend on.
        """


@runtime_checkable
class ReadsRows(Protocol):
    """Optional: a backend that reads rows of a variable at less cost than the whole, or without lending the whole."""

    def read_rows(self, storage: Any, indices: Tensor) -> Tensor | None:
        """``take(read(storage), indices, 0)``; None where only the whole can be read.

        Args:
            storage: what `create` returned.
            indices: int tensor of any shape.
        """


@runtime_checkable
class ShowsValues(Protocol):
    """Optional: a backend whose tensors may be in the host's memory, where values are looked at for wrong ones."""

    def host_view(self, tensor: Tensor) -> np.ndarray | None:
        """The tensor's values, neither copied nor to be written to; None where that would take a device's time.

        Args:
            tensor: one of the backend's, of any dtype.
        """


@runtime_checkable
class ReadsStored(Protocol):
    """Optional: a backend that can look at what a variable holds without lending it, as `read` does.

    What `read` gave stays as it is, so that the next step may have to copy a table first; and it may be symbolic while
    the framework traces a function.
    """

    def read_stored(self, storage: Any) -> Tensor:
        """The concrete value that a variable has, or the part of it that is stored, also while a function is traced.

        It is for those who copy it at once, or give it back to `write`: a step may write into its memory.

        Args:
            storage: what `create` returned.
        """


@runtime_checkable
class AdoptsArrays(Protocol):
    """Optional: a backend that lets a variable have the memory of an array, where `write` copies it."""

    def adopt(self, storage: Any, array: np.ndarray) -> None:
        """Put an array into a variable: nothing else refers to its memory, now or later.

        Args:
            storage: what `create` returned.
            array: contiguous and writeable, of the variable's shape and dtype; aligned as
                `keras_core.backend.toolkit.aligned_array` makes it, or the backend may copy it.
        """


@runtime_checkable
class CountsSteps(Protocol):
    """Optional: a program of `stage_steps` that computes the same in another way, with other roundings, from a step on.

    Steps that are run once more have to be those that they were: so it can be told to count them once.
    """

    def count(self) -> Any:
        """How many steps it has run, in a form of its own."""

    def count_from(self, count: Any) -> None:
        """Take the next step for that which came after these.

        Args:
            count: what `count` returned; None where the next step is the first.
        """


@runtime_checkable
class DefersTraining(Protocol):
    """Optional: a backend that runs the first steps of a training in another way, which needs less preparation."""

    def stage_training(
        self,
        fn: FlatFunction,
        variables: Sequence[VariableLike],
        signature: Sequence[Spec],
        done: StepsDone,
        jit: bool | None = None,
        ops: frozenset[str] = frozenset(),
    ) -> Callable[..., list[Tensor]]:
        """As `Backend.stage`, for a step of training; the program counts in `done` how many were run.

        Programs of one training share `done`, so that it makes no difference to a step which of them runs it.
        """

    def stage_training_steps(
        self,
        fn: FlatFunction,
        variables: Sequence[VariableLike],
        signature: Sequence[Spec],
        done: StepsDone,
        jit: bool | None = None,
        ops: frozenset[str] = frozenset(),
        most: int | None = None,
    ) -> Callable[..., list[Tensor]]:
        """As `Backend.stage_steps`, for steps of training, which the program counts in `done`."""


@runtime_checkable
class StacksSteps(Protocol):
    """Optional: a backend that gives the outputs of every step for less than it costs to write them into a variable."""

    def stage_stacked_steps(
        self,
        fn: FlatFunction,
        variables: Sequence[VariableLike],
        signature: Sequence[Spec],
        done: StepsDone | None,
        jit: bool | None = None,
        ops: frozenset[str] = frozenset(),
        most: int | None = None,
    ) -> Callable[..., list[Tensor]]:
        """As `Backend.stage_steps`, but the outputs are those of every step, stacked along a new first axis.

        Args:
            fn: one step, as in `stage`.
            variables: those that it may assign.
            signature: specs of one batch.
            done: what steps of training are counted in, as in `DefersTraining`; None for others.
            jit: as in `stage`.
            ops: as in `stage`.
            most: as in `stage_steps`.
        """


@runtime_checkable
class RunsBatches(Protocol):
    """Optional: a backend that gains from running many batches in one call, whose outputs are all wanted."""

    def stage_batches(
        self,
        fn: FlatFunction,
        variables: Sequence[VariableLike],
        signature: Sequence[Spec],
        most: int,
        jit: bool | None = None,
        ops: frozenset[str] = frozenset(),
    ) -> Callable[..., list[Tensor]] | None:
        """Compile many calls of `fn` in one: ``batches(first, count, *data)``.

        Args:
            fn: a function of one batch, as in `stage`.
            variables: those that it may assign. All batches keep what they assign, or none.
            signature: specs of one batch; the sizes of their first axes are known, and all the same.
            most: how many batches a call has at most.
            jit: as in `stage`.
            ops: as in `stage`.

        Returns:
            A function of two numbers and of arrays, which runs `fn` on as many batches of consecutive rows, from row
            `first` on. It returns the outputs stacked along a new first axis; what stands there behind `count` means
            nothing. None where nothing is gained.
        """


@runtime_checkable
class HandsOut(Protocol):
    """Optional: a backend whose framework has objects that share a variable's storage, which users may hold."""

    def is_handed_out(self, storage: Any) -> bool:
        """Whether somebody may read or write what is stored without asking for the variable.

        Args:
            storage: what `create` returned.
        """


@runtime_checkable
class EndsTraces(Protocol):
    """Optional: a backend whose tensors mean nothing outside the function that the framework traced them in."""

    def is_live(self, tensor: Tensor) -> bool:
        """Whether a tensor may be used here.

        Args:
            tensor: one of the backend's own.
        """


@runtime_checkable
class Rematerializes(Protocol):
    """Optional: a backend that can compute a part of a program again for its gradient instead of keeping its values."""

    def remat(self, fn: FlatFunction) -> FlatFunction:
        """`fn`, whose gradient keeps its arguments only and runs it again, so that its inner values take no memory.

        Args:
            fn: flat and pure; it may be called again while the gradient is computed, in the same context.
        """
