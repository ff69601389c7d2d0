"""The feed for a source of data, with its batch size and its number of steps in a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from keras_conformance import Affine
from keras_core import Input, Model, Sequential, backend
from keras_core.training.array_data import ArrayData
from keras_core.training.device_data import ArrayFeed
from keras_core.training.feeds import batches_of, feed_of, samples_per_call, steps_per_call_of
from keras_core.training.gathering import Gathering
from keras_core.training.plan import PassPlan

if TYPE_CHECKING:
    from collections.abc import Callable

X = np.zeros((10, 3), "float32")


@pytest.mark.parametrize(
    ("width", "rows"),
    [(3, 1024), (2**13, 256), (2**20, 32)],  # 12 bytes, 32 KiB and 4 MiB each
)
def test_a_call_takes_some_megabytes_at_most(compiled: Callable[..., Sequential], width: int, rows: int) -> None:
    state, data = compiled()._trainer, ArrayData(np.zeros((2, width), "float32"))
    assert samples_per_call(state, data, None) == rows
    assert samples_per_call(state, data, 7) == 7


def test_the_inputs_may_fix_the_number() -> None:
    inputs = Input(batch_shape=(5, 3))
    state = Model(inputs, Affine(1)(inputs))._trainer
    assert samples_per_call(state, ArrayData(X), None) == 5


def test_arrays_are_put_on_the_device_and_sources_stay() -> None:
    feed = feed_of(ArrayData(X), backend.active(), 4)
    assert isinstance(feed, ArrayFeed) and (feed.batch_size, feed.steps) == (4, 3)
    source = PassPlan(method="predict", x=iter([X])).source()
    assert feed_of(source, backend.active(), 4) is source


def test_what_a_model_learned_of_its_steps_is_kept(compiled: Callable[..., Sequential]) -> None:
    programs = compiled()._trainer.programs
    feed = feed_of(ArrayData(X), backend.active(), 4)
    first = steps_per_call_of(programs, "train", feed, None)
    assert steps_per_call_of(programs, "train", feed, None) is first
    assert steps_per_call_of(programs, "test", feed, None) is not first
    assert steps_per_call_of(programs, "train", feed_of(ArrayData(X), backend.active(), 5), None) is not first
    fixed = steps_per_call_of(programs, "train", feed, 3)
    assert fixed is not first and fixed.steps() == 3
    source = PassPlan(method="predict", x=iter([X])).source()
    assert steps_per_call_of(programs, "predict", source, None) is not steps_per_call_of(
        programs, "predict", source, None
    )


def test_batches_of_a_source_share_calls_of_compiled_steps_on_one_device(
    compiled: Callable[..., Sequential], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = PassPlan(method="evaluate", x=iter([X])).source()

    def gathers(model: Sequential, fixed: int | None = None, mode: str = "train") -> bool:
        return isinstance(steps_per_call_of(model._trainer.programs, mode, source, fixed), Gathering)

    model = compiled()
    assert gathers(model) is gathers(model, mode="test") is ("steps" in model.backend.capabilities)
    assert not gathers(model, fixed=1) and not gathers(model, mode="predict") and not gathers(model, mode="watch")
    assert not gathers(compiled(run_eagerly=True))
    monkeypatch.setattr(model, "distributed_by", "several devices")
    assert not gathers(model)


@pytest.mark.parametrize(("width", "most"), [(2**10, 64), (2**18, 1)])
def test_large_inputs_are_predicted_one_batch_a_call(monkeypatch: pytest.MonkeyPatch, width: int, most: int) -> None:
    """64 batches of a call take 64 times the memory of one on a device."""
    model = Sequential([Input((width,)), Affine(1)])
    model.predict(np.zeros((1, width), "float32"), verbose=0)  # by which the outputs' shapes are known
    monkeypatch.setattr(type(model._trainer.programs), "predicts_many", lambda *_: True)
    data = ArrayData(np.zeros((128, width), "float32"))
    assert batches_of(model._trainer, model._trainer.programs, data, 2).most == most
