"""clone_model copies layers and graph, with new weights."""

from __future__ import annotations

from typing import Any

import keras_core
import numpy as np
import pytest
from keras_core import Layer, Model, Sequential, ops
from keras_core.layers import Input
from keras_core.models import clone_model


class Scale(Layer):
    """A layer that nobody registered, with a function as argument."""

    def __init__(self, units: int, function: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units, self.function = units, function

    def build(self, input_shape: Any) -> None:
        self.kernel = self.add_weight(name="kernel", shape=(input_shape[-1], self.units), initializer="glorot_uniform")

    def call(self, inputs: Any) -> Any:
        found = ops.matmul(inputs, self.kernel)
        return found if self.function is None else self.function(found)

    def get_config(self) -> dict[str, Any]:
        function = keras_core.activations.serialize(self.function) if self.function else None
        return super().get_config() | {"units": self.units, "function": function}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        given = dict(config)
        given["function"] = keras_core.activations.get(given["function"]) if given["function"] else None
        return super().from_config(given)


def graph() -> Any:
    a, b = Input((3,), name="a"), Input((3,), name="b")
    shared = Scale(3, lambda x: ops.tanh(x), name="shared")
    inner = Sequential([Input((3,)), Scale(2, name="deep")], name="inner")
    return Model([a, b], {"sum": inner(shared(a) + shared(b)), "raw": shared(b)[:, :1]}, name="graph")


def data() -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [rng.normal(size=(4, 3)).astype("float32") for _ in range(2)]


def test_functional_model_with_unregistered_layers_and_lambdas():
    model = graph()
    copy = clone_model(model)
    assert {l.name for l in copy.layers} == {l.name for l in model.layers}
    assert not {id(v) for v in copy.weights} & {id(v) for v in model.weights}
    assert len(copy.weights) == len(model.weights) == 2
    copy.set_weights(model.get_weights())
    found, expected = copy(data()), model(data())
    for key in expected:
        np.testing.assert_allclose(np.asarray(found[key]), np.asarray(expected[key]), rtol=1e-6)


def test_weights_are_new():
    model = graph()
    model.set_weights([w + 1.0 for w in model.get_weights()])
    assert not np.allclose(clone_model(model).get_weights()[0], model.get_weights()[0])


def test_sequential():
    model = Sequential([Input((3,)), Scale(2), Scale(1)], name="stack")
    copy = clone_model(model)
    assert type(copy) is Sequential and copy.built and [w.shape for w in copy.get_weights()] == [(3, 2), (2, 1)]
    deferred = clone_model(Sequential([Scale(2)]))
    assert not deferred.built


def test_clone_function_sees_each_layer_once():
    seen = []

    def wider(layer):
        seen.append(layer.name)
        if layer.name == "shared":
            return Scale(3, None, name="replaced")
        return clone_model(layer)

    copy = clone_model(graph(), clone_function=wider)
    assert sorted(seen) == ["inner", "shared"]
    assert "replaced" in [l.name for l in copy.layers]


def test_recursive_clone_function_sees_layers_inside():
    seen = []

    def note(layer):
        seen.append(layer.name)
        return Scale(layer.units, name=layer.name)

    clone_model(graph(), clone_function=note, recursive=True)
    assert sorted(seen) == ["deep", "shared"]


def test_call_function():
    calls = []

    def call(layer, *args, **kwargs):
        calls.append(layer.name)
        return layer(*args, **kwargs)

    clone_model(graph(), call_function=call)
    assert sorted(calls) == ["inner", "shared", "shared", "shared"]


def test_input_tensors():
    model = graph()
    a, b = Input((3,), batch_size=2), Input((3,), batch_size=2)
    copy = clone_model(model, input_tensors=[a, b])
    assert copy.inputs == [a, b] and copy.outputs[0].shape[0] == 2
    with pytest.raises(ValueError, match="needs 2 KerasTensors"):
        clone_model(model, input_tensors=[a])


def test_subclassed_model_is_cloned_whole():
    class Mine(Model):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.scale = Scale(units)

        def call(self, x):
            return self.scale(x)

    model = Mine(4)
    copy = clone_model(model)
    assert type(copy) is Mine and copy.units == 4
    with pytest.raises(ValueError, match="cloned whole"):
        clone_model(model, clone_function=lambda layer: layer)
