import numpy as np
from keras_core import backend
from keras_core.staging.share import together
from keras_core.training.combining import gathered
from threads_as_processes import Threads


def test_rows_of_all_processes_in_order():
    threads = Threads(3)
    whole = {"a": np.arange(14, dtype="float32").reshape(7, 2), "b": np.arange(7) > 3}
    cuts = [0, 2, 4, 7]

    def run(rank):
        own = {name: value[cuts[rank] : cuts[rank + 1]] for name, value in whole.items()}
        return gathered(threads, backend.active(), own)

    for found in threads.run(run):
        for name, value in whole.items():
            assert found[name].dtype == value.dtype
            np.testing.assert_array_equal(found[name], value)


def test_one_flag_is_enough():
    threads = Threads(2)
    assert threads.run(lambda rank: together(threads, rank == 1)) == [True, True]
    assert threads.run(lambda rank: together(threads, False)) == [False, False]
