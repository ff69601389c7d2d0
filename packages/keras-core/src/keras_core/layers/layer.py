"""Layer: the base class of everything a model is made of."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from keras_core import dtypes, tree
from keras_core.backend import discovery as backends
from keras_core.backend.placement import active_device, on_device_of
from keras_core.backend.protocol import Backend
from keras_core.dtype_policies.identifiers import get as get_policy
from keras_core.dtype_policies.policy import DTypePolicy
from keras_core.graph.keras_tensor import KerasTensor, any_symbolic
from keras_core.graph.node import REPLAYING, Node, map_nested
from keras_core.layers.added_losses import AddedLosses
from keras_core.layers.call_context import CallContext, active_context, mask_of, set_mask
from keras_core.layers.call_signature import CallSignature
from keras_core.layers.graph_view import GraphView
from keras_core.layers.input_spec import check_inputs
from keras_core.layers.symbolic_call import SHAPE_QUERY, output_of
from keras_core.layers.tracking import raise_version
from keras_core.naming import auto_name, name_scope, scoped_path, snake_case
from keras_core.ops.table import shape_of
from keras_core.staging.autocast import AUTOCAST
from keras_core.staging.trace import active_trace
from keras_core.staging.variable import Variable
from keras_core.suggestions import did_you_mean
from keras_core.typing import Shape

_KERAS_2_INPUT = (
    "input_shape",
    "batch_input_shape",
    "input_dim",
    "batch_size",
    "input_dtype",
    "input_length",
    "batch_shape",
)


class Layer(AddedLosses, GraphView):
    """A function of tensors with weights.

    A new layer defines ``build(input_shape)``, which makes weights with `add_weight`, and
    ``call(inputs, ...)``, which computes with `keras.ops` (or, in Keras 2 style, `keras.backend`).
    ``call`` may take ``training`` and ``mask``, which are filled in where the caller gives none.

    Args:
        activity_regularizer: a regularizer of the output; its value is added to the losses.
        trainable: whether training changes the weights.
        dtype: dtype name or policy of weights and computation; floatx by default.
        autocast: whether float inputs are converted to the compute dtype.
        name: unique in a model; made from the class name where not given.
        **kwargs: Keras 2's `input_shape`, `batch_input_shape`, `input_dim`, `batch_size`, `weights`.

    Raises:
        TypeError: for an argument no layer knows.

    Example:
        >>> from keras_core import Layer, ops
        >>> class Scale(Layer):
        ...     def build(self, input_shape):
        ...         self.factor = self.add_weight(name="factor", shape=(input_shape[-1],), initializer="ones")
        ...     def call(self, inputs):
        ...         return inputs * self.factor
        >>> np.asarray(Scale()(np.ones((1, 2), "float32"))).tolist()
        [[1.0, 1.0]]
    """

    _untracked = frozenset({"_inbound_nodes", "_auto_config", "_losses", "input_spec"})
    _call_signature: CallSignature
    _auto_config: tuple[tuple[Any, ...], dict[str, Any]]
    _build_shapes: dict[str, Any] | None
    _lock_building: bool

    def __new__(cls, *args: Any, **kwargs: Any) -> Layer:
        self = super().__new__(cls)
        object.__setattr__(self, "_auto_config", (args, kwargs))
        object.__setattr__(self, "_inbound_nodes", [])
        object.__setattr__(self, "_losses", [])
        object.__setattr__(self, "_own_trainable", [])
        object.__setattr__(self, "_own_non_trainable", [])
        object.__setattr__(self, "_trainable", True)
        object.__setattr__(self, "built", False)
        object.__setattr__(self, "_build_shapes", None)
        object.__setattr__(self, "_lock_building", False)
        return self

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "build" in cls.__dict__:
            cls.build = _marking_built(cls.__dict__["build"])  # type: ignore[method-assign]
        if "call" in cls.__dict__:
            cls._call_signature = CallSignature(cls.__dict__["call"])

    def __init__(
        self,
        *,
        activity_regularizer: Any = None,
        trainable: bool = True,
        dtype: Any = None,
        autocast: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        self._initial_weights = kwargs.pop("weights", None)
        self._input_arguments = {k: kwargs.pop(k) for k in _KERAS_2_INPUT if k in kwargs}
        for ignored in ("dynamic", "implementation"):
            kwargs.pop(ignored, None)
        if kwargs:
            known = _argument_names(type(self))
            raise TypeError(
                f"{type(self).__name__}() does not take {', '.join(map(repr, kwargs))}."
                f"{did_you_mean(kwargs, known)} It takes {', '.join(known)}."
            )
        if name is not None and not isinstance(name, str):
            raise TypeError(f"A layer's name is a string, got {name!r}.")
        if name is not None and "/" in name:
            raise ValueError(f"A layer's name cannot contain '/', got {name!r}.")
        self._name = name or auto_name(snake_case(type(self).__name__))
        self._trainable = bool(trainable)
        self._dtype_policy = self._resolved(dtype)
        self.autocast = autocast
        self.supports_masking = getattr(self, "supports_masking", False)
        self.stateful = getattr(self, "stateful", False)
        self.input_spec = getattr(self, "input_spec", None)
        self.backend_name = backends.active_name()
        self.device_name = active_device()
        if activity_regularizer is not None or not hasattr(self, "activity_regularizer"):
            from keras_core import regularizers

            self.activity_regularizer = regularizers.get(activity_regularizer) if activity_regularizer else None

    def __getattr__(self, name: str) -> Any:
        if not self.__dict__.get("built", True) and not name.startswith("_") and not hasattr(type(self), name):
            raise AttributeError(
                f"Layer {self.__dict__.get('_name')!r} ({type(self).__name__}) has no attribute {name!r}, at least "
                "until it is built. Call it on data, or call build(input_shape), before using its weights."
            )
        return object.__getattribute__(self, name)  # raises the usual error, or that of a property

    # -- identity

    @property
    def name(self) -> str:
        return self._name

    @name.setter
    def name(self, value: str) -> None:
        self._name = value

    @property
    def backend(self) -> Backend:
        """The backend that was active when the layer was made."""
        return backends.load(self.backend_name)

    @property
    def dtype_policy(self) -> DTypePolicy:
        return self._dtype_policy

    @dtype_policy.setter
    def dtype_policy(self, value: Any) -> None:
        self._dtype_policy = self._resolved(value)
        raise_version()

    def _resolved(self, policy: Any) -> DTypePolicy:
        found = get_policy(policy)
        return found if isinstance(found, DTypePolicy) else found.of_layer(scoped_path(self.name))

    @property
    def dtype(self) -> str:
        return self._dtype_policy.variable_dtype

    @property
    def compute_dtype(self) -> str:
        return self._dtype_policy.compute_dtype

    @property
    def variable_dtype(self) -> str:
        return self._dtype_policy.variable_dtype

    @property
    def batch_input_shape(self) -> Shape | None:
        """Shape of the input given in Keras 2's way to the first layer of a model."""
        given = self._input_arguments
        full = given.get("batch_input_shape") or given.get("batch_shape")
        if full:
            return tuple(full)
        shape = given.get("input_shape")
        if shape is None and given.get("input_dim") is not None:
            shape = (given["input_dim"],)
            if "input_length" in given:
                shape = (given["input_length"], given["input_dim"])
        if shape is None:
            return None
        shape = (shape,) if isinstance(shape, int) else tuple(shape)
        return (given.get("batch_size"), *shape)

    # -- building

    def build(self, *input_shape: Any) -> None:
        """Make the weights for inputs of this shape; by default there are none."""
        self.built = True

    def get_build_config(self) -> dict[str, Any] | None:
        """The shapes that `build` was called with."""
        shapes = self._build_shapes
        if not shapes or set(shapes) == {"input_shape"}:
            return shapes
        return {"input_shape": next(iter(shapes.values()))} if len(shapes) == 1 else {"shapes_dict": shapes}

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Build with the shapes of `get_build_config`."""
        if not config or self.built:
            return
        named = config.get("shapes_dict", config)
        shapes = {key: _shape_from_json(value) for key, value in named.items()}
        if set(shapes) <= set(inspect.signature(self.build).parameters) and "input_shape" not in shapes:
            self.build(**shapes)
        else:
            self.build(next(iter(shapes.values())))

    def _maybe_build(self, first: Any, named: dict[str, Any]) -> None:
        if self.built:
            return
        makes_weights = type(self).build is not Layer.build
        if makes_weights and active_trace() is not None and not getattr(active_trace(), "creating", False):
            raise RuntimeError(
                f"Layer {self.name!r} is used for the first time inside a staged function, where its weights cannot "
                "be made. Call the model once on data (or call build()) before."
            )
        names = [n for n in inspect.signature(self.build).parameters]
        if len(names) > 1 and all(n.endswith("_shape") for n in names):
            shapes = {n: _shapes(named.get(n.removesuffix("_shape"))) for n in names}
            if names[0] not in named and shapes[names[0]] is None:
                shapes[names[0]] = _shapes(first)
            self.build(**{n: s for n, s in shapes.items() if s is not None})
        else:
            self.build(_shapes(first))
        self.built = True
        if self._initial_weights is not None:
            self.set_weights(self._initial_weights)
            self._initial_weights = None

    def add_weight(self, *args: Any, **kwargs: Any) -> Variable:
        """Make a weight of this layer.

        Args (Keras 3's order; Keras 2's ``add_weight(name, shape, ...)`` works too):
            shape: tuple of ints; () by default.
            initializer: an initializer, its name, or a callable; glorot_uniform for floats, zeros otherwise.
            dtype: dtype name; the layer's variable dtype by default.
            trainable: whether training changes it.
            autocast: whether mixed precision casts it.
            regularizer, constraint: objects or names.
            aggregation: accepted for Keras 3 scripts.
            name: the weight's name.
        """
        given = _weight_arguments(args, kwargs)
        dtype = dtypes.standardize(given["dtype"]) if given["dtype"] else self.variable_dtype
        initializer = given["initializer"]
        from keras_core import constraints, initializers, regularizers

        if initializer is None:
            initializer = "glorot_uniform" if dtypes.is_float(dtype) else "zeros"
        with name_scope(self.name):
            variable = Variable(
                initializers.get(initializer),
                given["shape"],
                dtype,
                given["trainable"],
                given["autocast"],
                name=given["name"] or ("variable" if not self._own_trainable else auto_name("variable")),
            )
        variable.move_to(self)
        variable.regularizer = regularizers.get(given["regularizer"])
        variable.constraint = constraints.get(given["constraint"])
        self._track(variable)
        return variable

    def _track(self, variable: Variable) -> None:
        (self._own_trainable if variable.trainable else self._own_non_trainable).append(variable)

    # -- calling

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the outputs; every layer defines it."""
        raise NotImplementedError(f"Layer {self.name!r} ({type(self).__name__}) does not define call().")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the layer on KerasTensors (which extends a graph) or on concrete tensors (which computes)."""
        signature = type(self)._call_signature
        args, kwargs = signature.first_as_positional(args, kwargs, self)
        context = active_context()
        if context is None:
            with CallContext(), on_device_of(self):
                if active_trace() is None:
                    self._clear_losses()
                return self._call_in_context(signature, args, kwargs)
        return self._call_in_context(signature, args, kwargs)

    def _call_in_context(self, signature: CallSignature, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        context = active_context()
        assert context is not None
        symbolic = any_symbolic((args, kwargs))
        policy = self._dtype_policy
        if not symbolic:
            if policy.needs is not None and policy.needs not in self.backend.capabilities:
                raise TypeError(self._too_narrow(policy))
            args, kwargs = self._converted(args), self._converted(kwargs)
        first = args[0] if args else None
        if self.input_spec is not None and first is not None:
            check_inputs(self.input_spec, first, self.name)
        if not self.built:
            self._maybe_build(first, signature.by_name(args, kwargs))
            if self.input_spec is not None and first is not None:
                check_inputs(self.input_spec, first, self.name)
        training = kwargs.get("training")
        if training is None:
            training = signature.given_training(args)
        if training is None:
            training = context.training
        if signature.training and signature.given_training(args) is None:
            kwargs["training"] = training
        elif not signature.training and not signature.variadic:
            kwargs.pop("training", None)
        masks = signature.fill_masks(args, kwargs, mask_of)
        previous = context.training
        context.training = training
        narrow = policy.autocast_dtype if self.autocast else None
        token = AUTOCAST.set(narrow) if narrow != AUTOCAST.get() else None
        try:
            if symbolic:
                return self._call_symbolic(args, kwargs, masks)
            outputs = self.call(*args, **kwargs)
        finally:
            context.training = previous
            if token is not None:
                AUTOCAST.reset(token)
        self._finish(first, outputs, masks)
        return outputs

    def _call_symbolic(self, args: tuple[Any, ...], kwargs: dict[str, Any], masks: dict[str, Any]) -> Any:
        seen = self._as_computed(args), self._as_computed(kwargs)
        with name_scope(self.name):
            outputs = output_of(self, *seen)
        inputs = _identities(args if seen[0] is args else (args, seen[0]))
        outputs = map_nested(
            lambda t: KerasTensor(t.shape, t.dtype) if isinstance(t, KerasTensor) and id(t) in inputs else t, outputs
        )
        node = Node(self, args, {k: v for k, v in kwargs.items() if k != "training" or v is not None}, outputs)
        node.masks = masks
        if not REPLAYING.get():
            self._inbound_nodes.append(node)
        self._set_output_masks(args[0] if args else None, outputs, masks)
        return outputs

    def _finish(self, first: Any, outputs: Any, masks: dict[str, Any]) -> None:
        if masks or self.supports_masking or type(self).compute_mask is not Layer.compute_mask:
            self._set_output_masks(first, outputs, masks)
        if self.activity_regularizer is not None:
            self._add_activity_losses(self.activity_regularizer, outputs)

    def _set_output_masks(self, inputs: Any, outputs: Any, masks: dict[str, Any]) -> None:
        previous = None
        if masks:  # the first argument's
            previous = masks.get("mask", masks.get(f"{self._call_signature.names[0]}_mask"))
        if previous is None and not masks:
            previous = tree.map_structure(mask_of, inputs) if _nested(inputs) else mask_of(inputs)
            if _nested(inputs) and all(m is None for m in tree.flatten(previous)):
                previous = None
        if previous is None and not self._makes_masks:
            return
        computed = self.compute_mask(inputs, previous)
        if computed is None:
            return
        if _nested(outputs):
            found = list(computed) if isinstance(computed, (list, tuple)) else [computed]
            for leaf, mask in zip(tree.flatten(outputs), found, strict=False):
                if mask is not None:
                    set_mask(leaf, mask)
        else:
            mask = computed[0] if isinstance(computed, (list, tuple)) else computed
            if mask is not None:
                set_mask(outputs, mask)

    @property
    def _makes_masks(self) -> bool:
        return type(self).compute_mask is not Layer.compute_mask

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """The mask of the outputs: by default that of the input, if the layer supports masking."""
        if not self.supports_masking:
            return None
        if isinstance(mask, (list, tuple)):
            return next((m for m in mask if m is not None), None)
        return mask

    def compute_output_shape(self, *args: Any, **kwargs: Any) -> Any:
        """Shape of the output for shapes of the inputs, found by calling the layer on symbolic tensors."""
        if SHAPE_QUERY.get() is self:  # an override that goes on to here has no rule
            raise NotImplementedError
        shapes = args[0] if args else next(iter(kwargs.values()))

        def symbol(shape: Any) -> KerasTensor:
            return KerasTensor(shape, self.compute_dtype)

        inputs = symbol(shapes) if _is_shape(shapes) else _map_shapes(symbol, shapes)
        if not self.built:
            self._maybe_build(inputs, {})
        with CallContext():
            outputs = output_of(self, (inputs,), {})
        return map_nested(lambda t: tuple(t.shape), outputs)

    @property
    def _input_dtype(self) -> str | None:
        """What float arguments are cast to, if anything."""
        return self._dtype_policy.input_dtype if self.autocast else None

    def _as_computed(self, value: Any) -> Any:
        """Symbolic arguments as `call` gets them: of the dtype that values would be cast to."""
        dtype = self._input_dtype
        other: list[KerasTensor] = []

        def note(leaf: Any) -> None:
            if isinstance(leaf, KerasTensor) and leaf.dtype != dtype and dtypes.is_float(leaf.dtype):
                other.append(leaf)

        map_nested(note, value)
        if dtype is None or not other:
            return value
        return map_nested(lambda leaf: leaf if all(leaf is not one for one in other) else _view(leaf, dtype), value)

    def _too_narrow(self, policy: DTypePolicy) -> str:
        return (
            f"Layer {self.name!r} has the dtype policy {policy.name!r}, and the {self.backend_name!r} backend does not "
            f"compute in {policy.compute_dtype}. Use the policy 'float32' here, or a backend that does."
        )

    def _converted(self, value: Any) -> Any:
        """Concrete arguments as tensors: arrays converted, floats cast to the compute dtype."""
        backend = self.backend
        wanted = self._input_dtype

        def convert(leaf: Any) -> Any:
            if leaf is None or isinstance(leaf, (bool, int, float, str, Variable)) or callable(leaf):
                return leaf
            if backend.is_tensor(leaf):
                dtype = backend.dtype(leaf)
            elif isinstance(leaf, (np.ndarray, np.generic)):
                dtype = dtypes.standardize(leaf.dtype)
                leaf = backend.tensor(leaf, wanted if wanted and dtypes.is_float(dtype) else dtype)
                return leaf
            else:
                backends.refuse_foreign(leaf, backend, f"a call of layer {self.name!r}")
                return leaf
            if wanted and dtype != wanted and dtypes.is_float(dtype):
                return backend.ops["cast"](leaf, wanted)
            return leaf

        if isinstance(value, tuple) and len(value) == 1 and isinstance(value[0], list) and _is_numbers(value[0]):
            return (convert(np.asarray(value[0])),)
        return map_nested(convert, value)

    # -- config and files

    def get_config(self) -> dict[str, Any]:
        """What makes an equal layer again by `from_config`; subclasses add their arguments."""
        from keras_core.layers.auto_config import base_config

        return base_config(self)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """A layer from `get_config`'s dict."""
        if isinstance(config.get("dtype"), dict):
            config = {**config, "dtype": get_policy(config["dtype"])}
        try:
            return cls(**config)
        except TypeError as error:
            raise TypeError(
                f"{cls.__name__}.from_config() could not make the layer from {config}: {error}. "
                "Let get_config() return exactly the arguments of __init__."
            ) from error

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"


Layer._call_signature = CallSignature(Layer.call)


def _marking_built(build: Callable[..., None]) -> Callable[..., None]:
    """A build that names variables after the layer, notes its shapes and sets `built`."""

    @functools.wraps(build)
    def wrapped(self: Layer, *args: Any, **kwargs: Any) -> None:
        if self._lock_building:
            build(self, *args, **kwargs)
            return
        object.__setattr__(self, "_lock_building", True)
        try:
            names = list(inspect.signature(build).parameters)[1:]
            with on_device_of(self):
                build(self, *args, **kwargs)
            self._build_shapes = dict(zip(names, args, strict=False)) | kwargs or None
        finally:
            object.__setattr__(self, "_lock_building", False)
        self.built = True

    return wrapped


_KERAS_3_ORDER = (
    "shape",
    "initializer",
    "dtype",
    "trainable",
    "autocast",
    "regularizer",
    "constraint",
    "aggregation",
    "name",
)
_KERAS_2_ORDER = ("name", "shape", "dtype", "initializer", "regularizer", "trainable", "constraint")


def _weight_arguments(args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    order = _KERAS_2_ORDER if args and isinstance(args[0], str) else _KERAS_3_ORDER
    given = dict.fromkeys(_KERAS_3_ORDER) | {"trainable": True, "autocast": True}
    given |= dict(zip(order, args, strict=False))
    unknown = set(kwargs) - set(given) - {"overwrite_with_gradient", "use_resource", "synchronization", "layout"}
    if unknown:
        raise TypeError(
            f"add_weight() does not take {', '.join(sorted(unknown))}; it takes {', '.join(_KERAS_3_ORDER)}."
        )
    given |= {k: v for k, v in kwargs.items() if k in given}
    shape = given["shape"]
    given["shape"] = () if shape is None else (shape,) if isinstance(shape, int) else tuple(shape)
    return given


def _view(tensor: KerasTensor, dtype: str) -> KerasTensor:
    """The tensor in another dtype, with its mask."""
    view = KerasTensor(tensor.shape, dtype)
    view._keras_mask = tensor._keras_mask
    return view


def _nested(value: Any) -> bool:
    return isinstance(value, (list, tuple, dict))


def _identities(args: Any) -> set[int]:
    found: set[int] = set()
    map_nested(lambda leaf: found.add(id(leaf)), args)
    return found


def _shapes(value: Any) -> Any:

    return map_nested(lambda t: shape_of(t) if hasattr(t, "shape") else None, value)


def _is_shape(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(d is None or isinstance(d, (int, np.integer)) for d in value)


def _map_shapes(function: Callable[[Any], Any], value: Any) -> Any:
    if _is_shape(value):
        return function(value)
    if isinstance(value, dict):
        return {k: _map_shapes(function, v) for k, v in value.items()}
    return [_map_shapes(function, v) for v in value]


def _shape_from_json(value: Any) -> Any:
    return (
        tuple(value)
        if _is_shape(value)
        else map_nested(lambda v: v, value)
        if not isinstance(value, list)
        else [_shape_from_json(v) for v in value]
    )


def _is_numbers(value: Any) -> bool:
    while isinstance(value, (list, tuple)) and value:
        value = value[0]
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _argument_names(cls: type) -> list[str]:
    """Names of the constructor's arguments, and those that every layer takes."""
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    own = [p.name for p in inspect.signature(cls).parameters.values() if p.kind not in kinds]
    return list(dict.fromkeys([*own, "name", "trainable", "dtype", "input_shape", "batch_input_shape", "weights"]))
