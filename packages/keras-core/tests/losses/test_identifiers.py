"""Losses by name."""

import pytest
from keras_core import losses


def test_unknown_name():
    with pytest.raises(ValueError, match="categorical_crossentropy"):
        losses.get("categorical_crosentropy")
    with pytest.raises(ValueError, match="Unknown loss"):
        losses.get("as_loss")


def test_deserialize_takes_the_name_of_keras_3():
    assert losses.deserialize(name="mse") is losses.mean_squared_error
    with pytest.raises(TypeError, match="'name' besides 'config'"):
        losses.deserialize("mse", name="mae")
    with pytest.raises(TypeError, match="got 'nam', expected config and custom_objects"):
        losses.deserialize(nam="mae")
