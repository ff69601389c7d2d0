"""A node of a graph of ONNX as a rule sees it: attributes, inputs, and what calls ops and layers."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import KerasTensor, dtypes, is_keras_tensor, ops
from keras_core.config import take_memory
from keras_core.graph import any_symbolic, leaves_of, map_nested

from keras_export.from_onnx.checks import attribute
from keras_export.from_onnx.sizes import Size, is_sizes, same

if TYPE_CHECKING:
    from collections.abc import Sequence

    import onnx

    from keras_export.from_onnx.scope import Scope

_MOST = 4096  # axes, sizes and pads of a node


class Node:
    """A node as a rule sees it.

    Args:
        scope: what the names of its graph stand for.
        proto: the node.

    Attributes:
        op: its operator.
        opset: the version of the operators.
        names: of its inputs; "" for one that is left out.
        outputs: the names of its outputs.
        title: what it is called in messages, and layers after it.
    """

    def __init__(self, scope: Scope, proto: onnx.NodeProto) -> None:
        self.scope = scope
        self.op: str = proto.op_type
        self.opset: int = scope.opset
        self.names: list[str] = list(proto.input)
        self.outputs: list[str] = list(proto.output)
        self.title: str = proto.name or next(iter(proto.output), "") or proto.op_type
        self._attributes = {one.name: one for one in proto.attribute}
        self._graphs: dict[str, onnx.GraphProto] = {one.name: one.g for one in proto.attribute if one.HasField("g")}

    def __len__(self) -> int:
        return len(self.names)

    @property
    def trained(self) -> bool:
        """Whether it computes with weights; those that a file has in 8 bits are such as floats."""
        return self.op == "DequantizeLinear" or any(self.scope.trained(name) for name in self.names if name)

    def get(self, name: str, default: Any = None) -> Any:
        """An attribute.

        Args:
            name: its name.
            default: what stands for it where it is left out.
        """
        one = self._attributes.get(name)
        return default if one is None else attribute(one, self.scope.folder)

    def graph(self, name: str) -> onnx.GraphProto:
        """A graph inside it.

        Args:
            name: of the attribute that it is.

        Raises:
            ValueError: where there is none.
        """
        if name not in self._graphs:
            raise ValueError(f"it has no graph as its {name}")
        return self._graphs[name]

    def refuse(self, **values: Any) -> None:
        """Raise for attributes that are given and have another value than these.

        Args:
            **values: the only value of each attribute that is read.
        """
        for name, value in values.items():
            given = self.get(name, value)
            if given != value:
                raise ValueError(f"{name}={given!r:.60} is not read, but for {value!r}")

    def has(self, number: int) -> bool:
        """Whether it has an input.

        Args:
            number: its place.
        """
        return number < len(self.names) and bool(self.names[number])

    def value(self, number: int) -> Any:
        """What an input is: an array, sizes or a symbolic tensor.

        Args:
            number: its place.
        """
        if not self.has(number):
            raise ValueError(f"it has no input {number}")
        return self.scope.values[self.names[number]]

    def x(self, number: int = 0) -> Any:
        """An input as an op takes it: a symbolic tensor; an array where it is a constant of few elements, or all are.

        Args:
            number: its place.
        """
        value = self.value(number)
        constant = isinstance(value, np.ndarray) and not is_sizes(value) and not self.symbolic
        if constant and not self.scope.shared(self.names[number]):
            return value
        return self.scope.tensor(self.names[number])

    def xs(self) -> list[Any]:
        """All inputs as an op takes them."""
        return [self.x(number) for number in range(len(self.names))]

    @functools.cached_property
    def symbolic(self) -> bool:
        """Whether an input is a symbolic tensor, or sizes that are not known."""
        return any(is_keras_tensor(one) or is_sizes(one) for one in (self.scope.values[n] for n in self.names if n))

    def array(self, number: int, default: Any = None) -> np.ndarray:
        """An input that must be a constant.

        Args:
            number: its place.
            default: what stands for it where it is left out; None where it must not be.
        """
        if default is not None and not self.has(number):
            return np.asarray(default)
        value = self.value(number)
        if is_keras_tensor(value) or is_sizes(value):
            raise ValueError(f"its input '{self.names[number]}' is computed, and a constant is needed")
        return np.asarray(value)

    def ints(self, number: int, name: str) -> list[Any] | None:
        """Ints or sizes that are an attribute in older versions, and an input in newer ones; None where left out.

        Args:
            number: the place of the input.
            name: of the attribute.
        """
        given = self.get(name)
        if given is not None:
            return list(given) if isinstance(given, list) else [given]
        if not self.has(number):
            return None
        value = self.value(number)
        if is_keras_tensor(value) or value.size > _MOST:
            raise ValueError(f"its {name} '{self.names[number]}' are computed from elements of tensors, or too many")
        return [one if isinstance(one, Size) else int(one) for one in np.ravel(value)]

    def known_ints(self, number: int, name: str) -> list[int] | None:
        """The same, all of which must be known.

        Args:
            number: the place of the input.
            name: of the attribute.
        """
        found = self.ints(number, name)
        if found is not None and any(isinstance(one, Size) for one in found):
            raise ValueError(f"its {name} are computed from shapes, and constants are needed")
        return found

    def weights(self, *numbers: int) -> list[np.ndarray] | None:
        """Inputs that are constants, and weights of this node alone or of others that are the same.

        Args:
            *numbers: their places.
        """
        found = []
        for number in numbers:
            value = self.value(number)
            if is_keras_tensor(value) or is_sizes(value) or self.scope.shared(self.names[number]):
                return None
            found.append(np.asarray(value))
        return found

    def lengths(self, number: int = 0) -> list[Any]:
        """The sizes of an input.

        Args:
            number: its place.
        """
        return self.scope.lengths(self.value(number))

    def call(self, op: Any, *args: Any, **kwargs: Any) -> Any:
        """What an op of Keras gives; for constants an array, whose size is counted before it is made.

        Args:
            op: the op.
            *args: its arguments.
            **kwargs: its named arguments.
        """
        if any_symbolic([args, kwargs]):
            return op(*args, **kwargs)
        stand_ins = map_nested(_stand_in, [list(args), kwargs])
        specs = leaves_of(op(*stand_ins[0], **stand_ins[1]))
        for spec in specs:
            size = int(np.prod([n or 0 for n in spec.shape], dtype=object)) * dtypes.numpy_dtype(spec.dtype).itemsize
            take_memory(size, f"A constant of shape {spec.shape}")
        found = map_nested(lambda one: np.asarray(ops.convert_to_numpy(one)), op(*args, **kwargs))
        return found

    def layer(self, class_name: str, config: dict[str, Any], weights: Sequence[Any], *numbers: int) -> Any:
        """What calls a layer that has some of the inputs as its weights.

        Args:
            class_name: its class.
            config: its arguments.
            weights: its weights, in order.
            *numbers: the places of the inputs.
        """
        names = [self.names[number] if self.has(number) else "" for number in numbers]
        given = {**config, "name": self.scope.fresh(self.title)}
        return self.scope.layer(class_name, given, weights, names)

    def bias_behind(self, units: int) -> np.ndarray | None:
        """The bias that the next node adds to a product, which becomes an input of this one; None where there is none.

        Args:
            units: how many columns the product has.
        """
        name = self.scope.bias_behind(self.outputs[0], self.names[1], units)
        if name is None:
            return None
        self.names.append(name)
        return self.array(len(self.names) - 1)

    def follow(self, found: Any, number: int = 0) -> Any:
        """A result whose sizes, as far as they are unknown, are those of an input.

        Args:
            found: the result.
            number: the place of the input.
        """
        return self.scope.note(found, self.lengths(number)) if is_keras_tensor(found) else found

    def broadcast(self, found: Any) -> Any:
        """A result whose unknown sizes are those of the inputs that were broadcast.

        Args:
            found: the result.
        """
        if not is_keras_tensor(found) or None not in found.shape:
            return found
        rank = len(found.shape)
        sizes: list[Any] = [None] * rank
        unsure = [False] * rank
        for number in range(len(self.names)):
            if not self.has(number) or is_sizes(self.value(number)):
                continue
            own = self.lengths(number)
            for k, one in enumerate(own, rank - len(own)):
                if isinstance(one, Size):
                    unsure[k] |= sizes[k] is not None and not same(sizes[k], one)
                    sizes[k] = one
        return self.scope.note(found, [None if bad else one for one, bad in zip(sizes, unsure, strict=True)])


def _stand_in(leaf: Any) -> Any:
    return KerasTensor(leaf.shape, str(dtypes.standardize(leaf.dtype))) if isinstance(leaf, np.ndarray) else leaf
