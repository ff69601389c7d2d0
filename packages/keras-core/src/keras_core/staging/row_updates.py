"""Steps of single rows of large tables: which rows change, and to what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from keras_core.ops.table import find

if TYPE_CHECKING:
    from keras_core.typing import Tensor


@dataclass(frozen=True)
class RowUpdate:
    """New rows of a table, or what is added to rows of it; the others stay as they are.

    A program that ends with one hands it to its backend, which writes the rows into the table's own memory once
    everything that may fail is done (see `keras_core.backend.toolkit.update_tables`).

    Attributes:
        indices: int tensor (...), which rows; negative ones count from the end. A row may be named several times.
        values: tensor (..., columns) of the table's dtype. Where it replaces rows, those of one row are all the same.
        adds: whether the values are added to what is there.
    """

    indices: Tensor
    values: Tensor
    adds: bool

    def applied_to(self, table: Tensor) -> Tensor:
        """The whole table with its new rows, as another tensor."""
        places = find("expand_dims")(self.indices, -1)
        result: Tensor = find("scatter_update")(table, places, self.values, "add" if self.adds else None)
        return result


__all__ = ["RowUpdate"]
