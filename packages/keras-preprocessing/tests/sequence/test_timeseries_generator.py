import json

import numpy as np
import pytest
from keras_preprocessing.sequence import TimeseriesGenerator, timeseries_generator_from_json

DATA = np.arange(50.0)[:, None] * [1, 10]
TARGETS = np.arange(50.0)


def test_windows_and_their_targets():
    batches = TimeseriesGenerator(DATA, TARGETS, length=10, sampling_rate=2, batch_size=2)
    assert len(batches) == 20
    x, y = batches[0]
    np.testing.assert_array_equal(x, [DATA[0:10:2], DATA[1:11:2]])
    np.testing.assert_array_equal(y, [10, 11])
    np.testing.assert_array_equal(batches[-1][1], [48, 49])


@pytest.mark.parametrize("kind", [list, np.array])
@pytest.mark.parametrize(("stride", "size"), [(1, 7), (3, 4), (7, 100)])
def test_every_window_comes_once(stride, size, kind):
    batches = TimeseriesGenerator(
        kind(DATA), kind(TARGETS), 5, stride=stride, start_index=3, end_index=40, batch_size=size
    )
    x, y = (np.concatenate(parts) for parts in zip(*(batches[i] for i in range(len(batches)))))
    np.testing.assert_array_equal(y, np.arange(8, 41, stride))
    np.testing.assert_array_equal(x, [DATA[int(t) - 5 : int(t)] for t in y])


def test_backwards():
    forwards, backwards = (TimeseriesGenerator(DATA, TARGETS, 4, reverse=reverse)[0] for reverse in (False, True))
    np.testing.assert_array_equal(backwards[0], forwards[0][:, ::-1])
    np.testing.assert_array_equal(backwards[1], forwards[1])


def test_shuffled_windows_keep_their_targets():
    np.random.seed(0)
    batches = TimeseriesGenerator(DATA, TARGETS, 5, shuffle=True, batch_size=30)
    x, y = batches[0]
    np.testing.assert_array_equal(x[:, -1, 0], y - 1)
    assert len(y) == 30 and (np.diff(y) < 0).any() and (y != batches[0][1]).any()


def test_json():
    generator = TimeseriesGenerator(DATA, TARGETS, 5, start_index=np.int64(2), reverse=True, batch_size=4)
    again = timeseries_generator_from_json(generator.to_json(indent=1))
    for one, other in zip(generator[1], again[1]):
        np.testing.assert_array_equal(one, other)
    config = json.loads(generator.to_json())
    assert config["class_name"] == "TimeseriesGenerator"
    assert config["config"] == {
        "data": DATA.tolist(),
        "targets": TARGETS.tolist(),
        "length": 5,
        "sampling_rate": 1,
        "stride": 1,
        "start_index": 2,
        "end_index": 49,
        "shuffle": False,
        "reverse": True,
        "batch_size": 4,
    }
    config["config"]["data"] = json.dumps(config["config"]["data"])  # as Keras 2 wrote it
    np.testing.assert_array_equal(timeseries_generator_from_json(json.dumps(config))[0][0], generator[0][0])
    with pytest.raises(ValueError, match=r"takes what to_json\(\) wrote"):
        timeseries_generator_from_json("[]")
    with pytest.raises(TypeError, match="data cannot be written as JSON"):
        TimeseriesGenerator([object()] * 3, [1, 2, 3], 1).to_json()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"targets": TARGETS[1:]}, "50 steps and 49 targets"),
        ({"length": 50}, "no window of 50 steps fits"),
        ({"length": 0}, "length must be at least 1, got 0"),
        ({"end_index": 50}, "behind the last step, 49"),
        ({"batch_size": 0}, "batch_size must be at least 1"),
    ],
)
def test_what_does_not_fit(options, message):
    with pytest.raises(ValueError, match=message):
        TimeseriesGenerator(**{"data": DATA, "targets": TARGETS, "length": 3, **options})
    with pytest.raises(IndexError, match="has 1 batches"):
        TimeseriesGenerator(DATA, TARGETS, 3)[1]
