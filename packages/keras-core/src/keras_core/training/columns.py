"""Columns by name: which of them are x, y and sample_weight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from keras_core import tree
from keras_core.data_utils.batches import is_frame
from keras_core.suggestions import did_you_mean

if TYPE_CHECKING:
    from keras_core.data_utils.batches import Frame
    from keras_core.training.data import Batch
    from keras_core.typing import Nested, TensorTree


def are_names(value: TensorTree) -> bool:
    """Whether targets or weights are given as names of columns: one, or several nested as the outputs are.

    Example:
        >>> are_names("label"), are_names(["a", "b"]), are_names({"out": "a"}), are_names([1]), are_names(None)
        (True, True, True, False, False)
    """
    if isinstance(value, str):
        return True
    if isinstance(value, Mapping):
        value = list(value.values())
    return isinstance(value, (list, tuple)) and bool(value) and all(map(are_names, value))


def has_columns(value: object) -> bool:
    """Whether a value is a dict or a frame, of which a name may be the targets'."""
    return isinstance(value, Mapping) or is_frame(value)


class Columns:
    """Which columns are x, y and sample_weight.

    Args:
        y: the name of the targets' column, or several names nested as the outputs are; None for no targets.
        sample_weight: the name of the weights' column, or several; None for no weights.
        keys: the names of the model's inputs; None for a model that does not tell.
        method: name of the caller, for messages.
    """

    def __init__(
        self,
        y: Nested[str] | None = None,
        sample_weight: Nested[str] | None = None,
        keys: Sequence[str] | None = None,
        method: str = "fit",
    ) -> None:
        self.y = y
        self.sample_weight = sample_weight
        self.keys = keys
        self.method = method

    def of(self, names: Sequence[str]) -> tuple[Nested[str], Nested[str] | None, Nested[str] | None]:
        """The names of the columns of x, y and sample_weight, each nested as the data are to be.

        x is a dict of the model's inputs where there is a column for each of them, else the one column that is left
        over; a dict of all that are left over for a model that does not tell its inputs.

        Args:
            names: the columns that there are.

        Raises:
            ValueError: for a column that is not there, and where it is not clear which ones are x.
        """
        others = self._others(names)
        if self.keys and all(key in others for key in self.keys):
            return {key: key for key in self.keys}, self.y, self.sample_weight
        if len(others) == 1 and (self.keys is None or len(self.keys) == 1):
            return others[0], self.y, self.sample_weight
        if self.keys is None and others:
            return {name: name for name in others}, self.y, self.sample_weight
        raise ValueError(
            f"{self.method}(): the data have the columns {_listed(others) or 'none'} for x, and the model has the "
            f"inputs {_listed(self.keys or ())}. Name each Input after its column; for one input, the others may "
            "be left out instead: give targets by name, y='label', or take data.select_columns(['x'])."
        )

    def _others(self, names: Sequence[str]) -> list[str]:
        """The columns that are left over for x.

        Raises:
            ValueError: for a column that is not there.
        """
        taken = set()
        for argument in ("y", "sample_weight"):
            for name in tree.flatten(getattr(self, argument)):
                if name is not None and name not in names:
                    raise ValueError(
                        f"{self.method}(): {argument} is to be column {name!r}, and the data have the columns "
                        f"{_listed(names)}.{did_you_mean([name], names)}"
                    )
                taken.add(name)
        return [name for name in names if name not in taken]

    def split(self, batch: object) -> Batch:
        """x, y and sample_weight of a batch that is a dict of columns, or of a frame.

        Of a frame, x is one array of all columns that are left over, where the model's one input is none of them.

        Raises:
            ValueError: as `of`, and for a batch of another kind.
        """
        if is_frame(batch):
            return self._of_frame(batch)
        if not isinstance(batch, Mapping):
            raise ValueError(
                f"{self.method}(): y and sample_weight are names of columns, so batches must be dicts of columns; got "
                f"a {type(batch).__name__}. Leave y and sample_weight out where batches hold them."
            )
        x, y, sample_weight = (_columns_of(batch, part) for part in self.of(list(batch)))
        return x, y, sample_weight

    def _of_frame(self, frame: Frame) -> Batch:
        names = list(frame.columns)
        others = self._others(names)
        if self.keys is not None and len(self.keys) == 1 and self.keys[0] not in others and len(others) > 1:
            return frame[others], _columns_of(frame, self.y), _columns_of(frame, self.sample_weight)
        x, y, sample_weight = (_columns_of(frame, part) for part in self.of(names))
        return x, y, sample_weight


def _columns_of(batch: Mapping[str, Any] | Frame, names: Nested[str] | None) -> TensorTree:
    return tree.map_structure(lambda name: None if name is None else batch[name], names)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names))
