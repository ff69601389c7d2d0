"""The file of an interrupted training: what goes in comes out, and nothing else goes in."""

import math

import h5py
import ml_dtypes
import numpy as np
import pytest
from keras_core.saving import FileFormatError
from keras_core.saving.training_file import PackedTraining, read_training


def test_every_value_comes_back_bit_for_bit(tmp_path):
    variables = [
        np.array([[1 / 3, -0.0, np.nan]], "float32"),
        np.array(2**63 - 1, "int64"),
        np.array([1.5, -2.0], ml_dtypes.bfloat16),
        np.zeros((0, 3), "float16"),
        np.array([True, False]),
    ]
    record = {
        "numbers": [1, 0.1, -math.inf, 2**127 + 1, True, None, np.float64(0.1)],
        "text": "ä",
        "below": {"array": np.arange(3, dtype="uint32"), "empty": [], "pair": (1, "two")},
    }
    PackedTraining(variables, record).write(tmp_path / "t.h5")
    values, found = read_training(tmp_path / "t.h5")
    for value, expected in zip(values, variables, strict=True):
        assert (value.dtype, value.shape, value.tobytes()) == (expected.dtype, expected.shape, expected.tobytes())
    array = found["below"].pop("array")
    assert array.dtype == "uint32" and array.tolist() == [0, 1, 2]
    assert found == {
        "numbers": [1, 0.1, -math.inf, 2**127 + 1, True, None, 0.1],
        "text": "ä",
        "below": {"empty": [], "pair": [1, "two"]},
    }


@pytest.mark.parametrize("value", [object(), {1: "a"}, {1, 2}, b"bytes"])
def test_what_cannot_be_saved_is_named_and_the_old_file_stays(tmp_path, value):
    path = tmp_path / "t.h5"
    PackedTraining([], {"epoch": 1}).write(path)
    with pytest.raises(TypeError, match=r"callbacks\.Mine\.1 is .*Let get_state\(\) give"):
        PackedTraining([], {"callbacks": {"Mine": [0, value]}}).write(path)
    assert read_training(path) == ([], {"epoch": 1})
    assert [file.name for file in tmp_path.iterdir()] == ["t.h5"]


def test_other_files_are_refused(tmp_path):
    path = tmp_path / "t.h5"
    path.write_bytes(b"something")
    with pytest.raises(FileFormatError, match="no HDF5 file"):
        read_training(path)
    with h5py.File(path, "w") as file:
        file["weights"] = [1.0]
    with pytest.raises(FileFormatError, match="holds no interrupted training"):
        read_training(path)


def test_what_changes_after_packing_is_not_written(tmp_path):
    record = {"list": [1], "array": np.zeros(2)}
    packed = PackedTraining([], record)
    record["list"].append(2)
    record["array"][:] = 9
    packed.write(tmp_path / "t.h5")
    _, found = read_training(tmp_path / "t.h5")
    assert found["list"] == [1] and found["array"].tolist() == [0, 0]
