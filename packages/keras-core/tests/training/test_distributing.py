"""A model made on one device is laid out when it trains under a distribution; a small engine notes where."""

from types import SimpleNamespace

import numpy as np
import pytest
from keras_core import Layer, Sequential, ops
from keras_core.backend import distribution
from keras_core.backend.distribution import distributed_by
from keras_core.backend.layouts import Whole
from keras_core.layers import Input
from keras_core.staging import variable as variables
from keras_core.training import distributing


class Scale(Layer):
    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1],), name="kernel", initializer="ones")

    def call(self, x):
        return ops.multiply(x, self.kernel)


class Spread:
    """Variables of layers are split, all others whole."""

    device_mesh = "mesh"

    def __init__(self):
        self.checked = []

    def get_variable_layout(self, variable):
        return SimpleNamespace(axes=("model",) * len(variable.shape), device_mesh="mesh")

    def check(self, variables):
        self.checked += [variable.path for variable in variables]


@pytest.fixture
def moved(monkeypatch):
    """What the engine was told to lay out."""
    found = []
    engine = SimpleNamespace(lay_out=lambda storage, layout: found.append(layout) or storage)
    for module in (distribution, distributing, variables):
        monkeypatch.setattr(module, "engine_of", lambda _: engine)
    return found


def test_layers_and_variables_take_the_distribution(moved):
    model = Sequential([Input((3,)), Scale(name="scale")])
    kernel = model.layers[0].kernel
    assert kernel.storage is not None
    counter = variables.Variable(np.zeros(()), name="counter")
    slot = variables.Variable(np.zeros(3), name="slot")
    slot.lies_as = kernel
    state = SimpleNamespace(model=model, variables=lambda: [counter, slot])
    spread = Spread()
    distributing.distribute(state, spread)
    assert spread.checked == ["sequential/scale/kernel"]
    assert model.distributed_by is model.layers[0].distributed_by is kernel.distributed_by is spread
    assert kernel.layout.axes == slot.layout.axes == ("model",)
    assert counter.layout == Whole(0, "mesh")
    assert moved == [kernel.layout]  # the others had no storage yet
    distributing.distribute(state, None)
    assert kernel.layout is slot.layout is counter.layout is model.distributed_by is None


def test_what_is_made_under_a_distribution_keeps_it():
    spread = Spread()
    with distributed_by(spread):
        layer = Scale(name="scale")
        state = variables.Variable(np.zeros(2), name="own")
    layer.build((None, 3))
    assert layer.kernel.distributed_by is spread and layer.kernel.layout.axes == ("model",)
    assert state.layout.axes == ("model",)
