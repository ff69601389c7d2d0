"""Logs answer to both names, and are fetched when somebody looks."""

import copy
import json
import pickle

import pytest
from keras_core.callbacks.logs import AliasedDict, Logs


@pytest.mark.parametrize(
    ("there", "asked"),
    [
        ("accuracy", "acc"),
        ("acc", "accuracy"),
        ("val_accuracy", "val_acc"),
        ("val_acc", "val_accuracy"),
        ("val_head_acc", "val_head_accuracy"),
        ("binary_accuracy", "binary_acc"),
        ("learning_rate", "lr"),
        ("val_mean_squared_error", "val_mse"),
        ("mae", "mean_absolute_error"),
    ],
)
def test_either_name_finds_the_value(there, asked):
    logs = AliasedDict({there: 0.5, "loss": 1.0})
    assert logs[asked] == logs.get(asked) == logs[there] == 0.5
    assert asked in logs
    assert list(logs) == [there, "loss"]
    assert len(logs) == 2


def test_what_is_not_there():
    logs = AliasedDict(loss=1.0)
    assert "acc" not in logs
    assert "myacc" not in AliasedDict(accuracy=1.0)
    assert logs.get("val_acc", -1) == -1
    with pytest.raises(KeyError, match="val_acc"):
        logs["val_acc"]


def test_both_there_keep_their_values():
    logs = AliasedDict(acc=1, accuracy=2)
    assert (logs["acc"], logs["accuracy"]) == (1, 2)


def lazy():
    calls = []

    def fetch():
        calls.append(1)
        return {"loss": 1.0, "accuracy": 0.5}

    return Logs(fetch), calls


LOOKS = [
    lambda logs: logs["loss"],
    lambda logs: logs["acc"],
    lambda logs: logs.get("loss"),
    lambda logs: "loss" in logs,
    lambda logs: len(logs),
    lambda logs: bool(logs),
    lambda logs: list(logs),
    lambda logs: dict(logs),
    lambda logs: {**logs},
    lambda logs: logs | {"a": 1},
    lambda logs: {"a": 1} | logs,
    lambda logs: dict(a=1, **logs),
    lambda logs: list(logs.items()),
    lambda logs: json.dumps(logs),
    lambda logs: json.dumps(logs, indent=1),
    lambda logs: repr(logs),
    lambda logs: logs == {},
    lambda logs: logs.copy(),
    lambda logs: copy.copy(logs),
    lambda logs: copy.deepcopy(logs),
    lambda logs: pickle.dumps(logs),
    lambda logs: "{acc}".format_map(logs),
    lambda logs: {}.update(logs),
    lambda logs: sorted(logs.values()),
]


@pytest.mark.parametrize("look", LOOKS)
def test_every_way_to_look_fetches_once(look):
    logs, calls = lazy()
    assert calls == []
    look(logs)
    look(logs)
    assert calls == [1]
    assert dict(logs) == {"loss": 1.0, "accuracy": 0.5}


def test_copies_hold_the_numbers():
    for duplicate in (dict, copy.copy, copy.deepcopy, Logs.copy, lambda x: pickle.loads(pickle.dumps(x))):
        assert dict(duplicate(lazy()[0])) == {"loss": 1.0, "accuracy": 0.5}
    assert json.loads(json.dumps(lazy()[0])) == {"loss": 1.0, "accuracy": 0.5}


def test_a_number_that_is_added_stays():
    logs, _ = lazy()
    logs["lr"] = 0.1
    logs.update(extra=2)
    assert dict(logs) == {"loss": 1.0, "accuracy": 0.5, "lr": 0.1, "extra": 2}
