from types import SimpleNamespace

import numpy as np
from keras_core.backend.toolkit import SeparatePrograms, buckets


def test_methods_are_those_of_the_group_and_of_the_module():
    told = []
    group = SimpleNamespace(
        rank=1,
        size=3,
        join=lambda *given: told.append(given),
        exchange=lambda message, timeout: [message, timeout],
        tell_failure=told.append,
    )

    class Some(SeparatePrograms):
        processes = SimpleNamespace(
            GROUP=group, all_devices=lambda kind: [f"{kind}:1"], reduce=lambda tensors, how: [how, *tensors]
        )

        def tensor(self, value):
            return value.tolist()

        def numpy(self, tensor):
            return np.array(tensor)

    some, error = Some(), ValueError()
    some.join("here:1", 3, 1, 5.0)
    some.tell_failure(error)
    assert told == [("here:1", 3, 1, 5.0), error]
    assert (some.rank(), some.size(), some.shares_programs) == (1, 3, False)
    assert some.exchange(b"me", 2.0) == [b"me", 2.0]
    assert some.all_devices("gpu") == ["gpu:1"]
    assert some.reduce([1], "max") == ["max", 1]
    assert some.place_batch(np.ones(2), None) == [1, 1]
    np.testing.assert_array_equal(some.gather([1, 2]), [1, 2])


def test_what_is_reduced_together_begins_with_the_last_and_is_of_one_kind():
    assert buckets("aba", [4, 8, 4], 100) == [[2, 0], [1]]
    assert buckets("aaa", [4, 4, 4], 8) == [[2, 1], [0]]
    assert buckets("aaaa", [4, 4, 4, 4], 8, first=4) == [[3], [2, 1], [0]]
    assert buckets("", [], 8) == []
