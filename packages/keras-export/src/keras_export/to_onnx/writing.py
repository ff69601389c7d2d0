"""ONNX files: written from a graph of ops, and run."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import onnx
from keras_core.exporting import Endpoint, ExportError
from keras_core.ops import convert_to_numpy
from onnx import helper
from onnx.reference import ReferenceEvaluator

from keras_export.to_onnx.builder import Builder, type_of
from keras_export.to_onnx.graphs import finished
from keras_export.to_onnx.lowering import WHOLE, Lowering
from keras_export.to_onnx.values import Unsupported, Value, constant

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from keras_core.exporting import Program
    from keras_core.typing import PathLike, TensorTree

OPSET = 20
_LARGEST = 2**31 - 2**20  # bytes of a file of Protocol Buffers


def write(program: Program, path: PathLike) -> None:
    """Write a program to an `.onnx` file.

    Args:
        program: of one function.
        path: the new file.

    Raises:
        ExportError: for what ONNX cannot say, with op and layer, and for more than 2 GB of weights.
    """
    model = model_of(program.only("onnx"), program.name)
    with open(path, "wb") as file:
        file.write(model.SerializeToString())


def onnx_model(model: Any, input_signature: TensorTree = None) -> onnx.ModelProto:
    """What a model predicts as a model of ONNX, in memory and not yet compared; `Model.export` writes and compares it.

    Args:
        model: a built model or layer, or a function of tensors.
        input_signature: a list with an `InputSpec`, a `Spec` or nested ones for each argument; None for what a
            functional or built Sequential model knows.

    Raises:
        keras_core.exporting.ExportError: for what ONNX cannot say, with op and layer.

    Example:
        >>> from keras_core import Spec, ops
        >>> from keras_export import onnx_model
        >>> [node.op_type for node in onnx_model(ops.tanh, [Spec((None, 3))]).graph.node]
        ['Tanh', 'Identity']
    """
    endpoint = Endpoint("serve", model, input_signature)
    return model_of(endpoint, str(getattr(model, "name", None) or getattr(model, "__name__", "function")))


def model_of(endpoint: Endpoint, name: str) -> onnx.ModelProto:
    """A function as a model of ONNX.

    Args:
        endpoint: the function.
        name: what the graph is called.

    Raises:
        ExportError: for what ONNX cannot say, and for more than 2 GB of weights.
    """
    graph = endpoint.record_stateless(WHOLE, "a program of ONNX")
    weights = {value: constant(convert_to_numpy(variable.value)) for variable, value in graph.reads.items()}
    size = sum(one.array.nbytes for one in weights.values() if one.array is not None)
    if size > _LARGEST:
        raise ExportError(f"'{name}' has {size / 2**30:.1f} GB of weights, and a file of ONNX holds at most 2 GB.")
    try:
        inputs = [_input(*each) for each in zip(endpoint.input_names, graph.inputs, strict=True)]
        g = Builder()
        known = {**weights, **dict(zip(graph.inputs, inputs, strict=True))}
        outputs = Lowering(known).write(graph, g)
        written_graph = finished(g, name, inputs, outputs, endpoint.output_names, g.names.constants)
    except Unsupported as error:
        raise ExportError(f"'{name}' takes or gives what ONNX has not: {error}.") from error
    opsets = [helper.make_opsetid("", OPSET)]
    model = helper.make_model(written_graph, opset_imports=opsets, producer_name="keras-export")
    model.producer_version = version("keras-export")
    model.ir_version = helper.find_min_ir_version_for(opsets)
    return model


def _input(name: str, value: Any) -> Value:
    type_of(value.dtype)
    return Value(value.shape, value.dtype, name)


def runner(path: PathLike, endpoint: Endpoint) -> Callable[[Sequence[np.ndarray]], list[np.ndarray]]:
    """What runs an `.onnx` file: ONNX Runtime where it is installed, else the reference implementation of ONNX.

    Args:
        path: the file.
        endpoint: the function that it has.

    Returns:
        A function of a list of arrays.
    """
    names = endpoint.input_names
    content = Path(path).read_bytes()
    try:
        import onnxruntime
    except ImportError:
        reference = ReferenceEvaluator(onnx.load_from_string(content))
        return lambda arrays: list(reference.run(None, dict(zip(names, arrays, strict=True))))
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    return lambda arrays: list(session.run(None, dict(zip(names, arrays, strict=True))))
