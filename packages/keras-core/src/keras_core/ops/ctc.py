"""Connectionist temporal classification: the loss of sequences that are not aligned, and its decoders.

Sums of probabilities are formed as logarithms, so that a thousand steps neither underflow nor overflow.

Reference: Graves et al., "Connectionist Temporal Classification", 2006.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from keras_core import dtypes
from keras_core.ops.control import scan
from keras_core.ops.creation import arange, full
from keras_core.ops.elementwise import (
    add,
    cast,
    clip,
    equal,
    floor_divide,
    greater,
    less,
    logaddexp,
    logical_and,
    logical_not,
    logical_or,
    maximum,
    mod,
    multiply,
    negative,
    not_equal,
    subtract,
    where,
)
from keras_core.ops.indexing import argsort, take_along_axis, top_k
from keras_core.ops.linalg import matmul
from keras_core.ops.nn.activation import log_softmax
from keras_core.ops.nn.classes import one_hot
from keras_core.ops.op import derived
from keras_core.ops.properties import dtype_of
from keras_core.ops.reduction import argmax, logsumexp
from keras_core.ops.reduction import max as greatest
from keras_core.ops.reduction import sum as total
from keras_core.ops.shaping import broadcast_to, concatenate, expand_dims, getitem, reshape, shape, stack, transpose

if TYPE_CHECKING:
    from keras_core.typing import Tensor

_NEVER = -1e30
"""The logarithm of no probability at all: finite, so that gradients of sums with it are numbers."""


def _sizes(op: str, logits: Tensor, lengths: Tensor, mask_index: int) -> tuple[Any, Any, int, int]:
    """Batch, steps and classes of logits, and the mask as a class that is not negative."""
    sizes = shape(logits)
    if len(sizes) != 3 or len(shape(lengths)) != 1 or not isinstance(sizes[2], int):
        raise ValueError(
            f"{op}() got logits of shape {sizes} and lengths of shape {shape(lengths)}, "
            "expected (batch, steps, classes) with known classes, and (batch,)."
        )
    if not -sizes[2] <= mask_index < sizes[2]:
        raise ValueError(f"{op}() got mask_index={mask_index}, expected one of {sizes[2]} classes.")
    return sizes[0], sizes[1], sizes[2], mask_index % sizes[2]


def _wide(logits: Tensor) -> Tensor:
    return cast(logits, "float32") if dtypes.itemsize(dtype_of(logits)) < 4 else logits


def _before(x: Tensor, fill: Any, distance: int = 1) -> Tensor:
    """The second axis moved by so many places, with `fill` in those that become free."""
    head = full((shape(x)[0], distance), fill, dtype_of(x))
    joined = concatenate([head, x], 1)
    return getitem(joined, (slice(None), slice(None, -distance)))


@derived(tensors=("target", "output", "target_length", "output_length"), cast={"float": ("output",)})
def ctc_loss(
    target: Tensor, output: Tensor, target_length: Tensor, output_length: Tensor, mask_index: int = 0
) -> Tensor:
    """The negative logarithm of the probability of a label sequence, summed over all its alignments.

    Args:
        target: int tensor (batch, labels) of classes; what follows `target_length` is not read.
        output: float tensor (batch, steps, classes) of logits, not normalized.
        target_length: int tensor (batch,) of the numbers of labels.
        output_length: int tensor (batch,) of the numbers of steps.
        mask_index: the class that stands for no label. Defaults to 0.

    Returns:
        Float tensor (batch,); infinite where there are too few steps for the labels.

    Raises:
        ValueError: if ranks do not fit, or the mask is none of the classes.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.ctc_loss([[1]], [[[0.0, 0.0]]], [1], [1])).tolist()
        [0.6931]

    Reference: Graves et al., "Connectionist Temporal Classification", 2006.
    """
    batch, steps, classes, blank = _sizes("ctc_loss", output, output_length, mask_index)
    if len(shape(target)) != 2 or len(shape(target_length)) != 1:
        raise ValueError(f"ctc_loss() got targets of shape {shape(target)}, expected (batch, labels).")
    dtype = dtype_of(output)
    log_probs = log_softmax(_wide(output), -1)
    target, labels, counts = (cast(x, "int32") for x in (target, target_length, output_length))
    # The states: blank, label, blank, label, ..., blank.
    pairs = stack([full(shape(target), blank, "int32"), target], -1)
    states = concatenate([reshape(pairs, (batch, -1)), full((batch, 1), blank, "int32")], 1)
    number = shape(states)[1]
    picked = broadcast_to(expand_dims(clip(states, 0, classes - 1), 1), (batch, steps, number))
    emitted = transpose(take_along_axis(log_probs, picked, -1), (1, 0, 2))
    # From one label to the next without a blank between them, unless they are the same.
    skips = logical_and(not_equal(states, blank), not_equal(states, _before(states, -1, 2)))
    alpha = where(less(arange(number), 2), getitem(emitted, 0), _NEVER)

    def step(alpha: Tensor, x: Any) -> tuple[Tensor, Any]:
        log_prob, t = x
        ways = [alpha, _before(alpha, _NEVER), where(skips, _before(alpha, _NEVER, 2), _NEVER)]
        new = maximum(add(logsumexp(stack(ways), 0), log_prob), _NEVER)
        return where(expand_dims(less(t, counts), 1), new, alpha), t

    if steps != 1:
        alpha = scan(step, alpha, (getitem(emitted, slice(1, None)), arange(1, steps)))[0]
    # It ends in the last label or in the blank behind it.
    behind = subtract(arange(number), expand_dims(multiply(labels, 2), 1))
    end = logical_or(equal(behind, 0), equal(behind, -1))
    loss = negative(logsumexp(where(end, alpha, _NEVER), 1))
    nothing = where(equal(labels, 0), 0, math.inf)
    loss = where(less(counts, 1), nothing, where(greater(loss, -_NEVER / 2), math.inf, loss))
    return cast(loss, dtype)


@derived(tensors=("inputs", "sequence_lengths"), cast={"float": ("inputs",)})
def ctc_decode(
    inputs: Tensor,
    sequence_lengths: Tensor,
    strategy: str = "greedy",
    beam_width: int = 100,
    top_paths: int = 1,
    merge_repeated: bool = True,
    mask_index: int = 0,
) -> tuple[Tensor, Tensor]:
    """Label sequences that logits speak for.

    Args:
        inputs: float tensor (batch, steps, classes) of logits, not normalized.
        sequence_lengths: int tensor (batch,) of the numbers of steps.
        strategy: "greedy" takes the best class of each step, "beam_search" sums over the alignments of the most
            probable beginnings. Defaults to "greedy".
        beam_width: how many beginnings the beam search keeps. Defaults to 100.
        top_paths: how many sequences the beam search returns. Defaults to 1.
        merge_repeated: whether the greedy strategy takes equal neighbours for one label. Defaults to True.
        mask_index: the class that stands for no label. Defaults to 0.

    Returns:
        Pair of an int32 tensor (paths, batch, steps) of labels, filled up with -1, and a float tensor of scores:
        (batch, 1), the negative sum of the best logits, of the greedy strategy; (batch, paths), logarithms of
        probabilities in descending order, of the beam search.

    Raises:
        ValueError: for another strategy, ranks that do not fit, a mask that is none of the classes, or more paths
            than beginnings.

    Example:
        >>> from keras_core import ops
        >>> labels, _ = ops.ctc_decode([[[0.0, 2.0], [0.0, 2.0], [3.0, 0.0], [0.0, 2.0]]], [4])
        >>> ops.convert_to_numpy(labels).tolist()
        [[[1, 1, -1, -1]]]

    Reference: Hannun et al., "First-Pass Large Vocabulary Continuous Speech Recognition using Bi-Directional
        Recurrent DNNs", 2014.
    """
    _, _, _, blank = _sizes("ctc_decode", inputs, sequence_lengths, mask_index)
    lengths = cast(sequence_lengths, "int32")
    if strategy == "greedy":
        return _greedy(inputs, lengths, merge_repeated, blank)
    if strategy != "beam_search":
        raise ValueError(f"ctc_decode() got strategy={strategy!r}, expected 'greedy' or 'beam_search'.")
    if not 1 <= top_paths <= beam_width:
        raise ValueError(f"ctc_decode() got top_paths={top_paths}, expected 1 to beam_width={beam_width}.")
    return _beam_search(inputs, lengths, beam_width, top_paths, blank)


def _greedy(logits: Tensor, lengths: Tensor, merge_repeated: bool, blank: int) -> tuple[Tensor, Tensor]:
    best, steps = argmax(logits, -1), arange(shape(logits)[1])
    inside = less(steps, expand_dims(lengths, 1))
    kept = logical_and(inside, not_equal(best, blank))
    if merge_repeated:
        kept = logical_and(kept, not_equal(best, _before(best, -1)))
    order = argsort(cast(logical_not(kept), "int32"), 1)
    count = total(cast(kept, "int32"), 1, True)
    labels = where(less(steps, count), take_along_axis(best, order, 1), -1)
    score = negative(total(where(inside, greatest(logits, -1), 0), 1, True))
    return expand_dims(labels, 0), score


def _beam_search(logits: Tensor, lengths: Tensor, width: int, paths: int, blank: int) -> tuple[Tensor, Tensor]:
    batch, steps, classes = shape(logits)
    dtype = dtype_of(logits)
    log_probs = log_softmax(_wide(logits), -1)
    real = dtype_of(log_probs)

    def every(value: Any, kind: str) -> Tensor:
        return full((batch, width), value, kind)

    first = equal(arange(width), 0)
    beams = {
        "labels": full((batch, width, steps), -1, "int32"),
        "length": every(0, "int32"),
        "last": every(0, "int32"),
        # Sequences are told apart by two hashes, of themselves and of themselves without the last label.
        "hashes": [every(0, "int32")] * 2,
        "parents": [every(0, "int32")] * 2,
        "blank": where(first, every(0, real), _NEVER),
        "label": every(_NEVER, real),
    }

    def step(beams: Any, x: Any) -> tuple[Any, Any]:
        log_prob, t = x
        new = _advanced(beams, log_prob, width, classes, blank)
        running = less(t, lengths)
        return _chosen(running, new, beams), t

    beams, _ = scan(step, beams, (transpose(log_probs, (1, 0, 2)), arange(steps)))
    scores, best = top_k(logaddexp(beams["blank"], beams["label"]), paths)
    labels = take_along_axis(beams["labels"], broadcast_to(expand_dims(best, -1), (batch, paths, steps)), 1)
    scores = where(less(scores, _NEVER / 2), -math.inf, scores)
    return transpose(labels, (1, 0, 2)), cast(scores, dtype)


def _chosen(running: Tensor, new: Any, old: Any) -> Any:
    """The new state of what still runs."""
    if isinstance(new, dict):
        return {key: _chosen(running, new[key], old[key]) for key in new}
    if isinstance(new, list):
        return [_chosen(running, a, b) for a, b in zip(new, old, strict=True)]
    return where(reshape(running, (-1, *(1,) * (len(shape(new)) - 1))), new, old)


def _advanced(beams: Any, log_prob: Tensor, width: int, classes: int, blank: int) -> Any:
    """One step: every beginning stays as it is or gets one more label, and the best of all are kept."""
    batch, steps = shape(beams["labels"])[0], shape(beams["labels"])[2]
    length, last = beams["length"], beams["last"]
    either = logaddexp(beams["blank"], beams["label"])
    stay_blank = add(either, getitem(log_prob, (slice(None), slice(blank, blank + 1))))
    again = add(beams["label"], take_along_axis(log_prob, last, 1))
    # A label again needs a blank between.
    names = arange(classes)
    same = logical_and(equal(names, expand_dims(last, -1)), expand_dims(greater(length, 0), -1))
    before = where(same, expand_dims(beams["blank"], -1), expand_dims(either, -1))
    longer = where(equal(names, blank), _NEVER, add(before, expand_dims(log_prob, 1)))
    # A longer beginning that is among the kept ones already adds to that one.
    parent = equal(expand_dims(add(length, 1), 2), expand_dims(length, 1))
    for hashes, parents in zip(beams["hashes"], beams["parents"], strict=True):
        parent = logical_and(parent, equal(expand_dims(hashes, 2), expand_dims(parents, 1)))
    reached = take_along_axis(longer, broadcast_to(expand_dims(last, 1), (batch, width, width)), 2)
    gain = logsumexp(where(parent, reached, _NEVER), 1)
    stay_label = maximum(logaddexp(again, gain), _NEVER)
    there = matmul(cast(parent, dtype_of(longer)), one_hot(last, classes, dtype=dtype_of(longer)))
    longer = maximum(where(greater(there, 0), _NEVER, longer), _NEVER)
    stay_blank = maximum(stay_blank, _NEVER)
    everything = concatenate([logaddexp(stay_blank, stay_label), reshape(longer, (batch, width * classes))], 1)
    score, place = top_k(everything, width)
    extends = less(width - 1, place)
    added = mod(subtract(place, width), classes)
    source = where(extends, floor_divide(maximum(subtract(place, width), 0), classes), place)

    def of(x: Tensor) -> Tensor:
        return take_along_axis(x, source, 1)

    labels = take_along_axis(beams["labels"], broadcast_to(expand_dims(source, -1), (batch, width, steps)), 1)
    old_length = of(length)
    written = logical_and(equal(arange(steps), expand_dims(old_length, -1)), expand_dims(extends, -1))
    olds = [of(one) for one in beams["hashes"]]
    mixed = [add(multiply(old, factor), add(added, 1)) for old, factor in zip(olds, (1000003, 69069), strict=True)]
    return {
        "labels": where(written, expand_dims(added, -1), labels),
        "length": add(old_length, cast(extends, "int32")),
        "last": where(extends, added, of(last)),
        "hashes": [where(extends, new, old) for new, old in zip(mixed, olds, strict=True)],
        "parents": [where(extends, old, of(one)) for old, one in zip(olds, beams["parents"], strict=True)],
        "blank": where(extends, _NEVER, of(stay_blank)),
        "label": where(extends, score, of(stay_label)),
    }
