"""Arrays by name, from files and from dicts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core import Variable
from keras_core.saving.weight_store import ChosenArrays, fill, shape_in, sorted_names


class Reading(dict[str, Any]):
    """A file of arrays that counts what is read."""

    reads_arrays = True

    def __init__(self) -> None:
        super().__init__({str(index): index for index in range(12)})
        self.read: list[str] = []

    def shape(self, name: str) -> tuple[int, ...]:
        return (2, int(name))

    def __getitem__(self, name: str) -> Any:
        self.read.append(name)
        return np.full((2, int(name)), int(name), "float32")


def test_shapes_are_told_without_reading() -> None:
    store = Reading()
    assert shape_in(store, "3") == (2, 3) and shape_in({"a": [[1.0]]}, "a") == (1, 1)
    assert sorted_names(store)[-2:] == ["10", "11"] and store.read == []


def test_some_of_a_store_and_others() -> None:
    store = Reading()
    chosen = ChosenArrays(store, ["5", np.float32(7), "2"])
    assert [shape_in(chosen, name) for name in chosen] == [(2, 5), (), (2, 2)] and len(chosen) == 3
    assert store.read == [] and chosen["1"] == 7 and chosen.reads_arrays
    assert chosen["2"].tolist() == [[2, 2], [2, 2]] and store.read == ["2"]


def test_filling_leaves_arrays_of_the_caller_alone() -> None:
    variable = Variable(np.zeros((2, 3), "float32"))
    fill(variable, Reading(), "3")
    assert variable.numpy().tolist() == [[3] * 3] * 2
    own = np.ones((2, 3), "float32")
    fill(variable, {"0": own}, "0")
    own += 1
    assert own.flags.writeable and variable.numpy().tolist() == [[1] * 3] * 2
    with pytest.raises(ValueError, match="cannot be assigned"):
        fill(variable, Reading(), "4")
