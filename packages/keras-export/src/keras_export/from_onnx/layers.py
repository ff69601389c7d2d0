"""Layers for what neither other layers nor ops say: weights as tensors, and ops with computed sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import KerasTensor, Layer, initializers, ops

from keras_export.from_onnx.sizes import FUNCTIONS, MAX_TERMS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.typing import Tensor


class WeightTensor(Layer):
    """A weight as a tensor, for ops that compute with one.

    Args:
        shape: its shape.
        weight_dtype: its dtype. Defaults to "float32".
        initializer: what it begins with. Defaults to "zeros".
        **kwargs: those of `Layer`; with `trainable=False`, `fit` does not change it.

    Input shape: any; what is in it is not looked at.

    Output shape: `shape`, without a batch.

    Example:
        >>> import keras_core
        >>> from keras_export import WeightTensor
        >>> x = keras_core.Input((3,))
        >>> scaled = x * WeightTensor((3,), initializer="ones")(x)
        >>> len(keras_core.Model(x, scaled).trainable_weights)
        1
    """

    def __init__(
        self, shape: Sequence[int], weight_dtype: str = "float32", initializer: Any = "zeros", **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.shape = tuple(int(n) for n in shape)
        self.weight_dtype = weight_dtype
        self.initializer = initializers.get(initializer)
        self.autocast = False

    def build(self, input_shape: Any) -> None:
        """Make the weight.

        Args:
            input_shape: not looked at.
        """
        del input_shape
        self.weight = self.add_weight(
            shape=self.shape, dtype=self.weight_dtype, initializer=self.initializer, name="weight"
        )

    def call(self, inputs: Tensor) -> Tensor:
        """The weight.

        Args:
            inputs: not looked at.
        """
        del inputs
        return ops.convert_to_tensor(self.weight)

    def compute_output_spec(self, inputs: Tensor) -> KerasTensor:
        """What the weight is.

        Args:
            inputs: not looked at.
        """
        del inputs
        return KerasTensor(self.shape, self.weight_dtype)

    def get_config(self) -> dict[str, Any]:
        """The arguments, for saving."""
        own = {"shape": list(self.shape), "weight_dtype": self.weight_dtype}
        return {**super().get_config(), **own, "initializer": initializers.serialize(self.initializer)}


def _sliced(x: Tensor, sizes: Sequence[Any], axes: Sequence[int]) -> Tensor:
    count = len(axes)
    key: list[Any] = [slice(None)] * len(x.shape)
    for axis, begin, end in zip(axes, sizes[:count], sizes[count:], strict=True):
        key[axis] = slice(begin, end)
    return x[tuple(key)]


_OPS: dict[str, Callable[..., Any]] = {
    "reshape": lambda x, sizes: ops.reshape(x, tuple(sizes)),
    "broadcast_to": lambda x, sizes: ops.broadcast_to(x, tuple(sizes)),
    "arange": lambda x, sizes: ops.arange(sizes[0], sizes[1], dtype="int64"),
    "stack": lambda x, sizes: ops.stack([ops.cast(one, "int64") for one in sizes]),
    "slice": _sliced,
}


class ComputedSizes(Layer):
    """An op whose sizes are computed from the shapes of tensors, when these are known.

    Args:
        op: "reshape" or "broadcast_to" of the first tensor; "slice" of it, to a begin for each of the axes and then an
            end for each; "arange" from the first size to the second; "stack" for the sizes as a vector of int64.
        sizes: ints, or expressions: `["length", tensor, axis]` for that of an axis, and `["multiply", a, b]` with
            "add", "subtract", "floor_divide" and "mod" of such.
        axes: those of "slice". Defaults to None.
        **kwargs: those of `Layer`.

    Input shape: a list of tensors.

    Raises:
        ValueError: for another op, and what is no expression.

    Example:
        >>> import keras_core
        >>> from keras_export import ComputedSizes
        >>> x = keras_core.Input((None, 6))
        >>> y = ComputedSizes("reshape", [["length", 0, 0], ["length", 0, 1], 2, 3])([x])
        >>> y.shape
        (None, None, 2, 3)
    """

    def __init__(self, op: str, sizes: Sequence[Any], axes: Sequence[int] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if op not in _OPS:
            raise ValueError(f"ComputedSizes got op={op!r:.60}, expected one of {', '.join(_OPS)}.")
        self.op = op
        self.sizes = [_checked(one) for one in sizes]
        self.axes = None if axes is None else [int(axis) for axis in axes]
        self.autocast = False

    def call(self, inputs: Sequence[Tensor]) -> Tensor:
        """What the op gives.

        Args:
            inputs: the tensors.
        """
        sizes = [_value(one, inputs) for one in self.sizes]
        more = {"axes": self.axes} if self.op == "slice" else {}
        return _OPS[self.op](inputs[0], sizes, **more)

    def compute_output_spec(self, inputs: Sequence[Tensor]) -> KerasTensor:
        """What the op gives, with None for sizes that are computed.

        Args:
            inputs: the tensors.
        """
        known = [one if isinstance(one, int) else None for one in self.sizes]
        if self.op == "stack":
            return KerasTensor((len(known),), "int64")
        if self.op == "arange":
            begin, end = known
            return KerasTensor((None if begin is None or end is None else max(end - begin, 0),), "int64")
        shape = list(inputs[0].shape)
        if self.op == "slice":
            for axis in self.axes or ():
                shape[axis] = None
            return KerasTensor(tuple(shape), inputs[0].dtype)
        return KerasTensor(tuple(known), inputs[0].dtype)

    def get_config(self) -> dict[str, Any]:
        """The arguments, for saving."""
        return {**super().get_config(), "op": self.op, "sizes": self.sizes, "axes": self.axes}


def _checked(expression: Any) -> Any:
    """An expression, whose form is right."""
    stack, count = [expression], 0
    while stack:
        one = stack.pop()
        count += 1
        if isinstance(one, int):
            continue
        plain = isinstance(one, (list, tuple)) and len(one) == 3 and isinstance(one[0], str)
        if not plain or one[0] not in (*FUNCTIONS, "length") or count > 4 * MAX_TERMS:
            raise ValueError(f"ComputedSizes got {one!r:.100}, which is no size.")
        if one[0] == "length" and not all(isinstance(value, int) for value in one[1:]):
            raise ValueError(f"ComputedSizes got {one!r:.100}, which names no axis of a tensor.")
        stack += one[1:] if one[0] != "length" else []
    return expression


def _value(expression: Any, inputs: Sequence[Tensor]) -> Any:
    if isinstance(expression, int):
        return expression
    name, a, b = expression
    if name == "length":
        return ops.shape(inputs[a])[b]
    return FUNCTIONS[name](_value(a, inputs), _value(b, inputs))
