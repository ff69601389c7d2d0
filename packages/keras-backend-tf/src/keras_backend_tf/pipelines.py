"""Data sets of Keras as pipelines of `tf.data`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from keras_backend_tf.framework import tf

if TYPE_CHECKING:
    from collections.abc import Iterator


class Batches(Protocol):
    """Batches by number, which can be iterated over."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> Any: ...

    def __iter__(self) -> Iterator[Any]: ...


def pipeline(source: Batches) -> tf.data.Dataset:
    """A pipeline of the batches of a data set, made ahead; each pass goes through the data set anew.

    Args:
        source: where it has a `batch_size` of None, it gives samples.
    """
    batched = getattr(source, "batch_size", 0) is not None
    signature = tf.nest.map_structure(lambda leaf: _spec(np.asarray(leaf), batched), source[0])
    batches = tf.data.Dataset.from_generator(lambda: iter(source), output_signature=signature)
    return batches.apply(tf.data.experimental.assert_cardinality(len(source))).prefetch(tf.data.AUTOTUNE)


def _spec(leaf: Any, batched: bool) -> tf.TensorSpec:
    dtype = tf.string if leaf.dtype.kind in "OUS" else leaf.dtype
    return tf.TensorSpec((None, *leaf.shape[1:]) if batched else leaf.shape, dtype)
