"""Values of several processes put together on the host."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from keras_core import tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.backend.distribution import Distributes
    from keras_core.backend.protocol import Backend
    from keras_core.typing import TensorTree


def summed_bytes(engine: Distributes, backend: Backend, values: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The arrays of all processes put together, each byte of which is zero in all processes but one.

    Args:
        engine: the processes.
        backend: the same, which makes tensors of what is sent.
        values: arrays of the same shapes and dtypes in every process.
    """
    flat = [np.frombuffer(np.ascontiguousarray(value).tobytes(), "uint8") for value in values]
    found = engine.reduce([backend.tensor(one) for one in flat], "sum")
    pairs = zip(found, values, strict=True)
    return [np.frombuffer(backend.numpy(one).tobytes(), value.dtype).reshape(value.shape) for one, value in pairs]


def gathered(engine: Distributes, backend: Backend, outputs: TensorTree) -> TensorTree:
    """The rows of all processes, one after the other by rank.

    Args:
        engine: the processes.
        backend: the same, which makes tensors of what is sent.
        outputs: nested arrays of which this process has its rows.
    """
    leaves = [np.asarray(leaf) for leaf in tree.flatten(outputs)]
    said = [json.loads(one) for one in engine.exchange(json.dumps([len(leaf) for leaf in leaves]).encode())]
    wholes = []
    for number, leaf in enumerate(leaves):
        counts = [one[number] for one in said]
        start = sum(counts[: engine.rank()])
        whole = np.zeros((sum(counts), *leaf.shape[1:]), leaf.dtype)
        whole[start : start + len(leaf)] = leaf
        wholes.append(whole)
    return tree.pack_sequence_as(outputs, summed_bytes(engine, backend, wholes))
