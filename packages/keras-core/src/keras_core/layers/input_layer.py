"""Inputs of a functional model."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from keras_core import dtypes
from keras_core.graph.keras_tensor import KerasTensor, Node
from keras_core.layers.layer import Layer
from keras_core.plain_arguments import listed, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.dtype_policies.default import PolicyLike
    from keras_core.typing import PositiveInt, Shape, Tensor


class InputLayer(Layer):
    """The layer behind an `Input`; it has no weights and passes its value on.

    Args:
        shape: shape without the batch axis. Defaults to None.
        batch_size: fixed batch size, if any. Defaults to None.
        dtype: dtype name of the values. Defaults to None.
        sparse: whether the data come as sparse matrices, which become dense batches. Defaults to None.
        ragged: accepted; only False works. Defaults to None.
        batch_shape: shape with the batch axis; it counts where `shape` is given, too. Defaults to None.
        input_tensor: an existing KerasTensor to use. Defaults to None.
        optional: whether None may be passed for it. Defaults to False.
        name: the input's name, by which a dict of arrays is matched. Defaults to None.
        input_shape: Keras 2's names of `shape` and `batch_shape`. Defaults to None.
        batch_input_shape: Keras 2's names of `shape` and `batch_shape`. Defaults to None.
        input_dtype: Keras 2's name of `dtype`. Defaults to None.
        **kwargs: arguments of `Layer`.

    Raises:
        ValueError: if neither `shape` nor `batch_shape` is given, or a number in the place of a shape.
    """

    def __init__(
        self,
        shape: Sequence[int | None] | None = None,
        batch_size: PositiveInt | None = None,
        dtype: PolicyLike = None,
        sparse: bool | None = None,
        ragged: bool | None = None,
        batch_shape: Sequence[int | None] | None = None,
        input_tensor: KerasTensor | None = None,
        optional: bool = False,
        name: str | None = None,
        input_shape: Sequence[int | None] | None = None,
        batch_input_shape: Sequence[int | None] | None = None,
        input_dtype: PolicyLike = None,
        **kwargs: Any,
    ) -> None:
        shape = input_shape if shape is None else shape
        batch_shape = batch_input_shape if batch_shape is None else batch_shape
        if input_tensor is not None and batch_shape is None:
            batch_shape = input_tensor.shape
        if shape is None and batch_shape is None:
            raise ValueError("Input() needs a shape, such as Input(shape=(784,)).")
        full = _as_tuple(batch_shape) if batch_shape is not None else (batch_size, *_as_tuple(shape))
        super().__init__(dtype=dtype or input_dtype or dtypes.standardize(), name=name, **kwargs)
        self.batch_shape: Shape = full
        self.sparse, self.ragged, self.optional = bool(sparse), bool(ragged), optional
        self.built = True
        tensor = (
            input_tensor
            if input_tensor is not None
            else KerasTensor(self.batch_shape, self.compute_dtype, self.sparse, self.ragged, name=self.name)
        )
        self._tensor = tensor
        self.inbound_nodes.append(self._node_for(tensor))

    def _node_for(self, tensor: KerasTensor) -> Node:
        """The node of the input; a tensor that was computed keeps its own beside it."""
        if tensor.node is None:
            return Node(self, (), {}, tensor)
        node = Node(self, (), {}, KerasTensor(tensor.shape, tensor.dtype))
        node.outputs, node.flat_outputs = tensor, [tensor]
        return node

    @property
    def batch_input_shape(self) -> Shape:
        return self.batch_shape

    @property
    def shape(self) -> Shape:
        """The shape without the batch axis."""
        return self.batch_shape[1:]

    @property
    def batch_size(self) -> int | None:
        return self.batch_shape[0] if self.batch_shape else None

    @property
    def output(self) -> KerasTensor:
        return self._tensor

    def call(self, inputs: Tensor) -> Tensor:
        return inputs

    def get_config(self) -> dict[str, Any]:
        return {
            "batch_shape": self.batch_shape,
            "dtype": self.compute_dtype,
            "sparse": self.sparse,
            "ragged": self.ragged,
            "name": self.name,
        } | ({"optional": True} if self.optional else {})


def _as_tuple(shape: Any) -> Shape:
    """A shape's sizes as Python's integers.

    Raises:
        ValueError: for what is no shape.
    """
    shape = listed(shape)
    if isinstance(shape, int):
        raise ValueError(f"Input() takes a shape tuple, got the number {shape}. Write Input(shape=({shape},)).")
    sizes = tuple(map(_size, shape)) if isinstance(shape, Iterable) and not isinstance(shape, (str, dict)) else (-1,)
    if any(size is not None and size < 0 for size in sizes):
        raise ValueError(
            f"Input() takes a shape of integers of at least 0, and None for sizes that vary, got {shape!r}. "
            "Write for example Input(shape=(28, None))."
        )
    return sizes


def _size(given: Any) -> int | None:
    """A size as an int, -1 for what is none."""
    if given is None:
        return None
    try:
        return operator.index(plain(given))
    except TypeError:
        return int(given) if isinstance(given, float) and given.is_integer() else -1


def Input(
    shape: Sequence[int | None] | None = None,
    batch_size: int | None = None,
    dtype: PolicyLike = None,
    sparse: bool | None = None,
    ragged: bool | None = None,
    batch_shape: Sequence[int | None] | None = None,
    name: str | None = None,
    tensor: KerasTensor | None = None,
    optional: bool = False,
) -> KerasTensor:
    """The start of a functional model: a symbolic tensor.

    Args:
        shape: tuple of sizes without the batch axis; None where the size varies. Defaults to None.
        batch_size: fixed batch size, if any. Defaults to None.
        dtype: dtype name; floatx by default.
        sparse: whether the data come as sparse matrices, such as SciPy's, which become dense batches. Defaults to None.
        ragged: accepted; only False works. Defaults to None.
        batch_shape: shape with the batch axis; it counts where `shape` is given, too. Defaults to None.
        name: by which a dict of arrays is matched. Defaults to None.
        tensor: an existing KerasTensor to use as input. Defaults to None.
        optional: whether None may be passed for it. Defaults to False.

    Example:
        >>> from keras_core import Input
        >>> Input(shape=(28, 28)).shape
        (None, 28, 28)
    """
    return InputLayer(
        shape=shape,
        batch_size=batch_size,
        dtype=dtype,
        sparse=sparse,
        ragged=ragged,
        batch_shape=batch_shape,
        name=name,
        input_tensor=tensor,
        optional=optional,
    ).output
