"""Layer: the base class of everything a model is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np

from keras_core import constraints, dtypes, initializers, regularizers
from keras_core.argument_names import also_named
from keras_core.backend import discovery as backends
from keras_core.backend.distribution import active_distribution, engine_of
from keras_core.backend.extension import not_of_backend
from keras_core.backend.placement import active_device, on_device_of
from keras_core.dtype_policies.identifiers import get as get_policy
from keras_core.dtype_policies.policy import DTypePolicy
from keras_core.graph.keras_tensor import REPLAYING, KerasTensor, Node, any_symbolic, keras_tensors_in
from keras_core.graph.nested import leaves_of, map_nested
from keras_core.graph.operation import Operation
from keras_core.layers.added_losses import AddedLosses
from keras_core.layers.auto_config import argument_names, base_config, given_again
from keras_core.layers.building import build_again, build_for, marking_built, weight_arguments
from keras_core.layers.call_context import CallContext, active_context, mask_of
from keras_core.layers.call_signature import CallSignature
from keras_core.layers.casting import cast_symbols, convert_arguments
from keras_core.layers.graph_view import GraphView
from keras_core.layers.input_arguments import INPUT_ARGUMENTS, batch_shape_of
from keras_core.layers.input_spec import check_inputs
from keras_core.layers.lent_arrays import call_with_lent
from keras_core.layers.masking import set_output_masks
from keras_core.layers.output_shapes import OutputShapes
from keras_core.layers.overrides import Overridable, has_read_only, outdates, replaces_call
from keras_core.layers.pure_call import PureCall
from keras_core.layers.quantizable import Quantizable
from keras_core.layers.remat_call import call_in_scope
from keras_core.layers.symbolic_call import following_call, output_of
from keras_core.layers.tracking import raise_version
from keras_core.layers.training_mode import TrainingMode
from keras_core.naming import auto_name, enter_scope_of, leave_scope, open_scope, scope_of, scoped_path, snake_case
from keras_core.objects import family
from keras_core.plain_arguments import plain
from keras_core.staging.autocast import AUTOCAST
from keras_core.staging.remat import active_remat_scope
from keras_core.staging.trace import active_trace
from keras_core.staging.variable import Variable, lasting_assignments
from keras_core.staging.watch import active_watch
from keras_core.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core.backend.protocol import Backend
    from keras_core.dtype_policies.default import PolicyLike
    from keras_core.regularizers.identifiers import RegularizerIdentifier
    from keras_core.staging.remat import RematScope
    from keras_core.typing import DTypeLike, InitializerLike, Shape, ShapeTree, Tensor, TensorTree

# What a first argument is where tensors are arrays of NumPy, which `x += y` would write into.
_MAY_HOLD_ARRAYS = (np.ndarray, list, tuple, dict)


class Layer(AddedLosses, GraphView, Quantizable, OutputShapes, PureCall, TrainingMode, Overridable, Operation):
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
        **kwargs: Keras 2's `input_shape`, `batch_input_shape`, `input_dim`, `batch_size`, `weights`; Keras 3's
            `quantization_config`, which `quantize` sets.

    Raises:
        TypeError: for an argument no layer knows.

    Example:
        >>> import numpy as np
        >>> from keras_core import Layer, ops
        >>> class Scale(Layer):
        ...     def build(self, input_shape):
        ...         self.factor = self.add_weight(name="factor", shape=(input_shape[-1],), initializer="ones")
        ...     def call(self, inputs):
        ...         return inputs * self.factor
        >>> np.asarray(Scale()(np.ones((1, 2), "float32"))).tolist()
        [[1.0, 1.0]]
    """

    _framework_base = True
    _set_by_init = "backend_name"
    runs_on_host = False
    """Whether `call` computes with NumPy on data, as that of a `HostLayer`, and not with tensors."""
    stands_alone = False
    """Whether a file may hold the layer in the place of a model."""
    not_in_config: frozenset[str] = frozenset()
    """Arguments of a class without `get_config` that its config leaves out: no file is to hold them."""
    supports_masking: bool = False
    stateful: bool = False
    input_spec: Any = None
    _is_model = False  # whether it is a model, which compile(), fit() and files of models take
    _untracked = frozenset({"_inbound_nodes", "_auto_config", "_losses", "input_spec"})
    presumes_input_shape = False
    """Whether `batch_input_shape` is the layer's own guess, which a Sequential drops where it does not fit."""
    _call_signature: CallSignature
    _call_package = __name__.partition(".")[0]  # where `call` is defined
    _checks_values = False  # whether it has `check_host_inputs`
    _has_outdated_shape = False  # whether compute_output_shape() is of a `call` that a subclass overrides
    _auto_config: tuple[tuple[Any, ...], dict[str, Any]]
    _build_shapes: dict[str, Any] | None
    _built: bool
    _lock_building: bool
    _remat: RematScope | None = None
    """The `RematScope` that the layer was made in."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Layer:
        self = super().__new__(cls)
        self.__dict__.update(
            _auto_config=(plain(args), {argument: plain(value) for argument, value in kwargs.items()}),
            _inbound_nodes=[],
            _losses=[],
            _own_trainable=[],
            _own_non_trainable=[],
            _trainable=True,
            _built=False,
            _path=None,
            _policies=None,
            _build_shapes=None,
            _lock_building=False,
        )
        return self

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "build" in cls.__dict__:
            cls.build = marking_built(cls.__dict__["build"])  # type: ignore[method-assign]
        if "call" in cls.__dict__:
            overridden = cls._call_signature if replaces_call(cls) else None
            cls._call_signature = CallSignature(cls.__dict__["call"], overridden)
            cls._call_package = cls.__module__.partition(".")[0]
        if "check_host_inputs" in cls.__dict__:
            cls._checks_values = True
        if "compute_output_shape" in cls.__dict__:
            cls._has_outdated_shape = False
        elif outdates(cls, "compute_output_shape"):
            cls._has_outdated_shape = True
            rule = following_call(cls.compute_output_shape, Layer.compute_output_shape)
            cls.compute_output_shape = rule  # type: ignore[method-assign]

    def __init__(
        self,
        *,
        activity_regularizer: RegularizerIdentifier = None,
        trainable: bool = True,
        dtype: PolicyLike = None,
        autocast: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        self._initial_weights = kwargs.pop("weights", None)
        self._take_quantization_config(kwargs.pop("quantization_config", None))
        self._input_arguments = {k: kwargs.pop(k) for k in INPUT_ARGUMENTS if k in kwargs}
        for ignored in ("dynamic", "implementation"):
            kwargs.pop(ignored, None)
        if kwargs:
            known = argument_names(type(self))
            raise TypeError(
                f"{type(self).__name__}() does not take {', '.join(map(repr, kwargs))}."
                f"{did_you_mean(kwargs, known)} It takes {', '.join(known)}."
            )
        if name is not None and not isinstance(name, str):
            raise TypeError(f"A layer's name is a string, got {name!r}.")
        if name and "/" in name and {"", ".", ".."}.intersection(name.split("/")):
            raise ValueError(f"A layer's name may have parts, as 'block/conv', but be no path; got {name!r}.")
        self._name = name or auto_name(snake_case(type(self).__name__))
        self._trainable = bool(trainable)
        self._dtype_policy = self._resolved(dtype)
        if not has_read_only(type(self), "autocast"):
            self.autocast = autocast
        for attribute, value in (("supports_masking", False), ("stateful", False), ("input_spec", None)):
            if not has_read_only(type(self), attribute):
                setattr(self, attribute, getattr(self, attribute, value))
        self.backend_name = backends.active_name()
        self.device_name = active_device()
        self.distributed_by = active_distribution()
        if (scope := active_remat_scope()) is not None:
            self._remat = scope
        if not has_read_only(type(self), "activity_regularizer") and (
            activity_regularizer is not None or not hasattr(self, "activity_regularizer")
        ):
            self.activity_regularizer = regularizers.get(activity_regularizer) if activity_regularizer else None

    def __getattr__(self, name: str) -> Any:
        if name in backends.adders() and not hasattr(type(self), name):
            return self._added_by_backend(name)
        if not self.__dict__.get("_built", True) and not name.startswith("_") and not hasattr(type(self), name):
            raise AttributeError(
                f"Layer {self.__dict__.get('_name')!r} ({type(self).__name__}) has no attribute {name!r}, at least "
                "until it is built. Call it on data, or call build(input_shape), before using its weights."
            )
        return object.__getattribute__(self, name)  # raises the usual error, or that of a property

    def _added_by_backend(self, name: str) -> Any:
        """What a backend adds to its layers, before that backend is loaded."""
        mine, adders = self.__dict__.get("backend_name"), backends.adders()[name]
        if mine not in adders:
            raise not_of_backend(self, "Layer", name, adders)
        backends.load(mine)
        return object.__getattribute__(self, name)

    # -- identity

    @property
    def name(self) -> str:
        return self._name

    @name.setter
    def name(self, value: str) -> None:
        self._name = value

    @property
    def backend(self) -> Backend:
        """The backend that was active when the layer was made; layers that prepare data have Keras 3's names for it."""
        return backends.load(self.backend_name)

    @property
    def dtype_policy(self) -> DTypePolicy:
        return self._dtype_policy

    @dtype_policy.setter
    def dtype_policy(self, value: PolicyLike) -> None:
        self._dtype_policy = self._resolved(value)
        raise_version()

    def _resolved(self, policy: Any) -> DTypePolicy:
        found = get_policy(policy)
        self._policies = None if isinstance(found, DTypePolicy) else found
        resolved: DTypePolicy = found if self._policies is None else found.of_layer(scoped_path(self.name))
        return resolved

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
    def input_dtype(self) -> str:
        """The dtype that float inputs are converted to, with `autocast`."""
        return self.compute_dtype

    @property
    def path(self) -> str:
        """The layer's name behind those of the layers that it was built in; the name alone before."""
        return self._path or self.name

    def _note_path(self) -> None:
        """Take the open scopes, the layer's own the innermost, for its path, and the policy of that path."""
        self._path = open_scope()
        if self._policies is not None:
            self._dtype_policy = self._policies.of_layer(self._path, self._dtype_policy)

    @property
    def batch_input_shape(self) -> Shape | None:
        """Shape of the input given in Keras 2's way to the first layer of a model."""
        return batch_shape_of(self._input_arguments)

    # -- building

    @property
    def built(self) -> bool:
        """Whether the weights are made: at once, where a layer has none and its class no `build` of its own."""
        if not self._built and "build" not in self._overrides and not self._is_model:
            self._built = next(self.flatten_layers(include_self=False), None) is None
        return self._built

    @built.setter
    def built(self, value: bool) -> None:
        self._built = value

    def build(self, *input_shape: ShapeTree) -> None:
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
        if config and not self.built:
            build_again(self, config)

    def _maybe_build(self, first: Any, named: dict[str, Any]) -> None:
        if self.built:
            return
        build_for(self, first, named)
        self.built = True
        if self._initial_weights is not None:
            with lasting_assignments():
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
            overwrite_with_gradient: whether a step of training assigns it its gradient; by name only.
        """
        given = weight_arguments(args, kwargs)
        dtype = dtypes.standardize(given["dtype"]) if given["dtype"] else self.variable_dtype
        initializer = given["initializer"]
        if initializer is None:
            initializer = "glorot_uniform" if dtypes.is_float(dtype) else "zeros"
        with scope_of(self):
            variable = Variable(
                initializers.get(initializer),
                given["shape"],
                dtype,
                given["trainable"],
                given["autocast"],
                name=given["name"] or ("variable" if not self._own_trainable else auto_name("variable")),
            )
        variable.move_to(self)
        variable.overwrite_with_gradient = bool(kwargs.get("overwrite_with_gradient"))
        variable.regularizer = regularizers.get(given["regularizer"])
        variable.constraint = constraints.get(given["constraint"])
        self._track(variable)
        return variable

    def add_variable(
        self,
        shape: Shape,
        initializer: InitializerLike | None = None,
        dtype: DTypeLike = None,
        trainable: bool = True,
        autocast: bool = True,
        regularizer: RegularizerIdentifier = None,
        constraint: Callable[[Tensor], Tensor] | str | None = None,
        name: str | None = None,
    ) -> Variable:
        """Keras 3's other name of `add_weight`, whose arguments it takes."""
        return self.add_weight(shape, initializer, dtype, trainable, autocast, regularizer, constraint, name=name)

    def _track(self, variable: Variable) -> None:
        (self._own_trainable if variable.trainable else self._own_non_trainable).append(variable)

    # -- calling

    def call(self, *args: Any, **kwargs: Any) -> TensorTree:
        """Compute the outputs; every layer defines it."""
        raise NotImplementedError(f"Layer {self.name!r} ({type(self).__name__}) does not define call().")

    def __call__(self, *args: Any, **kwargs: Any) -> TensorTree:
        """Call the layer on KerasTensors (which extends a graph) or on concrete tensors (which computes)."""
        signature = type(self)._call_signature
        args, kwargs = signature.first_as_positional(args, kwargs, self)
        context = active_context()
        if context is None:
            with CallContext() as context, on_device_of(self):
                traced = active_trace() is not None
                if not traced:
                    self.clear_losses()
                outputs = self._call_in_context(signature, args, kwargs)
                return outputs if traced else context.marked(outputs)
        return self._call_in_context(signature, args, kwargs)

    def symbolic_call(self, *args: Any, **kwargs: Any) -> TensorTree:
        """What a call on these KerasTensors gives."""
        return self(*args, **kwargs)

    def _call_in_context(self, signature: CallSignature, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        context = active_context()
        assert context is not None
        symbolic = any_symbolic((args, kwargs))
        if not symbolic:
            args, kwargs = self._as_tensors(args, kwargs)
        first = args[0] if args else None
        if self.input_spec is not None and first is not None:
            check_inputs(self.input_spec, first, self.name)
        if not self.built:
            with scope_of(self):
                self._note_path()
                self._maybe_build(first, signature.by_name(args, kwargs))
            if self.input_spec is not None and first is not None:
                check_inputs(self.input_spec, first, self.name)
        training, presumed = self._settle_training(signature, args, kwargs, context, symbolic)
        masks = signature.fill_masks(args, kwargs, mask_of)
        previous = context.training, context.presumed
        context.training, context.presumed = training, presumed
        narrow = self._dtype_policy.autocast_dtype if self.autocast else None
        token = AUTOCAST.set(narrow) if narrow != AUTOCAST.get() else None
        scope = enter_scope_of(self)
        try:
            if symbolic:
                return self._call_symbolic(args, kwargs, masks)
            watch = active_watch()
            if watch is not None:
                watch.record(f"the input of layer {self.name!r}", leaves_of((args, kwargs)))
            outputs = self._call_on_values(args, kwargs)
            if self.distributed_by is not None:
                outputs = self._laid_out(outputs)
            if watch is not None:
                watch.record(f"the output of layer {self.name!r} ({type(self).__name__})", leaves_of(outputs))
        finally:
            leave_scope(scope)
            context.training, context.presumed = previous
            if token is not None:
                AUTOCAST.reset(token)
        self._finish(first, outputs, masks)
        return outputs

    def _check_values(self, inputs: Any) -> None:
        """Let a layer that indexes by its inputs refuse integers, as `fit` and `predict` do for their data."""
        seen = backends.host_view(inputs)
        if seen is not None and seen.dtype.kind in "iu":
            self.check_host_inputs(seen)

    def _call_on_values(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if self._remat is not None:
            return self.rematerialized_call(self.call, *args, **kwargs)
        if isinstance(args[0] if args else kwargs, _MAY_HOLD_ARRAYS) and self._calls_code_of_users():
            return call_with_lent(self.call, args, kwargs)
        return self.call(*args, **kwargs)

    def _laid_out(self, outputs: TensorTree) -> TensorTree:
        """Outputs, laid out as the distribution says for ``path/output``, if it says something."""
        assert self.distributed_by is not None
        layout = self.distributed_by.get_tensor_layout(f"{self.path}/output")
        if layout is None:
            return outputs
        backend = backends.load(self.backend_name)
        place = engine_of(backend).place
        return map_nested(lambda one: place(one, layout) if backend.is_tensor(one) else one, outputs)

    def rematerialized_call(self, layer_call: Callable[..., TensorTree], *args: Any, **kwargs: Any) -> TensorTree:
        """What `layer_call` gives, computed again for the gradient where the layer's `RematScope` says so.

        Args:
            layer_call: the layer's `call`, or what stands for it.
            *args: its arguments.
            **kwargs: its keyword arguments.
        """
        return call_in_scope(self, self._remat, not self._is_model, layer_call, args, kwargs)

    @classmethod
    def _calls_code_of_users(cls) -> bool:
        """Whether `call` is, or runs, what is written outside of Keras's own packages."""
        return cls._call_package not in family()

    def _as_tensors(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments of a call on values, converted to tensors of the layer's backend and input dtype."""
        policy, backend = self._dtype_policy, backends.load(self.backend_name)
        if policy.needs is not None and policy.needs not in backend.capabilities:
            raise TypeError(self._too_narrow(policy))
        args = convert_arguments(args, backend, self._input_dtype, self._name)
        if self._checks_values and active_trace() is None:
            self._check_values(args[0])
        return args, convert_arguments(kwargs, backend, self._input_dtype, self._name) if kwargs else kwargs

    def _call_symbolic(self, args: tuple[Any, ...], kwargs: dict[str, Any], masks: dict[str, Any]) -> Any:
        dtype = self._input_dtype
        seen = cast_symbols(args, dtype), cast_symbols(kwargs, dtype)
        context = active_context()
        assert context is not None
        outer, context.symbolic_losses = context.symbolic_losses, []
        since = Node.next_order()
        try:
            outputs = output_of(self, *seen)
        finally:
            self._keep_losses_beyond(keras_tensors_in(seen), since, outer)
        inputs = _identities(args if seen[0] is args else (args, seen[0]))
        outputs = map_nested(
            lambda t: KerasTensor(t.shape, t.dtype) if isinstance(t, KerasTensor) and id(t) in inputs else t, outputs
        )
        node = Node(self, args, {k: v for k, v in kwargs.items() if k != "training" or v is not None}, outputs)
        node.masks = masks
        if not REPLAYING.get():
            self._inbound_nodes.append(node)
        set_output_masks(self, args[0] if args else None, outputs, masks)
        return outputs

    def _finish(self, first: Any, outputs: Any, masks: dict[str, Any]) -> None:
        if masks or self.supports_masking or "compute_mask" in self._overrides:
            set_output_masks(self, first, outputs, masks)
        if self.activity_regularizer is not None:
            self._add_activity_losses(self.activity_regularizer, outputs)

    @property
    def _makes_masks(self) -> bool:
        return "compute_mask" in self._overrides

    @also_named(mask="previous_mask")
    def compute_mask(self, inputs: TensorTree, mask: TensorTree = None) -> TensorTree:
        """The mask of the outputs: by default that of the input, if the layer supports masking.

        Args:
            inputs: the first argument of the call.
            mask: its mask, nested as it is, also by Keras 3's name `previous_mask`. Defaults to None.
        """
        if not self.supports_masking:
            return None
        if isinstance(mask, (list, tuple)):
            return next((m for m in mask if m is not None), None)
        return mask

    def assert_input_compatibility(self, inputs: TensorTree) -> None:
        """Keras 2: check that inputs are what the layer takes.

        Args:
            inputs: tensors.

        Raises:
            ValueError: naming the layer and what does not fit its `input_spec`.
        """
        if self.input_spec is not None:
            check_inputs(self.input_spec, inputs, self.name)

    @property
    def _input_dtype(self) -> str | None:
        """What float arguments are cast to, if anything."""
        return self._dtype_policy.input_dtype if self.autocast else None

    def _too_narrow(self, policy: DTypePolicy) -> str:
        return (
            f"Layer {self.name!r} has the dtype policy {policy.name!r}, and the {self.backend_name!r} backend does not "
            f"compute in {policy.compute_dtype}. Use the policy 'float32' here, or a backend that does."
        )

    # -- config and files

    def get_config(self) -> dict[str, Any]:
        """What makes an equal layer again by `from_config`; subclasses add their arguments.

        Without a `get_config` of its own, a class gives all arguments of its `__init__`, layers and other objects of
        Keras among them by their configs.

        Raises:
            NotImplementedError: for such a class with an argument that no config can hold.
        """
        return base_config(self)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """A layer from `get_config`'s dict."""
        if isinstance(config.get("dtype"), dict):
            config = {**config, "dtype": get_policy(config["dtype"])}
        if "get_config" not in cls._overrides:
            config = given_again(cls, config)
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
backends.register_extensible(Layer)


def _identities(args: Any) -> set[int]:
    found: set[int] = set()
    map_nested(lambda leaf: found.add(id(leaf)), args)
    return found
