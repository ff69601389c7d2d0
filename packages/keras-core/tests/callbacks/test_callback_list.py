"""Which hooks are called, with what, and which make training run step by step."""

import pytest
from keras_core.callbacks import (
    Callback,
    CallbackList,
    EarlyStopping,
    History,
    LambdaCallback,
    ModelCheckpoint,
    ProgbarLogger,
    TerminateOnNaN,
)

HOOKS = [
    *("on_train_begin", "on_train_end", "on_test_begin", "on_test_end", "on_predict_begin", "on_predict_end"),
]
NUMBERED = [
    *("on_epoch_begin", "on_epoch_end", "on_train_batch_begin", "on_train_batch_end"),
    *("on_test_batch_begin", "on_test_batch_end", "on_predict_batch_begin", "on_predict_batch_end"),
]


class Everything(Callback):
    """Records every hook."""

    def __init__(self):
        self.calls = []


for _hook in HOOKS:
    setattr(Everything, _hook, lambda self, logs=None, _hook=_hook: self.calls.append((_hook, dict(logs))))
for _hook in NUMBERED:
    setattr(
        Everything,
        _hook,
        lambda self, index, logs=None, _hook=_hook: self.calls.append((_hook, index, dict(logs))),
    )


def test_every_hook_reaches_every_callback_in_order():
    first, second = Everything(), Everything()
    listed = CallbackList([first, [second]])
    for hook in HOOKS:
        getattr(listed, hook)({"loss": 1.0})
    for index, hook in enumerate(NUMBERED):
        getattr(listed, hook)(index, lambda: {"loss": 2.0})
    expected = [(hook, {"loss": 1.0}) for hook in HOOKS]
    expected += [(hook, index, {"loss": 2.0}) for index, hook in enumerate(NUMBERED)]
    assert first.calls == second.calls == expected


def test_steps_run_one_by_one_only_for_callbacks_that_override_a_batch_hook(tmp_path):
    quiet = [
        Callback(),
        History(),
        EarlyStopping(),
        ProgbarLogger(),
        TerminateOnNaN(),
        ModelCheckpoint(tmp_path / "m.keras"),
        LambdaCallback(on_epoch_end=lambda epoch, logs: None),
    ]
    listed = CallbackList(quiet)
    assert not any(listed.wants_batches(mode) for mode in ("train", "test", "predict"))
    assert CallbackList([ModelCheckpoint(tmp_path / "m.keras", save_freq=5)]).wants_batches("train")
    assert CallbackList([LambdaCallback(on_batch_end=print)]).wants_batches("train")
    assert CallbackList([LambdaCallback(on_predict_batch_end=print)]).wants_batches("predict")
    patched = Callback()
    patched.on_test_batch_begin = lambda batch, logs=None: None
    listed.append(patched)
    assert listed.wants_batches("test")
    assert not listed.wants_batches("train")


def test_logs_of_batches_are_fetched_only_when_somebody_looks():
    calls = []

    def fetch():
        calls.append(1)
        return {"loss": 1.0}

    class Counts(Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.batches = batch + 1

    class Looks(Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.loss = logs["loss"]

    CallbackList([History()]).on_train_batch_end(0, fetch)
    counts = Counts()
    CallbackList([counts]).on_train_batch_end(4, fetch)
    assert (counts.batches, calls) == (5, [])
    looks = [Looks(), Looks()]
    CallbackList(looks).on_train_batch_end(0, fetch)
    assert (looks[1].loss, calls) == (1.0, [1])


def test_on_steps_end_counts_the_steps():
    class Steps(Callback):
        seen = ()

        def on_steps_end(self, steps, logs=None):
            self.seen += (steps,)

    steps = Steps()
    listed = CallbackList([steps])
    listed.on_train_batch_end(9, None)
    listed.on_test_batch_end(19, None)
    assert steps.seen == (10, 20)
    assert not listed.wants_batches("train")


def test_defaults_params_and_model():
    callback = Callback()
    listed = CallbackList(callback, add_history=True, add_progbar=True, model="model", verbose=0, epochs=3)
    assert isinstance(listed.callbacks[0], ProgbarLogger)
    assert isinstance(listed.callbacks[-1], History)
    assert listed.history is listed.callbacks[-1]
    assert (callback.model, callback.params) == ("model", {"verbose": 0, "epochs": 3})
    own = History()
    assert CallbackList([own], add_history=True).history is own


@pytest.mark.parametrize(("wrong", "hint"), [(History, "parentheses"), (print, "Callback objects")])
def test_what_is_no_callback(wrong, hint):
    with pytest.raises(ValueError, match=hint):
        CallbackList([wrong])


def test_a_number_added_at_the_end_of_an_epoch_gets_into_the_history(run):
    class Adds(Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["extra"] = epoch * 10

    history = run([Adds()], [{"loss": 1.0}, {"loss": 0.5}])
    assert history.history == {"loss": [1.0, 0.5], "extra": [0, 10]}


def test_close_reaches_every_callback():
    class Closes(Callback):
        closed = False

        def close(self):
            self.closed = True

    closes = Closes()
    CallbackList([closes]).close()
    assert closes.closed


class Counting(Callback):
    state_attributes = ("count",)

    def __init__(self, count=0):
        self.count = count


def test_states_of_callbacks_are_kept_apart():
    states = CallbackList([Counting(1), Callback(), Counting(2)]).get_state()
    assert states == {"Counting": {"count": 1}, "Counting_2": {"count": 2}}
    first, second = Counting(), Counting()
    CallbackList([first, second]).set_state(states)
    assert (first.count, second.count) == (1, 2)
    with pytest.warns(UserWarning, match="had the callbacks Counting_2, which"):
        CallbackList([first]).set_state(states)


def test_an_error_says_which_callback_raised_it():
    class Bad(Callback):
        def on_epoch_end(self, epoch, logs=None):
            raise KeyError("lost")

        def on_batch_end(self, batch, logs=None):
            raise KeyError("lost")

    listed = CallbackList([Callback(), Bad()])
    with pytest.raises(KeyError) as caught:
        listed.on_epoch_end(0)
    assert caught.value.__notes__ == ["Raised by the callback Bad, in on_epoch_end()."]
    with pytest.raises(KeyError) as caught:
        listed.on_train_batch_end(0)
    assert caught.value.__notes__ == ["Raised by the callback Bad, in on_train_batch_end()."]


def test_every_callback_is_told_of_an_exception():
    told = []

    class Told(Callback):
        def on_exception(self, error):
            told.append(error)
            raise OSError("disk full")

    error = ValueError("first")
    CallbackList([Told(), Told()]).on_exception(error)
    assert told == [error, error]
    assert error.__notes__ == ["Told.on_exception raised OSError: disk full"] * 2


def test_other_processes_have_no_callbacks_that_only_write(monkeypatch):
    class Writes(Callback):
        only_writes = True

    class Decides(Callback):
        pass

    given = [Writes(), Decides()]
    assert [type(one) for one in CallbackList(given)] == [Writes, Decides]
    monkeypatch.setattr("keras_core.callbacks.callback_list.is_first_process", lambda: False)
    others = CallbackList(given, add_progbar=True)
    assert [type(one) for one in others] == [Decides]
    others.set_state({"Writes": {"at": 1}})  # without a warning
