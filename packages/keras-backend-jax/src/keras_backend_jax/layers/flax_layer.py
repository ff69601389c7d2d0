"""FlaxLayer: a module of Flax as a layer."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from keras_backend_jax.layers.jax_layer import JaxLayer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_PARAMETERS = "params"
_ADDED_BY_CALLS = "intermediates"  # grows with every call that is kept, so that it is no state


class FlaxLayer(JaxLayer):
    """A `flax.linen.Module` as a layer: its parameters are trained, its other collections are state.

    A module of `flax.nnx` is wrapped as ``flax.nnx.bridge.to_linen(Class, ...)``. A file of a model holds the weights,
    and not the module: to load it, derive a class whose ``__init__`` makes the module and register it.

    Args:
        module: the module. Its method takes the inputs first; `training` is passed where it has an argument of that
            name, and it may draw from any stream of random numbers.
        method: name of the module's method to call, or a function of the module, the inputs and perhaps `training`.
            Defaults to None, which is ``__call__``.
        variables: collections of arrays to begin with, as ``module.init`` returns them. Defaults to None, for which
            the module makes them from inputs of ones in the layer's dtype; a module that takes integers, such as one
            that begins with ``flax.linen.Embed``, needs them.
        **kwargs: `seed`, and `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Call arguments:
        inputs: a tensor or nested tensors.
        training: whether the layer trains.

    Input shape:
        Any that the module takes.

    Output shape:
        What the module gives.

    Raises:
        TypeError: if `module` is no module of `flax.linen`.
        ValueError: if another backend than JAX is active, or the module has no such method.

    Example:
        >>> import keras
        >>> from importlib.util import find_spec
        >>> if keras.backend.backend() == "jax" and find_spec("flax"):
        ...     from flax import linen
        ...     layer = keras.layers.FlaxLayer(linen.Dense(2))
        ...     assert layer(keras.ops.ones((1, 3))).shape == (1, 2) and len(layer.trainable_weights) == 2
    """

    def __init__(
        self,
        module: Any,
        method: str | Callable[..., Any] | None = None,
        variables: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        from flax import core, linen

        if not isinstance(module, linen.Module):
            raise TypeError(
                f"FlaxLayer takes a flax.linen.Module, got {module!r}. A module of flax.nnx becomes one by "
                "flax.nnx.bridge.to_linen(Class, ...)."
            )
        named = getattr(type(module), method, None) if isinstance(method, str) else method or type(module).__call__
        if named is None:
            raise ValueError(f"FlaxLayer: the module {type(module).__name__} has no method {method!r}.")
        trains = "training" in inspect.signature(named).parameters
        kept = core.DenyList([_PARAMETERS, _ADDED_BY_CALLS])

        def flags(training: bool) -> dict[str, bool]:
            return {"training": training} if trains else {}

        def initialize(rng: Any, inputs: Any, training: bool) -> tuple[Any, Any]:
            return _split(module.init(rng, inputs, method=method, **flags(training)))

        def apply(params: Any, state: Any, rng: Any, inputs: Any, training: bool) -> tuple[Any, Any]:
            given = {_PARAMETERS: params, **state}
            outputs, changed = module.apply(given, inputs, rngs=rng, method=method, mutable=kept, **flags(training))
            return outputs, {name: changed.get(name, value) for name, value in state.items()}

        self.module, self.method = module, method
        params, state = (None, None) if variables is None else _split(variables)
        super().__init__(apply, initialize, params, state, **kwargs)


def _split(variables: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The parameters, and the other collections."""
    state = {name: value for name, value in variables.items() if name not in (_PARAMETERS, _ADDED_BY_CALLS)}
    return variables.get(_PARAMETERS, {}), state
