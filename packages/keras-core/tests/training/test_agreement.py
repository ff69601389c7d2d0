"""Processes compare what they train; a group of two is played by one."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from keras_core import Layer, Sequential, ops
from keras_core.layers import Input
from keras_core.training import agreement
from keras_core.training.array_data import ArrayData


class Scale(Layer):
    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1],), name="kernel", initializer="ones")

    def call(self, x):
        return ops.multiply(x, self.kernel)


class Group:
    """The other process says the same, but for what `changed` says."""

    changed: dict = {}

    def rank(self):
        return 1

    def size(self):
        return 2

    def exchange(self, message):
        other = {key: value for key, value in {**json.loads(message), **self.changed}.items() if value is not None}
        return [message, json.dumps(other).encode()]


@pytest.fixture
def agree(monkeypatch):
    model = Sequential([Input((3,)), Scale(name="scale")])
    state = SimpleNamespace(model=model, variables=list)
    source = ArrayData(np.arange(12.0).reshape(4, 3))
    monkeypatch.setattr(agreement, "active_distribution", lambda: SimpleNamespace(auto_shard_dataset=True))

    def run(**changed):
        group = Group()
        group.changed = changed
        monkeypatch.setattr(agreement, "group_of", lambda _: group)
        agreement.agree(state, source, {"batch size": 2})

    return run


def test_the_same_in_all_is_fine(agree):
    agree()


@pytest.mark.parametrize(
    ("what", "value", "message"),
    [
        ("the batch size", 4, "Rank 1 of 2 stops, as all do: the batch size is 4 on rank 1 and 2 on rank 0"),
        ("the number of samples", 5, "samples is 5 on rank 1 and 4 on rank 0"),
        ("the shape of variable 'scale/kernel'", [2, "float32"], r"variable 'scale/kernel' is \[2, 'float32'\]"),
        ("the value of variable 'scale/kernel' (as a checksum)", 3, "value of variable 'scale/kernel'"),
        ("array 0 of the data (as a checksum)", 3, "array 0 of the data"),
        ("the number of samples", None, "is not there on rank 1 and 4 on rank 0"),
        ("the shape of variable 'more'", [2], r"'more' is \[2\] on rank 1 and not there on rank 0"),
    ],
)
def test_what_differs_is_named_with_its_rank(agree, what, value, message):
    with pytest.raises(RuntimeError, match=message):
        agree(**{what: value})


def test_alone_there_is_nothing_to_compare():
    model = Sequential([Input((3,)), Scale()])
    agreement.agree(SimpleNamespace(model=model), None, {})


def test_parts_that_processes_were_given_are_not_compared(agree, monkeypatch):
    monkeypatch.setattr(agreement, "active_distribution", lambda: SimpleNamespace(auto_shard_dataset=False))
    agree()
    with pytest.raises(RuntimeError, match=r"samples is (5 on rank 1 and )?not there on rank 0"):
        agree(**{"the number of samples": 5})  # which the others say, and this one does not
