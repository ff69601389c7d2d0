import numpy as np
import pytest
from keras_core import backend, ops, random
from keras_core.backend.distribution import distributed_by
from keras_core.backend.layouts import Part
from keras_core.staging.share import (
    Share,
    active_share,
    is_first_process,
    share_scope,
    splitting_engine,
    sum_of_loss,
    summed_over_parts,
)
from threads_as_processes import on_shares


@pytest.mark.parametrize(("total", "size"), [(6, 3), (7, 3), (3, 3), (103, 4)])
def test_shares_are_all_rows_once_and_of_nearly_one_length(total, size):
    shares = [Share.of(total, rank, size) for rank in range(size)]
    assert [row for one in shares for row in range(one.start, one.stop)] == list(range(total))
    assert max(one.rows for one in shares) - min(one.rows for one in shares) <= 1
    assert sum(one.weight for one in shares) == pytest.approx(1)
    assert {one.even for one in shares} == {total % size == 0}


def test_a_scope_and_none_inside_it():
    share = Share.of(4, 0, 2)
    with share_scope(share):
        assert active_share() is share
        with share_scope(None):
            assert active_share() is None
    assert active_share() is None


def test_without_a_distribution_nothing_is_split_and_this_process_writes():
    assert splitting_engine(backend.active()) is None
    assert is_first_process()


def test_a_mesh_for_another_number_of_processes_is_refused(monkeypatch):
    class Engine:
        name, shares_programs = "some", False
        join = rank = all_devices = create_by_layout = lay_out = place = place_batch = gather = reduce = exchange = (
            print
        )

        def size(self):
            return 4

    class OneDevice:
        batch_dim_name = "batch"

        class device_mesh:
            devices = np.array(["cpu:0"])

    with distributed_by(OneDevice()), pytest.raises(ValueError, match="has 1 devices, and the job 4 processes"):
        splitting_engine(Engine())


@pytest.mark.parametrize(
    "draw",
    [
        lambda rows, seed: random.uniform((rows, 3), seed=seed),
        lambda rows, seed: random.normal((rows, 2, 2), seed=seed),
        lambda rows, seed: random.randint((rows,), 0, 1000, seed=seed),
        lambda rows, seed: random.dropout(ops.ones((rows, 5)), 0.5, seed=seed),
        lambda rows, seed: random.gamma((rows, 3), 2.0, seed=seed),
        lambda rows, seed: random.categorical(ops.zeros((rows, 4)), 2, seed=seed),
    ],
)
def test_processes_together_draw_what_one_does(monkeypatch, draw):
    whole = backend.to_numpy(draw(7, 5))
    parts, _ = on_shares(monkeypatch, lambda share: backend.to_numpy(draw(share.rows, 5)), 7)
    np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_what_has_no_row_for_each_sample_is_drawn_as_by_one(monkeypatch):
    whole = backend.to_numpy(random.normal((5, 4), seed=1))
    parts, _ = on_shares(monkeypatch, lambda share: backend.to_numpy(random.normal((5, 4), seed=1)), 7)
    for part in parts:
        np.testing.assert_array_equal(part, whole)


def test_a_loss_of_each_row_is_summed_over_all(monkeypatch):
    values = np.arange(7, dtype="float32")

    def sums(share):
        return float(sum_of_loss(ops.add(values[share.start : share.stop], 0))), float(sum_of_loss(ops.ones(5)))

    found, _ = on_shares(monkeypatch, sums, 7)
    assert found == [(21, 5)] * 3  # five values are not of two or three rows
    assert float(sum_of_loss(ops.ones(5))) == 5


def test_sums_over_parts_count_each_part_once(monkeypatch):
    part = Part(0, 0, 1, 3, None)
    monkeypatch.setattr(type(backend.active()), "size", lambda _: 3, raising=False)

    def sums(share):
        found = summed_over_parts([ops.add(float(share.start), 1.0), ops.add(2.0, 0.0)], [part, None])
        return [float(one) for one in found]

    found, shares = on_shares(monkeypatch, sums, 6)
    assert found == [[sum(share.start + 1.0 for share in shares), 2.0]] * 3
