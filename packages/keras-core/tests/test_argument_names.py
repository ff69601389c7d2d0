"""Arguments that have had several names."""

import inspect

import numpy as np
import pytest
from keras_core import Layer, backend, ops
from keras_core.argument_names import also_named
from keras_core.backend import device
from keras_core.saving import deserialize_keras_object, serialize_keras_object


@also_named(value="x", factor="times")
def scaled(value, factor=2, *, offset=0):
    return value * factor + offset


@pytest.mark.parametrize("arguments", [{"value": 3}, {"x": 3}, {"x": 3, "times": 2}, {"x": 3, "factor": 2}])
def test_both_names_are_taken_and_listed(arguments):
    assert scaled(**arguments) == 6 == scaled(3)
    assert list(inspect.signature(scaled).parameters) == ["value", "factor", "offset", "x", "times"]


def test_both_names_at_once_are_refused():
    with pytest.raises(TypeError, match=r"scaled\(\) got 'value' and 'x', which are the same: give one"):
        scaled(3, x=3)


class Doubled(Layer):
    supports_masking = True

    def call(self, inputs):
        self.add_loss(losses=ops.sum(inputs))
        return inputs * 2


def test_names_of_both_versions_in_the_core():
    x, mask = np.ones((2, 3), "float32"), np.array([[True, False, True]] * 2)
    layer = Doubled()
    layer.supports_masking = True
    assert layer.compute_mask(x, previous_mask=mask) is mask is layer.compute_mask(x, mask=mask)
    layer(x)
    assert float(backend.to_numpy(layer.losses[0])) == 6
    config = serialize_keras_object(instance=[1, 2])
    assert deserialize_keras_object(identifier=config) == [1, 2]
    with device(device_name="cpu"):
        assert Doubled().device_name == "cpu:0"
