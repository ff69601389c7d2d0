"""What a backend must offer: the whole interface between Keras and a framework.

A backend is one object. It holds a table of op implementations and a dozen methods for tensors,
variables and staging. Function bodies that reach a backend are always *flat and pure*: they take
tensors, return a list of tensors, and the core has already turned reads and writes of variables
into arguments and results.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    import numpy as np

    from keras_core.backend.layouts import Part
    from keras_core.graph.spec import Spec
    from keras_core.typing import ArrayLike, Shape, Tensor

PROTOCOL_VERSION = 1

FlatFunction = Callable[..., "list[Tensor]"]

StepsDone = dict[tuple["Shape", ...], int]
"""How many steps a training has done, by the shapes of the tensors of a batch."""


@dataclass(frozen=True)
class BackendSpec:
    """The target of an entry point in the group ``keras.backends``; importing it loads no framework.

    Attributes:
        name: the backend's name, as users write it.
        target: ``"module:attribute"`` of the backend object, imported when first needed.
        protocol: the protocol version that the backend implements.
        trains: whether it can compute gradients.
        priority: the highest among installed backends that train is the default.
        adds: names of the attributes that the backend's `extend` gives to classes of the core: a layer on a backend
            that is not loaded yet has it loaded when it is asked for one of them.
        launcher: arguments of Python by which the framework itself starts a program in several processes of this
            machine, to be followed by the program; "{processes}" and "{port}" stand for their number and the port of
            rank 0. Empty where it has no launcher.
    """

    name: str
    target: str
    protocol: int
    trains: bool = True
    priority: int = 0
    adds: frozenset[str] = frozenset()
    launcher: tuple[str, ...] = ()


class VariableLike(Protocol):
    """What backends and traces know of a variable; `keras_core.Variable` is one.

    Attributes:
        name, path: its own name, and behind the scopes that it was made in.
        trainable: whether training may change it.
        backend_name, device_name: where it is placed; None for the device where the backend may choose.
        distributed_by: the distribution that lays it out on several devices; None for one device.
        part: what this process stores of it, where processes store parts; else None.
    """

    name: str
    path: str
    trainable: bool
    backend_name: str
    device_name: str | None
    distributed_by: Any

    @property
    def part(self) -> Part | None: ...
    @property
    def shape(self) -> tuple[int, ...]:
        """Its fixed shape."""

    @property
    def dtype(self) -> str:
        """Name of the dtype that `value` has."""

    @property
    def nbytes(self) -> int:
        """The bytes of its value as it is stored."""

    @property
    def storage(self) -> Any:
        """The handle that `Backend.create` gave."""

    @property
    def value(self) -> Tensor:
        """Its value, in the active trace if there is one."""

    def assign(self, value: ArrayLike) -> None:
        """Replace the value, in the active trace if there is one."""

    def __hash__(self) -> int:
        """By identity."""


@runtime_checkable
class Backend(Protocol):
    """A framework, as Keras sees it.

    Capabilities (a set of words): ``"train"`` it has gradients; ``"eager"`` its concrete tensors are
    its own (otherwise they are NumPy arrays and its symbolic values exist only while staging);
    ``"steps"`` it gains from ``stage_steps``; ``"second-order"`` gradients of gradients;
    ``"compiles"`` inside `stage` its values are symbolic; ``"static-shapes"`` a program is for one shape;
    ``"float16"``, ``"bfloat16"`` it computes in that dtype, so that layers may have it as theirs;
    ``"records"`` it computes nothing: its tensors stand for those of any backend (`keras_core.export_graph`).
    """

    name: str
    protocol: int
    capabilities: frozenset[str]
    ops: Mapping[str, Callable[..., Any]]

    def tensor(self, value: ArrayLike, dtype: str | None = None) -> Tensor:
        """A value as a tensor.

        Args:
            value: array, number, nested list of these, or tensor.
            dtype: name of the dtype; None for that of `value`, int32 or floatx for Python numbers.
        """

    def borrow(self, array: np.ndarray) -> Tensor:
        """`array` as an argument of a staged program, for one call whose results are waited for.

        It need not be copied, nor be a tensor yet; `shape` and `dtype` take what is returned.
        """

    def numpy(self, tensor: Tensor) -> np.ndarray:
        """A NumPy array that shares no memory with `tensor` or a variable."""

    def is_tensor(self, value: object) -> bool:
        """Whether `value` is one of this backend's own tensors, concrete or symbolic."""

    def is_concrete(self, tensor: Tensor) -> bool:
        """Whether the tensor has a value now, outside any tracing by the framework."""

    def is_recording(self) -> bool:
        """Whether the user is recording operations for the framework's own differentiation, outside Keras."""

    def shape(self, tensor: Tensor) -> Shape:
        """Static shape, None where unknown."""

    def dtype(self, tensor: Tensor) -> str:
        """Name of the dtype, as in NumPy ("float32", "bfloat16", "bool")."""

    def create(self, value: np.ndarray, name: str, trainable: bool) -> Any:
        """A handle: the framework's mutable storage of a variable.

        Args:
            value: what it holds at first, copied.
            name: the variable's path, for messages.
            trainable: whether training may change it.
        """

    def read(self, handle: Any) -> Tensor:
        """The handle's value as it is now; a later write does not change it."""

    def write(self, pairs: Sequence[tuple[Any, Tensor]]) -> None:
        """Put a tensor into each handle, all or (on failure) none.

        Args:
            pairs: a handle and a tensor of its shape and dtype.

        Raises:
            ValueError: when a tensor has another shape or dtype (`toolkit.cannot_assign`).
        """

    def stage(
        self,
        fn: FlatFunction,
        variables: Sequence[VariableLike],
        signature: Sequence[Spec],
        jit: bool | None = None,
        ops: frozenset[str] = frozenset(),
    ) -> Callable[..., list[Tensor]]:
        """Compile `fn` for arguments of `signature`.

        While `fn` is traced it runs inside a `keras_core.Trace` that the backend opens (`toolkit.run_pure`); what the
        trace has written is committed after every new value exists.

        Args:
            fn: tensors in, a list of tensors out; it reads and assigns variables.
            variables: those that it may assign.
            signature: specs of its arguments, sizes None where they vary.
            jit: whether to use the framework's optimizing compiler; None for the backend to choose.
            ops: names of the ops in the program, by which it may choose.

        Returns:
            The program: the same arguments and results as `fn`.
        """

    def stage_steps(
        self,
        fn: FlatFunction,
        variables: Sequence[VariableLike],
        signature: Sequence[Spec],
        jit: bool | None = None,
        ops: frozenset[str] = frozenset(),
        most: int | None = None,
    ) -> Callable[..., list[Tensor]]:
        """Compile many calls of `fn` in one: ``steps(indices, *data)``.

        Either all steps are kept or none; only where steps write rows into large tables, a failure keeps those before
        it, as if each were a call of its own. Only for backends with ``"steps"``.

        Args:
            fn: one step, as in `stage`.
            variables: those that it may assign.
            signature: specs of one batch.
            jit: as in `stage`.
            ops: as in `stage`.
            most: how many steps a call has at most, where that is known.

        Returns:
            A function of int32 indices of shape (steps, batch) and of arrays; step k runs `fn` on the rows
            ``indices[k]`` of each array. It returns the outputs of the last step.
        """

    def value_and_gradients(
        self, fn: Callable[..., tuple[Tensor, list[Tensor]]], values: Sequence[Tensor]
    ) -> tuple[Tensor, list[Tensor], list[Tensor | None]]:
        """``fn(*values) -> (scalar, others)`` evaluated, and the gradient of the scalar by each value.

        Args:
            fn: the function; the scalar is what is differentiated.
            values: its arguments, of any dtype.

        Returns:
            The scalar, the others, and a gradient for each value: None for one that is no float, and None or zeros for
            one that the scalar does not depend on.
        """

    def abstract(self, fn: FlatFunction, signature: Sequence[Spec]) -> list[Spec]:
        """Specs of what `fn` returns, without computing it.

        Args:
            fn: tensors in, a list of tensors out.
            signature: specs of its arguments, sizes None where unknown.
        """

    def devices(self) -> list[str]:
        """Names of the devices, such as "cpu:0" and "gpu:0"."""

    def device(self, name: str) -> AbstractContextManager[None]:
        """A scope inside which new tensors and storage are placed on a device.

        Args:
            name: as `devices` gives it.

        Raises:
            ValueError: for any other name, listing the known ones (see `standardize_device`).
        """


@runtime_checkable
class Interoperates(Protocol):
    """Optional: a backend by which its framework and classes of the core know each other."""

    def extend(self, core_type: type[Any]) -> Mapping[str, object] | None:
        """Teach the framework to take instances of a class of the core, and say what these have on this backend.

        Called once for each class that is registered (`keras_core.Variable`, `keras_core.Layer`) when the backend
        is loaded, and at no other time: here, and not as a side effect of an import, a backend registers conversions
        and adds to the framework's own tensor type. What the framework looks up on the class itself, such as
        ``__torch_function__``, is set on the class. It leaves alone, and returns None for, a class that it has nothing
        for.

        Args:
            core_type: the class, which is known by its name.

        Returns:
            Attributes by name, for instances whose `backend_name` is this backend's; a function becomes a method.
            Other instances raise an AttributeError that says whose attribute it is. The public ones stand in the
            spec's `adds`, too.
        """


@runtime_checkable
class Deterministic(Protocol):
    """Optional: a backend some of whose kernels give other bits in every run."""

    def make_deterministic(self) -> None:
        """Use none of them from now on; called at any time, also several times."""


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
class ReadsStored(Protocol):
    """Optional: a backend that can look at what a variable holds without lending it, as `read` does.

    What `read` gave stays as it is, so that the next step may have to copy a table first; and it may be symbolic while
    the framework traces a function.
    """

    def read_stored(self, storage: Any) -> Tensor:
        """The concrete value that a variable has, also while a function is traced.

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
