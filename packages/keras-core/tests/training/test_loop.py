"""The loop over the steps of an epoch, an evaluation or a prediction."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from keras_core import Sequential, backend
from keras_core.callbacks import Callback, CallbackList
from keras_core.training.array_data import ArrayData
from keras_core.training.feeds import feed_of
from keras_core.training.logs import StepLogs
from keras_core.training.loop import StepRunner, run_pass, run_steps
from keras_core.training.plan import PassPlan
from keras_core.training.preparation import prepare
from keras_core.training.steps_per_call import StepsPerCall

Make = Callable[..., Sequential]
Data = tuple[np.ndarray, np.ndarray]


class Hooks(Callback):
    """Records the hooks of evaluations."""

    def __init__(self) -> None:
        self.seen: list[Any] = []

    def on_test_begin(self, logs: Any = None) -> None:
        self.seen.append("begin")

    def on_test_batch_begin(self, batch: int, logs: Any = None) -> None:
        self.seen.append(batch)

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        self.seen.append((batch, round(logs["loss"], 4)))

    def on_test_end(self, logs: Any = None) -> None:
        self.seen.append(("end", round(logs["loss"], 4)))


def losses_of(data: Data) -> np.ndarray:
    return ((data[0].sum(-1) - data[1][:, 0]) ** 2).astype("float64")


def test_every_step_of_arrays_and_its_hooks(compiled: Make, data: Data) -> None:
    model, hooks = compiled(), Hooks()
    prepare(model._trainer, (*data, None), "evaluate")
    feed = feed_of(ArrayData(*data), model.backend, 3)
    runner = StepRunner(model._trainer, model._trainer.programs, "test", feed.checked)
    logs = run_pass(runner, feed, CallbackList([hooks]), StepsPerCall(fixed=1), None)
    means = [losses_of(data)[:n].mean() for n in (3, 6, 8)]
    assert logs == {"loss": pytest.approx(means[-1], rel=1e-5)}
    expected: list[Any] = ["begin"]
    for batch, mean in enumerate(means):
        expected += [batch, (batch, pytest.approx(mean, rel=1e-3))]
    assert hooks.seen == [*expected, ("end", pytest.approx(means[-1], rel=1e-3))]


def test_a_call_of_several_steps_is_one_batch_to_hooks(compiled: Make, data: Data) -> None:
    model, hooks = compiled(), Hooks()
    prepare(model._trainer, (*data, None), "evaluate")
    feed = feed_of(ArrayData(*data), model.backend, 2)
    runner = StepRunner(model._trainer, model._trainer.programs, "test", feed.checked)
    result, done = run_steps(runner, feed.calls(StepsPerCall(fixed=2)), CallbackList([hooks]), StepsPerCall(fixed=2))
    assert done == 4 and result is not None
    assert [one if isinstance(one, int) else one[0] for one in hooks.seen] == [0, 1, 2, 3]


def test_a_limit_and_a_source_that_ends_early(compiled: Make, data: Data) -> None:
    model = compiled()
    prepare(model._trainer, (*data, None), "evaluate")
    runner = StepRunner(model._trainer, model._trainer.programs, "test", checked=False)

    def source(batches: int) -> Any:
        return PassPlan(method="evaluate", x=iter([data] * batches)).source()

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run_pass(runner, source(3), CallbackList([]), StepsPerCall(), 2)
    with pytest.warns(UserWarning, match=r"ended after 1 of validation_steps=4 steps.*give validation_steps=1"):
        run_pass(runner, source(1), CallbackList([]), StepsPerCall(), 4, "validation_steps")


def test_batches_of_a_source_are_checked(compiled: Make, data: Data) -> None:
    model = compiled()
    prepare(model._trainer, (*data, None), "evaluate")
    for validating, where in ((False, r"evaluate\(\)"), (True, r"validation_data of fit\(\)")):
        runner = StepRunner(model._trainer, model._trainer.programs, "test", False, validating)
        with pytest.raises(ValueError, match=rf"{where}.*output 'out'"):
            runner.run(None, (data[0], np.ones((8, 2), "float32"), None))


def test_outputs_of_every_step_of_a_prediction(compiled: Make, data: Data) -> None:
    model, parts = compiled(), []
    runner = StepRunner(model._trainer, model._trainer.programs, "predict", checked=False)
    source = PassPlan(method="predict", x=iter([data[0][:5], data[0][5:]])).source()
    logs = run_pass(
        runner, source, CallbackList([]), StepsPerCall(), None, each=lambda r: parts.append(r.fetch()["outputs"])
    )
    assert logs == {}
    np.testing.assert_allclose(np.concatenate(parts)[:, 0], data[0].sum(-1), rtol=1e-5)


def test_a_callback_ends_a_training_and_nothing_else(compiled: Make) -> None:
    model = compiled()
    model.stop_training = True
    runners = {m: StepRunner(model._trainer, model._trainer.programs, m, True) for m in ("train", "test", "predict")}
    assert [runner.stopped for runner in runners.values()] == [True, False, False]


def test_time_is_measured_until_the_results_are_there(compiled: Make, data: Data) -> None:
    class Told(StepsPerCall):
        calls: list[int] = []

        def record(self, steps: int, seconds: float) -> None:
            assert seconds > 0
            self.calls.append(steps)

    model = compiled()
    prepare(model._trainer, (*data, None), "evaluate")
    feed = feed_of(ArrayData(*data), backend.active(), 4)
    runner = StepRunner(model._trainer, model._trainer.programs, "test", feed.checked)
    told = Told()
    run_steps(runner, feed.calls(told), CallbackList([]), told)
    assert told.calls == [1, 1]


def test_no_data_no_result(compiled: Make) -> None:
    runner = StepRunner(compiled()._trainer, compiled()._trainer.programs, "test", True)
    assert run_steps(runner, [], CallbackList([]), StepsPerCall()) == (None, 0)


def test_the_next_batch_is_drawn_before_anybody_waits_for_a_step(
    compiled: Make, data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []
    fetch = StepLogs.fetch
    monkeypatch.setattr(StepLogs, "fetch", lambda logs: (seen.append("fetch"), fetch(logs))[1])
    x, y = (np.repeat(array, 2**15, axis=0) for array in data)  # so large that no batches share a call

    def batches() -> Any:
        for number in range(3):
            seen.append(number)
            yield x, y

    found = compiled().evaluate(batches(), verbose=0)
    assert seen[:4] == [0, 1, 2, "fetch"]
    assert found == pytest.approx(losses_of(data).mean(), rel=1e-3)
