import numpy as np
import pytest
from keras_preprocessing.image import Iterator


class Numbers(Iterator):
    """Batches of the indices themselves."""

    def _get_batches_of_transformed_samples(self, index_array):
        return index_array.copy()


def test_batches_by_number():
    batches = Numbers(5, 2, False, None)
    assert len(batches) == 3
    assert [batches[i].tolist() for i in (0, 1, 2, -1)] == [[0, 1], [2, 3], [4], [4]]
    assert batches.total_batches_seen == 4
    with pytest.raises(IndexError, match="Numbers has 3 batches; there is none of index 3"):
        batches[3]


def test_next_goes_on_for_ever():
    batches = Numbers(5, 2, False, None)
    assert [next(batches).tolist() for _ in range(4)] == [[0, 1], [2, 3], [4], [0, 1]]
    batches.reset()
    assert batches.next().tolist() == [0, 1]
    assert iter(batches) is batches
    with pytest.raises(StopIteration):
        next(Numbers(0, 2, False, None))


def test_each_pass_has_an_order_of_its_own():
    def orders():
        batches = Numbers(20, 20, True, 3)
        for _ in range(3):
            yield batches[0].tolist()
            batches.on_epoch_end()

    first, second = list(orders()), list(orders())
    assert first == second and first[0] != first[1] != first[2]
    assert all(sorted(order) == list(range(20)) for order in first)
    by_next = Numbers(20, 20, True, 3)
    assert [next(by_next).tolist() for _ in range(3)] == first
    by_two = Numbers(4, 2, True, 3)  # upstream seeds NumPy with the seed and the number of batches before
    found = [next(by_two).tolist() for _ in range(6)]
    passes = [np.random.RandomState(3 + before).permutation(4).tolist() for before in (0, 2, 4)]
    assert [[*a, *b] for a, b in zip(found[::2], found[1::2])] == passes


def test_numpy_s_seed_orders_what_has_none():
    np.random.seed(1)
    one = Numbers(20, 20, True, None)[0].tolist()
    np.random.seed(1)
    assert Numbers(20, 20, True, None)[0].tolist() == one != sorted(one)


def test_what_does_not_fit():
    with pytest.raises(ValueError, match="Numbers: batch_size must be at least 1, got 0"):
        Numbers(3, 0, False, None)
    with pytest.raises(NotImplementedError, match="Iterator must define"):
        Iterator(3, 1, False, None)[0]
