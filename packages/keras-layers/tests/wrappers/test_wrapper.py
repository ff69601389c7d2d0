import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_core import layers, saving
from keras_layers import Dense, TimeDistributed, Wrapper


@saving.register_keras_serializable("wrapper_tests")
class Doubled(Wrapper):
    """Twice what the layer gives."""

    def call(self, inputs):
        return 2 * self.layer(inputs)


class TestWrapper(LayerContract):
    layer = Doubled
    computes = False
    cases = [Case((3, 4), lambda: {"layer": Dense(2)})]

    def reference(self, inputs, weights, layer):
        kernel, bias = weights
        return 2 * (inputs @ kernel + bias)


def test_a_wrapper_builds_its_layer_and_owns_its_weights():
    layer = Doubled(Dense(3))
    layer.build((None, 4))
    assert layer.layer.built and [tuple(w.shape) for w in layer.weights] == [(4, 3), (3,)]
    again = Doubled.from_config(layer.get_config())
    assert type(again.layer) is Dense and again.layer.units == 3


def test_time_distributed_is_one():
    assert issubclass(TimeDistributed, Wrapper)
    assert isinstance(layers.deserialize(layers.serialize(TimeDistributed(Dense(1)))), Wrapper)


def test_what_is_no_layer_is_refused():
    with pytest.raises(ValueError, match="Doubled takes a layer, such as"):
        Doubled(np.zeros(3))
