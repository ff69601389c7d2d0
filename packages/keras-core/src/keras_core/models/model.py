"""Model: a layer with inputs and outputs, or with a call of its own, that can be trained and saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self
from weakref import WeakSet

import numpy as np

from keras_core.argument_checks import checked
from keras_core.argument_names import also_named
from keras_core.backend import discovery as backends
from keras_core.backend.placement import on_device_of
from keras_core.dtype_policies.contributions import contributed
from keras_core.graph.keras_tensor import KerasTensor, any_symbolic
from keras_core.graph.nested import leaves_of, map_nested
from keras_core.graph.topology import depends_beyond
from keras_core.layers.call_context import active_context, mask_of, with_masks
from keras_core.layers.host_layer import host_results_in, written_out
from keras_core.layers.layer import Layer
from keras_core.layers.weights import in_file_order
from keras_core.models.host_inputs import HostInputs
from keras_core.models.layer_list import LayerList
from keras_core.models.model_graph import ModelGraph
from keras_core.models.saving_methods import SavingMethods
from keras_core.models.training_methods import TrainingMethods
from keras_core.ops.properties import shape_of
from keras_core.staging.trace import active_trace
from keras_core.training.trainer import Trainer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from keras_core.models.predictor import Predictor
    from keras_core.typing import Numbers, ShapeTree, Tensor, TensorTree


class Model(SavingMethods, TrainingMethods):
    """A trainable object.

    Either from a graph, ``Model(inputs=x, outputs=y)``, or as a subclass that makes its layers in
    ``__init__`` and defines ``call(self, inputs, training=None, mask=None)``.

    Args:
        inputs: KerasTensor, list or dict of them (Keras 1: `input`).
        outputs: likewise (Keras 1: `output`).
        name: the model's name.
        trainable: whether training changes its weights.
    """

    _framework_base = True
    _is_model = True
    stands_alone = True
    _symbolic_graph: ModelGraph | None = None
    _called = False
    _stateful = False
    _popped: Collection[Layer] = frozenset()  # the layers that `layers.pop()` took off the list, as long as they live

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls is Model and (args or any(k in kwargs for k in ("inputs", "input"))):
            return Layer.__new__(Functional, *args, **kwargs)
        return Layer.__new__(cls, *args, **kwargs)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        inputs = kwargs.pop("inputs", kwargs.pop("input", None))
        outputs = kwargs.pop("outputs", kwargs.pop("output", None))
        positional = list(args)
        if inputs is None and positional and any_symbolic(positional[0]):
            inputs = positional.pop(0)
        if outputs is None and inputs is not None and positional:
            outputs = positional.pop(0)
        if positional:
            kwargs.setdefault("name", positional.pop(0))
        Layer.__init__(self, **kwargs)
        self._symbolic_metrics = []
        self._trainer = Trainer(self)
        self._host_inputs = HostInputs(self)
        if inputs is not None:
            self._set_graph(inputs, outputs)

    def _set_graph(self, inputs: TensorTree, outputs: TensorTree) -> None:
        if outputs is None:
            raise ValueError("Model() was given inputs and no outputs. Write Model(inputs=x, outputs=y).")
        for tensor in leaves_of(inputs):
            if not isinstance(tensor, KerasTensor):
                raise ValueError(f"Model(): every input must come from Input(), got {tensor!r}.")
        self._symbolic_graph = ModelGraph(inputs, outputs, self.name)
        self.built = True
        self._place_with(self._layers)
        names = [layer.name for layer in self._layers]
        repeated = sorted({n for n in names if names.count(n) > 1})
        if repeated:
            raise ValueError(
                f"Model {self.name!r}: the name {repeated[0]!r} is used by {names.count(repeated[0])} layers. "
                "All layer names in a model must be unique: give them name=..."
            )

    def _place_with(self, layers: list[Layer]) -> None:
        """Settle on the backend, and the device, of the layers."""
        from keras_core.layers.input_layer import InputLayer

        homes = {layer.backend_name: layer for layer in layers if not isinstance(layer, InputLayer)}
        if len(homes) > 1:
            listed = " and ".join(f"{layer.name!r} on {name!r}" for name, layer in homes.items())
            raise ValueError(
                f"The layers of model {self.name!r} were made on two backends: {listed}. Make them on one, or copy the "
                "part that is a model with to_backend()."
            )
        for layer in homes.values():
            self.backend_name, self.device_name = layer.backend_name, layer.device_name
            self.distributed_by = layer.distributed_by

    def quantize(  # type: ignore[override]
        self, mode: str | None = None, config: Any = None, filters: Any = None, **kwargs: Any
    ) -> None:
        """Keep the weights of the layers that can as integers from now on.

        Args:
            mode: "int8", "int4", "float8", "gptq" or "awq"; None takes that of `config`. Defaults to None.
            config: a `QuantizationConfig`; None takes the mode's own. Defaults to None.
            filters: which layers: a regular expression that is searched for in their paths, several of them, or a
                function of a layer; None is all. Defaults to None.
            **kwargs: `type_check`, see `Layer.quantize`.

        Raises:
            ModuleNotFoundError: if the package keras-quantization is not installed.
            ValueError: if no layer can be quantized, and for an unknown mode.
        """
        contributed("quantize_model", "quantize()")(self, mode, config, filters, **kwargs)

    def get_quantization_layer_structure(self, mode: str | None = None) -> Any:
        """What GPTQ and AWQ go through where their config does not say: None, for all layers.

        Args:
            mode: "gptq" or "awq". Defaults to None.
        """
        return

    # -- the graph

    def __call__(self, *args: Any, **kwargs: Any) -> TensorTree:
        """Outputs for KerasTensors or concrete inputs; a graph called again and again on the latter is compiled."""
        if args:
            args = (self._host_inputs.of_call(args[0]), *args[1:])
        if self._symbolic_graph is not None and self._compiles_call(args, kwargs):
            return self._call_compiled(args[0], self._training_of(kwargs))
        return self._call_with_host_results(*args, **kwargs)

    def call_uncompiled(self, inputs: TensorTree, training: bool) -> TensorTree:
        """What calling the model does where it is not compiled."""
        return self._call_with_host_results(inputs, training=training)

    def _call_with_host_results(self, *args: Any, **kwargs: Any) -> TensorTree:
        """Layer's call, where what was made of integers on the host is at hand."""
        if not args:
            return super().__call__(**kwargs)
        with host_results_in(args[0]) as inputs:
            return super().__call__(inputs, *args[1:], **kwargs)

    def _compiles_call(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
        if len(args) != 1 or active_trace() is not None or active_context() is not None:
            return False
        if kwargs and (set(kwargs) != {"training"} or not isinstance(kwargs["training"], (bool, type(None)))):
            return False
        backend = backends.loaded(self.backend_name)
        if backend is None or self._trainer.run_eagerly or not {"eager", "compiles"} <= backend.capabilities:
            return False
        for leaf in leaves_of(args[0]):
            if not isinstance(leaf, np.ndarray) and not (backend.is_tensor(leaf) and backend.is_concrete(leaf)):
                return False
        if not self._called:
            self._called = True  # once is not worth compiling
            return False
        if kwargs.get("training") is None and len(self._trainer.default_trainings()) > 1:
            return False
        return not backend.is_recording()

    def _training_of(self, kwargs: dict[str, Any]) -> bool:
        training = kwargs.get("training")
        return bool(self.default_training if training is None else training)

    def _call_compiled(self, inputs: TensorTree, training: bool) -> Any:
        with on_device_of(self):
            outputs, losses, masks = self._trainer.programs.call(inputs, training)
        if losses or self._losses:
            self.clear_losses()
            self._losses.extend(losses)
        return written_out(with_masks(outputs, masks), self.flatten_layers)

    @property
    def _input_dtype(self) -> str | None:
        """What float inputs are cast to; a graph's inputs have dtypes of their own."""
        return super()._input_dtype if self._symbolic_graph is None else self._symbolic_graph.input_dtype

    def call(self, inputs: Tensor, training: bool | None = None, mask: TensorTree = None) -> TensorTree:
        """The outputs for `inputs`; a subclass without a graph defines it."""
        if self._symbolic_graph is None:
            raise NotImplementedError(
                f"Model {self.name!r} ({type(self).__name__}) has neither inputs and outputs nor a call() method."
            )
        losses, metrics = self.added_tensors()
        losses += self._losses_of_layers(self._symbolic_graph)
        outputs, added, values = self._symbolic_graph.run_with(inputs, losses, [tensor for _, tensor in metrics])
        for value in added:
            self.add_loss(value)
        for (metric, _), value in zip(metrics, values, strict=False):
            metric.update_state(value)
        return outputs

    def _losses_of_layers(self, graph: ModelGraph) -> list[KerasTensor]:
        """Losses of other tensors of this graph than their arguments that layers added in their calls."""
        layers = [one for one in graph.operations if isinstance(one, Layer) and not isinstance(one, Model)]
        found = [loss for layer in layers for loss in layer._losses if isinstance(loss, KerasTensor)]
        return [loss for loss in found if not depends_beyond(loss, graph.inputs)]

    @also_named(mask="previous_mask")
    def compute_mask(self, inputs: TensorTree, mask: TensorTree = None) -> TensorTree:
        if self._symbolic_graph is None:
            return super().compute_mask(inputs, mask)
        return self._symbolic_graph.output_masks(inputs) if any_symbolic(inputs) else None  # set while the graph ran

    @property
    def _makes_masks(self) -> bool:
        return self._symbolic_graph is not None or "compute_mask" in self._overrides

    @property
    def _layers(self) -> list[Layer]:
        if self._symbolic_graph is None:
            return super()._layers
        found = {id(o): o for o in self._symbolic_graph.operations if isinstance(o, Layer)}
        for layer in super()._layers:
            found.setdefault(id(layer), layer)
        return list(found.values())

    @property
    def layers(self) -> list[Layer]:
        """The layers of the model, inputs' layers included.

        It is a list of its own, except that its `pop()` is remembered, as in Keras 2: the layer is no longer listed,
        and the model computes what it did until `outputs` is assigned.
        """
        return self._listed(self._layers)

    def _listed(self, layers: list[Layer]) -> LayerList:
        if self._popped:
            layers = [layer for layer in layers if layer not in self._popped]
        return LayerList(layers, self._unlist)

    def _unlist(self, layer: Layer) -> None:
        self._popped = WeakSet([*self._popped, layer])

    @property
    def operations(self) -> list[Any]:
        """Layers and op nodes of the graph, in order."""
        return list(self._symbolic_graph.operations) if self._symbolic_graph is not None else self.layers

    @checked
    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """A layer by its name or its index in `layers`.

        Raises:
            ValueError: when there is none; the names are listed.
        """
        if index is not None:
            if not -len(self.layers) <= index < len(self.layers):
                raise ValueError(f"Model {self.name!r} has {len(self.layers)} layers, asked for index {index}.")
            return self.layers[index]
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise ValueError(
            f"Model {self.name!r} has no layer {name!r}. It has: {', '.join(l.name for l in self.layers)}."
        )

    @property
    def inputs(self) -> list[KerasTensor] | None:
        """The input tensors; assigning others, as Keras 2 allows, changes the graph."""
        return self._symbolic_graph.inputs if self._symbolic_graph is not None else None

    @inputs.setter
    def inputs(self, inputs: TensorTree) -> None:
        self._need_graph("inputs")
        self._change_graph(_unwrapped(inputs), self.output)

    @property
    def outputs(self) -> list[KerasTensor] | None:
        """The output tensors; assigning others, as Keras 2 allows, changes the graph."""
        return self._symbolic_graph.outputs if self._symbolic_graph is not None else None

    @outputs.setter
    def outputs(self, outputs: TensorTree) -> None:
        self._need_graph("outputs")
        self._change_graph(self.input, _unwrapped(outputs))

    def _need_graph(self, what: str) -> None:
        if self._symbolic_graph is None:
            raise AttributeError(f"Model {self.name!r} has no graph: its {what} come from its call().")

    def _change_graph(self, inputs: TensorTree, outputs: TensorTree) -> None:
        self._set_graph(inputs, outputs)
        self._popped = frozenset()
        self._trainer.model_changed()
        self.note_change()

    @property
    def input(self) -> TensorTree:
        if self._symbolic_graph is None:
            return super().input
        return self._symbolic_graph.inputs_structure

    @property
    def output(self) -> TensorTree:
        if self._symbolic_graph is None:
            return super().output
        return self._symbolic_graph.outputs_structure

    def _io_at(self, index: int, which: str) -> Any:
        """Of a graph's inputs or outputs, which count as call 0 as in Keras 2, or of a call of the model after it."""
        if self._symbolic_graph is None:
            return super()._io_at(index, which)
        own = self.input if which == "input" else self.output
        calls = [own, *(super(Model, self)._io_at(number, which) for number in range(len(self.inbound_nodes)))]
        if not -len(calls) <= index < len(calls):
            raise ValueError(
                f"Model {self.name!r} was called {len(calls) - 1} times; its own graph is call 0, before these. "
                f"Asked for call {index}."
            )
        return calls[index]

    @property
    def input_shape(self) -> ShapeTree:
        return map_nested(lambda t: t.shape, self.input)

    @property
    def output_shape(self) -> ShapeTree:
        return map_nested(lambda t: t.shape, self.output)

    @property
    def input_names(self) -> list[str]:
        return self._symbolic_graph.input_names if self._symbolic_graph is not None else []

    @property
    def output_names(self) -> list[str]:
        return self._symbolic_graph.output_names if self._symbolic_graph is not None else []

    @property
    def host_inputs(self) -> HostInputs:
        """What runs the model's layers of strings, before its steps."""
        return self._host_inputs

    @property
    def symbolic_graph(self) -> ModelGraph | None:
        """The graph from inputs to outputs; None for a subclass with a `call` of its own, or before it is built."""
        return self._symbolic_graph

    @property
    def stateful(self) -> bool:
        """Keras 2: whether a layer keeps its state from batch to batch."""
        layers = self._flatten_layers(include_self=False)
        return self._stateful or any(layer.stateful for layer in layers if not isinstance(layer, Model))

    @stateful.setter
    def stateful(self, value: bool) -> None:
        self._stateful = bool(value)

    def run_internal_graph(
        self, inputs: TensorTree, masks: TensorTree = None
    ) -> tuple[list[Any], list[Any], list[Any]]:
        """Keras 2: the outputs for inputs, as lists of tensors, masks and shapes.

        Args:
            inputs: tensors or KerasTensors.
            masks: not used: masks come with the tensors that have them.
        """
        outputs = leaves_of(self.call(inputs))
        return outputs, [mask_of(one) for one in outputs], [shape_of(one) for one in outputs]

    @property
    def uses_learning_phase(self) -> bool:
        """Keras 2: whether a layer does something else in training, so that `K.learning_phase()` makes a difference."""
        own = (layer for layer in self._flatten_layers() if not isinstance(layer, Model))
        return any(type(layer)._call_signature.training for layer in own)

    @property
    def state_updates(self) -> list[Any]:
        """Always empty: assignments happen in the layers' calls."""
        return []

    def build(self, *input_shape: ShapeTree) -> None:
        """Make the weights for inputs of this shape (batch axis included)."""
        if self._symbolic_graph is not None or self.built:
            self.built = True
            return
        if not input_shape:
            self.built = True
            return
        shape = input_shape[0] if len(input_shape) == 1 else list(input_shape)
        self.built = True
        try:
            Layer.compute_output_shape(self, shape)
        except Exception:
            self.built = False
            raise

    def settle_input(self, specs: Any) -> None:
        """Let a model that presumes the shape of its input take that of its data; others do nothing.

        Args:
            specs: nested specs of the data.
        """

    def _maybe_build(self, first: Any, named: dict[str, Any]) -> None:
        if "build" not in self._overrides:
            self._build_shapes = None if first is None else {"input_shape": map_nested(shape_of, first)}
            self.built = True  # its layers are built as call() reaches them
        else:
            super()._maybe_build(first, named)

    def reset_states(self) -> None:
        """Set the states of stateful layers back to zero."""
        for layer in self.flatten_layers(include_self=False):
            if not isinstance(layer, Model) and layer.stateful and hasattr(layer, "reset_states"):
                layer.reset_states()

    reset_state = reset_states

    @checked
    def summary(
        self,
        line_length: int | None = None,
        positions: Numbers | None = None,
        print_fn: Callable[[str], Any] | None = None,
        expand_nested: bool = False,
        show_trainable: bool = False,
        layer_range: list[str] | None = None,
    ) -> None:
        """Print a table of layers, output shapes and parameter counts.

        Args:
            line_length: width of the table; by default as wide as it needs.
            positions: ends of the columns, in characters or, up to 1, as shares of the width.
            print_fn: called with each line; print by default.
            expand_nested: whether to list the layers of models inside.
            show_trainable: whether to add a column saying which layers are trained.
            layer_range: names of the first and last layer to show, or regular expressions that their names begin with.
        """
        from keras_core.models.summary import summary_lines

        lines = summary_lines(self, line_length, positions, expand_nested, show_trainable, layer_range)
        for line in lines:
            (print_fn or print)(line)

    def to_backend(self, name: str) -> Model:
        """A copy of this model on another backend; this model is not changed.

        The copy has the same weights, random state and metrics, and the same optimizer with its slots, counter
        and learning rate, so that training continues where it was.

        Args:
            name: name of an installed backend.

        Raises:
            ValueError, ModuleNotFoundError: when that is not installed, or the model's class cannot be made again
                by its get_config() and from_config().

        Example, where both backends are installed::

            faster = model.to_backend("jax")
            faster.fit(x, y)
        """
        from keras_core.models.moving import copy_to_backend

        return copy_to_backend(self, name)

    # -- files

    def _stateful_attributes(self) -> list[tuple[str, Any]]:
        """The layers, which come first where there is a graph or a stack of them, the optimizer, and attributes."""
        found = dict(super()._stateful_attributes())
        stacked = found.pop("_stack", None) is not None
        if self.optimizer is not None:
            found["optimizer"] = self.optimizer
        if self.inputs or stacked:
            return [("layers", self._all_layers), *in_file_order(found)]
        return in_file_order(found | {"layers": self._all_layers})

    @property
    def _all_layers(self) -> list[Layer]:
        return self._layers

    @checked
    def compile_predict(self, batch_sizes: Sequence[int] = (1, 8, 32), input_signature: TensorTree = None) -> Predictor:
        """`predict` for servers: compiled now, for some sizes of batches, and safe to call from several threads.

        Args:
            batch_sizes: numbers of rows to compile for; a call is filled up to the next one. Defaults to (1, 8, 32).
            input_signature: a list with a `Spec` or `InputSpec`, or nested ones, for the inputs, whose first axis is
                the batch. Defaults to None: those of a functional or built Sequential model.

        Returns:
            A function of a batch that gives NumPy arrays, and raises ValueError for shapes that it is not compiled for.

        Raises:
            ValueError: for a model that assigns variables when it predicts, or whose inputs' sizes are not known.
        """
        from keras_core.models.predictor import predictor_of

        return predictor_of(self, batch_sizes, input_signature)

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Self:
        """A model from `get_config`'s dict."""
        if "layers" in config and "input_layers" in config:
            from keras_core.saving.functional_config import functional_from_config

            model: Self = functional_from_config(cls, config, custom_objects)
            return model
        return super().from_config(config)

    def __reduce__(self) -> tuple[Any, ...]:
        from keras_core.saving.pickling import reduce_model

        return reduce_model(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        make, parts = self.__reduce__()
        with on_device_of(self):
            memo[id(self)] = copied = make(*parts)
        return copied

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"


def _unwrapped(tensors: Any) -> Any:
    """A list of one tensor as the tensor."""
    return tensors[0] if isinstance(tensors, (list, tuple)) and len(tensors) == 1 else tensors


class Functional(Model):
    """What ``Model(inputs=..., outputs=...)`` makes; see `Model`."""

    def get_config(self) -> dict[str, Any]:
        from keras_core.saving.functional_config import functional_config

        return functional_config(self)
