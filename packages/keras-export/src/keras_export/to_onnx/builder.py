"""An ONNX graph operator by operator: names, constants, and tensors that are transposed only where it matters."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
from keras_core import dtypes
from onnx import TensorProto, helper, numpy_helper

from keras_export.to_onnx.values import Unsupported, Value, constant, to_first, to_last

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Shape

_TYPES = {
    "float16": TensorProto.FLOAT16,
    "bfloat16": TensorProto.BFLOAT16,
    "float32": TensorProto.FLOAT,
    "float64": TensorProto.DOUBLE,
    "int8": TensorProto.INT8,
    "int16": TensorProto.INT16,
    "int32": TensorProto.INT32,
    "int64": TensorProto.INT64,
    "uint8": TensorProto.UINT8,
    "uint16": TensorProto.UINT16,
    "uint32": TensorProto.UINT32,
    "uint64": TensorProto.UINT64,
    "bool": TensorProto.BOOL,
}
_SHARED = 64  # elements of constants of which equal ones are one


def type_of(dtype: str) -> int:
    """The number that ONNX has for a dtype.

    Args:
        dtype: its name.

    Raises:
        Unsupported: where ONNX has no such dtype.
    """
    if dtype not in _TYPES:
        raise Unsupported(f"tensors of dtype {dtype}")
    return int(_TYPES[dtype])


class Names:
    """What the graphs of a program share: the names of their tensors, and the constants.

    Attributes:
        constants: in the order in which they were needed.
    """

    def __init__(self) -> None:
        self.constants: list[onnx.TensorProto] = []
        self._known: dict[tuple[str, tuple[int, ...], bytes | int], str] = {}
        self._kept: list[np.ndarray] = []  # so that no other array gets their ids
        self._count = 0

    def fresh(self, what: str) -> str:
        """A name that no other tensor has.

        Args:
            what: what it is of.
        """
        self._count += 1
        return f"{what}:{self._count}"

    def of_constant(self, array: np.ndarray, dtype: str, scope: str) -> str:
        """What a constant is called.

        Args:
            array: its elements.
            dtype: the name of its dtype.
            scope: the layer that needs it first.
        """
        key = (dtype, array.shape, array.tobytes() if array.size <= _SHARED else id(array))
        if key not in self._known:
            type_of(dtype)
            self._known[key] = self.fresh(f"{scope}/constant".lstrip("/"))
            whole = np.ascontiguousarray(array).reshape(array.shape)
            self.constants.append(numpy_helper.from_array(whole, self._known[key]))
            self._kept.append(array)
        return self._known[key]


class Builder:
    """Collects the operators of a graph, or of one inside an operator.

    Args:
        around: the builder of the graph around it.

    Attributes:
        nodes: the operators, in order.
        names: what it shares with graphs around it and inside.
        scope: the name of the layer that is being written.
    """

    def __init__(self, around: Builder | None = None) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.scope: str = "" if around is None else around.scope
        self.names: Names = Names() if around is None else around.names
        self._sizes: dict[tuple[str, int], Value] = {}

    # -- names

    def fresh(self, what: str) -> str:
        """A name that no other tensor has.

        Args:
            what: what it is of.
        """
        return self.names.fresh(f"{self.scope}/{what}".lstrip("/"))

    def name_of(self, value: Value) -> str:
        """What a tensor is called, which is written first where it is not yet.

        Args:
            value: the tensor.
        """
        if value.name is not None:
            return value.name
        if value.array is not None:
            return self.names.of_constant(value.array, value.dtype, self.scope)
        assert value.first is not None
        value.name = self._emit("Transpose", [value.first], 1, {"perm": to_last(value.ndim)})[0]
        return value.name

    # -- operators

    def _emit(self, op: str, inputs: Sequence[Value | None], count: int, attributes: dict[str, Any]) -> list[str]:
        names = ["" if one is None else self.name_of(one) for one in inputs]
        while names and not names[-1]:
            names.pop()
        outputs = [self.fresh(op) for _ in range(count)]
        given = {key: value for key, value in attributes.items() if value is not None}
        self.nodes.append(helper.make_node(op, names, outputs, name=outputs[0], **given))
        return outputs

    def node(self, op: str, *inputs: Value | None, shape: Shape, dtype: str | None = None, **attributes: Any) -> Value:
        """The output of an operator.

        Args:
            op: the operator's name.
            *inputs: its inputs; None for one that is left out.
            shape: of the output.
            dtype: of the output; None for that of the first input.
            **attributes: its attributes; those that are None are left out.
        """
        if dtype is None:
            assert inputs[0] is not None
            dtype = inputs[0].dtype
        type_of(dtype)
        return Value(shape, dtype, self._emit(op, inputs, 1, attributes)[0])

    def nodes_of(
        self, op: str, inputs: Sequence[Value | None], outputs: Sequence[Value], **attributes: Any
    ) -> list[Value]:
        """The outputs of an operator with several.

        Args:
            op: the operator's name.
            inputs: its inputs; None for one that is left out.
            outputs: tensors without names, of the shapes and dtypes of the outputs.
            **attributes: its attributes; those that are None are left out.
        """
        names = self._emit(op, inputs, len(outputs), attributes)
        return [Value(one.shape, one.dtype, name) for one, name in zip(outputs, names, strict=True)]

    # -- what many ops need

    def cast(self, x: Value, dtype: str) -> Value:
        """A tensor of another dtype.

        Args:
            x: the tensor.
            dtype: the name of the dtype.
        """
        if x.dtype == dtype:
            return x
        if x.array is not None:
            return constant(x.array.astype(dtypes.numpy_dtype(dtype)))
        return self.node("Cast", x, shape=x.shape, dtype=dtype, to=type_of(dtype))

    def transpose(self, x: Value, axes: Sequence[int]) -> Value:
        """A tensor with its axes in another order.

        Args:
            x: the tensor.
            axes: the axes of `x` in their new order.
        """
        order = [int(axis) % x.ndim for axis in axes]
        if order == list(range(x.ndim)):
            return x
        if x.array is not None:
            return constant(np.transpose(x.array, order))
        shape = tuple(x.shape[axis] for axis in order)
        if x.in_first is not None:
            moved = to_last(x.ndim)
            return self.transpose(x.in_first, [moved[axis] for axis in order])
        return self.node("Transpose", x, shape=shape, perm=order)

    def channels_first(self, x: Value) -> Value:
        """A tensor with channels last as one with channels first.

        Args:
            x: the tensor.
        """
        return x.first if x.first is not None else self.transpose(x, to_first(x.ndim))

    def channels_last(self, first: Value) -> Value:
        """A tensor with channels first as one with channels last, which is transposed where that is needed.

        Args:
            first: the tensor with channels first.
        """
        return Value(tuple(first.shape[axis] for axis in to_last(first.ndim)), first.dtype, first=first)

    def size(self, x: Value, axis: int) -> Value:
        """The length of an axis, an int64 vector of one element.

        Args:
            x: the tensor.
            axis: the axis.
        """
        length = x.shape[axis]
        if length is not None:
            return constant([length], "int64")
        if x.in_first is not None:
            return self.size(x.in_first, to_first(x.ndim).index(axis))
        key = (self.name_of(x), axis)
        if key not in self._sizes:
            self._sizes[key] = self.node("Shape", x, shape=(1,), dtype="int64", start=axis, end=axis + 1)
        return self._sizes[key]

    def vector(self, sizes: Sequence[int | Value]) -> Value:
        """Sizes as an int64 vector.

        Args:
            sizes: ints, scalar tensors, or vectors of one element.
        """
        parts: list[Value] = []
        for one in sizes:
            value = one if isinstance(one, Value) else constant([int(one)], "int64")
            if value.size is not None:
                value = value.size
            if value.ndim == 0:
                value = self.reshape(self.cast(value, "int64"), (1,))
            value = self.cast(value, "int64")
            if parts and parts[-1].array is not None and value.array is not None:
                value = constant(np.concatenate([parts.pop().array, value.array]))
            parts.append(value)
        if not parts:
            return constant(np.zeros(0, "int64"))
        return parts[0] if len(parts) == 1 else self.node("Concat", *parts, shape=(len(sizes),), axis=0)

    def reshape(self, x: Value, sizes: Sequence[int | Value], shape: Shape | None = None) -> Value:
        """The elements of a tensor in another shape.

        Args:
            x: the tensor.
            sizes: of the result; -1 for what is left.
            shape: what is known of the result's shape; None for what `sizes` and the tensor's shape say.
        """
        found = [one if isinstance(one, Value) else int(one) for one in sizes]
        if shape is None:
            shape = tuple(one if isinstance(one, int) and one >= 0 else None for one in found)
            if shape.count(None) == 1 and None not in x.shape:
                rest = math.prod(n for n in shape if n is not None)
                left = math.prod(n for n in x.shape if n is not None) // max(rest, 1)
                shape = tuple(left if n is None else n for n in shape)
        found = [known if known is not None else one for known, one in zip(shape, found, strict=True)]
        if x.array is not None and not any(isinstance(one, Value) for one in found):
            return constant(x.array.reshape(found))  # type: ignore[arg-type]
        if sum(isinstance(one, Value) for one in found) == 1 and -1 not in found and 0 not in found:
            found = [-1 if isinstance(one, Value) else one for one in found]
        return self.node("Reshape", x, self.vector(found), shape=shape, allowzero=1 if 0 in found else None)

    def expand(self, x: Value, sizes: Sequence[int | Value], shape: Shape) -> Value:
        """A tensor broadcast to a shape.

        Args:
            x: the tensor.
            sizes: of the result.
            shape: what is known of them.
        """
        if x.shape == tuple(shape) and None not in shape:
            return x
        return self.node("Expand", x, self.vector(sizes), shape=shape)

    def sizes_of(self, x: Value) -> list[int | Value]:
        """The sizes of a tensor, vectors of one element where they are unknown.

        Args:
            x: the tensor.
        """
        return [self.size(x, axis) if n is None else n for axis, n in enumerate(x.shape)]

    def axes(self, axes: Sequence[int]) -> Value:
        """Axes as the operators take them.

        Args:
            axes: their numbers.
        """
        return constant(np.asarray(axes, "int64"))

    def unsqueeze(self, x: Value, axes: Sequence[int]) -> Value:
        """A tensor with new axes of length 1.

        Args:
            x: the tensor.
            axes: where they are in the result.
        """
        rank = x.ndim + len(axes)
        places = sorted(axis % rank for axis in axes)
        rest = iter(x.shape)
        shape = tuple(1 if axis in places else next(rest) for axis in range(rank))
        if x.array is not None:
            return constant(x.array.reshape(shape))  # type: ignore[arg-type]
        return self.node("Unsqueeze", x, self.axes(places), shape=shape)

    def squeeze(self, x: Value, axes: Sequence[int]) -> Value:
        """A tensor without some axes of length 1.

        Args:
            x: the tensor.
            axes: which ones.
        """
        places = sorted(axis % x.ndim for axis in axes)
        if not places:
            return x
        shape = tuple(n for axis, n in enumerate(x.shape) if axis not in places)
        return self.node("Squeeze", x, self.axes(places), shape=shape)

    def slice(self, x: Value, axis: int, begin: int | Value, end: int | Value, step: int = 1) -> Value:
        """Every `step`-th element along an axis, from one to before another.

        Args:
            x: the tensor.
            axis: the axis.
            begin: the first element.
            end: the one behind the last.
            step: how far they are apart; negative to go backwards. Defaults to 1.
        """
        length = x.shape[axis]
        size = None
        if isinstance(begin, int) and isinstance(end, int) and length is not None:
            size = len(range(*slice(begin, None if end < -(2**62) else end, step).indices(length)))
        if step == 1 and size is not None and size == length:
            return x
        shape = tuple(size if a == axis else n for a, n in enumerate(x.shape))
        limits = self.vector([begin]), self.vector([end])
        return self.node("Slice", x, *limits, self.axes([axis]), constant([step], "int64"), shape=shape)

    def number(self, value: float, like: Value) -> Value:
        """A number of the dtype of a tensor.

        Args:
            value: the number.
            like: the tensor.
        """
        return constant(value, like.dtype)
