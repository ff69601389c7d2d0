"""Shapes and specs of a layer's outputs, found without values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from keras_core.graph.keras_tensor import KerasTensor
from keras_core.graph.nested import map_nested
from keras_core.layers.call_context import CallContext
from keras_core.layers.shapes import map_shapes
from keras_core.layers.symbolic_call import SHAPE_QUERY, output_of

if TYPE_CHECKING:
    from keras_core.layers.call_signature import CallSignature
    from keras_core.layers.symbolic_call import Callee
    from keras_core.typing import ShapeTree, TensorTree


class OutputShapes:
    """The part of `Layer` that tells what a call would give."""

    if TYPE_CHECKING:
        _call_signature: CallSignature

        @property
        def built(self) -> bool: ...

        @property
        def compute_dtype(self) -> str: ...

        def _maybe_build(self, first: Any, named: dict[str, Any]) -> None: ...

    def compute_output_shape(self, *args: Any, **kwargs: Any) -> ShapeTree:
        """Shape of the output for shapes of the inputs, found by calling the layer on symbolic tensors.

        Args:
            *args: shapes of the arguments of `call`.
            **kwargs: shapes by name, with `_shape` after the name of the argument, or `input_shape` for the first.
        """
        if SHAPE_QUERY.get() is self:  # an override that goes on to here has no rule
            raise NotImplementedError

        def symbols(shapes: Any) -> Any:
            return None if shapes is None else map_shapes(lambda one: KerasTensor(one, self.compute_dtype), shapes)

        if not args:
            first = "input_shape" if "input_shape" in kwargs else next(iter(kwargs))
            args = (kwargs.pop(first),)
        named = {name.removesuffix("_shape"): symbols(shapes) for name, shapes in kwargs.items()}
        outputs = self._spec_of(*map(symbols, args), **named)
        return map_nested(lambda leaf: tuple(leaf.shape) if isinstance(leaf, KerasTensor) else None, outputs)

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> TensorTree:
        """KerasTensors like the outputs for symbolic arguments, found by calling the layer on them.

        A layer whose `call` only runs on values may override it, or `compute_output_shape`.
        """
        if SHAPE_QUERY.get() is self:
            raise NotImplementedError
        return self._spec_of(*args, **kwargs)

    def _spec_of(self, *args: Any, **kwargs: Any) -> Any:
        if not self.built:
            self._maybe_build(args[0] if args else None, type(self)._call_signature.by_name(args, kwargs))
        with CallContext() as context:
            context.symbolic_losses = []  # which nobody keeps
            return output_of(cast("Callee", self), args, kwargs)
