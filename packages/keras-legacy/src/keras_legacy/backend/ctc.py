"""Connectionist temporal classification as in Keras 2: probabilities, and the last class as blank."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from keras_core import KerasTensor, config, ops
from keras_core import backend as backends

if TYPE_CHECKING:
    from keras_core.typing import Tensor


def ctc_batch_cost(y_true: Tensor, y_pred: Tensor, input_length: Tensor, label_length: Tensor) -> Tensor:
    """The CTC loss of each sequence.

    Args:
        y_true: classes (batch, labels); what follows `label_length` is not read.
        y_pred: probabilities (batch, steps, classes), of which the last class is the blank.
        input_length: numbers of steps, (batch, 1).
        label_length: numbers of labels, (batch, 1).

    Returns:
        Tensor (batch, 1); infinite where there are too few steps for the labels.

    Example:
        >>> from keras_legacy import backend as K
        >>> K.eval(K.ctc_batch_cost([[0]], [[[0.5, 0.5]]], [[1]], [[1]])).round(4).tolist()
        [[0.6930999755859375]]
    """
    logits = _log(y_pred)
    labels, steps = (ops.cast(ops.squeeze(x, -1), "int32") for x in (label_length, input_length))
    loss = ops.ctc_loss(ops.cast(y_true, "int32"), logits, labels, steps, mask_index=_classes(y_pred) - 1)
    return ops.expand_dims(loss, 1)


def ctc_decode(
    y_pred: Tensor,
    input_length: Tensor,
    greedy: bool = True,
    beam_width: int = 100,
    top_paths: int = 1,
    merge_repeated: bool = False,
) -> tuple[list[Tensor], Tensor]:
    """Label sequences that probabilities speak for.

    Args:
        y_pred: probabilities (batch, steps, classes), of which the last class is the blank.
        input_length: numbers of steps, (batch,).
        greedy: whether to take the best class of each step, equal neighbours once; else a beam search is made. Defaults
            to True.
        beam_width: how many beginnings the beam search keeps. Defaults to 100.
        top_paths: how many sequences the beam search returns. Defaults to 1.
        merge_repeated: whether the beam search returns equal neighbours once. Defaults to False.

    Returns:
        Pair of a list of int tensors (batch, steps), filled up with -1, the best first (in Keras 2 they are as wide as
        the longest sequence), and of scores: (batch, 1), the negative sum of the best logarithms, if greedy;
        (batch, top_paths), logarithms of probabilities, of the beam search.
    """
    strategy = "greedy" if greedy else "beam_search"
    paths, scores = ops.ctc_decode(
        _log(y_pred),
        ops.cast(input_length, "int32"),
        strategy=strategy,
        beam_width=beam_width,
        top_paths=top_paths,
        merge_repeated=greedy,
        mask_index=_classes(y_pred) - 1,
    )
    found = [paths[number] for number in range(1 if greedy else top_paths)]
    return [_merged(path) for path in found] if merge_repeated and not greedy else found, scores


class SparseLabels(NamedTuple):
    """Labels one after the other, with their places.

    Attributes:
        indices: (number, 2) rows and columns.
        values: (number,) labels.
        dense_shape: (batch, labels).
    """

    indices: np.ndarray
    values: np.ndarray
    dense_shape: tuple[int, int]


def ctc_label_dense_to_sparse(labels: Any, label_lengths: Any) -> SparseLabels:
    """The labels that are inside the lengths, one after the other, with their places.

    Args:
        labels: classes (batch, labels).
        label_lengths: numbers of labels, (batch,).

    Returns:
        Rows, columns and labels as NumPy arrays: there are no sparse tensors.

    Raises:
        TypeError: for symbolic tensors, whose number of labels is not known.

    Example:
        >>> from keras_legacy import backend as K
        >>> K.ctc_label_dense_to_sparse([[5, 6], [7, 0]], [2, 1]).values.tolist()
        [5, 6, 7]
    """
    if isinstance(labels, KerasTensor) or isinstance(label_lengths, KerasTensor):
        raise TypeError("K.ctc_label_dense_to_sparse() takes labels that have values; there are no sparse tensors.")
    dense, lengths = backends.to_numpy(labels), backends.to_numpy(label_lengths)
    indices = np.argwhere(np.arange(dense.shape[1]) < lengths.reshape(-1, 1))
    return SparseLabels(indices, dense[tuple(indices.T)], dense.shape)


def _log(probabilities: Tensor) -> Tensor:
    return ops.log(ops.add(ops.cast(probabilities, config.floatx()), config.epsilon()))


def _classes(probabilities: Tensor) -> int:
    return int(ops.shape(probabilities)[-1])


def _merged(path: Tensor) -> Tensor:
    """A path with equal neighbours once."""
    before = ops.pad(path[:, :-1], ((0, 0), (1, 0)), constant_values=-1)
    kept = ops.logical_and(ops.not_equal(path, before), ops.not_equal(path, -1))
    order = ops.argsort(ops.cast(ops.logical_not(kept), "int32"), 1)
    count = ops.sum(ops.cast(kept, "int32"), axis=1, keepdims=True)
    steps = ops.arange(ops.shape(path)[1])
    return ops.where(ops.less(steps, count), ops.take_along_axis(path, order, 1), -1)
