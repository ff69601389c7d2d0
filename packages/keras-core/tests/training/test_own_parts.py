"""Batches made of what every process has; processes are threads here. Trained so in tests/cross."""

from types import SimpleNamespace

import numpy as np
import pytest
from keras_core import backend, ops
from keras_core.backend.distribution import distributed_by
from keras_core.layers import sum_over_batch
from keras_core.staging.share import Share, share_scope
from keras_core.training import own_parts
from keras_core.training.array_data import ArrayData
from keras_core.training.own_parts import OwnParts, OwnRows, own_order, parts_engine
from threads_as_processes import Threads


@pytest.fixture
def engine():
    threads = Threads(2)
    threads.shares_programs = False
    return threads


class Spread:
    auto_shard_dataset, batch_dim_name = False, "batch"

    def __init__(self, shape=(2,), names=("batch",)):
        self.device_mesh = SimpleNamespace(shape=shape, axis_names=names)

    def get_data_layout(self, shape):
        return shape


def batches(*sizes, first=0):
    found = []
    for size in sizes:
        found.append((None, (np.arange(first, first + size)[:, None], None, None)))
        first += size
    return found


def test_batches_are_counted_until_the_last_process_has_none(engine):
    given = [batches(3, 3, 2), batches(3, first=10)]

    def run(rank):
        parts, seen = OwnParts(engine), []
        for rows, (x, *_) in parts.calls(given[rank]):
            assert rows is None
            seen.append((x[:, 0].tolist(), parts.share, list(parts.counts)))
        return seen

    first, second = engine.run(run)
    assert [counts for *_, counts in first] == [counts for *_, counts in second] == [[3, 3], [3, 0], [2, 0]]
    assert [rows for rows, *_ in first] == [[0, 1, 2], [3, 4, 5], [6, 7]]
    assert [rows for rows, *_ in second] == [[10, 11, 12], [10], [10]]  # a row that does not count
    assert [share for _, share, _ in first] == [Share(0, 3, 6, True), Share(0, 3, 3, False), Share(0, 2, 2, False)]
    assert [share.weight for _, share, _ in second] == [0.5, 0, 0]


def test_a_process_without_data_is_an_error(engine):
    with pytest.raises(ValueError, match="Rank 1 was given no data, and others were"):
        engine.run(lambda rank: list(OwnParts(engine).calls([batches(2), []][rank])))


def test_batches_without_samples_are_refused_where_all_are(engine):
    def run(rank):
        return [parts.share.rows for parts in [OwnParts(engine)] for _ in parts.calls(batches(2, 0 if rank else 1))]

    assert engine.run(run) == [[2, 1], [2, 0]]
    with pytest.raises(ValueError, match="at least one yields a batch of 0 samples"):
        engine.run(lambda rank: list(OwnParts(engine).calls([batches(2, 0), batches(2)][rank])))


def test_arrays_are_read_by_their_share_of_a_batch(engine):
    sizes = [7, 4]

    def run(rank):
        x = np.arange(sizes[rank])[:, None] + 100 * rank
        feed = OwnRows(ArrayData(x, method="fit"), engine, batch_size=5)
        return feed.batch_size, feed.steps, [batch[0][:, 0].tolist() for _, batch in feed.calls(None)]

    first, second = engine.run(run)
    assert first == (2, 4, [[0, 1], [2, 3], [4, 5], [6]])
    assert second == (3, 4, [[100, 101, 102], [103]])


def test_shuffled_passes_have_all_rows_and_limits_go_on(engine):
    def run(rank):
        feed = OwnRows(ArrayData(np.arange(6)[:, None], method="fit"), engine, 4, shuffle=True, continues=True)
        return [[batch[0][:, 0].tolist() for _, batch in feed.calls(None, limit)] for limit in (2, 1, 3)]

    for epochs in engine.run(run):
        rows = [row for epoch in epochs for batch in epoch for row in batch]
        assert sorted(rows[:6]) == sorted(rows[6:]) == list(range(6))


def test_orders_differ_by_process_and_advance_the_jobs_alike(engine):
    from keras_core.random.seeds import data_generator

    before = data_generator().bit_generator.state
    found = []
    for rank in (0, 1):
        data_generator().bit_generator.state = before
        one = SimpleNamespace(rank=lambda rank=rank: rank)
        found.append((own_order(one).permutation(50).tolist(), str(data_generator().bit_generator.state)))
    assert found[0][0] != found[1][0] and found[0][1] == found[1][1] != str(before)


def test_a_batch_smaller_than_the_job(engine):
    with pytest.raises(ValueError, match="A batch of 1 samples is split over 2 processes"):
        engine.run(lambda rank: OwnRows(ArrayData(np.ones((3, 1)), method="fit"), engine, 1))


@pytest.mark.parametrize(("counts", "split"), [([2, 2], True), ([3, 1], False), ([3, 3], False)])
def test_a_program_of_the_whole_batch_is_given_all_rows(engine, counts, split):
    engine.shares_programs = True
    engine.place_batch = lambda rows, layout: np.concatenate(engine.exchange(rows))
    engine.gather = lambda whole: whole
    spread = Spread(shape=(4,))

    def run(rank):
        parts = OwnParts(engine)
        with distributed_by(spread):
            batch = (np.arange(counts[rank])[:, None] + 10 * rank, None, None)
            parts.count(batch)
            assert parts.share is None
            return parts.whole(batch)[0][:, 0].tolist()

    expected = [*range(counts[0]), *range(10, 10 + counts[1])]
    assert engine.run(run) == [expected, expected]


def test_whose_parts_they_are(monkeypatch):
    group = SimpleNamespace(size=lambda: 2)
    monkeypatch.setattr(own_parts, "group_of", lambda _: group)
    spread = Spread()
    assert parts_engine(None) is None
    with distributed_by(spread):
        assert parts_engine(None) is group
        spread.auto_shard_dataset = True
        assert parts_engine(None) is None
    with (
        distributed_by(Spread((1, 2), ("batch", "model"))),
        pytest.raises(NotImplementedError, match="into 1, so that"),
    ):
        parts_engine(None)


def test_what_does_not_count_adds_nothing_to_sums_over_the_batch(engine, monkeypatch):
    monkeypatch.setattr(type(backend.active()), "reduce", lambda _, *args: engine.reduce(*args), raising=False)

    def run(rank):
        with share_scope(Share.among([2, 0], rank)):
            return backend.to_numpy(sum_over_batch(ops.convert_to_tensor([3.0 + rank]))).tolist()

    assert engine.run(run) == [[3.0], [3.0]]
