"""Objects and configs as Keras 2's `deserialize_keras_object` knows them."""

import pytest
from keras_core import metrics
from keras_legacy.object_configs import deserialize_keras_object, serialize_keras_object


class Choice:
    """As libraries beside Keras have them: a config, and no registration."""

    def __init__(self, name, values=()):
        self.name, self.values = name, list(values)

    def get_config(self):
        return {"name": self.name, "values": self.values}

    @classmethod
    def from_config(cls, config):
        return cls(**config)


class Bare:
    def __init__(self, size=1):
        self.size = size


def double(x):
    return 2 * x


def test_the_caller_brings_the_names():
    config = serialize_keras_object(Choice("rate", [0.1, 0.2]))
    assert config == {"class_name": "Choice", "config": {"name": "rate", "values": [0.1, 0.2]}}
    again = deserialize_keras_object(config, {"Choice": Choice})
    assert type(again) is Choice and again.values == [0.1, 0.2]
    assert deserialize_keras_object(config, {"Choice": Bare}, {"Choice": Choice}).name == "rate"  # custom ones first


def test_classes_without_from_config_are_called():
    assert deserialize_keras_object({"class_name": "Bare", "config": {"size": 3}}, {"Bare": Bare}).size == 3
    assert deserialize_keras_object("Bare", {"Bare": Bare}).size == 1
    with pytest.raises(ValueError, match=r"Bare does not take the config \{'length': 3\}: .*length"):
        deserialize_keras_object({"class_name": "Bare", "config": {"length": 3}}, {"Bare": Bare})


def test_functions_are_their_names():
    assert serialize_keras_object(double) == "double"
    assert deserialize_keras_object("double", {"double": double}) is double
    assert deserialize_keras_object(double) is double
    assert serialize_keras_object(None) is None and deserialize_keras_object(None) is None


def test_own_objects_need_no_names():
    mean = deserialize_keras_object(serialize_keras_object(metrics.Mean(name="loss")))
    assert type(mean) is metrics.Mean and mean.name == "loss"


@pytest.mark.parametrize(
    ("identifier", "words"),
    [
        ("triple", r"Unknown rule 'triple'\. Known are double\. Pass it"),
        (5, r"A rule must be given by its config, its name or itself; got int 5"),
        ({"class_name": "Bare"}, r"config of a rule must hold 'class_name' and 'config'; it holds \['class_name'\]"),
        ({"class_name": "Triple", "config": {}}, "Triple"),
    ],
)
def test_what_is_wrong_is_said(identifier, words):
    with pytest.raises(ValueError, match=words):
        deserialize_keras_object(identifier, {"double": double}, printable_module_name="rule")


def test_what_has_no_name_is_refused():
    with pytest.raises(ValueError, match=r"instance must have `get_config\(\)` or a name.*got int"):
        serialize_keras_object(5)
