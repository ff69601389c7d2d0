"""The outputs of a layer for symbolic inputs."""

from __future__ import annotations

import functools
import os
import traceback
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from keras_core.backend import discovery as backends
from keras_core.graph import keras_tensor
from keras_core.graph.keras_tensor import KerasTensor, SymbolicValueError, ValueNeededError, keras_tensors_in
from keras_core.graph.nested import map_nested
from keras_core.layers.call_context import active_context
from keras_core.layers.shapes import is_shape, map_shapes
from keras_core.ops.properties import dtype_of, shape_of
from keras_core.staging.staged import flatten_results
from keras_core.staging.trace import Trace
from keras_core.staging.variable import Variable, unchanged_variables

if TYPE_CHECKING:
    from collections.abc import Callable
    from traceback import FrameSummary

    from keras_core.typing import ShapeTree, TensorTree

_VALUE_METHODS = frozenset({"item", "numpy", "tolist"})  # by which a framework's tensors give their values


class Callee(Protocol):
    """What is asked of a layer here."""

    name: str
    backend_name: str
    _overrides: frozenset[str]
    _has_outdated_shape: bool
    runs_on_host: bool

    @property
    def compute_dtype(self) -> str: ...

    def call(self, *args: Any, **kwargs: Any) -> TensorTree: ...

    def compute_output_shape(self, *args: Any, **kwargs: Any) -> ShapeTree: ...

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> TensorTree: ...


#: The layer that is asked for its output shape, so that the base class does not ask again.
SHAPE_QUERY: ContextVar[Any] = ContextVar("keras_shape_query", default=None)
"""The layer whose own rule for its outputs is asked because its call cannot be tried."""


def output_of(layer: Callee, args: tuple[Any, ...], kwargs: dict[str, Any]) -> TensorTree:
    """KerasTensors like what ``layer.call(*args, **kwargs)`` returns for symbolic inputs; what it assigns is undone."""
    return (_of_host_layer if layer.runs_on_host else _of_layer)(layer, args, kwargs)


def _of_layer(layer: Callee, args: tuple[Any, ...], kwargs: dict[str, Any]) -> TensorTree:
    """KerasTensors like what ``layer.call(*args, **kwargs)`` returns; what it assigns is undone.

    The call itself is tried on KerasTensors, which works whenever it is written in ops. If it needs values (it uses a
    framework's own functions, or an unknown size as a number), the layer's own `compute_output_spec` or
    `compute_output_shape` tells, else the backend traces the call.

    Raises:
        Exception: what `call` raised for any other reason, with a note that names the layer.
    """
    failure: Exception | None = None
    outputs: Any = None
    with backends.use_backend(layer.backend_name), unchanged_variables():
        try:
            outputs = layer.call(*args, **kwargs)
            if keras_tensors_in(outputs):
                return _with_symbols(outputs)
        except Exception as error:
            _note(error, layer, args)
            if not needs_values(error):
                raise
            failure = error
        found = None if layer._has_outdated_shape else _by_own_rule(layer, args, kwargs)
        if found is None:
            try:
                found = _by_tracing(layer, args, kwargs)
            except Exception as error:
                _explain(layer, failure, error)
                _note(error, layer, args)
                raise
        if found is None and layer._has_outdated_shape:
            found = _by_own_rule(layer, args, kwargs)
    if found is not None:
        return found
    if failure is not None:
        raise failure
    outputs = _with_symbols(outputs)
    if keras_tensors_in(outputs):
        return outputs
    raise TypeError(f"Layer {layer.name!r}: call() returned {outputs!r} for symbolic inputs, expected tensors.")


def _of_host_layer(layer: Callee, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What the class says of its outputs, as its call takes no KerasTensors."""
    found = _by_own_rule(layer, args, kwargs)
    if found is None:
        raise TypeError(
            f"Layer {layer.name!r} ({type(layer).__name__}) runs on the host, so that its class has to say what it "
            "gives in a model: define compute_output_spec(inputs), which returns a KerasTensor."
        )
    return found


def following_call(rule: Callable[..., Any], by_calling: Callable[..., Any]) -> Callable[..., Any]:
    """A `compute_output_shape` that tells what `call` gives, for a class whose `call` is newer than its rule.

    While the layer is built or called, which may use the rule for what it describes, it is the rule.

    Args:
        rule: the method of the class whose `call` is overridden.
        by_calling: the method of the base class, which calls the layer on symbolic tensors.
    """

    @functools.wraps(rule)
    def compute_output_shape(self: Any, *args: Any, **kwargs: Any) -> Any:
        if active_context() is not None or self._lock_building or SHAPE_QUERY.get() is self:
            return rule(self, *args, **kwargs)
        return by_calling(self, *args, **kwargs)

    return compute_output_shape


def needs_values(error: BaseException | None) -> bool:
    """Whether an error comes from a KerasTensor, or an unknown size, where a value is needed.

    A KerasTensor raises `SymbolicValueError` when NumPy or Python asks it for values. A framework that does not ask
    refuses its type by name, and a tensor's methods and those of a framework's shapes are missing on it.
    """
    while error is not None:
        if isinstance(error, ValueNeededError):  # of a layer inside, which has no other way
            return False
        if isinstance(error, SymbolicValueError):
            return True
        if isinstance(error, AttributeError) and (isinstance(error.obj, KerasTensor) or is_plain_shape(error.obj)):
            return True
        if isinstance(error, (TypeError, ValueError, NotImplementedError)) and KerasTensor.__name__ in str(error):
            return True
        if isinstance(error, TypeError) and "NoneType" in str(error):  # arithmetic with a size that is None
            return True
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return False


def is_plain_shape(value: object) -> bool:
    """Whether `value` is what `KerasTensor.shape` gives: a tuple of sizes, which has no methods of a framework's."""
    return type(value) is tuple and is_shape(value)


def _explain(layer: Callee, failure: Exception | None, error: Exception) -> None:
    """Raise ValueNeededError if a traced call failed in the line where it had asked a KerasTensor for its value."""
    place = _place_of_value(failure)
    if place is not None and place in traceback.extract_tb(error.__traceback__):
        raise ValueNeededError(
            f"Layer {layer.name!r} ({type(layer).__name__}): its call() asks a tensor for its value, as `if`, float() "
            f"and functions of NumPy do, in {place.filename}, line {place.lineno}: `{place.line}`. Models are "
            "compiled, and tensors have no values then. Compute with functions of keras.ops: ops.where for `if`, "
            "ops.sin for np.sin, ops.cast for float()."
        ) from error


def _place_of_value(failure: Exception | None) -> FrameSummary | None:
    """Where a value was asked of a KerasTensor by Python or NumPy."""
    if isinstance(failure, AttributeError) and not (
        isinstance(failure.obj, KerasTensor) and failure.name in _VALUE_METHODS
    ):
        return None
    if not isinstance(failure, (AttributeError, SymbolicValueError)):
        return None
    inside = (keras_tensor.__file__, os.path.dirname(np.__file__))
    frames = traceback.extract_tb(failure.__traceback__)
    return next((frame for frame in reversed(frames) if not frame.filename.startswith(inside)), None)


def _with_symbols(outputs: TensorTree) -> TensorTree:
    """Outputs of a symbolic call with KerasTensors for those that have values, such as a weight that it returns."""

    def symbol(leaf: Any) -> Any:
        if isinstance(leaf, KerasTensor):
            return leaf
        if isinstance(leaf, (Variable, np.ndarray)) or backends.owner(leaf) is not None:
            return KerasTensor(shape_of(leaf), dtype_of(leaf))
        return leaf

    return map_nested(symbol, outputs)


def _note(error: Exception, layer: Callee, args: tuple[Any, ...]) -> None:
    """Add to the error in whose call it was raised."""
    shapes = ", ".join(str(tensor.shape) for tensor in keras_tensors_in(args))
    error.add_note(
        f"This was raised in call() of layer {layer.name!r} ({type(layer).__name__}), called on symbolic inputs of "
        f"shape {shapes or 'unknown'}."
    )


def _by_own_rule(layer: Callee, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What the layer's class says of its outputs; None where it says nothing."""
    if not layer._overrides & {"compute_output_shape", "compute_output_spec"} or not args:
        return None
    token = SHAPE_QUERY.set(layer)
    try:
        if "compute_output_spec" in layer._overrides:
            return layer.compute_output_spec(*args, **kwargs)
        shape = layer.compute_output_shape(map_nested(lambda t: t.shape if hasattr(t, "shape") else t, args[0]))
    except NotImplementedError:
        return None
    finally:
        SHAPE_QUERY.reset(token)
    return map_shapes(lambda one: KerasTensor(one, layer.compute_dtype), shape)


def _by_tracing(layer: Callee, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What the backend finds by tracing the call; None for one that cannot trace, and for calls on strings."""
    backend = backends.load(layer.backend_name)
    if "compiles" not in backend.capabilities:
        return None
    symbols = keras_tensors_in((args, kwargs))
    if any(symbol.dtype == "string" for symbol in symbols):
        return None
    found: dict[str, Any] = {}

    def run(*tensors: Any) -> list[Any]:
        values = dict(zip(map(id, symbols), tensors, strict=True))
        real_args, real_kwargs = map_nested(lambda leaf: values.get(id(leaf), leaf), (args, kwargs))
        with Trace(backend) as trace:
            trace.creating = True
            flat, found["pack"] = flatten_results(layer.call(*real_args, **real_kwargs), backend)
        return flat

    specs = backend.abstract(run, [t.spec for t in symbols])
    return found["pack"]([KerasTensor(s.shape, s.dtype) for s in specs])
