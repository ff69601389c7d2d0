import numpy as np
from keras_core import backend
from keras_core.training.across_processes import JoinedOutputs, Splitting
from keras_core.training.logs import StepOutputs
from threads_as_processes import Threads


class Second:
    """The second of three processes."""

    rank = staticmethod(lambda: 1)
    size = staticmethod(lambda: 3)


def test_without_processes_a_batch_stays_whole():
    batch = (np.ones(4), None, None)
    assert Splitting(None).part(None, batch) == (None, None, batch)
    assert not Splitting(None).splits


def test_rows_of_a_batch_and_of_steps():
    splitting = Splitting(Second())
    x = np.arange(7)
    share, rows, (part, y, _) = splitting.part(None, (x, {"a": x + 1}, None))
    assert (share.start, share.stop, share.total, rows) == (2, 4, 7, None)
    np.testing.assert_array_equal(part, [2, 3])
    np.testing.assert_array_equal(y["a"], [3, 4])
    share, rows, _ = splitting.part(np.arange(14).reshape(2, 7), (x, None, None))
    np.testing.assert_array_equal(rows, [[2, 3], [9, 10]])
    assert share.total == 7


def test_a_batch_that_is_too_small_or_wrong_stays_whole():
    for batch in ((np.ones(2), None, None), (np.ones(6), np.ones(5), None)):
        assert Splitting(Second()).part(None, batch) == (None, None, batch)


def test_outputs_of_all_rows():
    threads = Threads(2)
    rows = [np.float32([[1], [2]]), np.float32([[3]])]

    def run(rank):
        active = backend.active()
        return JoinedOutputs(StepOutputs(active.tensor(rows[rank]), active), threads, active).fetch()["outputs"]

    for found in threads.run(run):
        np.testing.assert_array_equal(found, [[1], [2], [3]])
