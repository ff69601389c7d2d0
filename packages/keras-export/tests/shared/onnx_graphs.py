"""Graphs of ONNX made by hand, and what ONNX Runtime gives for them."""

import numpy as np
import onnx
import onnxruntime
from keras_core import ops
from onnx import TensorProto, helper, numpy_helper


def model(nodes, inputs, weights=(), outputs=("y",), opset=20, **kwargs):
    """A model of nodes; inputs: name → (shape, type), weights: name → array."""
    infos = [helper.make_tensor_value_info(name, kind, shape) for name, (shape, kind) in inputs.items()]
    results = [helper.make_empty_tensor_value_info(name) for name in outputs]
    tensors = [numpy_helper.from_array(array, name) for name, array in dict(weights).items()]
    graph = helper.make_graph(nodes, "made", infos, results, tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=9, **kwargs)


def node_model(op, arrays, weights=(), count=1, opset=20, free=(0,), **attributes):
    """A model of one node, whose first inputs are arrays and the others weights; axes `free` are of any length."""
    inputs = {
        f"x{k}": (
            [f"axis{axis}" if axis in free else n for axis, n in enumerate(array.shape)],
            helper.np_dtype_to_tensor_dtype(array.dtype),
        )
        for k, array in enumerate(arrays)
    }
    names = [*inputs, *(f"w{k}" if one is not None else "" for k, one in enumerate(weights))]
    outputs = [f"y{k}" for k in range(count)]
    node = helper.make_node(op, names, outputs, name=f"the {op}", **attributes)
    given = {f"w{k}": one for k, one in enumerate(weights) if one is not None}
    return model([node], inputs, given, outputs, opset)


def run(made, arrays):
    """What ONNX Runtime gives."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(made.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, {one.name: a for one, a in zip(session.get_inputs(), arrays, strict=True)})


def assert_same(read, expected, arrays, atol=1e-5):
    """Compare what a model predicts with what is expected: shapes, kinds of dtypes and numbers."""
    given = list(arrays) if len(arrays) > 1 else arrays[0]
    found = read.predict(given, verbose=0) if len({len(one) for one in arrays}) == 1 else read(given)
    found = found if isinstance(found, list) else [found]
    assert len(found) == len(expected)
    for a, b in zip(map(ops.convert_to_numpy, found), expected, strict=True):
        assert a.shape == b.shape and a.dtype == b.dtype, (a.shape, a.dtype, b.shape, b.dtype)
        np.testing.assert_allclose(a.astype("float64"), b.astype("float64"), rtol=1e-5, atol=atol)


FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64
RNG = np.random.default_rng(7)


def numbers(*shape):
    """Floats that are the same in each run of a process that asks in the same order."""
    return RNG.normal(size=shape).astype("float32")


__all__ = ["FLOAT", "INT64", "assert_same", "helper", "model", "node_model", "numbers", "onnx", "run"]
