"""Parts of a training that several processes write: whole, or not there."""

import threading
import time

import ml_dtypes
import numpy as np
import pytest
from keras_core.saving import FileFormatError
from keras_core.saving.training_file import PackedTraining, parts_of, read_training, write_pieces
from keras_core.saving.training_parts import Moment, Piece, remove_parts, wait_for

WHOLE = np.arange(24, dtype="float32").reshape(4, 6)
NARROW = np.array([[1.5, -2.0, 3.0, 4.0]], ml_dtypes.bfloat16)


def save(folder, moment, scale=1, epoch=0):
    """What two processes write: columns of one variable each, another by the second alone, and one that both have."""
    write_pieces(folder / moment.file(0), [Piece(1, (0, 0), scale * WHOLE[:, :3])])
    write_pieces(
        folder / moment.file(1),
        [Piece(1, (0, 3), scale * WHOLE[:, 3:]), Piece(2, (0, 0), NARROW), Piece(0, (0,), np.zeros(3))],
    )
    variables = {"1": [[4, 6], "float32"], "2": [[1, 4], "bfloat16"]}
    record = {"epoch": epoch, "array": np.ones(2), "parts": {"files": moment.files(), "variables": variables}}
    PackedTraining([np.ones(3), None, None, np.zeros(())], record).write(folder / "training.h5")


def test_values_are_put_together_from_the_files_of_all_processes(tmp_path):
    moment = Moment("a1", 0, 3, 2)
    save(tmp_path, moment)
    values, record = read_training(tmp_path / "training.h5")
    assert [(value.shape, value.dtype.name) for value in values] == [
        ((3,), "float64"),
        ((4, 6), "float32"),
        ((1, 4), "bfloat16"),
        ((), "float64"),
    ]
    np.testing.assert_array_equal(np.asarray(values[0]), np.ones(3))
    np.testing.assert_array_equal(np.asarray(values[1]), WHOLE)
    assert np.asarray(values[2]).tobytes() == NARROW.tobytes()
    assert record["array"].tolist() == [1, 1]
    assert parts_of(tmp_path / "training.h5") == moment.files()


def test_what_is_not_named_is_removed_but_for_what_others_write_already(tmp_path):
    old, now, ahead, other = Moment("a1", 0, 3, 2), Moment("a1", 1, 0, 2), Moment("a1", 1, 2, 2), Moment("b2", 5, 5, 2)
    for moment in (old, ahead, other, now):
        save(tmp_path, moment)
    (tmp_path / "mine.h5").write_bytes(b"")
    remove_parts(tmp_path, now.files(), now)
    assert {path.name for path in tmp_path.iterdir()} == {*now.files(), *ahead.files(), "training.h5", "mine.h5"}
    remove_parts(tmp_path, ())
    assert {path.name for path in tmp_path.iterdir()} == {"training.h5", "mine.h5"}


def test_the_first_process_waits_for_the_others(tmp_path):
    moment = Moment("a1", 0, 3, 3)
    write_pieces(tmp_path / moment.file(0), [])
    write_pieces(tmp_path / moment.file(2), [])
    with pytest.raises(RuntimeError, match=r"rank 1 of 3 has written no file into .* within 0.02 s"):
        wait_for(tmp_path, moment, 0.02)
    thread = threading.Thread(target=lambda: (time.sleep(0.05), write_pieces(tmp_path / moment.file(1), [])))
    thread.start()
    wait_for(tmp_path, moment)
    thread.join()


def test_a_training_without_all_of_its_parts_is_refused(tmp_path):
    moment, path = Moment("a1", 0, 3, 2), tmp_path / "training.h5"
    save(tmp_path, moment)
    content = (tmp_path / moment.file(1)).read_bytes()
    (tmp_path / moment.file(1)).unlink()
    with pytest.raises(FileFormatError, match=r"1-of-2.h5', which is not there"):
        read_training(path)
    (tmp_path / moment.file(1)).write_bytes(content[: len(content) // 2])
    with pytest.raises(FileFormatError):
        np.asarray(read_training(path)[0][1])
    write_pieces(tmp_path / moment.file(1), [])
    with pytest.raises(FileFormatError, match="12 of the 24 elements"):
        np.asarray(read_training(path)[0][1])
    write_pieces(tmp_path / moment.file(1), [Piece(1, (0, 4), WHOLE[:, 3:])])
    with pytest.raises(FileFormatError, match=r"has a part at \[0, 4\] of a value of shape \(4, 6\)"):
        np.asarray(read_training(path)[0][1])
    record = {"parts": {"files": ["../training-a1-0-3-0-of-2.h5"], "variables": {"0": [[1], "float32"]}}}
    PackedTraining([None], record).write(path)
    with pytest.raises(FileFormatError, match="which is not there"):
        read_training(path)
