"""What a file of ONNX is checked for before anything is made of it: its messages, and the sizes of its tensors."""

from __future__ import annotations

import math
import os
import stat
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
from google.protobuf.message import DecodeError
from keras_core.config import loading_limits, take_memory
from keras_core.saving import FileFormatError
from onnx import TensorProto, helper, numpy_helper

from keras_export.to_onnx.builder import type_of
from keras_export.to_onnx.values import Unsupported

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGEST = 2**31 - 1  # bytes of a message of Protocol Buffers
_DEPTH = 64
_AXES = 32


def parsed(content: bytes, name: str) -> onnx.ModelProto:
    """A file's model, of which the number and depth of messages are counted before they are made.

    Args:
        content: the bytes of the file.
        name: what it is called in messages.

    Raises:
        FileFormatError: for what is no model of ONNX, damaged, or more than a load may take.
    """
    if len(content) > LARGEST:
        raise FileFormatError(f"'{name}' has {len(content):,} bytes, more than a file of ONNX can have.")
    _count(memoryview(content), name)
    model = onnx.ModelProto()
    try:
        model.ParseFromString(content)
    except DecodeError as error:
        raise FileFormatError(f"'{name}' is no file of ONNX, or truncated.") from error
    if not model.HasField("graph") or not model.opset_import:
        raise FileFormatError(f"'{name}' is no file of ONNX: it has no graph or no opset.")
    return model


def _count(content: memoryview, name: str) -> None:
    """Go through the messages of a file without making them."""
    most = loading_limits().config_lists
    stack = [(0, len(content), onnx.ModelProto.DESCRIPTOR, 0)]
    count = 0
    while stack:
        at, end, kind, depth = stack.pop()
        while at < end:
            tag, at = _number(content, at, end, name)
            wire, field = tag & 7, kind.fields_by_number.get(tag >> 3)
            count += 1
            if count > most:
                raise FileFormatError(
                    f"'{name}' has more than {most:,} fields. If it is one of yours, allow more: "
                    "keras.config.set_loading_limits(config_lists=)."
                )
            if wire == 0:
                at = _number(content, at, end, name)[1]
            elif wire in (1, 5):
                at += 8 if wire == 1 else 4
            elif wire == 2:
                length, at = _number(content, at, end, name)
                if length > end - at:
                    raise FileFormatError(f"'{name}' is no file of ONNX, or truncated.")
                if field is not None and field.message_type is not None:
                    if depth >= _DEPTH:
                        raise FileFormatError(f"'{name}' is refused: it is nested more than {_DEPTH} levels deep.")
                    stack.append((at, at + length, field.message_type, depth + 1))
                at += length
            else:
                raise FileFormatError(f"'{name}' is no file of ONNX.")


def _number(content: memoryview, at: int, end: int, name: str) -> tuple[int, int]:
    value = shift = 0
    while at < end and shift < 70:
        byte = content[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
    raise FileFormatError(f"'{name}' is no file of ONNX, or truncated.")


def dtype_of(number: int) -> str:
    """The name of a dtype of ONNX.

    Args:
        number: its number.

    Raises:
        ValueError: for one that Keras has not.
    """
    if number == TensorProto.STRING:
        raise ValueError("text is not computed with")
    try:
        found = str(np.dtype(helper.tensor_dtype_to_np_dtype(number)))
        type_of(found)
    except (KeyError, TypeError, Unsupported) as error:
        raise ValueError(f"tensors of type {number} are not computed with") from error
    return found


def shape_of(tensor: onnx.TensorProto) -> tuple[int, ...]:
    """The shape of a stored tensor.

    Args:
        tensor: the tensor.

    Raises:
        ValueError: for one that no array has.
    """
    shape = tuple(tensor.dims)
    if len(shape) > _AXES or any(n < 0 for n in shape):
        raise ValueError(f"a tensor has the shape {list(shape)[:40]}")
    return shape


def bytes_of(tensor: onnx.TensorProto) -> int:
    """How many bytes a stored tensor has in memory, as its shape says.

    Args:
        tensor: the tensor.
    """
    return math.prod(shape_of(tensor)) * np.dtype(helper.tensor_dtype_to_np_dtype(tensor.data_type)).itemsize


def array_of(tensor: onnx.TensorProto, folder: Path | None) -> np.ndarray:
    """The array of a stored tensor, whose size is compared with what is stored before it is made.

    Args:
        tensor: the tensor.
        folder: where files beside the model's may lie; None for a model that has no place.

    Raises:
        ValueError: for one that is damaged, and data outside of the folder.
    """
    dtype_of(tensor.data_type)
    shape, size = shape_of(tensor), bytes_of(tensor)
    take_memory(size, f"Tensor '{tensor.name}' of shape {shape}")
    if tensor.data_location == TensorProto.EXTERNAL:
        content = _outside(tensor, size, folder)
        return np.frombuffer(content, helper.tensor_dtype_to_np_dtype(tensor.data_type)).reshape(shape).copy()
    stored = len(tensor.raw_data)
    if stored and stored != size:
        raise ValueError(f"tensor '{tensor.name}' of shape {shape} has {stored:,} bytes, expected {size:,}")
    lists = (tensor.float_data, tensor.int32_data, tensor.int64_data, tensor.double_data, tensor.uint64_data)
    if not stored and sum(map(len, lists)) != math.prod(shape):
        raise ValueError(f"tensor '{tensor.name}' of shape {shape} has {sum(map(len, lists)):,} elements")
    return np.array(numpy_helper.to_array(tensor))


def _outside(tensor: onnx.TensorProto, size: int, folder: Path | None) -> bytes:
    """The bytes of a tensor that lies in a file beside the model's."""
    given: dict[str, str] = {one.key: one.value for one in tensor.external_data}
    location = given.get("location", "")
    if folder is None:
        raise ValueError(
            f"tensor '{tensor.name}' lies in another file, '{location[:100]}', which only a path leads to: read the "
            "model from its path, or write it as one file"
        )
    plain = location and not any(bad in location for bad in ("\\", "\0", ":")) and not os.path.isabs(location)
    path = os.path.realpath(os.path.join(folder, location)) if plain else ""
    root = os.path.realpath(folder)
    if not plain or ".." in location.split("/") or os.path.commonpath([root, path]) != root:
        raise ValueError(f"tensor '{tensor.name}' lies in '{location[:100]}', outside of the folder of the model")
    try:
        begin, length = int(given.get("offset", 0)), int(given.get("length", size))
    except ValueError:
        raise ValueError(f"tensor '{tensor.name}' lies at no place of '{location}'") from None
    if not os.path.exists(path):
        raise ValueError(f"tensor '{tensor.name}' lies in '{location}', and there is no such file beside the model")
    status = os.stat(path)
    if not stat.S_ISREG(status.st_mode) or begin < 0 or length != size or begin + length > status.st_size:
        raise ValueError(f"tensor '{tensor.name}' has {size:,} bytes, and '{location}' has not that many at its place")
    with open(path, "rb") as file:
        file.seek(begin)
        content = file.read(length)
    if len(content) != size:
        raise ValueError(f"'{location}' is truncated")
    return content


def attribute(one: Any, folder: Path | None) -> Any:
    """The value of an attribute: a number, text, list or array.

    Args:
        one: the attribute.
        folder: where files beside the model's may lie.

    Raises:
        ValueError: for one that holds a graph, or a sparse tensor.
    """
    kind = onnx.AttributeProto
    if one.ref_attr_name or one.type not in (
        kind.INT, kind.INTS, kind.FLOAT, kind.FLOATS, kind.STRING, kind.STRINGS, kind.TENSOR,
    ):  # fmt: skip
        raise ValueError(f"its attribute '{one.name}' is a graph, or of another kind that is not read")
    if one.type == kind.TENSOR:
        return array_of(one.t, folder)
    value = helper.get_attribute_value(one)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, (int, float)):
        return value
    return [each.decode("utf-8", "replace") if isinstance(each, bytes) else each for each in value]


def graphs_of(graph: onnx.GraphProto) -> Iterator[onnx.GraphProto]:
    """A graph, and those inside its nodes.

    Args:
        graph: the graph.
    """
    yield graph
    for node in graph.node:
        for inner in graphs_in(node):
            yield from graphs_of(inner)


def nodes_of(graph: onnx.GraphProto) -> Iterator[onnx.NodeProto]:
    """The nodes of a graph and of those inside them.

    Args:
        graph: the graph.
    """
    return (node for one in graphs_of(graph) for node in one.node)


def graphs_in(node: onnx.NodeProto) -> list[onnx.GraphProto]:
    """The graphs that a node has as its attributes.

    Args:
        node: the node.
    """
    return [one.g for one in node.attribute if one.HasField("g")]
