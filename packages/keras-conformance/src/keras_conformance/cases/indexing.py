"""Cases of indexing ops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from keras_conformance.inputs import Case, Inputs


def _take(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape(1, 3)
    axis = draw.pick(None, draw.axis(len(shape)))
    length = int(np.prod(shape)) if axis is None else shape[axis]
    return {"x": draw.numbers(shape), "indices": draw.ints(draw.shape(0, 2), -length, length - 1), "axis": axis}


def _take_along_axis(draw: Inputs) -> dict[str, Any]:
    shape = list(draw.shape(1, 3))
    axis = draw.axis(len(shape))
    length = shape[axis]
    other = list(shape)
    other[axis] = draw.size()
    return {"x": draw.numbers(shape), "indices": draw.ints(other, -length, length - 1), "axis": axis}


def _slice(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape(1, 3)
    start = [draw.size(0, n - 1) for n in shape]
    return {
        "inputs": draw.numbers(shape),
        "start_indices": draw.pick(start, np.array(start, "int32")),
        "shape": [draw.size(1, n - s) for n, s in zip(shape, start, strict=True)],
    }


def _slice_update(draw: Inputs) -> dict[str, Any]:
    block = _slice(draw)
    return {
        "inputs": block["inputs"].astype("float32"),
        "start_indices": block["start_indices"],
        "updates": draw.floats(block["shape"]),
    }


def _unique_rows(draw: Inputs, shape: tuple[int, ...]) -> Any:
    """Index rows (n, k) that all differ, so that the order of updates does not matter."""
    depth = draw.size(1, len(shape))
    count = int(np.prod(shape[:depth]))
    chosen = np.random.default_rng(draw.size(0, 99)).permutation(count)[: draw.size(1, count)]
    return np.stack(np.unravel_index(chosen, shape[:depth]), -1).astype("int32"), depth


def _scatter_update(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape(1, 3)
    reduction = draw.pick(None, "add", "max", "min", "mul")
    if reduction is None:
        indices, depth = _unique_rows(draw, shape)
    else:
        depth = 1
        indices = draw.ints((draw.size(), 1), 0, shape[0] - 1)
    updates = draw.floats((len(indices), *shape[depth:]))
    return {"inputs": draw.floats(shape), "indices": indices, "updates": updates, "reduction": reduction}


def _scatter(draw: Inputs) -> dict[str, Any]:
    n, width = draw.size(1, 5), draw.size()
    return {"indices": draw.ints((n, 1), 0, 3), "values": draw.floats((n, width)), "shape": (4, width)}


def _sort(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape(1, 3)
    return {"x": draw.distinct(shape), "axis": draw.pick(None, -1, 0)}


def _argsort(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape(1, 3)
    x = draw.distinct(shape) if draw.pick(True, False) else draw.ints(shape, 0, 2)
    return {"x": x, "axis": draw.pick(None, -1, 0)}


def _top_k(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape(1, 3)
    x = draw.distinct(shape) if draw.pick(True, False) else draw.ints(shape, 0, 2)
    return {"x": x, "k": draw.size(1, shape[-1])}


def _in_top_k(draw: Inputs) -> dict[str, Any]:
    batch, classes = draw.size(), draw.size(2, 5)
    return {
        "targets": draw.ints((batch,), 0, classes - 1),
        "predictions": draw.distinct((batch, classes)),
        "k": draw.size(1, classes),
    }


def _searchsorted(draw: Inputs) -> dict[str, Any]:
    edges = np.sort(draw.ints((draw.size(),), -3, 3))
    return {"sorted_sequence": edges, "values": draw.ints(draw.shape(1, 2), -4, 4), "side": draw.pick("left", "right")}


def _digitize(draw: Inputs) -> dict[str, Any]:
    return {"x": draw.floats(draw.shape(1, 2)), "bins": np.sort(draw.floats((draw.size(),)))}


def _segments(draw: Inputs) -> dict[str, Any]:
    rows = draw.size(2, 5)
    segment_ids = draw.ints((rows,), 0, 1)
    segment_ids[:2] = 0, 1
    return {"data": draw.distinct((rows, draw.size())), "segment_ids": segment_ids, "num_segments": 2}


def _unravel_index(draw: Inputs) -> dict[str, Any]:
    return {"indices": draw.ints(draw.shape(1, 2), 0, 23), "shape": (2, 3, 4)}


def _bincount(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape(1, 2)
    return {"x": draw.ints(shape, 0, 5), "weights": draw.pick(None, draw.floats(shape)), "minlength": 6}


def _isin(draw: Inputs) -> dict[str, Any]:
    return {
        "x1": draw.ints(draw.shape(), 0, 4),
        "x2": draw.ints(draw.shape(1, 2), 0, 4),
        "invert": draw.pick(True, False),
    }


def _select(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape()
    return {
        "condlist": [draw.bools(shape) for _ in range(2)],
        "choicelist": [draw.floats(shape) for _ in range(2)],
        "default": draw.pick(0, 1.5),
    }


def _argpartition(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape(1, 2)
    return {"x": draw.distinct(shape), "kth": 0, "axis": -1}


def _extract_sequences(draw: Inputs) -> dict[str, Any]:
    return {
        "x": draw.floats((*draw.shape(0, 1), draw.size(4, 9))),
        "sequence_length": draw.size(1, 4),
        "sequence_stride": draw.size(1, 3),
    }


def _nonzero(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape(1, 3)
    return {"x": draw.ints(shape, 0, 1), "size": draw.size(0, 6), "fill_value": draw.pick(0, -1)}


def _unique(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape(1, 2)
    return {
        "x": draw.pick(draw.ints(shape, 0, 2), draw.ints(shape, 0, 1).astype("float32")),
        "return_index": draw.pick(True, False),
        "return_inverse": draw.pick(True, False),
        "return_counts": draw.pick(True, False),
        "axis": draw.pick(None, draw.axis(len(shape))),
        "size": draw.size(1, 5),
        "fill_value": draw.pick(None, 7),
    }


CASES: dict[str, Case] = {
    "take": _take,
    "take_along_axis": _take_along_axis,
    "slice": _slice,
    "slice_update": _slice_update,
    "scatter_update": _scatter_update,
    "scatter": _scatter,
    "nonzero": _nonzero,
    "unique": _unique,
    "sort": _sort,
    "argsort": _argsort,
    "top_k": _top_k,
    "in_top_k": _in_top_k,
    "searchsorted": _searchsorted,
    "digitize": _digitize,
    "segment_sum": _segments,
    "segment_max": _segments,
    "segment_min": _segments,
    "segment_prod": _segments,
    "isin": _isin,
    "select": _select,
    "argpartition": _argpartition,
    "extract_sequences": _extract_sequences,
    "unravel_index": _unravel_index,
    "bincount": _bincount,
}
