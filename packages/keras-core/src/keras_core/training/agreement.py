"""What the processes of a job have to have in common before they train."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core.backend.distribution import active_distribution, group_of
from keras_core.random.seeds import streams
from keras_core.training.array_data import ArrayData
from keras_core.training.host_rows import HostRows

if TYPE_CHECKING:
    from keras_core.training.plan import Source
    from keras_core.training.state import TrainingState
    from keras_core.typing import ArrayLike

_LOOKED_AT = 4096
"""Elements of a value that are compared."""


def agree(state: TrainingState, source: Source, settings: dict[str, Any]) -> None:
    """Raise in every process unless all train the same model in the same way.

    Args:
        state: the state of the model's training, all of which is built.
        source: the data.
        settings: what else has to be the same, such as the batch size.

    Raises:
        RuntimeError: names the ranks, and what differs first.
    """
    group = group_of(state.model.backend)
    if group is None:
        return
    mine = dict(_facts(state, source, settings))
    said = [json.loads(one) for one in group.exchange(json.dumps(mine).encode())]
    for what in said[0]:
        other = [rank for rank, facts in enumerate(said) if facts.get(what) != said[0][what]]
        if other:
            raise RuntimeError(_message(group.rank(), what, said, other))
    missing = [(rank, what) for rank, facts in enumerate(said) for what in facts if what not in said[0]]
    if missing:
        rank, what = missing[0]
        raise RuntimeError(_message(group.rank(), what, said, [rank]))


def _message(rank: int, what: str, said: list[dict[str, Any]], other: list[int]) -> str:
    ranks = ", ".join(map(str, other))
    there, here = (facts.get(what, "not there") for facts in (said[other[0]], said[0]))
    return (
        f"Rank {rank} of {len(said)} stops, as all do: {what} is {there} on rank {ranks} and {here} on rank 0. "
        "All processes make the same model, from one seed "
        "(keras.utils.set_random_seed), and are given the same data."
    )


def _facts(state: TrainingState, source: Source, settings: dict[str, Any]) -> Any:
    """What has to be the same, by what a message calls it."""
    spread = active_distribution()
    for name, value in settings.items():
        yield f"the {name}", value
    numbers = repr([stream.bit_generator.state for stream in streams()])
    yield "the state of the random numbers (as a checksum)", zlib.crc32(numbers.encode())
    for variable in dict.fromkeys(state.model.variables):
        yield f"the shape of variable {variable.path!r}", [*variable.shape, variable.dtype]
        if not any(getattr(variable.layout, "axes", ())):
            yield f"the value of variable {variable.path!r} (as a checksum)", _checksum(variable.numpy())
    for variable in dict.fromkeys(state.variables()):
        yield f"the shape of variable {variable.path!r}", [*variable.shape, variable.dtype]
    if isinstance(source, ArrayData) and spread is not None and spread.auto_shard_dataset:
        yield "the number of samples", source.size
        for number, leaf in enumerate(source.flat):
            yield f"the shape of array {number} of the data", list(leaf.shape)
            rows = np.unique(np.linspace(0, len(leaf) - 1, 64).astype(int))
            yield f"array {number} of the data (as a checksum)", _checksum(_rows(leaf, rows))


def _rows(leaf: ArrayLike, rows: np.ndarray) -> np.ndarray:
    return leaf[rows] if isinstance(leaf, HostRows) else np.asarray(leaf)[rows]


def _checksum(value: np.ndarray) -> int:
    flat = np.ascontiguousarray(value).reshape(-1)
    return zlib.crc32(np.ascontiguousarray(flat[:: max(len(flat) // _LOOKED_AT, 1)]).view(np.uint8).tobytes())
