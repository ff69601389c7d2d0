"""Covers: bodies.py calling.py node.py scope.py"""

import numpy as np
import pytest
from keras_export import read_onnx
from onnx_graphs import FLOAT, assert_same, helper, model, numbers, run

X = {"x": (["n", 3], FLOAT)}


def test_a_bias_behind_a_product_is_that_of_a_dense_layer():
    nodes = [
        helper.make_node("MatMul", ["x", "w"], ["h"], name="/a/MatMul"),
        helper.make_node("Add", ["b", "h"], ["y"]),
    ]
    made = model(nodes, X, {"w": numbers(3, 2), "b": numbers(2)})
    read, x = read_onnx(made), numbers(4, 3)
    assert [one.name for one in read.layers][1:] == ["a_MatMul", "y"] and len(read.layers[1].weights) == 2
    assert_same(read, run(made, [x]), [x])


@pytest.mark.parametrize("outputs", [["y", "h"], ["y"]])
def test_a_product_that_is_used_elsewhere_keeps_its_sum(outputs):
    nodes = [helper.make_node("MatMul", ["x", "w"], ["h"]), helper.make_node("Add", ["h", "b"], ["s"])]
    nodes.append(helper.make_node("Mul", ["s", "h" if outputs == ["y"] else "s"], ["y"]))
    made = model(nodes, X, {"w": numbers(3, 2), "b": numbers(2)}, outputs)
    read, x = read_onnx(made), numbers(4, 3)
    assert len(read.layers[1].weights) == 1
    assert_same(read, run(made, [x]), [x])


def test_constants_are_computed_ahead():
    nodes = [
        helper.make_node("Transpose", ["w"], ["t"]),
        helper.make_node("MatMul", ["x", "t"], ["h"]),
        helper.make_node("Add", ["two", "two"], ["four"]),
        helper.make_node("Mul", ["h", "four"], ["y"]),
    ]
    made = model(nodes, X, {"w": numbers(2, 3), "two": np.float32(2)})
    read, x = read_onnx(made), numbers(4, 3)
    assert [w.shape for w in read.weights] == [(3, 2)]
    assert_same(read, run(made, [x]), [x])


def test_names_are_kept_as_far_as_layers_may_have_them():
    made = model([helper.make_node("Exp", ["in put/0"], ["out:0"])], {"in put/0": (["n", 3], FLOAT)}, (), ["out:0"])
    read = read_onnx(made)
    assert read.input_names == ["in_put_0"] and read.output_names == ["out_0"]


def test_fixed_batches_are_kept():
    assert read_onnx(model([helper.make_node("Exp", ["x"], ["y"])], {"x": ([2, 3], FLOAT)})).input_shape == (2, 3)


def test_constants_that_are_made_have_names_of_their_own():
    """A matrix that resizes is called after its node, as a tensor of the file may be."""
    image, scales = numbers(2, 3, 8, 9), np.array([1, 1, 1, 2], "float32")
    nodes = [
        helper.make_node("Resize", ["image", "", "scales"], ["a"], name="a", mode="linear"),
        helper.make_node("Relu", ["a"], ["a_axis_3"]),
        helper.make_node("Exp", ["a_axis_3"], ["y"]),
    ]
    made = model(nodes, {"image": (["n", 3, 8, 9], FLOAT)}, {"scales": scales})
    assert_same(read_onnx(made), run(made, [image]), [image])


def test_tensors_have_names():
    made = model([helper.make_node("Relu", ["x"], ["y"])], X, {"": numbers(2)})
    with pytest.raises(ValueError, match="a tensor has no name"):
        read_onnx(made)


def test_one_of_sizes_and_numbers():
    nodes = [helper.make_node("Shape", ["x"], ["s"]), helper.make_node("Where", ["which", "s", "n"], ["y"])]
    inputs = {**X, "n": (["k"], helper.np_dtype_to_tensor_dtype(np.dtype("int64")))}
    made = model(nodes, inputs, {"which": np.array([True, False])})
    arrays = [numbers(4, 3), np.int64([7, 8])]
    assert_same(read_onnx(made), run(made, arrays), arrays)
