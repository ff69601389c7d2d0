"""The outputs of a layer for symbolic inputs."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from keras_core.backend import discovery as backends
from keras_core.graph.keras_tensor import KerasTensor
from keras_core.graph.node import keras_tensors_in, map_nested
from keras_core.staging.staged import flatten_results
from keras_core.staging.trace import Trace

if TYPE_CHECKING:
    from keras_core.layers.layer import Layer

SHAPE_QUERY: ContextVar[Layer | None] = ContextVar("keras_shape_query", default=None)
"""The layer whose `compute_output_shape` is asked because its call cannot be tried."""


def output_of(layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """KerasTensors like what ``layer.call(*args, **kwargs)`` returns.

    The call itself is tried on KerasTensors, which works whenever it is written in ops. If it is not (it uses
    a framework's own functions), the layer's `compute_output_shape` tells, else the backend traces it.
    """
    with backends.use_backend(layer.backend_name):
        try:
            outputs = layer.call(*args, **kwargs)
            if keras_tensors_in(outputs):
                return outputs
        except Exception as error:
            failure: Exception | None = error
        else:
            failure = None
        found = _by_own_rule(layer, args)
        if found is None:
            try:
                found = _by_tracing(layer, args, kwargs)
            except Exception as error:
                if failure is None or isinstance(failure, TypeError):  # KerasTensors in a framework's own function
                    error.add_note(f"This came from call() of layer {layer.name!r}.")
                    raise
    if found is not None:
        return found
    if failure is not None:
        raise failure
    raise TypeError(f"Layer {layer.name!r}: call() returned {outputs!r} for symbolic inputs, expected tensors.")


def _by_own_rule(layer: Layer, args: tuple[Any, ...]) -> Any:
    from keras_core.layers.layer import Layer, _is_shape, _map_shapes
    from keras_core.models.model import Model

    rule = type(layer).compute_output_shape
    if rule in (Layer.compute_output_shape, Model.compute_output_shape) or not args:
        return None
    shapes = map_nested(lambda t: t.shape if hasattr(t, "shape") else t, args[0])
    token = SHAPE_QUERY.set(layer)
    try:
        shape = layer.compute_output_shape(shapes)
    except NotImplementedError:
        return None
    finally:
        SHAPE_QUERY.reset(token)

    def symbol(one: Any) -> KerasTensor:
        return KerasTensor(one, layer.compute_dtype)

    return symbol(shape) if _is_shape(shape) else _map_shapes(symbol, shape)


def _by_tracing(layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    backend = layer.backend
    if "compiles" not in backend.capabilities:
        return None
    symbols = keras_tensors_in((args, kwargs))
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
