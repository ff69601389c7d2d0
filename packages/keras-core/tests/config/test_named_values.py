"""Config: named values that are attributes, items and JSON."""

import copy
import pickle

import numpy as np
import pytest
from keras_core.config import Config


def test_attributes_are_items():
    config = Config(units=64, names=["a"])
    config.rate = np.float32(0.5)
    config["depth"] = 2
    assert (config.units, config["rate"], config.depth, len(config), "depth" in config) == (64, 0.5, 2, 4, True)
    del config.units
    assert config.pop("depth") == 2 and list(config) == ["names", "rate"] and "rate" in dir(config)
    assert config.to_json() == '{"names": ["a"], "rate": 0.5}' and repr(config) == "Config(names=['a'], rate=0.5)"
    for same in (copy.deepcopy(config), pickle.loads(pickle.dumps(config))):
        assert same == config and same.as_dict() == config.as_dict()


def test_wrong_names_and_values_are_named():
    config = Config(units=1)
    with pytest.raises(AttributeError, match=r"no value 'unit'.*units"):
        _ = config.unit
    with pytest.raises(AttributeError, match="no value 'unit'"):
        del config.unit
    with pytest.raises(ValueError, match="Config: layer must be what JSON can hold"):
        config.layer = object()


def test_frozen():
    config = Config(units=1).freeze()
    for change in (lambda: setattr(config, "units", 2), lambda: config.pop("units"), lambda: config.update(a=1)):
        with pytest.raises(ValueError, match=r"frozen: call unfreeze\(\)"):
            change()
    config.unfreeze().units = 3
    assert config.units == 3
