"""Class labels on their way to a model, and a model's outputs on their way to labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils.multiclass import check_classification_targets, type_of_target

if TYPE_CHECKING:
    from collections.abc import Sequence

_SINGLE = ("binary", "multiclass")
_LABELS, _COLUMNS = "multilabel-indicator", "multiclass-multioutput"


class Classes:
    """The classes of targets.

    Args:
        y: labels of shape (n,); of shape (n, labels), each 0 or 1; or of shape (n, outputs).

    Raises:
        ValueError: for targets that are no classes.
    """

    def __init__(self, y: np.ndarray) -> None:
        check_classification_targets(y)
        self.kind: str = type_of_target(y, raise_unknown=True)
        if self.kind in _SINGLE and y.ndim > 1 and y.shape[1] > 1:
            self.kind = _COLUMNS
        self.columns = [np.unique(column) for column in np.reshape(y, (len(y), -1)).T]

    @property
    def labels(self) -> Any:
        """What `classes_` is: an array; for several outputs a list of arrays."""
        if self.kind == _LABELS:
            return np.arange(len(self.columns))
        return self.columns if self.kind == _COLUMNS else self.columns[0]

    def indices(self, y: np.ndarray) -> list[np.ndarray]:
        """The index of the class, for each column.

        Raises:
            ValueError: for a label that is none of these.
        """
        found = []
        for column, labels in zip(np.reshape(y, (len(y), -1)).T, self.columns, strict=True):
            index = np.searchsorted(labels, column).clip(0, len(labels) - 1)
            if (labels[index] != column).any():
                raise ValueError(
                    f"y has labels that were not there when the model was made; it knows {labels.tolist()}."
                )
            found.append(index)
        return found

    def one_hot(self, y: np.ndarray) -> Any:
        """Rows with a 1 at the class; several labels as they are; a list for several outputs."""
        if self.kind == _LABELS:
            return np.asarray(y, "float32")
        found = [
            np.eye(len(labels), dtype="float32")[index]
            for index, labels in zip(self.indices(y), self.columns, strict=True)
        ]
        return found if self.kind == _COLUMNS else found[0]

    def encode(self, y: np.ndarray, sizes: Sequence[int | None], losses: Sequence[str]) -> Any:
        """Targets as a model takes them.

        Args:
            y: labels.
            sizes: how many numbers each output has; None where that is not known.
            losses: names of the losses.

        Raises:
            ValueError: when an output has fewer numbers than there are classes.
        """
        if self.kind == _LABELS:
            return self.one_hot(y)
        found = []
        for place, (index, labels) in enumerate(zip(self.indices(y), self.columns, strict=True)):
            size, loss = sizes[min(place, len(sizes) - 1)], losses[min(place, len(losses) - 1)]
            if size is None and "binary" in loss and len(labels) <= 2:
                size = 1
            if size is not None and (size < len(labels) and not (size == 1 and len(labels) == 2)):
                raise ValueError(
                    f"The model's output has {size} numbers, and there are {len(labels)} classes: "
                    f"{labels[:10].tolist()}. Its last layer needs one unit for each, or one for two classes."
                )
            if size == 1:
                found.append(index.astype("float32").reshape(-1, 1))
            elif "sparse" in loss:
                found.append(index)
            else:
                found.append(np.eye(size or len(labels), dtype="float32")[index])
        return found if self.kind == _COLUMNS and len(sizes) > 1 else found[0]

    def probabilities(self, outputs: Any, logits: bool) -> Any:
        """Of shape (n, classes) or (n, labels); a list of such arrays for several outputs.

        Args:
            outputs: what the model predicts.
            logits: whether that is before the sigmoid or softmax.
        """
        if self.kind == _LABELS:
            found = np.reshape(outputs, (-1, len(self.columns)))
            return _sigmoid(found) if logits else found
        parts = outputs if isinstance(outputs, (list, tuple)) else [outputs]
        rows = [_rows(part, len(labels), logits) for part, labels in zip(parts, self.columns, strict=True)]
        return rows if self.kind == _COLUMNS else rows[0]

    def decode(self, probabilities: Any) -> np.ndarray:
        """The labels that are the likeliest.

        Args:
            probabilities: what `probabilities` gives.
        """
        if self.kind == _LABELS:
            return np.where(probabilities > 0.5, 1, 0)
        parts = probabilities if self.kind == _COLUMNS else [probabilities]
        found = [labels[np.argmax(part, axis=1)] for part, labels in zip(parts, self.columns, strict=True)]
        return np.stack(found, axis=1) if self.kind == _COLUMNS else found[0]


def _rows(outputs: Any, classes: int, logits: bool) -> np.ndarray:
    found = np.reshape(outputs, (len(outputs), -1))
    if classes == 1:
        return np.ones((len(found), 1), found.dtype)
    if found.shape[1] == 1:
        positive = _sigmoid(found) if logits else found
        return np.concatenate([1 - positive, positive], axis=1)
    if logits:
        found = np.exp(found - found.max(axis=1, keepdims=True))
        found = found / found.sum(axis=1, keepdims=True)
    return found[:, :classes]


def _sigmoid(x: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.exp(-np.logaddexp(0, -x))
    return found
