"""BackupAndRestore: when it saves, and what it leaves behind. What comes of it is tested with `training.resuming`."""

import threading

import pytest
from keras_core.callbacks import BackupAndRestore, Callback, CallbackList
from keras_core.callbacks import backup_and_restore as module


@pytest.fixture
def now(monkeypatch):
    """A clock that a test sets, which each copy of the state moves on by 0.1 s."""
    seconds = [0.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: seconds[0])
    return seconds


def go(backup, model, now, epochs=2, steps=5, seconds=0.4, stop_at=None):
    """Train as `fit` does, each step taking some time; returns where it was saved: epoch and steps."""
    saved = []

    def snapshot(epoch, done, logs):
        saved.append((epoch, done))
        number = len(saved)
        now[0] += 0.1
        return lambda path: path.write_text(str(number))

    backup.connect(snapshot)
    listed = CallbackList([backup], model=model, epochs=epochs)
    listed.on_train_begin()
    for epoch in range(epochs):
        listed.on_epoch_begin(epoch)
        for step in range(steps):
            now[0] += seconds
            model.stop_training = (epoch, step) == stop_at
            listed.on_train_batch_end(step, {"loss": 1.0})
            backup._saving.finish()  # writing takes no time here
        listed.on_epoch_end(epoch, {"loss": 1.0})
    listed.on_train_end()
    listed.close()
    return saved


def test_every_epoch_and_nothing_is_left_when_it_is_complete(model, now, tmp_path):
    assert go(BackupAndRestore(tmp_path / "run"), model, now) == [(1, 0), (2, 0)]
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "other").touch()
    go(BackupAndRestore(tmp_path / "run"), model, now)
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["other"]


def test_every_few_batches_but_not_where_the_training_stops(model, now, tmp_path):
    assert go(BackupAndRestore(tmp_path, save_freq=2), model, now, epochs=1) == [(0, 2), (0, 4), (1, 0)]
    assert go(BackupAndRestore(tmp_path, save_freq=2), model, now, epochs=1, stop_at=(0, 1)) == [(0, 3), (0, 4), (1, 0)]


def test_rarely_enough_to_cost_little_and_at_the_end(model, now, tmp_path):
    saved = go(BackupAndRestore(tmp_path, "auto"), model, now, epochs=3)
    # First after a second; saving takes 0.1 s, so that the next is due 5 s later; the end is always saved.
    assert saved == [(0, 3), (3, 0)]
    saved = go(BackupAndRestore(tmp_path, "auto"), model, now, epochs=2, seconds=2.1)
    assert saved == [(0, 1), (0, 4), (1, 2), (1, 5), (2, 0)]


def test_the_file_before_is_kept_on_request(model, now, tmp_path):
    go(BackupAndRestore(tmp_path, double_checkpoint=True, delete_checkpoint=False), model, now, epochs=3)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "training.h5": "3",
        "training.previous.h5": "2",
    }


def test_it_is_told_last_and_alone(tmp_path):
    backup, other, later = BackupAndRestore(tmp_path), Callback(), Callback()
    listed = CallbackList([backup, other], add_history=True)
    listed.append(later)
    assert listed.callbacks[0] is other and listed.callbacks[-1] is backup and listed.backup is backup
    with pytest.raises(ValueError, match="saved in one place"):
        CallbackList([backup, BackupAndRestore("elsewhere")])


def test_wrong_uses_are_refused(tmp_path):
    for frequency in ("batch", 0, 1.5, True):
        with pytest.raises(ValueError, match=r"BackupAndRestore: save_freq must be"):
            BackupAndRestore(tmp_path, save_freq=frequency)
    with pytest.raises(ValueError, match="must be a folder"):
        BackupAndRestore("")
    with pytest.raises(RuntimeError, match=r"fit\(\) only"):
        CallbackList([BackupAndRestore(tmp_path)]).on_train_begin()


def test_steps_go_on_while_a_file_is_written_and_the_end_waits_for_it(model, now, tmp_path):
    backup = BackupAndRestore(tmp_path, "auto", delete_checkpoint=False)
    may_write, states = threading.Event(), []

    def snapshot(epoch, done, logs):
        states.append(done)
        number = len(states)

        def write(path):
            assert may_write.wait(60)
            path.write_text(str(number))

        return write

    backup.connect(snapshot)
    listed = CallbackList([backup], model=model, epochs=1)
    listed.on_train_begin()
    listed.on_epoch_begin(0)
    for step in range(3):
        now[0] += 100
        listed.on_train_batch_end(step)
    assert states == [1] and not backup.path.exists()  # the second one waits for the first one's file
    may_write.set()
    listed.on_epoch_end(0)
    listed.on_train_end()
    assert states == [1, 0] and backup.path.read_text() == "2"
    listed.close()
    assert not [thread for thread in threading.enumerate() if "BackupAndRestore" in thread.name]


def test_an_error_in_writing_ends_the_training(model, now, tmp_path):
    def snapshot(epoch, done, logs):
        def write(path):
            raise OSError("disk full")

        return write

    backup = BackupAndRestore(tmp_path)
    backup.connect(snapshot)
    listed = CallbackList([backup], model=model, epochs=3)
    listed.on_train_begin()
    listed.on_epoch_end(0)
    with pytest.raises(OSError, match="disk full"):
        listed.on_epoch_end(1)
    listed.close()
    backup.connect(snapshot)
    listed.on_epoch_end(0)
    with pytest.warns(UserWarning, match="BackupAndRestore: the last save was not written: OSError"):
        listed.close()
