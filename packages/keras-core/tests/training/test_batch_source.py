"""Sources of batches: every batch once an epoch, hooks, ends, workers."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any

import cloudpickle
import numpy as np
import pytest
from keras_core.data_utils import PyDataset
from keras_core.training.batch_source import BatchSource, closed_after
from keras_core.training.plan import FitPlan, PassPlan

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core import Sequential


class Steps(PyDataset):
    """Four batches of two rows; counts what it is told."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.told: list[Any] = []
        self.makers: set[str] = set()
        self.level = 0.0

    def __len__(self) -> int:
        return 4

    def __getitem__(self, index: int) -> Any:
        self.told.append(index)
        self.makers.add(threading.current_thread().name)
        rows = 2 if index < 3 else 1
        return np.full((rows, 3), index + self.level, "float32"), np.zeros((rows, 1), "float32")

    def on_epoch_begin(self) -> None:
        self.told.append("begin")

    def on_epoch_end(self) -> None:
        self.told.append("end")
        self.level += 10


def first_values(source: BatchSource, limit: int | None = None) -> list[float]:
    found = [float(batch[0][0, 0]) for _, batch in source.calls(None, limit)]
    source.end_epoch()
    return found


@pytest.mark.parametrize("workers", [0, 2])
def test_every_batch_once_between_its_hooks(workers: int) -> None:
    steps = Steps(workers=workers)
    source = BatchSource(steps, "fit", shuffle=True)
    with closed_after(source):
        source.peek()
        assert sorted(first_values(source)) == [0, 1, 2, 3]
        assert sorted(first_values(source)) == [10, 11, 12, 13]  # what on_epoch_end changed is used
    assert [one for one in steps.told if isinstance(one, str)] == ["begin", "end"] * 2
    assert sorted(steps.told[1:5]) == [0, 1, 2, 3] and sorted(steps.told[7:11]) == [0, 1, 2, 3]
    made_ahead = {maker for maker in steps.makers if maker.startswith("keras-worker")}
    assert bool(made_ahead) is (workers == 2)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("keras-worker")]


@pytest.mark.parametrize("workers", [0, 2])
def test_an_epoch_of_some_batches_goes_on_where_the_last_one_stopped(workers: int) -> None:
    source = BatchSource(Steps(), "fit", continues=True, workers={"workers": workers})
    with closed_after(source):
        source.peek()
        assert [first_values(source, 3) for _ in range(3)] == [[0, 1, 2], [13, 10, 11], [22, 23, 20]]


@pytest.mark.parametrize("workers", [0, 1])
def test_no_batch_of_a_generator_is_taken_beyond_the_limit(workers: int) -> None:
    batches = iter([(np.full((1, 3), i, "float32"), np.zeros((1, 1))) for i in range(6)])
    source = BatchSource(batches, "fit", continues=True, workers={"workers": workers})
    with closed_after(source):
        source.peek()
        assert first_values(source, 2) == [0, 1] and first_values(source, 2) == [2, 3]
    assert float(next(batches)[0][0, 0]) == 4


def test_processes_make_the_first_batch_too() -> None:
    cloudpickle.register_pickle_by_value(sys.modules[__name__])  # processes cannot import it

    class Own(Steps):
        def __getitem__(self, index: int) -> Any:
            assert threading.current_thread() is threading.main_thread()
            self.handle = threading.Lock()  # as an opened file: from now on it cannot be sent
            return super().__getitem__(index)

    source = BatchSource(Own(workers=1, use_multiprocessing=True), "fit")
    with closed_after(source):
        source.peek()
        assert first_values(source) == [0, 1, 2, 3] and first_values(source) == [10, 11, 12, 13]


def test_a_generator_cannot_be_sent_to_processes() -> None:
    with pytest.warns(UserWarning, match=r"fit\(\): processes need batches by number"):
        BatchSource(iter([]), "fit", workers={"use_multiprocessing": True, "workers": 2})


def test_what_has_no_end_needs_a_number_of_steps() -> None:
    class Endless(Steps):
        __len__ = None  # type: ignore[assignment]

        @property
        def num_batches(self) -> None:
            return None

    class Dataset:  # as tf.data's
        element_spec = None

        def __iter__(self) -> Any:
            return iter([])

        def cardinality(self) -> int:
            return -1

    for data in (Endless(), Dataset()):
        with pytest.raises(ValueError, match=r"fit\(\): \w+ has no end. .*steps_per_epoch=100"):
            FitPlan(x=data).sources()
        with pytest.raises(ValueError, match=r"predict\(\): \w+ has no end. .*steps=100"):
            PassPlan(method="predict", x=data).source()
    with pytest.raises(ValueError, match=r"validation_data of fit\(\): Endless has no end. .*validation_steps=100"):
        FitPlan(x=Steps(), validation_data=Endless()).sources()
    source = BatchSource(Endless(), "fit", shuffle=True, continues=True)
    assert first_values(source, 3) == [0, 1, 2] and first_values(source, 2) == [13, 14]


@pytest.mark.needs_train
def test_workers_change_no_result(compiled: Callable[..., Sequential]) -> None:
    found = []
    for workers in (0, 3):
        model, steps = compiled(rate=0.001), Steps(workers=workers)
        history = model.fit(steps, validation_data=Steps(workers=workers), epochs=2, shuffle=False, verbose=0).history
        found.append([history["loss"], history["val_loss"], *model.get_weights()])
        assert steps.told.count("end") == 2
        assert model.predict(steps, verbose=0).shape == (7, 1)
        assert np.isfinite(model.evaluate(steps, verbose=0))
    for one, other in zip(*found, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.needs_train
def test_workers_end_when_fit_fails(compiled: Callable[..., Sequential]) -> None:
    class Fails(Steps):
        def __getitem__(self, index: int) -> Any:
            if index == 2:
                raise OSError("disk full")
            return super().__getitem__(index)

    with pytest.raises(OSError, match="disk full"):
        compiled().fit(Fails(workers=2), shuffle=False, verbose=0)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("keras-worker")]


@pytest.mark.needs_train
def test_keras_1_and_2_names(compiled: Callable[..., Sequential]) -> None:
    model = compiled(rate=0.001)

    def batches() -> Any:
        while True:
            yield np.ones((2, 3)), np.ones((2, 1))

    history = model.fit_generator(
        batches(),
        samples_per_epoch=2,
        nb_epoch=4,
        nb_worker=1,
        max_q_size=3,
        pickle_safe=False,
        validation_data=batches(),
        nb_val_samples=1,
        validation_freq=2,
        verbose=0,
    ).history
    assert len(history["loss"]) == 4 and len(history["val_loss"]) == 2
    steps = Steps()
    model.fit_generator(steps, None, 3, 0, None, None, None, 1, {0: 1.0, 1: 2.0}, 5, 1, False, False, 1)
    assert steps.told.count("end") == 2 and steps.told[1:5] == [0, 1, 2, 3]
    assert model.predict_generator(batches(), val_samples=3).shape == (6, 1)
    assert np.isfinite(model.evaluate_generator(batches(), 2, max_q_size=2))
    with pytest.raises(TypeError, match="worker"):
        model.fit_generator(steps, worker=2)
