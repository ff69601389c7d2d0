"""Values on several devices and in several processes: what a backend offers, and the distribution that is active."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar, Token
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast, runtime_checkable

from keras_core.backend.layouts import Whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np

    from keras_core.backend.layouts import Layout, Mesh, Part
    from keras_core.backend.protocol import Backend, VariableLike
    from keras_core.typing import Tensor


class Distribution(Protocol):
    """How the variables and batches of models are laid out; `keras.distribution.DataParallel` is one."""

    @property
    def device_mesh(self) -> Mesh:
        """The mesh that everything lies on."""

    @property
    def batch_dim_name(self) -> str | None:
        """The axis of the mesh along which batches are split."""

    @property
    def auto_shard_dataset(self) -> bool:
        """Whether every process is given all data, and takes its part of them itself."""

    def get_variable_layout(self, variable: VariableLike) -> Layout:
        """The layout of a variable that is made while the distribution is active.

        Args:
            variable: with its path, shape and dtype.
        """

    def get_data_layout(self, data_shape: Sequence[int]) -> Layout:
        """The layout of a batch.

        Args:
            data_shape: its shape.
        """

    def get_tensor_layout(self, path: str) -> Layout | None:
        """The layout of what a layer gives; None where it is left to the backend.

        Args:
            path: the layer's, followed by "/output".
        """

    def check(self, variables: Sequence[VariableLike]) -> None:
        """Raise for what the distribution says that does not fit a model.

        Args:
            variables: all of the model.
        """


@runtime_checkable
class Distributes(Protocol):
    """Optional: a backend with the capability ``"distributes"``: values on several devices, in several processes.

    Attributes:
        shares_programs: whether all processes run one program that sees the whole batch, so that what it reduces is
            reduced over all of them. False where each runs a program of its own over its rows: the core reduces
            losses, metrics and gradients there by `reduce`.
    """

    shares_programs: bool

    def join(self, address: str | None, size: int, rank: int, timeout: float) -> None:
        """Join a group of processes, before any device is used.

        Args:
            address: "host:port" at which rank 0 can be reached.
            size: how many processes there are.
            rank: which of them this is, from 0 on.
            timeout: seconds within which all have to be there.

        Raises:
            RuntimeError: when they are not, or when the group cannot be joined any more.
        """

    def rank(self) -> int:
        """Which process of the group this is; 0 without a group."""

    def size(self) -> int:
        """How many processes the group has; 1 without a group."""

    def all_devices(self, kind: str | None = None) -> list[str]:
        """Names of the devices of all processes, such as "gpu:0".

        Args:
            kind: "cpu", "gpu" or "tpu"; by default the fastest that is there.
        """

    def create_by_layout(self, value: np.ndarray, name: str, trainable: bool, layout: Layout) -> object:
        """As `create`, for a variable that is laid out on a mesh and stays so when it is written.

        Args:
            value: what it holds at first, the same in every process.
            name: the variable's path, for messages.
            trainable: whether training may change it.
            layout: where its parts are.
        """

    def lay_out(self, storage: Any, layout: Layout | None) -> object:
        """Lay out what a storage holds, from now on.

        Args:
            storage: what `create` or `create_by_layout` returned.
            layout: where its parts are to be; None for the backend's own device.

        Returns:
            The storage, with which everybody who knows it goes on; or another one, where it cannot have a part of
            another shape.
        """

    def place(self, value: Tensor, layout: Layout) -> Tensor:
        """A whole value, laid out on a mesh; also inside a program, where it says how a value shall lie.

        Args:
            value: array or tensor, the same in every process.
            layout: where its parts are to be.
        """

    def place_batch(self, rows: np.ndarray, layout: Layout) -> Tensor:
        """A batch of which each process has its rows.

        Args:
            rows: those of this process, (rows, ...).
            layout: where the batch is to be.
        """

    def gather(self, tensor: Tensor) -> np.ndarray:
        """The whole value of a tensor, in every process; all have to call it.

        Args:
            tensor: laid out in any way.
        """

    def reduce(self, tensors: Sequence[Tensor], how: Literal["sum", "mean", "max"]) -> list[Tensor]:
        """Tensors that each process has one of, combined over all of them; also inside a program.

        Only where `shares_programs` is False.

        Args:
            tensors: of the same shapes in every process.
            how: how they are combined, element by element.
        """

    def exchange(self, message: bytes, timeout: float | None = None) -> list[bytes]:
        """What every process says, by rank; for what the host decides.

        Args:
            message: what this one says: little.
            timeout: seconds to wait for the others; None for what `join` was given.

        Raises:
            RuntimeError: names the ranks that said nothing in time.
        """


@runtime_checkable
class HoldsParts(Protocol):
    """Optional: an engine whose processes run programs of their own and store parts of variables.

    Programs compute with whole values, which `whole_of` puts together, and `write` takes whole values or parts. Inside
    `computing_parts` they compute with the parts.
    """

    def part_of(self, layout: Layout, shape: Sequence[int], what: str) -> Part | None:
        """What this process stores of a value; None for all of it.

        Args:
            layout: how it is split.
            shape: of the whole value.
            what: names it in messages.

        Raises:
            NotImplementedError: for a layout that splits it in another way than the engine can.
        """

    def read_part(self, storage: object) -> Tensor:
        """What this process stores of a variable.

        Args:
            storage: what `create_by_layout` returned.
        """

    def whole_of(self, tensor: Tensor, part: Part) -> Tensor:
        """The whole value, in every process; all have to call it. Also inside a program.

        Args:
            tensor: the part of this process.
            part: which part it is.
        """

    def reduce_to_parts(
        self, tensors: Sequence[Tensor], how: Literal["sum", "mean"], parts: Sequence[Part | None]
    ) -> list[Tensor]:
        """As `Distributes.reduce`, of which this process gets its parts.

        Args:
            tensors: whole, of the same shapes in every process.
            how: how they are combined, element by element.
            parts: which part of each is wanted; None for all of it.
        """


@runtime_checkable
class WritesParts(Protocol):
    """Optional: an engine whose processes know which parts of split variables each of them writes into files."""

    def parts_to_write(self, storage: object) -> list[tuple[tuple[int, ...], np.ndarray]]:
        """Copies of what this process writes of a variable: all processes together write each element once.

        Args:
            storage: what `create_by_layout` returned.

        Returns:
            Where each part begins along each axis, and the part.
        """


@runtime_checkable
class TellsFailures(Protocol):
    """Optional: an engine whose processes say why they end."""

    def tell_failure(self, error: BaseException) -> None:
        """Let the other processes know why this one does not go on, for their messages.

        Args:
            error: what ended it.
        """


#: Whether what is computed is one part of the variables that are split, as in the updates of an optimizer.
_COMPUTING_PARTS: ContextVar[bool] = ContextVar("keras_computing_parts", default=False)


def computes_parts() -> bool:
    """Whether variables that are split stand for their parts: they have the shapes and values of these."""
    return _COMPUTING_PARTS.get()


@contextmanager
def computing_parts(value: bool = True) -> Iterator[None]:
    """Inside, variables that are split over processes stand for the parts of this process; or for wholes again.

    Args:
        value: whether they do. Defaults to True.
    """
    token = _COMPUTING_PARTS.set(value)
    try:
        yield
    finally:
        _COMPUTING_PARTS.reset(token)


def whole(ndim: int, spread: Distribution | None) -> Whole | None:
    """The layout of what is whole on every device of a distribution's mesh; None without a distribution.

    Args:
        ndim: how many axes it has.
        spread: the distribution.
    """
    return None if spread is None else Whole(ndim, spread.device_mesh)


def on_mesh(value: Tensor, backend: Backend) -> Tensor:
    """A value as a tensor: whole on every device of the active distribution's mesh, where there is one.

    Args:
        value: array or tensor, the same in every process.
        backend: whose tensor it is to be.
    """
    layout = whole(value.ndim, active_distribution())
    if layout is None:
        return value if backend.is_tensor(value) else backend.tensor(value)
    return engine_of(backend).place(value, layout)


def engine_of(backend: Backend) -> Distributes:
    """A backend as what spreads values over devices.

    Args:
        backend: any.

    Raises:
        NotImplementedError: where it has no engine for that.
    """
    if "distributes" in backend.capabilities:
        return cast("Distributes", backend)  # to look at all of its methods takes long
    raise NotImplementedError(
        f"The {backend.name!r} backend has no engine for several devices or processes. Choose another backend before "
        "the model is made, by KERAS_BACKEND or keras.set_backend, or remove the distribution: set_distribution(None)."
    )


def group_of(backend: Backend) -> Distributes | None:
    """The engine by which this process works with others; None where it works alone.

    Args:
        backend: the one that computes.
    """
    if active_distribution() is None:
        return None
    engine = engine_of(backend)
    return engine if engine.size() > 1 else None


def check_mesh(engine: Distributes, mesh: Mesh) -> None:
    """Raise for a mesh with devices that are not there.

    Args:
        engine: what is to use it.
        mesh: the mesh.

    Raises:
        ValueError: names them, and those that are there.
    """
    names = [str(name) for name in mesh.devices.flat]
    known = [name for kind in sorted({name.partition(":")[0] for name in names}) for name in _devices_of(engine, kind)]
    missing = [name for name in names if name not in known]
    if missing:
        raise ValueError(
            f"The mesh of shape {mesh.shape} has devices that are not there: {', '.join(missing)}. "
            f"The devices are: {', '.join(known or engine.all_devices())}."
        )


def _devices_of(engine: Distributes, kind: str) -> list[str]:
    try:
        return engine.all_devices(kind)
    except (RuntimeError, ValueError):  # there is no such kind here
        return []


#: What `set_distribution` set for the process.
_process_wide: Distribution | None = None
#: What a distribution's scope chose for this context; Ellipsis outside.
_SCOPED: ContextVar[Any] = ContextVar("keras_distribution", default=...)


def active_distribution() -> Distribution | None:
    """The distribution by which variables and batches are laid out now; None where they are on one device."""
    scoped = _SCOPED.get()
    return _process_wide if scoped is ... else scoped


def set_distribution(value: Distribution | None) -> None:
    """Make a distribution the active one of the process; None for one device again.

    Args:
        value: the distribution.
    """
    global _process_wide
    _process_wide = value


def enter(value: Distribution | None) -> Token[Any]:
    """Begin a scope like that of `distributed_by`."""
    return _SCOPED.set(value)


def leave(token: Token[Any]) -> None:
    """End a scope that `enter` began."""
    _SCOPED.reset(token)


@contextmanager
def distributed_by(value: Distribution | None) -> Iterator[None]:
    """A scope in which a distribution is the active one.

    Args:
        value: the distribution; None for one device.
    """
    token = enter(value)
    try:
        yield
    finally:
        leave(token)
