"""Logs as a table in a file."""

from __future__ import annotations

import csv
import os
from typing import TYPE_CHECKING, Any, TextIO

from keras_core.callbacks.callback import Callback, LogsLike

if TYPE_CHECKING:
    from collections.abc import Mapping


class CSVLogger(Callback):
    """Writes the logs of each epoch as a line of a CSV file.

    Args:
        filename: the file.
        separator: between the columns.
        append: whether to go on with a file that is there.
    """

    only_writes = True

    def __init__(self, filename: str | os.PathLike[str], separator: str = ",", append: bool = False) -> None:
        self.filename = os.fspath(filename)
        self.separator = separator
        self.append = append
        self._file: TextIO | None = None
        self._columns: list[str] | None = None
        self._kept: int | None = None  # bytes of the old file to keep, until the first row is written

    def on_train_begin(self, logs: LogsLike = None) -> None:
        """Open the file."""
        self._columns = None
        self._kept = 0
        if self.append and os.path.exists(self.filename) and os.path.getsize(self.filename):
            self._kept = os.path.getsize(self.filename)
            with open(self.filename, newline="", encoding="utf-8") as old:
                self._columns = next(csv.reader(old, delimiter=self.separator))
        self._file = open(  # noqa: SIM115 (it stays open over the epochs)
            self.filename, "a", newline="", encoding="utf-8"
        )

    def get_state(self) -> dict[str, Any]:
        """The columns, and the length of the file so far."""
        length = os.path.getsize(self.filename) if self._kept is None else self._kept
        return {"columns": self._columns, "length": length}

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Go on with the file of a training that was interrupted; rows that it wrote later are written again."""
        if state["length"] and os.path.getsize(self.filename) >= state["length"]:
            self._columns, self._kept = state["columns"], state["length"]

    def _cut(self) -> None:
        """Take off, before the first row, what the file held and shall not keep."""
        if self._file is not None and self._kept is not None:
            self._file.truncate(self._kept)
            self._kept = None

    def on_epoch_end(self, epoch: int, logs: LogsLike = None) -> None:
        """Write a line; what this epoch did not measure is NA."""
        if self._file is None:
            raise RuntimeError("CSVLogger: on_epoch_end() was called before on_train_begin().")
        self._cut()
        row: dict[str, Any] = {"epoch": epoch, **(logs or {})}
        writer = csv.writer(self._file, delimiter=self.separator, lineterminator="\n")
        if self._columns is None:
            self._columns = ["epoch", *self._names(row)]
            writer.writerow(self._columns)
        writer.writerow([_text(row.get(column, "NA")) for column in self._columns])
        self._file.flush()

    def _names(self, row: dict[str, Any]) -> list[str]:
        """The metrics, and those of validation also when the first epoch has none."""
        names = {name for name in row if name != "epoch"}
        if (self.params or {}).get("do_validation"):
            measured = names - {"learning_rate", "lr"}
            names |= {f"val_{name}" for name in measured if not name.startswith("val_")}
        return sorted(names)

    def on_train_end(self, logs: LogsLike = None) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file if it is open."""
        if self._file is not None:
            self._cut()
            self._file.close()
            self._file = None


def _text(value: Any) -> Any:
    if isinstance(value, (str, int)) or not hasattr(value, "__iter__"):
        return value
    return f"[{', '.join(map(str, value))}]"
