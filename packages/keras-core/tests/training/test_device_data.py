"""Arrays on the device, and the rows that each step takes from them."""

from __future__ import annotations

import numpy as np
import pytest
from keras_core import backend, random
from keras_core.training.array_data import ArrayData
from keras_core.training.data_budget import limited_data_budget
from keras_core.training.device_data import ArrayBatches, ArrayFeed
from keras_core.training.steps_per_call import StepsPerCall


@pytest.mark.parametrize("shuffle", [False, True, "batch"])
def test_an_epoch_visits_every_row_once(shuffle: object) -> None:
    random.set_random_seed(0)
    feed = ArrayFeed(ArrayData(np.arange(23.0)[:, None]), backend.active(), 5, shuffle)
    matrices = [rows for rows, _ in feed.calls(StepsPerCall(fixed=2))]
    assert [m.shape for m in matrices] == [(2, 5), (2, 5), (1, 3)]
    order = np.concatenate([m.ravel() for m in matrices])
    assert sorted(order) == list(range(23))
    assert (list(order) == list(range(23))) is (shuffle is False)
    if shuffle == "batch":
        assert all((m[:, 1:] - m[:, :-1] == 1).all() for m in matrices)


def test_what_exceeds_the_budget_comes_in_parts() -> None:
    data = np.arange(20, dtype="float32")[:, None]
    with limited_data_budget(4 * 8):
        feed = ArrayFeed(ArrayData(data), backend.active(), 4)
        seen = [backend.to_numpy(part[0])[rows.ravel(), 0] for rows, part in feed.calls(StepsPerCall(fixed=1))]
        assert all(len(backend.to_numpy(part[0])) <= 8 for _, part in feed.calls(StepsPerCall(fixed=1)))
    np.testing.assert_array_equal(np.concatenate(seen), np.arange(20))


@pytest.mark.parametrize(("limit", "expected"), [(None, 23), (9, 18), (3, 6), (0, 0)])
@pytest.mark.parametrize("steps", [1, 3, 4, 9])
def test_batches_that_follow_one_another_share_calls_of_one_shape(limit: int | None, expected: int, steps: int) -> None:
    x = np.arange(23)
    feed = ArrayBatches(ArrayData(x), 2, 4)
    seen: list[int] = []
    for rows, (part, _, _) in feed.calls(StepsPerCall(fixed=steps), limit):
        assert (rows is None) == (steps == 1 or len(part) != 8)
        seen += part.tolist() if rows is None else part[rows].ravel().tolist()
        assert rows is None or len(rows) <= min(steps, 4)
    assert seen == x[:expected].tolist() and feed.steps == 12


def test_lent_arrays_are_copied_only_where_the_backend_cannot_use_them() -> None:
    x, engine = np.arange(8, dtype="float32")[:, None], backend.active()
    ((rows, (lent, _, _)),) = ArrayFeed(ArrayData(x), engine, 4, lent=True).calls(StepsPerCall(fixed=2))
    assert engine.is_tensor(lent) and rows.shape == (2, 4)
    np.testing.assert_array_equal(backend.to_numpy(lent), x)
    borrowed = engine.borrow(x)
    shared = engine.is_tensor(borrowed) and np.shares_memory(np.asarray(borrowed), x)
    assert np.shares_memory(np.asarray(lent), x) == shared
