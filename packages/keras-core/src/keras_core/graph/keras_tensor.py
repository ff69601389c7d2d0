"""KerasTensor: a tensor that has a shape, a dtype and a history, and no value yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from keras_core import dtypes
from keras_core.graph.operators import TensorOperators
from keras_core.graph.spec import Spec
from keras_core.naming import auto_name
from keras_core.typing import Shape

if TYPE_CHECKING:
    from keras_core.graph.node import Node


class SymbolicValueError(TypeError):
    """A KerasTensor was used where a value is needed."""


class KerasTensor(TensorOperators):
    """What `Input` returns and layers and ops make of it.

    Args:
        shape: tuple of sizes, None where unknown; the batch axis included.
        dtype: dtype name; floatx by default.
        sparse, ragged: accepted for Keras 3; only False is supported.
        name: for messages and `Model.input_names`.
    """

    def __init__(
        self,
        shape: Any,
        dtype: str | None = None,
        sparse: bool = False,
        ragged: bool = False,
        record_history: bool = True,
        name: str | None = None,
    ) -> None:
        if sparse or ragged:
            raise ValueError("Sparse and ragged KerasTensors are not supported; give dense tensors.")
        self.shape: Shape = tuple(None if d is None else int(d) for d in shape)
        self.dtype: str = dtypes.standardize(dtype)
        self.sparse = False
        self.ragged = False
        self._name = name
        self._keras_mask: KerasTensor | None = None
        self.node: Node | None = None
        self.node_index = 0

    @property
    def name(self) -> str:
        if self._name is None:
            self._name = auto_name("keras_tensor")
        return self._name

    @name.setter
    def name(self, value: str) -> None:
        self._name = value

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def spec(self) -> Spec:
        return Spec(self.shape, self.dtype)

    @property
    def _keras_shape(self) -> Shape:
        return self.shape

    @property
    def _keras_history(self) -> tuple[Any, int, int]:
        """(layer, index of its call, index among the outputs), as Keras 2 code reads it."""
        assert self.node is not None
        operation = self.node.operation
        calls = getattr(operation, "inbound_nodes", [self.node])
        return operation, calls.index(self.node) if self.node in calls else 0, self.node_index

    def get_shape(self) -> Shape:
        return self.shape

    def reshape(self, newshape: Any) -> Any:
        from keras_core import ops

        return ops.reshape(self, newshape)

    def squeeze(self, axis: int | None = None) -> Any:
        from keras_core import ops

        return ops.squeeze(self, axis)

    def __len__(self) -> int:
        if not self.shape or self.shape[0] is None:
            self._no_value("len")
        return self.shape[0]

    def _no_value(self, what: str) -> NoReturn:
        raise SymbolicValueError(
            f"{what} was asked of {self!r}, which is symbolic: it gets a value only when the model runs. "
            "Inside call() use keras.ops (or keras.backend) functions, or wrap the code in a Layer."
        )

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NoReturn:
        self._no_value("A NumPy array")

    def __bool__(self) -> bool:
        self._no_value("A truth value")

    def __float__(self) -> float:
        self._no_value("A Python number")

    def __int__(self) -> int:
        self._no_value("A Python number")

    def __index__(self) -> int:
        self._no_value("A Python integer")

    def __repr__(self) -> str:
        return f"<KerasTensor shape={self.shape}, dtype={self.dtype}, name={self.name}>"

    __hash__ = object.__hash__


def is_keras_tensor(x: Any) -> bool:
    """Whether `x` is a KerasTensor."""
    return isinstance(x, KerasTensor)


def any_symbolic(value: Any) -> bool:
    """Whether a KerasTensor stands anywhere in nested lists, tuples, dicts and slices."""
    if isinstance(value, KerasTensor):
        return True
    if isinstance(value, (list, tuple)):
        return any(map(any_symbolic, value))
    if isinstance(value, dict):
        return any(map(any_symbolic, value.values()))
    if isinstance(value, slice):
        return any(map(any_symbolic, (value.start, value.stop, value.step)))
    return False
