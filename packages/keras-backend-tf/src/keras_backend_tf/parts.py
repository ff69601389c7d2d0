"""Values of which each process stores a part: collectives that put them together, and that sum gradients to parts.

TensorFlow has no kernel on a CPU that adds up and scatters. So each process sends every other one its summand of that
one's part (`CollectiveAllToAllV2`), and adds up what it is sent: as many bytes as a ring's reduce-scatter moves.
"""

from __future__ import annotations

import functools
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from keras_core.backend import toolkit

from keras_backend_tf.distribution import GROUP, buckets, reduce, sent_as
from keras_backend_tf.framework import raw, tf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from keras_core.backend import Part
    from keras_core.typing import Tensor

#: Lines by number, after which their groups of processes are named.
LINES = toolkit.Lines(GROUP, "tensorflow")

_FIRST_KEY = 2**24
"""The number of the first group that is not of all processes."""


@functools.cache
def _group(line: int) -> tuple[int, int, tuple[int, ...]]:
    """Of the processes of a line: the number of their group, how many they are, and which part each of them has.

    The order is that in which TensorFlow takes them: they are asked, all together, when it is first needed.
    """
    along = LINES[line]
    count = len(along.ranks)
    key = _FIRST_KEY + 2 * (line * GROUP.size + along.all.index(along.ranks))
    with tf.init_scope():
        ranks = GROUP.collective(raw.CollectiveGatherV2, tf.constant([GROUP.rank]), key, count).numpy()
    return key, count, tuple(along.ranks.index(rank) for rank in ranks)


def _gathered(part: Tensor, axis: int, line: int) -> Tensor:
    key, count, order = _group(line)
    # Of numbers of 16 bits the bits are sent, as gathering takes no bfloat16.
    sent = tf.bitcast(part, tf.float16) if part.dtype == tf.bfloat16 else tf.cast(part, sent_as(part.dtype))
    flat = GROUP.collective(raw.CollectiveGatherV2, tf.reshape(sent, [-1]), key, count)
    flat = tf.bitcast(flat, part.dtype) if part.dtype == tf.bfloat16 else tf.cast(flat, part.dtype)
    parts = tf.reshape(flat, [count, *part.shape])
    if order != tuple(range(count)):
        parts = tf.gather(parts, [order.index(place) for place in range(count)])
    if axis == 0:
        return tf.reshape(parts, [-1, *part.shape[1:]])
    return tf.concat(tf.unstack(parts), axis)


@contextmanager
def _graph_of(tensor: Tensor) -> Iterator[None]:
    with tensor.graph.as_default(), tf.control_dependencies(None):
        yield


def _beside(tensor: Tensor) -> AbstractContextManager[Any]:
    """A scope for what is computed of a tensor in its own graph, whatever inner graph asks for it."""
    if tf.is_symbolic_tensor(tensor):
        return _graph_of(tensor)
    return tf.init_scope() if tf.inside_function() else nullcontext()


def whole_of(tensor: Tensor, part: Part) -> Tensor:
    """The whole value of which this process has a part; see `HoldsParts.whole_of`.

    Args:
        tensor: the part.
        part: which one it is.
    """

    @tf.custom_gradient
    def gathering(own: Tensor) -> Any:
        return _gathered(own, part.axis, LINES.number_of(part)), lambda upstream: part_of_sum(upstream, part)

    with _beside(tensor):
        return gathering(tensor)


def part_of_sum(tensor: Tensor, part: Part) -> Tensor:
    """The part that this process has of the sum of the tensors of all processes.

    Args:
        tensor: that of this process.
        part: which one is wanted.
    """
    return reduce_to_parts([tensor], "sum", [part])[0]


def reduce_to_parts(tensors: Sequence[Tensor], how: str, parts: Sequence[Part | None]) -> list[Tensor]:
    """Tensors combined over all processes, of which this one gets its parts; see `HoldsParts.reduce_to_parts`.

    Args:
        tensors: floats of the same shapes in every process.
        how: "sum" or "mean".
        parts: which part of each; None for the whole.
    """

    def begin(some: list[Tensor], wanted: list[Part], line: int) -> Callable[[], list[Tensor]]:
        found: dict[int, Tensor] = {}
        for bucket in buckets(some):
            summed = _scattered([some[k] for k in bucket], [wanted[k].axis for k in bucket], line, how)
            found |= dict(zip(bucket, summed, strict=True))
        return lambda: [found[k] for k in range(len(some))]

    return toolkit.reduce_to_parts(tensors, parts, LINES, GROUP.size, lambda some: reduce(some, how), begin)


def _scattered(tensors: Sequence[Tensor], axes: Sequence[int], line: int, how: str) -> list[Tensor]:
    key, count, order = _group(line)
    chunks = [tf.split(tensor, count, axis) for tensor, axis in zip(tensors, axes, strict=True)]
    rows = tf.stack([tf.concat([tf.reshape(one[place], [-1]) for one in chunks], 0) for place in order])
    if how == "mean":
        rows = rows / tf.cast(GROUP.size, rows.dtype)
    summed = tf.reduce_sum(GROUP.collective(raw.CollectiveAllToAllV2, rows, key, count), 0)
    ends = tf.split(summed, [one[0].shape.num_elements() for one in chunks])
    return [tf.reshape(end, one[0].shape) for end, one in zip(ends, chunks, strict=True)]


__all__ = ["LINES", "part_of_sum", "reduce_to_parts", "whole_of"]
