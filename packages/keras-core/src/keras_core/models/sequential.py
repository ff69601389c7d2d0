"""Sequential: a stack of layers, each with one input and one output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from keras_core import dtypes
from keras_core.graph.keras_tensor import KerasTensor, keras_tensors_in, replaying
from keras_core.graph.nested import map_nested
from keras_core.layers.call_context import mask_of
from keras_core.layers.host_layer import STRING
from keras_core.layers.input_layer import InputLayer
from keras_core.layers.input_spec import InputSpec
from keras_core.layers.layer import Layer
from keras_core.models.model import Model
from keras_core.models.model_graph import ModelGraph
from keras_core.naming import scope_of
from keras_core.ops.properties import shape_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keras_core.typing import Config, Shape, ShapeTree, Tensor, TensorTree


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

    _untracked = Model._untracked | {"_tensors", "_graph", "_names"}
    _shape_from_data = False
    _shape_is_presumed = False
    _stack: list[Layer] = []
    _tensors: list[KerasTensor] = []
    _graph: ModelGraph | None = None
    _names: set[str] | None = None  # of the layers, while several are added at once: nobody can rename them then

    def __init__(
        self, layers: Iterable[Layer | KerasTensor] | str | None = None, trainable: bool = True, name: str | None = None
    ) -> None:
        if isinstance(layers, str):
            layers, name = None, layers
        super().__init__(trainable=trainable, name=name)
        self._stack = []
        self._tensors = []  # the output of each layer of the stack, where the input is known
        self._names = set()
        for layer in layers or []:
            self.add(layer)
        self._names = None

    @property
    def model(self) -> Sequential:
        """Keras 2: the model itself, which was another object there."""
        return self

    # -- the stack

    def add(self, layer: Layer | KerasTensor, rebuild: bool = True) -> None:
        """Put a layer on top.

        Args:
            layer: the layer.
            rebuild: whether it is called at once where the input's shape is known, else when the model is next used.

        Raises:
            TypeError: if it is not a layer.
            ValueError: if its name is taken, an input comes after other layers, or the layer cannot follow those
                below it; the model stays as it was then.
        """
        names = {known.name for known in self._stack} if self._names is None else self._names
        layer = self._checked(layer, names)
        before = len(self._stack)
        if not self._stack and not isinstance(layer, InputLayer):
            shape = _given_shape(layer)
            self._shape_is_presumed = layer.presumes_input_shape
            if shape is not None:
                self._stack.append(InputLayer(batch_shape=shape, dtype=_input_dtype(layer)))
                names.add(self._stack[0].name)
        self._place_with([*self._stack[-1:], layer])
        self._stack.append(layer)
        try:
            self._stack_changed(extend=rebuild)
        except Exception:
            if not self._shape_is_presumed:
                self._cut(before)
                raise
            self._forget_input()  # the layer may need sizes that only data tells
        names.add(layer.name)

    def _checked(self, layer: Any, names: set[str]) -> Layer:
        """What was given to `add` as a layer."""
        if isinstance(layer, KerasTensor) and layer.node is not None and isinstance(layer.node.operation, InputLayer):
            layer = layer.node.operation
        if not isinstance(layer, Layer):
            hint = " Pass an instance: write Dense(...) and not Dense." if isinstance(layer, type) else ""
            raise TypeError(f"Sequential {self.name!r} takes layers, got {layer!r}.{hint}")
        if layer.name in names:
            raise ValueError(
                f"Sequential {self.name!r} already has a layer called {layer.name!r}: give it another name."
            )
        if isinstance(layer, InputLayer) and self._stack:
            raise ValueError(
                f"Sequential {self.name!r} already begins with {self._stack[0].name!r}: an Input can only come first."
            )
        return layer

    def pop(self, rebuild: bool = True) -> Layer:
        """Take the last layer off and return it."""
        if not self._stack or isinstance(self._stack[-1], InputLayer):
            raise TypeError(f"Sequential {self.name!r} has no layers to take off.")
        layer = self._stack[-1]
        self._cut(len(self._stack) - 1)
        if self._shape_is_presumed and not self._all_layers:
            self._forget_input()
        return layer

    def _cut(self, length: int) -> None:
        """Keep the first layers of the stack; the others forget that they were called here."""
        for layer, tensor in zip(self._stack[length:], self._tensors[length:], strict=False):
            layer.forget_call(tensor.node)
        del self._stack[length:], self._tensors[length:]
        self._stack_changed()

    def _stack_changed(self, extend: bool = True) -> None:
        self._graph = None
        self._trainer.model_changed()
        self.note_change()
        self.built = False
        if extend and self._knows_input and len(self._stack) > 1:
            self._extend()

    def _extend(self) -> None:
        """Call the layers that were not called yet, each on the output of the one below."""
        for layer in self._stack[len(self._tensors) :]:
            if isinstance(layer, InputLayer):
                self._tensors.append(layer.output)
                continue
            with replaying(False), scope_of(self):
                x = layer(self._tensors[-1])
            if isinstance(x, (list, tuple, dict)):
                layer.forget_call(keras_tensors_in(x)[0].node)
                raise ValueError(
                    f"Layer {layer.name!r} in Sequential {self.name!r} has several outputs. "
                    "Use a functional Model for layers with several inputs or outputs."
                )
            self._tensors.append(x)
        self.built = True

    @property
    def _symbolic_graph(self) -> ModelGraph | None:  # type: ignore[override]
        if self._graph is None and self._knows_input and (len(self._stack) > 1 or self.built):
            if len(self._tensors) < len(self._stack):
                self._extend()
            self._graph = ModelGraph(self._tensors[0], self._tensors[-1], self.name, any_shape=self._shape_from_data)
        return self._graph

    @property
    def _knows_input(self) -> bool:
        return bool(self._stack) and isinstance(self._stack[0], InputLayer)

    def _change_graph(self, inputs: TensorTree, outputs: TensorTree) -> None:
        """Keep the layers up to the one whose output is given."""
        if inputs is not self.input:
            raise ValueError(f"The input of Sequential {self.name!r} cannot be changed: make another model.")
        places = [i for i, tensor in enumerate(self._tensors) if i and tensor is outputs]
        if not places:
            raise ValueError(
                f"The output of Sequential {self.name!r} can only be the output of one of its layers, got {outputs!r}. "
                "Use Model(inputs=..., outputs=...) for another."
            )
        self._popped = frozenset()
        self._cut(places[0] + 1)

    def build(self, input_shape: ShapeTree = None) -> None:
        """Make the weights for inputs of this shape, batch axis included."""
        if input_shape is not None and self._shape_is_presumed:
            self._forget_input()
        if self._symbolic_graph is not None:
            return
        if not self._stack:
            raise ValueError(f"Sequential {self.name!r} has no layers. Add some with model.add(layer).")
        if self._knows_input:
            self._extend()
            return
        if input_shape is None:
            raise ValueError(f"Sequential {self.name!r} needs an input shape to build: model.build((None, 784)).")
        self._stack.insert(0, InputLayer(batch_shape=tuple(input_shape), dtype=_input_dtype(self._stack[0])))
        try:
            self._extend()
        except Exception:
            self._forget_input()
            raise

    def _forget_input(self) -> None:
        """Wait for a shape again."""
        self._shape_is_presumed = False
        stack = self._all_layers
        self._cut(0)
        self._stack += stack

    def settle_input(self, specs: Any) -> None:
        """Take the shape of data whose number of axes is not the presumed one."""
        if self._shape_is_presumed and hasattr(specs, "shape") and len(specs.shape) != len(self._stack[0].batch_shape):
            self._forget_input()

    def _maybe_build(self, first: Any, named: dict[str, Any]) -> None:
        if not self.built:
            self.build(_shape_for(self._stack[0] if self._stack else None, (None, *shape_of(first)[1:])))
            self._shape_from_data = True
            self._graph = None

    def call(self, inputs: Tensor, training: bool | None = None, mask: TensorTree = None) -> TensorTree:
        if self._shape_is_presumed and len(shape_of(inputs)) != len(self._stack[0].batch_shape):
            self._forget_input()
            self._maybe_build(inputs, {})
        if self._symbolic_graph is not None and mask is None:
            return super().call(inputs, training=training, mask=mask)
        x = inputs
        with replaying():
            for layer in self._all_layers:
                arguments = {"mask": mask} if mask is not None and layer._call_signature.masks else {}
                x = layer(x, **arguments)
                mask = mask_of(x)
        return x

    @property
    def _layers(self) -> list[Layer]:
        return list(self._stack)

    @property
    def layers(self) -> list[Layer]:
        """The layers, without the input's; `pop()` of the list is remembered as in `Model.layers`."""
        return self._listed(self._all_layers)

    @property
    def _all_layers(self) -> list[Layer]:
        return [layer for layer in self._stack if not isinstance(layer, InputLayer)]

    @property
    def input_shape(self) -> ShapeTree:
        self._need_graph("input_shape")
        return map_nested(lambda t: t.shape, self.input)

    @property
    def output_shape(self) -> ShapeTree:
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
    def from_config(cls, config: Config | list[Config], custom_objects: dict[str, Any] | None = None) -> Self:
        from keras_core.saving.functional_config import sequential_from_config

        model: Self = sequential_from_config(cls, config, custom_objects)
        return model


def _shape_for(layer: Layer | None, shape: Shape) -> Shape:
    """The shape of data, with an axis of size 1 added to plain numbers if the layer takes no such input."""
    spec = layer.input_spec if layer is not None else None
    if len(shape) == 1 and isinstance(spec, InputSpec) and spec.complaint(shape) and not spec.complaint((*shape, 1)):
        return (*shape, 1)
    return shape


def _given_shape(layer: Layer) -> Shape | None:
    """The shape of the model's input, batch axis included, if its first layer says it."""
    if isinstance(layer, Model) and layer.batch_input_shape is None and layer.inputs and len(layer.inputs) == 1:
        return layer.inputs[0].shape
    return layer.batch_input_shape


def _input_dtype(layer: Layer) -> str:
    if layer.runs_on_host:
        return STRING
    given = getattr(layer, "_input_arguments", {}).get("input_dtype")
    narrow = layer.dtype_policy.needs  # inputs keep their precision until the layer itself casts them
    return given or (dtypes.standardize() if narrow else layer.compute_dtype)
