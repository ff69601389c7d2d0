from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_conformance import Affine
from keras_core import Input, Layer, Model, Sequential, backend, ops
from keras_core.models import Functional

X = np.arange(6, dtype="float32").reshape(2, 3)


def host(tensor: Any) -> np.ndarray:
    return backend.to_numpy(tensor)


def two_by_two() -> Model:
    a, b = Input((3,), name="a"), Input((2,), name="b")
    shared = Affine(4, name="shared")
    left = shared(a)
    right = shared(ops.concatenate([b, b[:, :1]], axis=-1))
    return Model([a, b], [Affine(1, name="one")(left + right), Affine(2, name="two")(left * right)])


def test_several_inputs_and_outputs_by_list_and_dict() -> None:
    model = two_by_two()
    assert isinstance(model, Functional)
    assert (model.input_names, model.output_names) == (["a", "b"], ["one", "two"])
    assert [layer.name for layer in model.layers] == ["b", "a", "shared", "one", "two"]  # b is farther from the outputs
    b = np.ones((2, 2), "float32")
    by_list = [host(t) for t in model([X, b])]
    by_dict = [host(t) for t in model({"b": b, "a": X})]
    w, bias = model.get_layer("shared").get_weights()
    left, right = X @ w + bias, np.ones((2, 3)) @ w + bias
    w1, b1 = model.get_layer("one").get_weights()
    np.testing.assert_allclose(by_list[0], (left + right) @ w1 + b1, rtol=1e-4, atol=1e-6)
    for one, other in zip(by_list, by_dict, strict=True):
        np.testing.assert_array_equal(one, other)


def test_weights_are_counted_once_when_shared() -> None:
    model = two_by_two()
    assert len(model.weights) == 6 and model.count_params() == 16 + 5 + 10


def test_nested_models() -> None:
    inner = Sequential([Input((3,)), Affine(4)], name="inner")
    x = Input((3,))
    outer = Model(x, Affine(1)(inner(x)))
    np.testing.assert_allclose(host(outer(X)), host(outer.layers[-1](inner(X))), rtol=1e-5)
    assert [layer.name for layer in outer.layers][1] == "inner" and len(outer.weights) == 4


def test_use_in_another_model_is_no_call_of_the_layers_inside() -> None:
    inner = Sequential([Input((3,)), Affine(4, name="first"), Affine(2)])
    hidden = inner.get_layer("first").output
    outer = Sequential([inner, Affine(1)])
    outer(Input((3,)))
    assert inner.get_layer("first").output is hidden
    assert len(inner.inbound_nodes) == 1
    w, b = inner.get_layer("first").get_weights()
    np.testing.assert_allclose(host(Model(inner.input, hidden)(X)), X @ w + b, rtol=1e-4, atol=1e-6)


def test_a_structured_output() -> None:
    x = Input((3,))
    model = Model(x, {"double": x * 2, "sum": ops.sum(x, axis=-1)})
    out = model(X)
    np.testing.assert_array_equal(host(out["double"]), X * 2)
    np.testing.assert_array_equal(host(out["sum"]), X.sum(-1))


def test_a_subclass() -> None:
    class Net(Model):
        def __init__(self) -> None:
            super().__init__(name="net")
            self.first = Affine(4, tanh=True)
            self.second = Affine(1)

        def call(self, x: Any, training: Any = None) -> Any:
            return self.second(self.first(x))

    net = Net()
    assert not net.built
    out = net.predict(X, verbose=0)
    assert out.shape == (2, 1) and net.built and len(net.weights) == 4
    np.testing.assert_allclose(host(net(X)), out, rtol=1e-5)


def test_a_layer_written_with_the_frameworks_own_functions() -> None:
    class Raw(Layer):
        def call(self, x: Any) -> Any:
            array = host(x) if backend.active().is_concrete(x) else None
            return backend.active().tensor(array.sum(-1, keepdims=True))  # type: ignore[union-attr]

        def compute_output_shape(self, shape: Any) -> Any:
            return (*shape[:-1], 1)

    assert Raw()(Input((3,))).shape == (None, 1)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (np.ones((2, 4), "float32"), r"input 'x' has shape \(None, 3\), got an array of shape \(2, 4\)"),
        (np.ones(3, "float32"), r"first axis must be the batch: use x\[None\]"),
        ([X, X], "takes 1 inputs"),
    ],
)
def test_wrong_inputs_are_explained(value: Any, message: str) -> None:
    x = Input((3,), name="x")
    with pytest.raises(ValueError, match=message):
        Model(x, Affine(1)(x), name="m").predict(value, verbose=0)


def test_a_missing_input_of_a_dict_is_named() -> None:
    with pytest.raises(ValueError, match=r"has the inputs.*no 'b'"):
        two_by_two()({"a": X})


def test_a_disconnected_graph_names_the_tensor() -> None:
    a, b = Input((3,), name="a"), Input((3,), name="b")
    with pytest.raises(ValueError, match=r"Graph disconnected.*name=b"):
        Model(a, a + b)


def test_repeated_names_are_refused() -> None:
    x = Input((3,))
    with pytest.raises(ValueError, match=r"'same' is used by 2 layers"):
        Model(x, Affine(1, name="same")(Affine(2, name="same")(x)))


def test_get_layer_lists_what_there_is() -> None:
    model = two_by_two()
    assert model.get_layer(index=2).name == "shared"
    with pytest.raises(ValueError, match=r"no layer 'three'.*one, two"):
        model.get_layer("three")
    with pytest.raises(ValueError, match=r"asked for index 9"):
        model.get_layer(index=9)


def test_a_model_without_call_says_so() -> None:
    with pytest.raises(NotImplementedError, match=r"neither inputs and outputs nor a call"):
        Model(name="empty")(X)


def test_a_model_called_often_gives_the_same() -> None:
    x = Input((3,))
    model = Model(x, Affine(2, tanh=True)(x))
    first = host(model(X))
    for _ in range(3):
        np.testing.assert_allclose(host(model(X)), first, rtol=1e-5)
    model.layers[-1].tanh = False
    np.testing.assert_allclose(np.tanh(host(model(X))), first, rtol=1e-4, atol=1e-6)
