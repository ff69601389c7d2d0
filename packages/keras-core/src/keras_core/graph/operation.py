"""Operation: a function of tensors as an object, which can stand in a graph and in a file."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Self

from keras_core.graph.keras_tensor import Node, any_symbolic, fresh
from keras_core.naming import auto_name, snake_case
from keras_core.plain_arguments import plain

if TYPE_CHECKING:
    from keras_core.typing import TensorTree


class Operation:
    """A function of tensors without weights; `Layer` is one with weights.

    A new one defines ``call(self, ...)`` by functions of `keras.ops`, and, where that needs values,
    ``compute_output_spec(self, ...)``, which is given KerasTensors and returns such. A model that uses it can be saved
    if its class is registered, see `keras.saving.register_keras_serializable`.

    Args:
        name: its name; made from the class name where None. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import Input, Operation, ops
        >>> class Scale(Operation):
        ...     def __init__(self, factor, name=None):
        ...         super().__init__(name=name)
        ...         self.factor = factor
        ...     def call(self, x):
        ...         return ops.multiply(x, self.factor)
        >>> Scale(2.0)(Input((3,))).shape
        (None, 3)
        >>> np.asarray(Scale(2.0)(np.ones(2, "float32"))).tolist()
        [2.0, 2.0]
    """

    _auto_config: tuple[tuple[Any, ...], dict[str, Any]]
    _calls: list[Node]

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        self = super().__new__(cls)
        self.__dict__["_auto_config"] = plain(args), {name: plain(value) for name, value in kwargs.items()}
        return self

    def __init__(self, name: str | None = None) -> None:
        self.name = name or auto_name(snake_case(type(self).__name__))
        self._calls = []

    def call(self, *args: Any, **kwargs: Any) -> TensorTree:
        """Compute the outputs; every operation defines it."""
        raise NotImplementedError(f"Operation {self.name!r} ({type(self).__name__}) does not define call().")

    def __call__(self, *args: Any, **kwargs: Any) -> TensorTree:
        """Extend a graph where an argument is a KerasTensor, else compute."""
        return self.symbolic_call(*args, **kwargs) if any_symbolic((args, kwargs)) else self.call(*args, **kwargs)

    def symbolic_call(self, *args: Any, **kwargs: Any) -> TensorTree:
        """The outputs for KerasTensors, which know that they come from this call."""
        outputs = fresh(self.compute_output_spec(*args, **kwargs))
        self._calls.append(Node(self, args, kwargs, outputs))
        return outputs

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> TensorTree:
        """KerasTensors like the outputs for symbolic arguments; by default what `call` makes of these."""
        return self.call(*args, **kwargs)

    @property
    def input(self) -> TensorTree:
        """The first argument of the only call on KerasTensors.

        Raises:
            AttributeError: where there was none, or were several.
        """
        node = self._only_call("input")
        return [*node.args, *node.kwargs.values()][0]

    @property
    def output(self) -> TensorTree:
        """What the only call on KerasTensors gave.

        Raises:
            AttributeError: where there was none, or were several.
        """
        return self._only_call("output").outputs

    def _only_call(self, what: str) -> Node:
        if len(self._calls) != 1:
            raise AttributeError(
                f"Operation {self.name!r} was called on symbolic inputs {len(self._calls)} times, so its {what} is not "
                "one tensor."
            )
        return self._calls[0]

    def get_config(self) -> dict[str, Any]:
        """What makes an equal one again by `from_config`: by default the arguments it was made with, and its name."""
        args, kwargs = self._auto_config
        signature = inspect.signature(type(self).__init__)
        given = dict(list(signature.bind(self, *args, **kwargs).arguments.items())[1:])
        return {**given, "name": self.name} if "name" in signature.parameters else given

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """An operation from `get_config`'s dict."""
        return cls(**config)
