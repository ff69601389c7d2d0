"""Sequential: a stack of layers, each with one input and one output."""

from __future__ import annotations

from typing import Any

from keras_core import dtypes
from keras_core.graph.keras_tensor import KerasTensor
from keras_core.graph.nested import map_nested
from keras_core.layers.call_context import mask_of
from keras_core.layers.input_layer import InputLayer
from keras_core.layers.input_spec import InputSpec
from keras_core.layers.layer import Layer
from keras_core.models.model import Model
from keras_core.models.model_graph import ModelGraph
from keras_core.ops.properties import shape_of
from keras_core.typing import Shape, Tensor


class Sequential(Model):
    """Layers in a row.

    It is built at once if the first layer knows its input shape (an `Input`, or Keras 2's `input_shape`
    or `input_dim`), otherwise at the first call or ``build(input_shape)``.

    Args:
        layers: list of layers.
        trainable: whether training changes the weights.
        name: the model's name.

    Example:
        >>> from keras_core import Sequential
        >>> from keras_core.layers import Input
        >>> model = Sequential([Input((3,))])
        >>> model.layers
        []
    """

    _shape_from_data = False

    def __init__(self, layers: Any = None, trainable: bool = True, name: str | None = None) -> None:
        if isinstance(layers, str):
            layers, name = None, layers
        super().__init__(trainable=trainable, name=name)
        self._stack: list[Layer] = []
        for layer in layers or []:
            self.add(layer, rebuild=False)
        self._rebuild()

    # -- the stack

    def add(self, layer: Any, rebuild: bool = True) -> None:
        """Put a layer on top.

        Raises:
            TypeError: if it is not a layer.
            ValueError: if its name is taken, or an input comes after other layers.
        """
        if isinstance(layer, KerasTensor) and layer.node is not None and isinstance(layer.node.operation, InputLayer):
            layer = layer.node.operation
        if not isinstance(layer, Layer):
            hint = " Pass an instance: write Dense(...) and not Dense." if isinstance(layer, type) else ""
            raise TypeError(f"Sequential {self.name!r} takes layers, got {layer!r}.{hint}")
        if any(known.name == layer.name for known in self._stack):
            raise ValueError(
                f"Sequential {self.name!r} already has a layer called {layer.name!r}: give it another name."
            )
        if isinstance(layer, InputLayer) and self._stack:
            raise ValueError(
                f"Sequential {self.name!r} already begins with {self._stack[0].name!r}: an Input can only come first."
            )
        if not self._stack and not isinstance(layer, InputLayer):
            shape = layer.batch_input_shape
            if isinstance(layer, Model) and shape is None and layer.inputs and len(layer.inputs) == 1:
                shape = layer.inputs[0].shape
            if shape is not None:
                self._stack.append(InputLayer(batch_shape=shape, dtype=_input_dtype(layer)))
        self._place_with([*self._stack, layer])
        self._stack.append(layer)
        if rebuild:
            self._rebuild()
        else:
            self._symbolic_graph = None

    def pop(self, rebuild: bool = True) -> Layer:
        """Take the last layer off and return it."""
        if not self.layers:
            raise TypeError(f"Sequential {self.name!r} has no layers to take off.")
        layer = self._stack.pop()
        if rebuild:
            self._rebuild()
        return layer

    def _rebuild(self) -> None:
        self._symbolic_graph = None
        self.built = False
        if len(self._stack) > 1 and isinstance(self._stack[0], InputLayer):
            self._build_graph(self._stack[0].batch_shape, self._stack[0].compute_dtype)
        self._trainer.forget_programs()

    def _build_graph(self, shape: Any, dtype: str) -> None:
        if not self._stack:
            raise ValueError(f"Sequential {self.name!r} has no layers. Add some with model.add(layer).")
        if not isinstance(self._stack[0], InputLayer):
            self._stack.insert(0, InputLayer(batch_shape=shape, dtype=dtype))
        start = self._stack[0].output
        x = start
        for layer in self._stack[1:]:
            x = layer(x)
            if isinstance(x, (list, tuple, dict)):
                raise ValueError(
                    f"Layer {layer.name!r} in Sequential {self.name!r} has several outputs. "
                    "Use a functional Model for layers with several inputs or outputs."
                )
        self._symbolic_graph = ModelGraph(start, x, self.name, any_shape=self._shape_from_data)
        self.built = True

    def build(self, input_shape: Any = None) -> None:
        """Make the weights for inputs of this shape, batch axis included."""
        if self._symbolic_graph is not None:
            return
        if input_shape is None:
            if not (self._stack and isinstance(self._stack[0], InputLayer)):
                raise ValueError(f"Sequential {self.name!r} needs an input shape to build: model.build((None, 784)).")
            input_shape = self._stack[0].batch_shape
        shape = tuple(input_shape)
        first = self._stack[0] if self._stack else None
        try:
            self._build_graph(shape, _input_dtype(first) if first is not None else dtypes.standardize())
        except Exception:
            if self._stack and isinstance(self._stack[0], InputLayer) and first is not self._stack[0]:
                self._stack.pop(0)
            raise

    def _maybe_build(self, first: Any, named: dict[str, Any]) -> None:
        if not self.built:
            self.build(_shape_for(self._stack[0] if self._stack else None, (None, *shape_of(first)[1:])))
            self._shape_from_data = True
            if self._symbolic_graph is not None:
                self._symbolic_graph.any_shape = True

    def call(self, inputs: Tensor, training: bool | None = None, mask: Any = None) -> Any:
        if self._symbolic_graph is not None and mask is None:
            return super().call(inputs, training=training, mask=mask)
        x = inputs
        for layer in self.layers:
            arguments = {"mask": mask} if mask is not None and layer._call_signature.masks else {}
            x = layer(x, **arguments)
            mask = mask_of(x)
        return x

    @property
    def _layers(self) -> list[Layer]:
        return list(self.__dict__.get("_stack", []))

    @property
    def layers(self) -> list[Layer]:
        """The layers, without the input's."""
        return [layer for layer in self._layers if not isinstance(layer, InputLayer)]

    @property
    def input_shape(self) -> Any:
        self._need_graph("input_shape")
        return map_nested(lambda t: t.shape, self.input)

    @property
    def output_shape(self) -> Any:
        self._need_graph("output_shape")
        return map_nested(lambda t: t.shape, self.output)

    def _need_graph(self, what: str) -> None:
        if self._symbolic_graph is None:
            raise AttributeError(
                f"Sequential {self.name!r} has no {what} yet: call it on data, or build(input_shape), first."
            )

    # -- config

    def get_config(self) -> dict[str, Any]:
        from keras_core.saving.functional_config import sequential_config

        return sequential_config(self)

    @classmethod
    def from_config(cls, config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
        from keras_core.saving.functional_config import sequential_from_config

        return sequential_from_config(cls, config, custom_objects)


def _shape_for(layer: Layer | None, shape: Shape) -> Shape:
    """The shape of data, with an axis of size 1 added to plain numbers if the layer takes no such input."""
    spec = layer.input_spec if layer is not None else None
    if len(shape) == 1 and isinstance(spec, InputSpec) and spec.complaint(shape) and not spec.complaint((*shape, 1)):
        return (*shape, 1)
    return shape


def _input_dtype(layer: Layer) -> str:
    given = getattr(layer, "_input_arguments", {}).get("input_dtype")
    narrow = layer.dtype_policy.needs  # inputs keep their precision until the layer itself casts them
    return given or (dtypes.standardize() if narrow else layer.compute_dtype)
