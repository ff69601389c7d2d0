"""Covers: convolution.py elementwise.py indexing.py normalization.py product.py quantization.py recurrent.py
reduction.py resizing.py shaping.py
"""

import numpy as np
import pytest
from keras_export import read_onnx
from onnx_graphs import FLOAT, assert_same, helper, model, node_model, numbers, run

X = numbers(3, 4)
A, B = numbers(2, 3, 4), numbers(4)
POSITIVE = np.abs(numbers(3, 4)) + 0.1
N = np.array([[5, -3, 0, 2], [-7, 4, 1, -1]], "int64")
M = np.array([[2, 2, 3, -3], [3, -5, 4, 2]], "int64")
IMAGE, ODD, VOLUME = numbers(2, 4, 6, 6), numbers(2, 3, 7, 8), numbers(2, 2, 4, 5, 4)
STEPS = numbers(5, 2, 3)
BYTES = np.random.default_rng(2).integers(0, 256, (3, 4)).astype("uint8")
SIGNED = np.random.default_rng(3).integers(-128, 128, (3, 4)).astype("int8")
WEIGHTS = np.random.default_rng(4).integers(-128, 128, (4, 5)).astype("int8")


def ints(*values):
    return np.array(values, "int64")


def case(op, *arrays, w=(), **kwargs):
    return lambda: (node_model(op, arrays, w, **kwargs), arrays)


def recurrent(op, gates, **kwargs):
    directions = 2 if kwargs.get("direction") == "bidirectional" else 1
    weights = [numbers(directions, gates * 4, 3), numbers(directions, gates * 4, 4), numbers(directions, gates * 8)]
    weights += [kwargs.pop("ends", None)]
    weights += [numbers(directions, 2, 4) for _ in range(kwargs.pop("states", 0))]
    return case(op, STEPS, w=weights, count=3 if op == "LSTM" else 2, hidden_size=4, **{"free": (0, 1), **kwargs})


PLAIN = (
    *("Abs", "Neg", "Exp", "Floor", "Ceil", "Round", "Sign", "Sin", "Cos", "Tan", "Atan", "Sinh", "Cosh", "Tanh"),
    *("Asinh", "Erf", "Sigmoid", "Relu", "Softplus", "Softsign", "IsNaN", "Identity", "Mish", "HardSwish", "Elu"),
    *("Selu", "Celu", "LeakyRelu", "HardSigmoid"),
)
SUMS = (
    *("ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceSumSquare"),
)
CASES = {
    **{name: case(name, X) for name in PLAIN},
    **{name: case(name, POSITIVE) for name in ("Log", "Sqrt", "Reciprocal")},
    **{name: case(name, POSITIVE / 9) for name in ("Asin", "Acos", "Atanh")},
    "Acosh": case("Acosh", POSITIVE + 1),
    "Elu alpha": case("Elu", X, alpha=0.5),
    "HardSigmoid of Keras 3": case("HardSigmoid", X, alpha=1 / 6, beta=0.5),
    "ThresholdedRelu": case("ThresholdedRelu", X, alpha=0.3),
    "Gelu": case("Gelu", X),
    "Gelu tanh": case("Gelu", X, approximate="tanh"),
    "PRelu": case("PRelu", A, w=[B]),
    "Shrink": case("Shrink", X, lambd=0.4, bias=0.1),
    "Not": case("Not", X > 0),
    "IsInf": case("IsInf", np.array([[1, np.inf, -np.inf]], "float32"), detect_negative=0),
    "Add": case("Add", A, w=[B]),
    "Add of two": case("Add", A, A),
    "Sub": case("Sub", A, w=[B]),
    "Mul scalar": case("Mul", A, w=[np.float32(2)]),
    "Div": case("Div", X, POSITIVE),
    "Div of integers": case("Div", N, M),
    "Mod": case("Mod", N, M),
    "Mod of C": case("Mod", X, POSITIVE, fmod=1),
    "Pow": case("Pow", POSITIVE, X),
    "Pow square": case("Pow", X, w=[np.float32(2)]),
    "Pow of another dtype": case("Pow", X, w=[np.int64(3)]),
    "Max": case("Max", A, A[:, ::-1].copy(), w=[B]),
    "Min": case("Min", A, w=[B]),
    "Sum": case("Sum", A, A, A),
    "Mean": case("Mean", A, w=[B]),
    "Equal": case("Equal", N, M),
    **{name: case(name, X, X[::-1].copy()) for name in ["Greater", "Less", "GreaterOrEqual", "LessOrEqual"]},
    **{name: case(name, X > 0, X > 0.5) for name in ("And", "Or", "Xor")},
    **{name: case(name, N, M, opset=18) for name in ("BitwiseAnd", "BitwiseOr", "BitwiseXor")},
    "Where": case("Where", X > 0, X, w=[np.float32(-1)]),
    "Clip": case("Clip", X, w=[np.float32(-0.5), np.float32(0.4)]),
    "Clip below": case("Clip", X, w=[None, np.float32(0.4)]),
    "Clip of old": case("Clip", X, min=-0.5, max=0.4, opset=6 + 1),
    "Cast": case("Cast", X * 3, to=7),
    "Cast to bool": case("Cast", N, to=9),
    "Dropout": case("Dropout", X),
    # reductions
    **{
        name: case(name, A, w=[ints(1)], keepdims=0, opset=18)
        for name in SUMS
    },
    "ReduceLogSum": case("ReduceLogSum", np.abs(A) + 1, w=[ints(-1)], opset=18),
    "ReduceLogSumExp": case("ReduceLogSumExp", A, w=[ints(1, 2)], opset=18),
    "ReduceMean of all": case("ReduceMean", A),
    "ReduceSum of none": case("ReduceSum", A, noop_with_empty_axes=1),
    "ReduceSum of old": case("ReduceSum", A, axes=[1], opset=11),
    "ArgMax": case("ArgMax", A, axis=-1, keepdims=0),
    "ArgMin": case("ArgMin", A),
    "CumSum": case("CumSum", A, w=[np.int64(1)]),
    "CumSum backwards": case("CumSum", A, w=[np.int64(-1)], exclusive=1, reverse=1),
    "TopK": case("TopK", X, w=[ints(2)], count=2),
    "TopK of the smallest": case("TopK", A, w=[ints(2)], count=2, axis=1, largest=0),
    "Softmax": case("Softmax", A, axis=1),
    "Softmax of old": case("Softmax", A, opset=11),
    "LogSoftmax of old": case("LogSoftmax", A, axis=1, opset=11),
    # shapes
    "Shape": case("Shape", A),
    "Shape of some": case("Shape", A, start=1, end=-1),
    "Size": case("Size", A),
    "Reshape": case("Reshape", A, w=[ints(0, 2, -1)]),
    "Reshape to all": case("Reshape", A, w=[ints(-1)]),
    "Reshape of free axes": case("Reshape", A, w=[ints(0, -1, 2, 2)], free=(0, 1)),
    "Flatten": case("Flatten", IMAGE),
    "Flatten of free axes": case("Flatten", IMAGE, axis=2, free=(0, 2, 3)),
    "Transpose": case("Transpose", A, perm=[2, 0, 1]),
    "Squeeze": case("Squeeze", A[:, :1], w=[ints(1)]),
    "Squeeze of a free axis": case("Squeeze", A[:, :1], w=[ints(1)], free=(0, 1)),
    "Unsqueeze": case("Unsqueeze", A, w=[ints(0, -1)]),
    "Concat": case("Concat", A, A, axis=-1),
    "Split": case("Split", A, w=[ints(1, 3)], count=2, axis=-1),
    "Split evenly": case("Split", A, count=2, axis=-1, num_outputs=2),
    "Split of old": case("Split", A, count=2, axis=2, split=[1, 3], opset=11),
    "Slice": case("Slice", A, w=[ints(1, -1), ints(3, -9), ints(1, 2), ints(1, -2)]),
    "Slice of a free axis": case("Slice", A, w=[ints(1), ints(2**62), ints(0)]),
    "Slice of old": case("Slice", A, starts=[1], ends=[3], axes=[2], opset=9),
    "Expand": case("Expand", X[:, None], w=[ints(1, 5, 4)]),
    "Tile": case("Tile", A, w=[ints(1, 2, 3)]),
    "Pad": case("Pad", A, w=[ints(0, 1, -1, 0, 2, 0), np.float32(3)]),
    "Pad of axes": case("Pad", A, w=[ints(1, 1), None, ints(2)], mode="reflect"),
    "Pad with the edge": case("Pad", A, w=[ints(0, 1, 0, 0, 2, 1)], mode="edge"),
    "Pad of old": case("Pad", A, pads=[0, 1, 0, 0, 2, 1], value=2.0, opset=9),
    "DepthToSpace": case("DepthToSpace", IMAGE, blocksize=2),
    "DepthToSpace of columns": case("DepthToSpace", IMAGE, blocksize=2, mode="CRD"),
    "SpaceToDepth": case("SpaceToDepth", IMAGE, blocksize=2),
    "Trilu": case("Trilu", A, w=[np.int64(1)]),
    # picking
    "Gather": case("Gather", A, w=[ints(0, -1)], axis=2),
    "Gather one": case("Gather", A, w=[np.int64(-1)], axis=1),
    "Gather computed": case("Gather", A, np.array([[0, -2], [3, 1]], "int64"), axis=2),
    "GatherElements": case("GatherElements", A, np.array([[[1, 0, 2, 0]], [[0, 0, 1, 2]]], "int64"), axis=1, free=(0,)),
    "GatherND": case("GatherND", A, np.array([[1, -1], [0, 2]], "int64"), free=()),
    "ScatterND": case("ScatterND", X, w=[np.array([[0, 1], [2, 3]], "int64"), numbers(2)], free=()),
    "OneHot": case("OneHot", np.array([[1, -1], [0, 2]], "int64"), w=[np.int64(4), numbers(2)]),
    # products
    "MatMul": case("MatMul", A, numbers(2, 4, 3)),
    "MatMul with weights": case("MatMul", A, w=[numbers(4, 5)]),
    "MatMul of a vector": case("MatMul", A, w=[numbers(4)]),
    "Gemm": case("Gemm", X, w=[numbers(4, 5), numbers(5)]),
    "Gemm scaled": case("Gemm", X, w=[numbers(5, 4), numbers(1, 5)], alpha=0.5, beta=2.0, transB=1),
    "Gemm of a column": case("Gemm", X, w=[numbers(4, 5), numbers(3, 1)], free=()),
    "Gemm of two": case("Gemm", X, numbers(3, 5), transA=1),
    "Einsum": case("Einsum", A, w=[numbers(4, 5)], equation="bij,jk->bki"),
    "Det": case("Det", numbers(3, 2, 2)),
    # windows
    "Conv": case("Conv", IMAGE, w=[numbers(6, 4, 3, 3), numbers(6)], pads=[1] * 4),
    "Conv odd": case("Conv", ODD, w=[numbers(4, 3, 2, 3)], pads=[0, 1, 2, 1], strides=[2, 1], dilations=[2, 1]),
    "Conv of groups": case("Conv", IMAGE, w=[numbers(8, 2, 3, 3)], group=2, free=(0, 2, 3)),
    "Conv same": case("Conv", ODD, w=[numbers(4, 3, 3, 2)], auto_pad="SAME_UPPER", strides=[2, 2]),
    "Conv same lower": case("Conv", ODD, w=[numbers(4, 3, 2, 4)], auto_pad="SAME_LOWER", strides=[2, 2]),
    "Conv of steps": case("Conv", A, w=[numbers(2, 3, 2), numbers(2)]),
    "Conv of volumes": case("Conv", VOLUME, w=[numbers(3, 2, 2, 2, 2)]),
    "Conv with a computed kernel": case("Conv", IMAGE, numbers(6, 4, 3, 3), free=()),
    "ConvTranspose": case("ConvTranspose", IMAGE, w=[numbers(4, 3, 3, 3), numbers(3)], strides=[2, 2], pads=[1] * 4),
    "ConvTranspose padded": case(
        "ConvTranspose", IMAGE, w=[numbers(4, 3, 2, 3), numbers(3)], strides=[2, 3], output_padding=[1, 2]
    ),
    "ConvTranspose of far steps": case("ConvTranspose", A, w=[numbers(3, 2, 2), numbers(2)], strides=[4]),
    "MaxPool": case("MaxPool", ODD, kernel_shape=[3, 2], strides=[2, 2], pads=[1, 0, 1, 1]),
    "MaxPool rounded up": case("MaxPool", ODD, kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1),
    "AveragePool": case("AveragePool", ODD, kernel_shape=[3, 2], strides=[2, 2], pads=[1, 0, 1, 1]),
    "AveragePool of pads": case("AveragePool", ODD, kernel_shape=[3, 2], pads=[1, 0, 1, 1], count_include_pad=1),
    "AveragePool rounded up": case(
        "AveragePool", ODD, kernel_shape=[2, 3], strides=[2, 2], ceil_mode=1, pads=[1, 1, 1, 1], count_include_pad=1
    ),
    "AveragePool same": case("AveragePool", ODD, kernel_shape=[3, 3], strides=[2, 2], auto_pad="SAME_UPPER"),
    "GlobalAveragePool": case("GlobalAveragePool", ODD),
    "GlobalMaxPool": case("GlobalMaxPool", ODD),
    # normalization
    "BatchNormalization": case(
        "BatchNormalization", IMAGE, w=[numbers(4), numbers(4), numbers(4), np.abs(numbers(4))], epsilon=1e-3
    ),
    "LayerNormalization": case("LayerNormalization", A, w=[numbers(4), numbers(4)]),
    "LayerNormalization of axes": case("LayerNormalization", A, w=[numbers(3, 4), numbers(3, 4)], axis=1),
    "InstanceNormalization": case("InstanceNormalization", IMAGE, w=[numbers(4), numbers(4)]),
    "GroupNormalization": case("GroupNormalization", IMAGE, w=[numbers(4), numbers(4)], num_groups=2, opset=21),
    "RMSNormalization": case("RMSNormalization", A, w=[numbers(4)], opset=23),
    # recurrent
    "LSTM": recurrent("LSTM", 4),
    "LSTM both ways": recurrent("LSTM", 4, direction="bidirectional"),
    "GRU": recurrent("GRU", 3, linear_before_reset=1),
    "GRU backwards": recurrent("GRU", 3, direction="reverse"),
    "RNN": recurrent("RNN", 1, activations=["Relu"]),
    "LSTM with states": recurrent("LSTM", 4, direction="bidirectional", states=2),
    "LSTM of lengths": recurrent("LSTM", 4, ends=np.array([2, 5], "int32"), direction="bidirectional", states=2),
    "GRU of lengths": recurrent("GRU", 3, ends=np.array([4, 1], "int32"), direction="reverse"),
    "RNN of whole lengths": recurrent("RNN", 1, ends=np.array([5, 5], "int32"), free=()),
    # of 8 bits
    "QuantizeLinear": case("QuantizeLinear", X, w=[np.float32(0.02), np.uint8(120)]),
    "QuantizeLinear of an axis": case("QuantizeLinear", A, w=[POSITIVE[0], np.int8([0, 3, -3, 9])], axis=-1),
    "QuantizeLinear without zero": case("QuantizeLinear", X, w=[np.float32(0.02)]),
    "DequantizeLinear": case("DequantizeLinear", BYTES, w=[np.float32(0.02), np.uint8(120)]),
    "DequantizeLinear of an axis": case("DequantizeLinear", SIGNED, w=[POSITIVE[0], np.int8([0, 3, -3, 9])]),
    "DequantizeLinear of sums": case("DequantizeLinear", N.astype("int32"), w=[np.float32(0.5)]),
    "DynamicQuantizeLinear": case("DynamicQuantizeLinear", X, count=3),
    "DynamicQuantizeLinear of zeros": case("DynamicQuantizeLinear", X * 0, count=3),
    "MatMulInteger": case("MatMulInteger", BYTES, w=[WEIGHTS, np.uint8(120), np.int8(3)]),
    "MatMulInteger of columns": case("MatMulInteger", BYTES, w=[WEIGHTS, None, np.int8([0, 3, -3, 9, 1])]),
    "QLinearMatMul": case(
        "QLinearMatMul", BYTES,
        w=[np.float32(0.02), np.uint8(120), WEIGHTS, np.float32(0.01), np.int8(3), np.float32(0.05), np.uint8(100)],
    ),
    # images
    "Resize": case("Resize", ODD, w=[None, np.array([1, 1, 2, 3], "float32")], free=(0, 2, 3)),
    "Resize to sizes": case("Resize", ODD, w=[None, None, ints(2, 3, 5, 12)], free=(), mode="linear"),
    "Resize to corners": case(
        "Resize", ODD, w=[None, np.array([1, 1, 1.5, 2], "float32")], mode="linear",
        coordinate_transformation_mode="align_corners",
    ),
    "Resize cubic": case("Resize", ODD, w=[None, np.array([1, 1, 2, 0.5], "float32")], mode="cubic"),
    "Resize floor": case(
        "Resize", ODD, w=[None, np.array([1, 1, 0.6, 1.7], "float32")], nearest_mode="floor",
        coordinate_transformation_mode="asymmetric",
    ),
    "Upsample": case("Upsample", ODD, w=[np.array([1, 1, 2, 2], "float32")], opset=9),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_onnx_runtime_gives(name):
    made, arrays = CASES[name]()
    assert_same(read_onnx(made), run(made, arrays), arrays)


def test_weights_of_8_bits_are_those_of_layers():
    """As tools for quantization write products: weights are floats again before a node computes with them."""
    nodes = [
        helper.make_node("QuantizeLinear", ["x", "s", "z"], ["q"]),
        helper.make_node("DequantizeLinear", ["q", "s", "z"], ["d"]),
        helper.make_node("DequantizeLinear", ["w", "t"], ["v"], axis=1),
        helper.make_node("MatMul", ["d", "v"], ["y"]),
    ]
    weights = {"s": np.float32(0.02), "z": np.uint8(120), "w": WEIGHTS, "t": np.abs(numbers(5)) / 99}
    made = model(nodes, {"x": (["n", 4], FLOAT)}, weights)
    read = read_onnx(made)
    assert [w.shape for w in read.trainable_weights] == [(4, 5)] and "Dense" in {
        type(one).__name__ for one in read.layers
    }
    assert_same(read, run(made, [X]), [X])


REFUSED = {
    "QuantizeLinear": (case("QuantizeLinear", X, w=[numbers(3, 2)], block_size=2), "block_size=2 is not read"),
    "MaxPool": (case("MaxPool", ODD, kernel_shape=[2, 2], dilations=[2, 2]), "dilations are not read"),
    "TopK": (case("TopK", X, ints(2), count=2, free=()), "its k 'x1' are computed"),
    "Transpose": (case("Transpose", A, perm=[0, 0, 1]), "no order of the axes"),
    "Conv": (case("Conv", IMAGE, w=[numbers(6, 3, 3, 3)]), "in 1 groups does not fit"),
    "Conv pads": (case("Conv", IMAGE, w=[numbers(6, 4, 3, 3)], pads=[1, 1]), "not one entry for each axis"),
    "Conv negative": (case("Conv", IMAGE, w=[numbers(6, 4, 3, 3)], strides=[0, 1]), "are not positive"),
    "ConvTranspose": (case("ConvTranspose", IMAGE, w=[numbers(4, 3, 3, 3)], group=2), "group=2 is not read"),
    "LSTM": (recurrent("LSTM", 4, input_forget=1), "input_forget=1 is not read"),
    "GRU": (recurrent("GRU", 3, activations=["Sigmoid", "Affine"]), "activations=.* are not read"),
    "HardSigmoid in GRU": (recurrent("GRU", 3, activations=["HardSigmoid", "Tanh"]), "activation_alpha=0.2"),
    "Resize": (
        case("Resize", ODD, w=[None, np.array([1, 1, 2, 2], "float32")], mode="linear", free=(0, 2, 3)),
        "needs axes of known length",
    ),
    "Pad": (case("Pad", A, w=[ints(0, 1, 0, 0, 2, 1)], mode="wrap"), "mode='wrap' is not read"),
    "Expand": (case("Expand", X, w=[ints(3, 5)], free=()), "broadcast"),
    "Slice": (case("Slice", A, w=[ints(1), ints(3), ints(1), ints(0)]), "its step is 0"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_read_names_the_node(name):
    made, message = REFUSED[name]
    with pytest.raises(ValueError, match=rf"Node 'the {name.split()[-1 if 'in' in name else 0]}' \(.*{message}"):
        read_onnx(made()[0])
