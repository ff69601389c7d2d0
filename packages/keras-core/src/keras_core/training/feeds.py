"""The feed for a source of data, with its batch size and its number of steps in a call."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

import numpy as np

from keras_core import dtypes
from keras_core.backend.distribution import group_of
from keras_core.graph.nested import leaves_of
from keras_core.graph.spec import Spec
from keras_core.training.array_data import ArrayData
from keras_core.training.batch_source import BatchSource
from keras_core.training.device_data import ArrayBatches, ArrayFeed
from keras_core.training.gathering import Gathering
from keras_core.training.lookahead import Lookahead
from keras_core.training.own_parts import OwnRows, own_order, parts_engine
from keras_core.training.steps_per_call import MOST_BATCHES, AgreedSteps, StepsPerCall

if TYPE_CHECKING:
    from keras_core.backend.protocol import Backend
    from keras_core.training.feed import Feed
    from keras_core.training.plan import Source
    from keras_core.training.programs import Programs
    from keras_core.training.state import TrainingState
    from keras_core.training.steps_per_call import Pace

_FAST_BATCH_BYTES = 2**23
_FAST_BATCH_ROWS = 1024

_INPUT_BYTES, _OUTPUT_BYTES = 2**26, 2**24
"""Of inputs or outputs that are larger, one batch takes longer than what a call costs."""

_MOMENT = 0.02
"""Seconds by which steps may be ahead of what callbacks are told."""


def samples_per_call(state: TrainingState, data: ArrayData, batch_size: int | None) -> int:
    """The batch size of an evaluation or prediction: many samples, but at most some megabytes of input.

    Args:
        state: its model's inputs may fix the number.
        data: the arrays.
        batch_size: what the user chose, if anything.
    """
    if batch_size:
        return batch_size
    row = max(1, data.nbytes // data.size)
    fast = int(max(32, min(_FAST_BATCH_ROWS, _FAST_BATCH_BYTES // row)))
    return state.fixed_batch_size or fast


def batches_of(state: TrainingState, programs: Programs, data: ArrayData, batch_size: int) -> ArrayBatches:
    """Arrays to predict for, several batches in a call where that is known to gain something.

    Args:
        state: the state of the model's training.
        programs: the model's programs.
        data: the arrays.
        batch_size: samples of a batch.
    """
    feed = ArrayBatches(data, batch_size, MOST_BATCHES)
    row = _bytes_of_outputs(state)
    rows = batch_size * MOST_BATCHES
    many = (
        data.size >= rows
        and row is not None
        and row * rows <= _OUTPUT_BYTES
        and all(type(leaf) is np.ndarray and leaf.dtype.kind in "biuf" for leaf in data.flat)
        and sum(leaf.nbytes for leaf in data.flat) * rows <= _INPUT_BYTES * data.size
    )
    if many and programs.predicts_many(batch_size, feed.rows(0, rows)[0]):
        return feed
    return ArrayBatches(data, batch_size)


def _bytes_of_outputs(state: TrainingState) -> int | None:
    """Bytes of the outputs for one sample; None where that is not known, or they are not one row for each sample."""
    if state.model.overrides("predict_step") or state.output_specs is None:
        return None
    specs: list[Spec] = leaves_of(state.output_specs, (Spec,))
    row = 0
    for spec in specs:
        sizes = [size for size in spec.shape if size is not None]
        if spec.shape[:1] != (None,) or len(sizes) != len(spec.shape) - 1:
            return None
        row += prod(sizes) * dtypes.itemsize(spec.dtype)
    return row


def feed_of(
    source: Source,
    backend: Backend,
    batch_size: int,
    shuffle: bool | str = False,
    continues: bool = False,
    lent: bool = False,
) -> Feed:
    """Arrays put on the device; a source of batches as it is. The arguments are those of `ArrayFeed`."""
    engine = parts_engine(backend)
    if isinstance(source, ArrayData):
        if engine is not None:
            return OwnRows(source, engine, batch_size, shuffle, continues)
        return ArrayFeed(source, backend, batch_size, shuffle, continues, lent)
    if engine is not None:
        source.order = own_order(engine)
    return source


def steps_per_call_of(programs: Programs, mode: str, feed: Feed | None, fixed: int | None) -> Pace:
    """How many steps to run in a call; what earlier calls of the model have taught is kept.

    Args:
        programs: the model's programs.
        mode: the name of the steps: "train", "watch", "test" or "predict".
        feed: the data.
        fixed: how many steps callbacks are to be told of at a time; None where they are not told of batches.
    """
    if isinstance(feed, BatchSource) and fixed is None and mode in ("train", "test") and programs.may_gather():
        return Gathering(programs, mode)
    if not isinstance(feed, ArrayFeed) and not (isinstance(feed, ArrayBatches) and feed.most > 1):
        return StepsPerCall(fixed=fixed)
    group = group_of(programs.backend)
    if group is not None:
        own = StepsPerCall(fixed=fixed)
        alone = isinstance(feed, ArrayBatches) and not group.shares_programs  # each predicts its rows by itself
        return own if own.fixed is not None or alone else AgreedSteps(own, group)
    if fixed is None:
        return programs.steps_per_call.setdefault((mode, feed.batch_size), StepsPerCall())
    recorded = programs.recorded(mode) if fixed == 1 and mode in ("train", "test") else None
    if recorded is None:
        return StepsPerCall(fixed=fixed)
    pace = StepsPerCall(_MOMENT, few=1)
    return Lookahead(recorded, programs.steps_per_call.setdefault((f"{mode}, told", feed.batch_size), pace))
