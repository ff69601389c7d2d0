import numpy as np
import pytest
from keras_preprocessing.sequence import timeseries_dataset_from_array

SERIES = np.arange(100)


def test_the_documented_example():
    """Windows of ten steps, two apart, three steps between their starts."""
    batches = timeseries_dataset_from_array(SERIES, None, 10, sequence_stride=3, sampling_rate=2)
    (windows,) = batches
    assert windows[:2].tolist() == [[*range(0, 20, 2)], [*range(3, 23, 2)]]
    assert windows[-1].tolist() == [*range(81, 101, 2)] and len(windows) == 28


@pytest.mark.parametrize("options", [{}, {"start_index": 10, "end_index": 40}, {"sequence_stride": 4}])
def test_targets_stand_where_windows_begin(options):
    data = np.stack([SERIES, -SERIES], axis=1)
    batches = timeseries_dataset_from_array(data, SERIES * 10, 5, batch_size=7, **options)
    x, y = (np.concatenate(parts) for parts in zip(*batches, strict=True))
    first, last = options.get("start_index", 0), options.get("end_index", 100)
    starts = np.arange(first, last - 4, options.get("sequence_stride", 1))
    np.testing.assert_array_equal(y, starts * 10)
    np.testing.assert_array_equal(x, [data[start : start + 5] for start in starts])
    assert len(batches) == -(-len(starts) // 7)


def test_fewer_targets_than_windows():
    (batch,) = timeseries_dataset_from_array(SERIES, SERIES[:6], 5)
    assert batch[1].tolist() == [0, 1, 2, 3, 4, 5] and batch[0].shape == (6, 5)


def test_one_by_one():
    items = timeseries_dataset_from_array(SERIES[:8], SERIES[:8], 3, batch_size=None)
    assert len(items) == 6 and items[-1][0].tolist() == [5, 6, 7] and items[-1][1] == 5


def test_each_pass_has_an_order_of_its_own():
    def orders(seed):
        batches = timeseries_dataset_from_array(SERIES, SERIES, 5, batch_size=96, shuffle=True, seed=seed)
        return [next(iter(list(batches)))[1].tolist() for _ in range(2)]

    first, second = orders(3)
    assert [first, second] == orders(3) != orders(4)
    assert first != second and sorted(first) == sorted(second) == list(range(96))
    np.random.seed(1)
    drawn = orders(None)
    np.random.seed(1)
    assert orders(None) == drawn


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sequence_length": 0}, "sequence_length must be a positive int, got 0"),
        ({"batch_size": 2.5}, "batch_size must be a positive int, got 2.5"),
        ({"sequence_length": 101}, "no window of 101 steps"),
        ({"end_index": 101}, "do not lie in order within the 100 steps"),
        ({"start_index": 60, "end_index": 50}, "do not lie in order"),
        ({"targets": SERIES[:0]}, "with a target fits into the 100 steps"),
        ({"format": "rows"}, "with format=None; got 'rows'"),
    ],
)
def test_what_does_not_fit(options, message):
    with pytest.raises(ValueError, match=message):
        timeseries_dataset_from_array(**{"data": SERIES, "targets": SERIES, "sequence_length": 3, **options})
    with pytest.raises(IndexError, match="has 1 batches"):
        timeseries_dataset_from_array(SERIES, SERIES, 3)[1]
