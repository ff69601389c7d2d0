"""What a backend must offer: the interface between Keras and a framework.

A backend is one object. It holds a table of op implementations and a dozen methods for tensors,
variables and staging. Function bodies that reach a backend are always *flat and pure*: they take
tensors, return a list of tensors, and the core has already turned reads and writes of variables
into arguments and results. What a backend may offer besides is in `optional_protocols.py`.
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
