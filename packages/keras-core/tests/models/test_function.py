"""Function: a part of a graph that can be run."""

from __future__ import annotations

import numpy as np
import pytest
from keras_conformance import Affine
from keras_core import Function, Input, backend
from keras_core.graph.keras_tensor import KerasTensor

X = np.array([[1.0, 2.0], [3.0, 4.0]], "float32")


def test_nested_inputs_and_outputs() -> None:
    a, b = Input((2,)), Input((2,))
    f = Function({"a": a, "b": [b]}, [a + b, {"product": a * b}])
    total, others = f({"a": X, "b": [X * 2]})
    np.testing.assert_array_equal(backend.to_numpy(total), 3 * X)
    np.testing.assert_array_equal(backend.to_numpy(others["product"]), 2 * X * X)


def test_it_runs_a_part_of_a_graph_only() -> None:
    inputs = Input((2,))
    middle = inputs + 1
    f = Function(middle, middle * 2)
    np.testing.assert_array_equal(backend.to_numpy(f(X)), 2 * X)
    assert len(f.nodes) == 1 and f.operations[-1] is f.nodes[0]


def test_layers_are_called_as_they_are() -> None:
    layer = Affine(1)
    inputs = Input((2,))
    f = Function(inputs, layer(inputs))
    assert f.operations[-1] is layer
    before = backend.to_numpy(f(X))
    layer.kernel.assign(layer.kernel.numpy() * 2)
    np.testing.assert_allclose(backend.to_numpy(f(X)), 2 * before, rtol=1e-6)


def test_symbolic_values_give_symbolic_results() -> None:
    inputs = Input((2,))
    found = Function(inputs, inputs + 1)(KerasTensor((5, 2)))
    assert isinstance(found, KerasTensor) and found.shape == (5, 2)


def test_further_tensors_on_the_way() -> None:
    inputs = Input((2,))
    middle = inputs + 1
    f = Function(inputs, middle * 2)
    outputs, (extra,) = f.run([X], extra=[middle])
    np.testing.assert_array_equal(backend.to_numpy(outputs), 2 * (X + 1))
    np.testing.assert_array_equal(backend.to_numpy(extra), X + 1)


def test_what_it_cannot_run_is_explained() -> None:
    inputs = Input((2,))
    with pytest.raises(ValueError, match=r"mine: inputs and outputs must be KerasTensors"):
        Function(X, inputs, name="mine")
    with pytest.raises(ValueError, match="mine takes 1 inputs, got 2"):
        Function(inputs, inputs + 1, name="mine")([X, X])
    with pytest.raises(ValueError, match="depend"):
        Function(Input((2,)), inputs + 1)
