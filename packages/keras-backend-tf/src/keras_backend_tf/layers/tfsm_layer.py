"""TFSMLayer: a SavedModel of TensorFlow as a layer."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from keras_core import Layer, initializers, tree

from keras_backend_tf.framework import tf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core import Variable
    from keras_core.typing import PathLike, Tensor, TensorTree


class TFSMLayer(Layer):
    """A function of a SavedModel as a layer, which Keras trains further and whose weights it saves.

    A SavedModel is a program: give only paths that you trust. For the same reason no file of a model names one: to load
    a model with such a layer, derive a class whose ``__init__`` names the path and register it.

    The functions read variables of the SavedModel, which are filled with the layer's weights before each call.

    Args:
        filepath: the folder of the SavedModel.
        call_endpoint: name of the function to call, or of its signature: "serve" in what Keras exports,
            "serving_default" in most others. Defaults to "serve".
        call_training_endpoint: name of that for training. Defaults to None, which is `call_endpoint`.
        trainable: whether training changes the variables that the SavedModel says are trainable. Defaults to True.
        name: the layer's name. Defaults to None.
        dtype: the layer's dtype or policy; the function computes in its own. Defaults to None.

    Call arguments:
        inputs: a tensor or nested tensors; a dict of tensors for a signature of several.
        training: whether the layer trains.

    Input shape:
        Any that the function takes.

    Output shape:
        What the function gives; for a signature a dict of tensors.

    Raises:
        ValueError: if another backend than TensorFlow is active, the folder holds no SavedModel, or the SavedModel no
            such function.

    Example:
        >>> import keras, tempfile
        >>> if keras.backend.backend() == "tensorflow":
        ...     import tensorflow as tf
        ...     module, folder = tf.Module(), tempfile.mkdtemp()
        ...     module.scale = tf.Variable(2.0)
        ...     module.serve = tf.function(lambda x: x * module.scale, [tf.TensorSpec((None, 1))])
        ...     tf.saved_model.save(module, folder)
        ...     layer = keras.layers.TFSMLayer(folder)
        ...     assert float(layer(tf.ones((1, 1)))[0, 0]) == 2.0 and len(layer.trainable_weights) == 1
    """

    not_in_config = frozenset({"filepath"})  # it is where a program is

    def __init__(
        self,
        filepath: PathLike,
        call_endpoint: str = "serve",
        call_training_endpoint: str | None = None,
        trainable: bool = True,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(trainable=trainable, name=name, dtype=dtype)
        if self.backend_name != "tensorflow":
            raise ValueError(
                f"TFSMLayer runs on TensorFlow, and the active backend is {self.backend_name!r}. Set "
                "KERAS_BACKEND=tensorflow, or make the layer within keras.use_backend('tensorflow')."
            )
        self.filepath = str(filepath)
        if not tf.saved_model.contains_saved_model(self.filepath):
            raise ValueError(f"TFSMLayer {self.name!r}: {self.filepath!r} holds no SavedModel of TensorFlow.")
        self.call_endpoint, self.call_training_endpoint = call_endpoint, call_training_endpoint
        saved = tf.saved_model.load(self.filepath)
        self._endpoint = _Endpoint(saved, call_endpoint, self.name)
        self._training_endpoint = (
            self._endpoint if call_training_endpoint is None else _Endpoint(saved, call_training_endpoint, self.name)
        )
        found = {id(one): one for endpoint in (self._endpoint, self._training_endpoint) for one in endpoint.variables}
        # In the order in which Keras lists weights, so that files keep it.
        slots = sorted(found.values(), key=lambda slot: not slot.trainable)
        self._slots = _Slots(slots)
        self._weights_of_slots = [self._weight_for(slot) for slot in slots]
        self.built = True

    def _weight_for(self, slot: Any) -> Variable:
        array = slot.numpy()
        return self.add_weight(
            shape=array.shape,
            initializer=initializers.Constant(array),
            dtype=slot.dtype.name,
            trainable=slot.trainable,
            name=slot.name.partition(":")[0].replace("/", "_"),
        )

    def call(self, inputs: TensorTree, training: bool | None = None) -> TensorTree:
        endpoint = self._training_endpoint if training else self._endpoint
        values = [weight.value for weight in self._weights_of_slots]
        outputs, new = self._slots.run(endpoint, inputs, values)
        for position, value in new.items():
            self._weights_of_slots[position].assign(value)
        return outputs

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> TFSMLayer:
        """Make a layer of a derived class that names its SavedModel itself.

        Raises:
            ValueError: for a config that names a SavedModel, and for `TFSMLayer` itself.
        """
        if cls is TFSMLayer or "filepath" in config:
            raise ValueError(
                f"{cls.__name__} {config.get('name')!r} runs a SavedModel, which is a program of its own, and "
                "programs that a file names never run, with or without safe_mode. Derive a class named "
                f"{cls.__name__} whose __init__ names the folder, and pass it when loading: "
                f"custom_objects={{'{cls.__name__}': that class}}."
            )
        made: TFSMLayer = super().from_config(config)
        return made


class _Endpoint:
    """A function of a SavedModel, by the name of an attribute or signature.

    Attributes:
        variables: those that it reads or writes.
        writes: whether it assigns any.
    """

    def __init__(self, saved: Any, name: str, layer: str) -> None:
        found = getattr(saved, name, None)
        signatures = getattr(saved, "signatures", {})
        self._is_signature = not callable(found) and name in signatures
        if self._is_signature:
            found = signatures[name]
        if not callable(found):
            there = [one for one in dir(saved) if not one.startswith("_") and hasattr(getattr(saved, one), "graph")]
            there += [one for one in dir(saved) if hasattr(getattr(saved, one), "concrete_functions")]
            raise ValueError(
                f"TFSMLayer {layer!r}: the SavedModel has no function {name!r}. It has "
                f"{', '.join(map(repr, dict.fromkeys([*there, *signatures]))) or 'none'}."
            )
        self.function: Callable[..., Any] = found
        concrete: Sequence[Any] = [found] if self._is_signature else found.concrete_functions
        self.variables = [variable for one in concrete for variable in one.variables]
        self.writes = any(_assigns(one.graph.as_graph_def()) for one in concrete)

    def __call__(self, inputs: TensorTree) -> TensorTree:
        if not self._is_signature:
            return self.function(inputs)
        if isinstance(inputs, dict):
            return self.function(**inputs)
        return self.function(inputs)


_FUNCTIONS = attrgetter("library.function")  # of a graph: those that its nodes call


def _assigns(graph: Any) -> bool:
    nodes = [*graph.node, *(node for function in _FUNCTIONS(graph) for node in function.node_def)]
    return any(node.op.startswith(("Assign", "ResourceScatter")) for node in nodes)


class _Slots:
    """The variables of a SavedModel, which take the values of a layer's weights for each call.

    Args:
        slots: the variables.
    """

    def __init__(self, slots: Sequence[Any]) -> None:
        self._slots = list(slots)

    def run(
        self, endpoint: _Endpoint, inputs: TensorTree, values: Sequence[Tensor]
    ) -> tuple[TensorTree, dict[int, Tensor]]:
        """What a function gives, differentiable by inputs and values, and the values of variables that are state.

        Args:
            endpoint: the function.
            inputs: what it takes.
            values: one for each variable.
        """
        given = [tf.convert_to_tensor(one) for one in tree.flatten(inputs)]
        count = len(given)
        state = [k for k, slot in enumerate(self._slots) if not slot.trainable] if endpoint.writes else []
        structure: list[Any] = []

        @tf.custom_gradient
        def run(*tensors: Tensor) -> Any:
            for slot, value in zip(self._slots, tensors[count:], strict=True):
                slot.assign(value)
            floats = [k for k, one in enumerate(tensors) if one.dtype.is_floating or one.dtype.is_complex]
            sources = [tensors[k] if k < count else self._slots[k - count] for k in floats]
            with tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape:
                tape.watch(sources)
                outputs = endpoint(tree.pack_sequence_as(inputs, tensors[:count]))
                flat = [tf.identity(one) for one in tree.flatten(outputs)]
            structure[:] = [outputs]
            new = [self._slots[k].read_value() for k in state]

            def backward(*upstream: Tensor, variables: Sequence[Any] = ()) -> Any:
                found = tape.gradient(flat, sources, output_gradients=upstream[: len(flat)])
                by_position = dict(zip(floats, found, strict=True))
                of_tensors = [_dense(by_position.get(k)) for k in range(len(tensors))]
                return (of_tensors, [None] * len(variables)) if variables else of_tensors

            return [*flat, *new], backward

        results = run(*given, *values)
        split = len(results) - len(state)
        outputs = tree.pack_sequence_as(structure[0], results[:split])
        return outputs, dict(zip(state, results[split:], strict=True))


def _dense(gradient: Any) -> Any:
    return tf.convert_to_tensor(gradient) if isinstance(gradient, tf.IndexedSlices) else gradient
