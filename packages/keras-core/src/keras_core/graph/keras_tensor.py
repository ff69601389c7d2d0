"""KerasTensor, a tensor without a value yet, and Node, the call that it came from.

They are defined together since each holds the other: a tensor its node, a node the tensors it takes and gives.
"""

from __future__ import annotations

import operator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from keras_core import dtypes
from keras_core.graph.nested import leaves_of, map_nested
from keras_core.graph.operators import TensorOperators
from keras_core.graph.spec import Spec
from keras_core.naming import auto_name
from keras_core.ops.table import find

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from keras_core.typing import DynamicShape, Shape, ShapeTree, Tensor, TensorTree

#: A Function runs on KerasTensors: layers make no nodes of their own then.
REPLAYING: ContextVar[bool] = ContextVar("keras_replaying", default=False)
"""Whether a model's graph is gone through on other KerasTensors: its layers do not count that as calls of theirs."""


@contextmanager
def replaying(active: bool = True) -> Iterator[None]:
    """Calls of layers on KerasTensors inside are not recorded by the layers; with False, they are again."""
    token = REPLAYING.set(active)
    try:
        yield
    finally:
        REPLAYING.reset(token)


class SymbolicValueError(TypeError):
    """A KerasTensor was used where a value is needed."""


class ValueNeededError(SymbolicValueError):
    """A layer's call uses values where a compiled program has none, either."""


class KerasTensor(TensorOperators):
    """What `Input` returns and layers and ops make of it.

    Args:
        shape: tuple of sizes, None where unknown; the batch axis included.
        dtype: dtype name; floatx by default.
        sparse: whether its values come as sparse matrices; they are dense before anything is computed with them.
            Defaults to False.
        ragged: accepted for Keras 3; only False is supported. Defaults to False.
        record_history: accepted for Keras 3; it changes nothing. Defaults to True.
        name: for messages and `Model.input_names`. Defaults to None.

    Raises:
        ValueError: if `ragged` is True, or for what is no shape.
    """

    def __init__(
        self,
        shape: Sequence[int | None],
        dtype: str | None = None,
        sparse: bool = False,
        ragged: bool = False,
        record_history: bool = True,
        name: str | None = None,
    ) -> None:
        if ragged:
            raise ValueError("Ragged KerasTensors are not supported; give dense tensors, with a mask.")
        try:
            self.shape: Shape = tuple(None if d is None else operator.index(d) for d in shape)
        except TypeError:
            self.shape = _sizes_of(shape)
        self.dtype: str = dtypes.standardize(dtype)
        self.sparse = bool(sparse)
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

    def reshape(self, newshape: DynamicShape) -> Tensor:
        return find("reshape")(self, newshape)

    def squeeze(self, axis: int | None = None) -> Tensor:
        return find("squeeze")(self, axis)

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


class Node:
    """``operation(*args, **kwargs) -> outputs``, where args hold KerasTensors.

    Args:
        operation: a Layer, or an op function.
        args: positional arguments of the call, nested.
        kwargs: keyword arguments of the call, nested.
        outputs: nested KerasTensors; they get this node as their history.

    Attributes:
        order: grows from node to node, in the order in which they are made.
    """

    _orders: ClassVar[Iterator[int]] = count()

    def __init__(self, operation: Any, args: tuple[Any, ...], kwargs: dict[str, Any], outputs: TensorTree) -> None:
        self.order = self.next_order()
        self.operation = operation
        self.args = args
        self.kwargs = kwargs
        self.outputs = outputs
        self.masks: dict[str, Any] = {}  # mask arguments filled in from the inputs' masks
        self.parents = keras_tensors_in((args, kwargs))
        self.flat_outputs = keras_tensors_in(outputs)
        for index, tensor in enumerate(self.flat_outputs):
            tensor.node = self
            tensor.node_index = index

    @classmethod
    def next_order(cls) -> int:
        """A number above the `order` of all nodes so far and below that of those to come."""
        return next(cls._orders)

    @property
    def input_tensors(self) -> list[KerasTensor]:
        """The symbolic tensors that the call takes."""
        return self.parents

    @property
    def output_tensors(self) -> list[KerasTensor]:
        """The symbolic tensors that the call gives."""
        return self.flat_outputs

    @property
    def inbound_layers(self) -> list[Any]:
        """The layers and ops that gave the inputs."""
        return [tensor.node.operation for tensor in self.parents if tensor.node is not None]

    @property
    def outbound_layer(self) -> Any:
        """The layer or op that is called, as Keras 2 names it."""
        return self.operation

    @property
    def input_shapes(self) -> ShapeTree:
        """The shape of each input, or of the only one."""
        shapes = [tensor.shape for tensor in self.parents]
        return shapes[0] if len(shapes) == 1 else shapes

    @property
    def output_shapes(self) -> ShapeTree:
        """The shape of each output, or of the only one."""
        shapes = [tensor.shape for tensor in self.flat_outputs]
        return shapes[0] if len(shapes) == 1 else shapes

    def evaluate(self, environment: dict[int, Any]) -> None:
        """Compute the outputs from values in `environment` (by id of KerasTensor) and put them there."""

        def value_of(leaf: Any) -> Any:
            return environment[id(leaf)] if isinstance(leaf, KerasTensor) else leaf

        args = map_nested(value_of, self.args)
        kwargs = map_nested(value_of, self.kwargs)
        results = self.operation(*args, **kwargs)
        if isinstance(self.outputs, KerasTensor):
            environment[id(self.outputs)] = results
            return
        for leaf, value in zip(leaves_of(self.outputs), leaves_of(results), strict=True):
            if isinstance(leaf, KerasTensor):
                environment[id(leaf)] = value


def is_keras_tensor(x: object) -> bool:
    """Whether `x` is a KerasTensor."""
    return isinstance(x, KerasTensor)


def any_symbolic(value: object) -> bool:
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


def keras_tensors_in(value: object) -> list[KerasTensor]:
    """The KerasTensors in a nested structure, in order."""
    return [leaf for leaf in leaves_of(value) if isinstance(leaf, KerasTensor)]


def fresh(structure: TensorTree) -> TensorTree:
    """The same nested structure with new KerasTensors, which have no history, in place of those in it."""

    def copy(leaf: Any) -> Any:
        return KerasTensor(leaf.shape, leaf.dtype) if isinstance(leaf, KerasTensor) else leaf

    return map_nested(copy, structure)


def _sizes_of(shape: Any) -> Shape:
    """Sizes of which some are not of type int.

    Raises:
        ValueError: for what is no shape.
    """
    try:
        if isinstance(shape, str) or any(isinstance(d, str) or (d is not None and int(d) != d) for d in shape):
            raise TypeError
        return tuple(None if d is None else int(d) for d in shape)
    except TypeError:
        raise ValueError(f"KerasTensor() takes a shape of integers and None, got {shape!r}.") from None
