"""Gradients of large tables by the rows that were read of them, instead of by the whole table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from keras_core.ops.table import find
from keras_core.staging.row_updates import RowUpdate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from keras_core.backend.protocol import VariableLike
    from keras_core.typing import Tensor


@dataclass(frozen=True)
class RowGradient:
    """The gradient of a table of which only rows were read: 0 but for the sum of `values` at the rows `indices`.

    Attributes:
        values: tensor (..., columns); rows that were read twice stand in it twice.
        indices: int tensor (...), which row each is of.
    """

    values: Tensor
    indices: Tensor

    def with_values(self, change: Callable[[Tensor], Tensor]) -> RowGradient:
        """The same rows with other values; `change` must be linear, as several values may be of one row."""
        return RowGradient(change(self.values), self.indices)

    def added_to(self, table: Tensor) -> Tensor:
        """The table with the values added to its rows; it is not copied where its memory is free."""
        return RowUpdate(self.indices, self.values, adds=True).applied_to(table)

    def summed(self, shape: Sequence[int]) -> RowGradient:
        """The same gradient, in ascending order of the rows, in which every value of a row is the sum of all of them.

        Args:
            shape: the table's.
        """
        reshape, take, add = find("reshape"), find("take"), find("add")
        cast, less, zeros_like = find("cast"), find("less"), find("zeros_like")
        places = reshape(cast(self.indices, "int32"), (-1,))
        places = find("where")(less(places, 0), add(places, shape[0]), places)
        order = find("argsort")(places)
        places = take(places, order, 0)
        values = take(reshape(self.values, (-1, *shape[1:])), order, 0)
        begins = cast(find("not_equal")(places[1:], places[:-1]), "int32")
        number = find("cumsum")(find("concatenate")([zeros_like(places[:1]), begins], 0), 0)
        sums = RowGradient(values, number).added_to(zeros_like(values))
        return RowGradient(take(sums, number, 0), places)


@dataclass
class RowReads:
    """What a function reads of tables.

    Attributes:
        tables: the variables of which reads of rows are noted.
        whole: variables that were read as a whole.
        found: for each read of rows the variable and the indices, in order.
        mark: makes rows what the backend differentiates by.
    """

    tables: set[VariableLike]
    whole: set[VariableLike] = field(default_factory=set)
    found: list[tuple[VariableLike, Tensor]] = field(default_factory=list)
    mark: Callable[[Tensor], Tensor] | None = None

    def begin(self, mark: Callable[[Tensor], Tensor]) -> None:
        """Forget what was noted: the function is run from its beginning."""
        self.whole, self.found, self.mark = set(), [], mark

    def read(self, variable: VariableLike, rows: Tensor, indices: Tensor) -> Tensor:
        """The rows of a table at `indices`, noted."""
        assert self.mark is not None
        self.found.append((variable, indices))
        return self.mark(rows)

    def gradients(
        self, wrt: Sequence[Any], dense: Iterable[Any], indices: Sequence[Tensor], rows: Sequence[Tensor | None]
    ) -> list[Any]:
        """The gradient of each variable: a RowGradient where nothing but rows of it were read.

        Args:
            wrt: the variables.
            dense: their gradients by what was read as a whole.
            indices: those of `found`, as they are outside of the function.
            rows: the gradients of its rows.
        """
        by_variable: dict[Any, list[RowGradient]] = {}
        for (variable, _), places, values in zip(self.found, indices, rows, strict=True):
            if values is not None:
                by_variable.setdefault(variable, []).append(RowGradient(values, places))
        return [self._total(one, gradient, by_variable.get(one, [])) for one, gradient in zip(wrt, dense, strict=True)]

    def _total(self, variable: Any, dense: Any, parts: list[RowGradient]) -> Any:
        if not parts:
            return dense
        if len(parts) == 1 and variable not in self.whole:
            return parts[0]
        if dense is None:
            dense = find("zeros")(variable.shape, variable.dtype)
        for part in parts:
            dense = part.added_to(dense)
        return dense


__all__ = ["RowGradient", "RowReads"]
