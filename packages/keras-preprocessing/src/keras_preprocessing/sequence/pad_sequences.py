"""Sequences of different lengths as one array."""

from __future__ import annotations

from collections.abc import Sequence, Sized
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

Side = Literal["pre", "post"]


def pad_sequences(
    sequences: Iterable[Any],
    maxlen: int | None = None,
    dtype: Any = "int32",
    padding: Side = "pre",
    truncating: Side = "pre",
    value: float | str = 0.0,
) -> np.ndarray:
    """Make one array of sequences of different lengths, by padding the short and cutting the long ones.

    Args:
        sequences: one sequence a sample: a list or an array of steps. A step is a number, a string, or an array of a
            shape that all steps share.
        maxlen: how many steps each sample has afterwards; as many as the longest one when None.
        dtype: dtype of the result; `object` for strings of any length. Defaults to "int32".
        padding: "pre" puts the padding before a short sequence, "post" behind it. Defaults to "pre".
        truncating: "pre" drops the first steps of a long sequence, "post" the last ones. Defaults to "pre".
        value: what is padded with. Defaults to 0.

    Returns:
        An array of shape (samples, maxlen, *shape of a step).

    Raises:
        ValueError: for samples that are no sequences, steps of different shapes, a string as `value` of an array of
            numbers, and sides other than "pre" and "post".

    Example:
        >>> from keras_preprocessing.sequence import pad_sequences
        >>> pad_sequences([[1], [2, 3], [4, 5, 6]]).tolist()
        [[0, 0, 1], [0, 2, 3], [4, 5, 6]]
        >>> pad_sequences([[1], [2, 3], [4, 5, 6]], maxlen=2, padding="post", value=-1).tolist()
        [[1, -1], [2, 3], [5, 6]]
    """
    for name, side in (("padding", padding), ("truncating", truncating)):
        if side not in ("pre", "post"):
            raise ValueError(f'pad_sequences(): {name} must be "pre" or "post", got {side!r}.')
    kind = np.dtype(dtype)
    if isinstance(value, str) and kind.kind not in "OUS":
        raise ValueError(
            f"pad_sequences(): value={value!r} is a string and dtype={dtype!r} holds numbers; give dtype=object."
        )
    rows = _rows(sequences)
    lengths = np.fromiter(map(len, rows), "int64", len(rows))
    steps = int(lengths.max(initial=0)) if maxlen is None else int(maxlen)
    if steps < 0:
        raise ValueError(f"pad_sequences(): maxlen must not be negative, got {maxlen}.")
    kept = slice(steps) if truncating == "post" else slice(-steps or steps, None)
    lengths = np.minimum(lengths, steps)
    first = next((row for row in rows if len(row)), ())
    padded = np.full((len(rows), steps, *np.shape(first)[1:]), value, kind)
    offsets = 0 * lengths if padding == "post" else steps - lengths
    _fill(padded, rows, kept, offsets, lengths)
    return padded


def _rows(sequences: Iterable[Any]) -> Sequence[Any]:
    """The samples, each with a length."""
    if not hasattr(sequences, "__len__"):
        raise ValueError(f"pad_sequences() takes a list of sequences, got {type(sequences).__name__}.")
    rows = list(sequences)
    for index, row in enumerate(rows):
        if type(row) is list:
            continue
        if not isinstance(row, Sized):
            raise ValueError(
                f"pad_sequences() takes a list of sequences; sequences[{index}] is {row!r}. "
                "Put a single sequence into a list."
            )
        if isinstance(row, (set, frozenset)):
            rows[index] = list(row)
    return rows


# Rows longer than this are copied one by one; shorter ones together, which saves more than it costs.
_LONG = 64


def _fill(padded: np.ndarray, rows: Sequence[Any], kept: slice, offsets: np.ndarray, lengths: np.ndarray) -> None:
    """Write what is kept of each row into its place."""
    steps = padded.shape[1]
    # One by one, so that at no time all rows that are cut are there twice.
    parts = (row[kept] if len(row) > steps else row for row in rows)
    shape, kind = padded.shape[2:], padded.dtype
    count = int(lengths.sum())
    short = not shape and kind.kind in "biufc" and count < _LONG * len(rows)
    if short and all(type(row) is list or type(row) is tuple for row in rows):
        try:
            flat = np.fromiter(chain.from_iterable(parts), kind, count)
        except (TypeError, ValueError):
            pass  # found below, with the row's number
        else:
            places = np.arange(steps)
            padded[(places >= offsets[:, None]) & (places < (offsets + lengths)[:, None])] = flat
            return
    for index, (row, offset, length) in enumerate(zip(rows, offsets.tolist(), lengths.tolist())):
        if not length:
            continue
        if len(row) > steps:
            row = row[kept]
        try:
            if shape or length == 1 or hasattr(row, "shape"):
                row = np.asarray(row) if kind.kind != "O" else np.asarray(row, kind)
                if row.shape[1:] != shape:
                    raise ValueError(f"its steps have shape {row.shape[1:]}, those of the first one {shape}.")
            padded[index, offset : offset + length] = row
        except (TypeError, ValueError) as error:
            raise ValueError(f"pad_sequences(): sequences[{index}] does not fit: {error}") from None
