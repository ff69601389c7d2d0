"""Variables: state that layers, metrics and optimizers read and assign."""

from __future__ import annotations

import threading
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import dtypes
from keras_core.backend import discovery
from keras_core.backend.distribution import HoldsParts, active_distribution, computes_parts, engine_of
from keras_core.backend.optional_protocols import AdoptsArrays, ReadsRows, ReadsStored
from keras_core.backend.placement import active_device
from keras_core.graph.keras_tensor import KerasTensor
from keras_core.graph.operators import TensorOperators
from keras_core.naming import auto_name, scoped_path
from keras_core.ops.table import find
from keras_core.staging.ahead import WATCHING, catch_up, going_back
from keras_core.staging.autocast import AUTOCAST, autocast
from keras_core.staging.initial_value import initial_value
from keras_core.staging.row_updates import RowUpdate
from keras_core.staging.trace import Trace, active_trace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from keras_core.backend.distribution import Distribution
    from keras_core.backend.layouts import Layout, Part
    from keras_core.backend.protocol import Backend
    from keras_core.typing import ArrayLike, DType, InitializerLike, Shape, Tensor

#: A variable's storage is made once, whichever thread needs it first.
_MATERIALIZE = threading.RLock()


#: Whether variables may be made inside a staged function, to live in it alone.
_LOCAL: ContextVar[bool] = ContextVar("keras_local_variables", default=False)


@contextmanager
def local_variables() -> Iterator[None]:
    """A variable that is made inside this and inside a staged function begins anew in every run of that function."""
    token = _LOCAL.set(True)
    try:
        yield
    finally:
        _LOCAL.reset(token)


#: What variables held before a symbolic call assigned them; None where assignments last.
_UNCHANGED: ContextVar[dict[Variable, np.ndarray] | None] = ContextVar("keras_unchanged_variables", default=None)


@contextmanager
def unchanged_variables() -> Iterator[None]:
    """What is assigned inside can be read inside, and is undone at the end: assignments belong to calls on values."""
    if _UNCHANGED.get() is not None or active_trace() is not None:
        yield
        return
    kept: dict[Variable, np.ndarray] = {}
    token = _UNCHANGED.set(kept)
    try:
        yield
    finally:
        _UNCHANGED.reset(token)
        for variable, value in kept.items():
            variable.assign(value)


@contextmanager
def lasting_assignments() -> Iterator[None]:
    """What is assigned inside lasts, even in a symbolic call: values of weights that are made there."""
    token = _UNCHANGED.set(None)
    try:
        yield
    finally:
        _UNCHANGED.reset(token)


class CreationError(RuntimeError):
    """A variable was made inside a staged function, where it could not be kept."""


class Variable(TensorOperators):
    """A tensor that can be assigned, with a name, a dtype and a fixed shape.

    It holds its NumPy initial value until its backend is first needed, so making one loads no
    framework; a random one is drawn when somebody first needs it. It stays on the backend that was active when it was
    made.

    Args:
        initializer: an array, a number, the name of an initializer, or a callable ``(shape, dtype=) -> array``, such
            as an `Initializer`.
        shape: tuple of ints; needed with a callable. Defaults to None.
        dtype: dtype name; that of the value, or floatx. Defaults to None.
        trainable: whether training may change it. Defaults to True.
        autocast: whether mixed precision casts it when read inside a layer. Defaults to True.
        aggregation: accepted for Keras 3 scripts; a single device ignores them. Defaults to "none".
        synchronization: accepted for Keras 3 scripts; a single device ignores them. Defaults to "auto".
        name: base name; made unique where none is given. Defaults to None.
        layout: how it is laid out on several devices, a `TensorLayout`; by default as the active distribution says.

    Raises:
        RuntimeError: when one is made inside a staged function.
        ValueError: for a name of no initializer, and for a callable without a fully known shape.

    Example:
        >>> from keras_core import Variable
        >>> v = Variable([1.0, 2.0], name="scale")
        >>> v.assign_add([1.0, 1.0])
        >>> v.numpy().tolist()
        [2.0, 3.0]
    """

    name: str = ""
    path: str = ""
    trainable: bool = True
    #: Whether a step of training assigns it its gradient, as to scales that a backward pass finds.
    overwrite_with_gradient: bool = False
    aggregation: str = "none"
    synchronization: str = "auto"
    regularizer: Callable[[Any], Any] | None = None
    constraint: Callable[[Any], Any] | None = None
    distributed_by: Distribution | None = None
    #: The variable that this one is laid out as, being its slot in an optimizer.
    lies_as: Variable | None = None
    _layout: Layout | None = None
    #: What this process stores of it, as far as that is known: the layout for which, and the part.
    _part: tuple[Layout, Part | None] | None = None

    def __init__(
        self,
        initializer: InitializerLike | Tensor,
        shape: Sequence[int] | None = None,
        dtype: DType | None = None,
        trainable: bool = True,
        autocast: bool = True,
        aggregation: str = "none",
        synchronization: str = "auto",
        name: str | None = None,
        layout: Layout | None = None,
    ) -> None:
        self.name = name or auto_name("variable")
        self.path = scoped_path(self.name)
        trace = active_trace()
        local = trace is not None and not trace.creating
        if local and not _LOCAL.get():
            raise CreationError(
                f"Variable {self.path!r} is created inside a staged function, where nothing can be created. "
                "Create it in the layer's build() or __init__()."
            )
        given = initializer.numpy() if isinstance(initializer, Variable) else initializer
        self._shape, self._dtype, self._initial, self._draw = initial_value(given, shape, dtype, self.path)
        self.trainable = trainable
        self.autocast = autocast
        self.aggregation = aggregation
        self.synchronization = synchronization
        self.backend_name = discovery.active_name()
        self.device_name = active_device()
        self._storage: Any = None
        self.distributed_by = active_distribution()
        self._layout = layout
        if trace is not None and local:
            self.backend_name = trace.backend.name
            trace.adopt(self, trace.backend.tensor(self.numpy(), self._dtype))
        elif layout is None and self.distributed_by is not None:
            self._layout = self.distributed_by.get_variable_layout(self)

    def _first_value(self) -> np.ndarray:
        """The initial value, drawn if it was not yet; only before there is a storage, and under the lock."""
        if self._initial is None:
            assert self._draw is not None
            self._initial = self._draw()
            self._draw = None
        return self._initial

    # -- what it is

    @property
    def shape(self) -> tuple[int, ...]:
        part = self.part if self._layout is not None and computes_parts() else None
        return self._shape if part is None else part.shape_of(self._shape)

    @property
    def dtype(self) -> str:
        """The dtype that `value` has: inside the call of a layer of mixed precision that of its computation."""
        narrow = AUTOCAST.get()
        return self._dtype if narrow is None or not self.autocast or not dtypes.is_float(self._dtype) else narrow

    @property
    def ndim(self) -> int:
        return len(self._shape)

    @property
    def size(self) -> int:
        return int(np.prod(self._shape, dtype=np.int64))

    @property
    def nbytes(self) -> int:
        """The bytes of its value as it is stored."""
        return self.size * dtypes.itemsize(self._dtype)

    @property
    def backend(self) -> Backend:
        """The backend that holds it, loaded when first asked for."""
        return discovery.load(self.backend_name)

    @property
    def storage(self) -> Any:
        """The framework's own storage; made from the initial value when first asked for."""
        if WATCHING:
            catch_up(self)
        if self._storage is None:
            backend = self.backend
            with _MATERIALIZE:
                if self._storage is None:
                    initial = self._first_value()
                    if self._layout is not None:
                        engine = engine_of(backend)
                        self._storage = engine.create_by_layout(initial, self.path, self.trainable, self._layout)
                    else:
                        with backend.device(self.device_name) if self.device_name else nullcontext():
                            self._storage = backend.create(initial, self.path, self.trainable)
                    self._initial = None
        return self._storage

    def move_to(self, home: Any, layout: Layout | None = None) -> None:
        """Let it live where `home` (a Variable or Layer) does, with the value it has now.

        Args:
            home: says on which backend, device or distribution.
            layout: how it is laid out where `home` is on several devices; by default as the distribution says.
        """
        if (self.backend_name, self.device_name) != (home.backend_name, home.device_name):
            if WATCHING:
                catch_up(self)  # before the lock is held, which what is run again may need
            with _MATERIALIZE, going_back():
                if self._storage is not None:
                    self._initial, self._storage = self.numpy(), None
                self.backend_name, self.device_name = home.backend_name, home.device_name
        if home.distributed_by is not None or self.distributed_by is not None:
            self.distribute(home.distributed_by, layout)

    def distribute(self, distribution: Distribution | None, layout: Layout | None = None) -> None:
        """Lay its value out by a distribution from now on.

        Args:
            distribution: None for one device.
            layout: how; by default as the distribution says.
        """
        if distribution is None:
            layout = None
        elif layout is None:
            layout = self._layout if distribution is self.distributed_by else distribution.get_variable_layout(self)
        self.distributed_by, self.layout = distribution, layout

    @property
    def layout(self) -> Layout | None:
        """How it is laid out on several devices; None where it is on one."""
        return self._layout

    @layout.setter
    def layout(self, layout: Layout | None) -> None:
        with _MATERIALIZE:
            if layout != self._layout and self._storage is not None:
                self._storage = engine_of(self.backend).lay_out(self._storage, layout)
            self._layout = layout

    @property
    def part(self) -> Part | None:
        """What this process stores of it, where each has a part and runs a program of its own; None for all of it."""
        layout = self._layout
        if layout is None:
            return None
        if self._part is None or self._part[0] is not layout:
            found = None
            if any(axis is not None for axis in layout.axes) and isinstance(engine := self.backend, HoldsParts):
                found = engine.part_of(layout, self._shape, f"variable {self.path!r}")
            self._part = layout, found
        return self._part[1]

    # -- reading and assigning

    @property
    def value(self) -> Tensor:
        """Its value now, as a tensor that a later assignment does not change."""
        trace = self._trace()
        value = self.backend.read(self.storage) if trace is None else trace.read(self)
        if AUTOCAST.get() is None or self.dtype == self._dtype:
            return value
        return self._computing(trace).ops["cast"](value, self.dtype)

    def rows(self, indices: Tensor) -> Tensor:
        """The value's rows at `indices`, as `ops.take` gives them.

        An optimizer that can (see `Optimizer.trains_rows`) updates only these rows in a step, if nothing else is read
        of the variable.
        """
        found = None if isinstance(indices, KerasTensor) else self._stored_rows(indices)
        return find("take")(self, indices, 0) if found is None else found

    def _stored_rows(self, indices: Tensor) -> Tensor | None:
        """Rows of a table, where they can be had without the whole."""
        trace = self._trace()
        if trace is not None:
            return trace.read_rows(self, indices)
        backend = self.backend
        if not isinstance(backend, ReadsRows) or self.dtype != self._dtype or self.part is not None:
            return None
        return backend.read_rows(self.storage, indices if backend.is_tensor(indices) else backend.tensor(indices))

    def assign_rows(self, indices: Tensor, values: Tensor) -> None:
        """Replace rows of the value.

        In a step of training the rows of a large variable are written into its memory, so that the step costs what
        they cost; elsewhere the whole value is replaced.

        Args:
            indices: int tensor (...), which rows. One may be named several times, with the same values each time.
            values: tensor (..., columns), their new values.

        Example:
            >>> from keras_core import Variable
            >>> v = Variable([[1.0], [2.0], [3.0]])
            >>> v.assign_rows([2, 0], [[7.0], [5.0]])
            >>> v.numpy().tolist()
            [[5.0], [2.0], [7.0]]
        """
        self._update_rows(indices, values, adds=False)

    def add_to_rows(self, indices: Tensor, values: Tensor) -> None:
        """Add to rows of the value, as `assign_rows` replaces them; several values of one row are all added.

        Args:
            indices: int tensor (...), which rows.
            values: tensor (..., columns), what is added to each.

        Example:
            >>> from keras_core import Variable
            >>> v = Variable([[1.0], [2.0], [3.0]])
            >>> v.add_to_rows([2, 2], [[1.0], [1.0]])
            >>> v.numpy().tolist()
            [[1.0], [2.0], [5.0]]
        """
        self._update_rows(indices, values, adds=True)

    def _update_rows(self, indices: Tensor, values: Tensor, adds: bool) -> None:
        trace = self._trace()
        backend = self._computing(trace)
        places = indices if backend.is_tensor(indices) else backend.tensor(indices)
        rows = values if backend.is_tensor(values) else backend.tensor(values, self._dtype)
        update = RowUpdate(places, rows, adds)
        with autocast(None):
            if trace is None or not trace.write_rows(self, update):
                self.assign(update.applied_to(self.value))

    def assign(self, value: ArrayLike) -> None:
        """Replace the value; a float is converted to the variable's dtype.

        Raises:
            ValueError: if the shape differs from the variable's.
        """
        trace = self._trace()
        if trace is None and (kept := _UNCHANGED.get()) is not None:
            if isinstance(value, KerasTensor):
                self._check_shape(value.shape)
                return
            if self not in kept:
                kept[self] = self.numpy()
        if trace is not None:
            trace.write(self, self._checked(trace.backend, value, trace.joined))
        elif self._storage is None and isinstance(value, (np.ndarray, int, float, list)):
            array = np.array(value, dtype=dtypes.numpy_dtype(self._dtype))
            self._check_shape(array.shape)
            with _MATERIALIZE:
                if self._storage is None:
                    self._initial, self._draw = array, None
                    return
            self.backend.write([(self.storage, self._checked(self.backend, array))])
        else:
            storage = self.storage
            self.backend.write([(storage, self._checked(self.backend, value))])

    def adopt(self, array: np.ndarray) -> None:
        """Replace the value by an array that nothing else refers to, now or later.

        It is what `assign` does, without a copy where the array has the variable's dtype and the backend can use its
        memory: what reads files gives their arrays so.

        Raises:
            ValueError: if the shape differs from the variable's.
        """
        self._check_shape(array.shape)
        flags = array.flags
        fits = array.dtype == dtypes.numpy_dtype(self._dtype) and flags.c_contiguous and flags.writeable
        if not fits or self._trace() is not None or _UNCHANGED.get() is not None:
            self.assign(array)
            return
        with _MATERIALIZE:
            if self._storage is None:
                self._initial, self._draw = array, None
                return
        if isinstance(self.backend, AdoptsArrays):
            self.backend.adopt(self.storage, array)
        else:
            self.assign(array)

    def assign_add(self, value: ArrayLike) -> None:
        """Add to the value."""
        with autocast(None):
            self.assign(self + value)

    def assign_sub(self, value: ArrayLike) -> None:
        """Subtract from the value."""
        with autocast(None):
            self.assign(self - value)

    def numpy(self) -> np.ndarray:
        """A NumPy copy of the value."""
        if self._storage is None:
            with _MATERIALIZE:
                if self._storage is None:
                    return self._first_value().copy()
        backend, part = self.backend, self.part
        read = backend.read_stored if isinstance(backend, ReadsStored) else backend.read
        value = read(self.storage)
        if part is not None and isinstance(backend, HoldsParts):  # of which reading what is stored gives the part
            value = backend.whole_of(value, part)
        return backend.numpy(value)

    def _trace(self) -> Trace | None:
        """The active trace, which must be of this variable's backend, or of one that records for any."""
        trace = active_trace()
        if trace is None or trace.records:
            return trace
        if trace.backend is not self.backend:
            raise discovery.mixed(trace.backend.name, self.backend_name, f"a staged function (variable {self.path!r})")
        return trace

    def _computing(self, trace: Trace | None) -> Backend:
        """The backend whose tensors its values are at this point."""
        return self.backend if trace is None else trace.backend

    def _checked(self, backend: Backend, value: Any, joined: bool = False) -> Tensor:
        if isinstance(value, Variable):
            value = value.value
        elif isinstance(value, np.ndarray):
            value = dtypes.in_native_order(value)
        if not backend.is_tensor(value):
            discovery.refuse_foreign(value, backend, f"the assignment of variable {self.path!r}")
            value = backend.tensor(value, self._dtype)
        elif backend.dtype(value) != self._dtype:
            value = backend.ops["cast"](value, self._dtype)
        elif getattr(value, "_keras_mask", None) is not None:  # of this very tensor, and not of the variable's value
            value = backend.tensor(backend.numpy(value), self._dtype)
        shape = tuple(backend.shape(value))
        self._check_shape((*self._shape[:1], *shape[1:]) if joined else shape)
        return value

    def _check_shape(self, shape: Shape) -> None:
        known = self.shape
        if len(shape) != len(known) or any(d is not None and d != k for d, k in zip(shape, known, strict=True)):
            raise ValueError(
                f"Variable {self.path!r} has shape {known} and cannot be assigned a value of shape {tuple(shape)}."
            )

    # -- Python protocols

    def __getattr__(self, name: str) -> Any:
        """What only the framework's own variable has, so that the framework's functions accept a Variable."""
        if name.startswith("__") or name in ("_storage", "_initial", "_draw", "backend_name", "device_name", "backend"):
            raise AttributeError(name)
        storage = self.__dict__.get("_storage")
        if storage is not None and WATCHING:
            catch_up(self)
        if storage is None and "compiles" in getattr(discovery.loaded(self.backend_name), "capabilities", ()):
            storage = self.storage
        try:
            return getattr(storage, name)
        except AttributeError:
            raise AttributeError(f"Variable {self.path!r} has no attribute {name!r}.") from None

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        array = self.numpy()
        return array if dtype is None else array.astype(dtype)

    def __float__(self) -> float:
        return float(self.numpy())

    def __int__(self) -> int:
        return int(self.numpy())

    def __bool__(self) -> bool:
        """Whether its only element is not zero, as in Keras 3; in Keras 2 every variable was true.

        Raises:
            ValueError: for a variable of several elements.
        """
        if self.size != 1:
            raise ValueError(
                f"Variable {self.path!r} has shape {self._shape}: whether it is true is not clear. Ask whether there "
                "is one with `is not None`, or reduce it with ops.any or ops.all."
            )
        return bool(self.numpy())

    def __len__(self) -> int:
        if not self._shape:
            raise TypeError(f"Variable {self.path!r} is a scalar and has no length.")
        return self._shape[0]

    def __deepcopy__(self, memo: dict[int, Any]) -> Variable:
        copied = type(self).__new__(type(self))
        memo[id(self)] = copied
        copied.__dict__.update(self.__dict__, _initial=self.numpy(), _draw=None, _storage=None, lies_as=None)
        return copied

    def __getstate__(self) -> dict[str, Any]:
        here = {
            "_draw": None,
            "_storage": None,
            "distributed_by": None,
            "lies_as": None,
            "_layout": None,
            "_part": None,
        }
        return {**self.__dict__, "_initial": self.numpy(), **here}

    def __repr__(self) -> str:
        shown = self._shown_value()
        value = "" if shown is None else f", value={shown}"
        return f"<Variable path={self.path}, shape={self._shape}, dtype={self._dtype}{value}>"

    def _shown_value(self) -> np.ndarray | None:
        """The value for people to see; None inside a program, where it is not known. It loads no framework."""
        if active_trace() is not None:
            return None
        try:
            return self.numpy()
        except Exception:  # of a framework whose own program this is made in
            return None

    __hash__ = object.__hash__


discovery.register_extensible(Variable)
