"""Files of ONNX as functional models."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import onnx
from keras_core.saving import ArrayTree, FileContent, FileFormatError, load_model

from keras_export.from_onnx.checks import array_of, bytes_of, graphs_in, graphs_of, nodes_of, parsed, shape_of
from keras_export.from_onnx.graph import read_graph
from keras_export.from_onnx.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from keras_core import Model
    from keras_core.typing import FileLike


def read_onnx(source: FileLike | onnx.ModelProto) -> Model:
    """A functional model of a model of ONNX, which predicts the same, trains and saves as any other.

    Convolutions, products with matrices, normalizations, recurrent operators and rows that are picked become layers
    with the weights; other operators are ops of `keras.ops`, and their weights `WeightTensor` layers. Images keep
    their channels first. A file is read as one from a stranger: nothing in it is run, its sizes are checked before
    anything is made, and `keras.config.set_loading_limits` bounds the rest. Data in other files is read from the
    folder of the model alone.

    Args:
        source: the path of an `.onnx` file, a binary file open for reading, the bytes of one, or an
            `onnx.ModelProto`.

    Returns:
        The model, not compiled. Its inputs and outputs are called as in the file.

    Raises:
        FileNotFoundError: when there is no such file.
        ValueError: for a file that is damaged or refused; operators that are not read, all at once; and arguments of
            an operator that are not, with the name of the node.

    Example:
        >>> from keras_core import Spec, ops
        >>> from keras_export import onnx_model, read_onnx
        >>> model = read_onnx(onnx_model(ops.tanh, [Spec((None, 3))]))
        >>> model.output_shape
        (None, 3)
    """
    model: Model = load_model(source.SerializeToString() if isinstance(source, onnx.ModelProto) else source)
    return model


def read(file: BinaryIO) -> Model:
    """The model in an open file, for `load_model`.

    Args:
        file: the file.

    Raises:
        FileFormatError: for what `read_onnx` refuses.
    """
    model, folder = _opened(file)
    return read_graph(model, folder, RULES)


@contextmanager
def describe(file: BinaryIO) -> Iterator[FileContent]:
    """What an open file holds, for `file_content`: nodes as layers, each with the tensors that it is the first to use.

    Args:
        file: the file.

    Raises:
        FileFormatError: for one that is damaged.
    """
    model, folder = _opened(file)
    nodes = []
    users: dict[str, str] = {}
    stored = list(model.graph.initializer)
    for node in model.graph.node:
        name = _plain(node.name or next(iter(node.output), "")) or node.op_type
        nodes.append({"class_name": node.op_type, "module": "builtins", "config": {"name": name}})
        bodies = graphs_in(node)
        stored += [tensor for body in bodies for graph in graphs_of(body) for tensor in graph.initializer]
        inside = [one for body in bodies for inner in nodes_of(body) for one in inner.input]
        users |= {one: name for one in [*node.input, *inside] if one not in users}
    tensors: dict[str, _Stored] = {}
    for tensor in stored:
        path = f"{users.get(tensor.name, 'unused')}/{_plain(tensor.name) or 'tensor'}"
        tensors[f"{path}_{len(tensors)}" if path in tensors else path] = _Stored(tensor, folder)
    versions = ", ".join(f"{one.domain or 'ai.onnx'} {one.version}" for one in model.opset_import)
    origin = {"producer": f"{model.producer_name} {model.producer_version}".strip(), "opset": versions}
    config = {"class_name": "Functional", "config": {"name": model.graph.name, "layers": nodes}}
    yield FileContent(origin=origin, config=config, weights=ArrayTree(str(file.name), tensors))


def _opened(file: BinaryIO) -> tuple[onnx.ModelProto, Path | None]:
    name = str(file.name)
    return parsed(file.read(), name), Path(os.path.abspath(name)).parent


def _plain(name: str) -> str:
    return name.replace("/", ".").strip(".")


class _Stored:
    """A tensor of a file, which is read when it is asked for."""

    def __init__(self, tensor: onnx.TensorProto, folder: Path | None) -> None:
        try:
            self.shape = shape_of(tensor)
            self.nbytes = bytes_of(tensor)
        except (ValueError, KeyError, TypeError) as error:
            raise FileFormatError(f"its tensor '{tensor.name}' cannot be read: {error}") from error
        self._tensor = tensor
        self._folder = folder

    def read(self) -> np.ndarray:
        """The array."""
        return array_of(self._tensor, self._folder)
