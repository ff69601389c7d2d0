"""The active trace: where reads and writes of variables go while a function is staged."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar, Token
from typing import TYPE_CHECKING, Any

from keras_core.backend.distribution import HoldsParts, computes_parts
from keras_core.ops.table import find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from keras_core.backend.layouts import Part
    from keras_core.backend.protocol import Backend, VariableLike
    from keras_core.staging.row_gradients import RowReads
    from keras_core.staging.row_updates import RowUpdate
    from keras_core.typing import Tensor

#: The Trace that redirects reads and writes of variables while a function is staged.
_ACTIVE: ContextVar[Trace | None] = ContextVar("keras_trace", default=None)


def active_trace() -> Trace | None:
    """The trace of this thread and context, or None outside staging."""
    return _ACTIVE.get()


@contextmanager
def outside_traces() -> Iterator[None]:
    """What is done inside is not part of the function that is staged."""
    token = _ACTIVE.set(None)
    try:
        yield
    finally:
        _ACTIVE.reset(token)


class Trace:
    """Collects what a function reads and writes, so that it can be made pure.

    Inside ``with Trace(...)`` a variable's value is what this trace last saw or wrote; nothing
    reaches the variable itself. Whoever opened the trace commits `written` afterwards. Traces nest:
    an inner one starts from the values of the outer one and hides its writes until they are
    handed on.

    Args:
        backend: the backend whose tensors flow through.
        variables: the only variables that may be written; None allows all that the outer trace allows.
        values: known values by variable, which stand in for reading them.
        fetch: reads a variable that is in neither; by default the outer trace, else the handle.
        whole: whether it is of a whole program, in which the user may differentiate by the framework's own means:
            the backend's `as_read(variable, value)`, if it has one, makes these see a read of the variable.
        rows_from: bytes from which on new rows of a table are collected in `row_updates`, for whoever opened the trace
            to write them into the table; by default the whole table is a new value of the trace.
        fetch_rows: reads rows of a variable that has not been read or written yet, where that costs less than reading
            it as a whole; None where it cannot.

    Attributes:
        written: the last value written, by variable.
        used: variables that were read in it or in traces inside it, also where their values were known.
        row_updates: new rows by variable, of those tables that have no other new value.
        whole: whether it is of a whole program.
        losses: pairs (layer, scalar) added by `Layer.add_loss` inside.
        rows: notes reads of rows of tables, where a loss is differentiated by these; else None.
        creating: whether variables may be made inside (only while shapes are being found).
        shared: values that parts of the function have in common, by what they are.
        joined: whether values stand for those of several variables, joined along their first axis.
    """

    def __init__(
        self,
        backend: Backend,
        variables: Iterable[VariableLike] | None = None,
        values: Mapping[VariableLike, Tensor] | None = None,
        fetch: Callable[[VariableLike], Tensor] | None = None,
        whole: bool = False,
        rows_from: int | None = None,
        fetch_rows: Callable[[VariableLike, Tensor], Tensor | None] | None = None,
    ) -> None:
        self.backend = backend
        self.written: dict[VariableLike, Tensor] = {}
        self.row_updates: dict[VariableLike, RowUpdate] = {}
        self._rows_from = rows_from
        self._fetch_rows = fetch_rows
        self._local: set[VariableLike] = set()
        self.read_variables: dict[VariableLike, Tensor] = {}
        self.used: set[VariableLike] = set()
        self._values: dict[VariableLike, Tensor] = dict(values or {})
        self._parts: dict[VariableLike, Tensor] = {}
        self._fetch = fetch
        self.whole = whole
        self._as_read: Callable[..., Tensor] | None = getattr(backend, "as_read", None) if whole else None
        self._outer: Trace | None = _ACTIVE.get()
        if self._outer is not None and self._outer.backend is not backend:
            self._outer = None
        self._allowed = None if variables is None else set(variables)
        self._annotations: dict[int, tuple[Tensor, Any]] = {}
        self.losses: list[tuple[Any, Any]] = []
        self.creating = False
        self.shared: dict[Any, Any] = {}
        self.joined = False
        self.rows: RowReads | None = None
        self._token: Token[Trace | None] | None = None

    @property
    def records(self) -> bool:
        """Whether what is done inside is recorded as a graph, for any backend."""
        return "records" in self.backend.capabilities

    @property
    def outer(self) -> Trace | None:
        """The trace around this one, on the same backend."""
        return self._outer

    def __enter__(self) -> Trace:
        self._token = _ACTIVE.set(self)
        return self

    def __exit__(self, *exc: Any) -> None:
        assert self._token is not None
        _ACTIVE.reset(self._token)

    def read(self, variable: VariableLike) -> Tensor:
        """The variable's value at this point of the trace."""
        self._use(variable)
        if variable not in self._values:
            if self._fetch is not None:
                value = self._fetch(variable)
            elif self._outer is not None:
                value = self._outer.read(variable)
            elif variable.part is not None and isinstance(self.backend, HoldsParts):
                value = self.backend.read_part(variable.storage)
            else:
                value = self.backend.read(variable.storage)
            self._values[variable] = value
            self.read_variables[variable] = value
        if self.row_updates and variable in self.row_updates:
            self.write(variable, self.row_updates[variable].applied_to(self._values[variable]))
        value = self._values[variable]
        part = variable.part
        if part is not None:
            value = self._as_asked_for(variable, value, part)
        if self.rows is not None:
            self.rows.whole.add(variable)
        return value if self._as_read is None else self._as_read(variable, value)

    def _as_asked_for(self, variable: VariableLike, value: Tensor, part: Part) -> Tensor:
        """The part of a variable that is split, inside `computing_parts`; else the whole, which is put together once.

        Args:
            variable: the variable.
            value: what the trace has of it, the part or the whole, which its shape tells.
            part: what this process stores.
        """
        is_part = self.backend.shape(value)[part.axis] == part.stop - part.start
        if computes_parts():
            if not is_part and variable not in self._parts:
                self._parts[variable] = part.of(value)
            return value if is_part else self._parts[variable]
        if is_part and isinstance(self.backend, HoldsParts):
            self._parts[variable] = value
            value = self._values[variable] = self.backend.whole_of(value, part)
        return value

    def _use(self, variable: VariableLike) -> None:
        trace: Trace | None = self
        while trace is not None:
            trace.used.add(variable)
            trace = trace.outer

    def read_rows(self, variable: VariableLike, indices: Tensor) -> Tensor | None:
        """Rows of a table, where they can be had without the whole: those by which the loss is differentiated, ...

        ... and those that the backend reads for itself; None for others.
        """
        self._use(variable)
        if variable.part is not None:
            return None
        places = indices if self.backend.is_tensor(indices) else self.backend.tensor(indices)
        if self.rows is None or variable not in self.rows.tables or variable in self.written:
            recorded = variable.trainable and self.backend.is_recording()  # which is to see a read of the whole
            return None if recorded else self.stored_rows(variable, places)
        rows = None if self._outer is None else self._outer.stored_rows(variable, places)
        if rows is None:
            rows = find("take")(self._values[variable], places, 0)
        return self.rows.read(variable, rows, places)

    def stored_rows(self, variable: VariableLike, places: Tensor) -> Tensor | None:
        """Rows of a variable as it is stored, which is what it is here; None where it is not, or nobody reads rows."""
        given = variable in self._values and variable not in self.read_variables
        if given or variable in self.written or variable in self.row_updates:
            return None
        if self._fetch_rows is not None:
            return self._fetch_rows(variable, places)
        return None if self._fetch is not None or self._outer is None else self._outer.stored_rows(variable, places)

    def write_rows(self, variable: VariableLike, update: RowUpdate) -> bool:
        """Collect new rows of a table; False where the whole table has to be written instead.

        Args:
            variable: the table.
            update: its new rows.
        """
        if self._rows_from is None or variable.nbytes < self._rows_from or variable.part is not None:
            return False
        if self.backend.dtype(update.values) != variable.dtype:
            return False
        if variable in self.written or variable in self.row_updates or variable in self._local:
            return False
        self.check_writable(variable)
        self.row_updates[variable] = update
        return True

    def write(self, variable: VariableLike, value: Tensor) -> None:
        """Set the variable's value for the rest of the trace."""
        self.check_writable(variable)
        self._values[variable] = value
        self._parts.pop(variable, None)
        self.row_updates.pop(variable, None)
        if variable not in self._local:
            self.written[variable] = value

    def adopt(self, variable: VariableLike, value: Tensor) -> None:
        """Let a variable that was made inside live in this trace alone, beginning with `value`."""
        self._local.add(variable)
        self._values[variable] = value

    def annotate(self, tensor: Tensor, note: object) -> None:
        """Keep a note on a tensor for the rest of the trace, where the tensor itself takes no attributes."""
        self._annotations[id(tensor)] = tensor, note  # held, so that its id stays its own

    def annotation(self, tensor: Tensor) -> Any:
        """The note kept on this very tensor in this trace or an outer one; None where there is none."""
        found = self._annotations.get(id(tensor))
        if found is not None:
            return found[1]
        return None if self._outer is None else self._outer.annotation(tensor)

    def find_shared(self, key: Any) -> Any:
        """What this trace or an outer one keeps in `shared` by a key; None where there is nothing."""
        found = self.shared.get(key)
        return self._outer.find_shared(key) if found is None and self._outer is not None else found

    def check_writable(self, variable: VariableLike) -> None:
        """Raise if the variable is not among those this trace (or an outer one) may write."""
        if variable in self._local:
            return
        if self._allowed is not None:
            if variable not in self._allowed:
                raise ValueError(
                    f"Variable {variable.path!r} is assigned inside a staged function that does not own it. "
                    f"Only the variables of the model, its losses, metrics and optimizer can be assigned there. "
                    f"Keep {variable.path!r} as an attribute of one of them, created in __init__ or build()."
                )
        elif self._outer is not None:
            self._outer.check_writable(variable)
