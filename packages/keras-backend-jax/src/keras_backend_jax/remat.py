"""Functions that are run again where their gradient is computed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp

from keras_backend_jax import devices
from keras_backend_jax.framework import wide_allowed

if TYPE_CHECKING:
    from keras_core.typing import Tensor

FlatFunction = Callable[..., "list[Tensor]"]


def remat(fn: FlatFunction) -> FlatFunction:
    """`fn`, whose gradient keeps its arguments only.

    Args:
        fn: flat and pure.
    """

    def computed_again(*tensors: Tensor) -> list[Tensor]:
        with wide_allowed():
            if devices.default().platform == "cpu":
                return _after_upstream(fn, tensors)
            found: list[Tensor] = jax.checkpoint(fn)(*tensors)
        return found

    return computed_again


def _after_upstream(fn: FlatFunction, tensors: Sequence[Tensor]) -> list[Tensor]:
    """What `jax.checkpoint` gives, where XLA takes it at its word only if the second run needs what comes later.

    XLA's compiler for processors drops the barriers of `jax.checkpoint` and finds that both runs compute the same, so
    that nothing is saved. Here the second run's arguments are multiplied with a number that it has only with the
    gradients that come in: 1, which it does not know of floats, as they may be NaN.
    """
    closed, constants = jax.closure_convert(fn, *tensors)

    @jax.custom_vjp
    def run(*given: Tensor) -> list[Tensor]:
        return closed(*given)

    def forward(*given: Tensor) -> tuple[list[Tensor], tuple[Tensor, ...]]:
        return closed(*given), given

    def backward(given: tuple[Tensor, ...], upstream: list[Tensor]) -> Any:
        known = next((one for one in upstream if jnp.issubdtype(one.dtype, jnp.inexact) and one.size), None)
        if known is not None:
            first = jnp.ravel(known)[0]
            one = jnp.where(first == first, jnp.ones_like(first), first)
            given = tuple(t * one.astype(t.dtype) if jnp.issubdtype(t.dtype, jnp.inexact) else t for t in given)
        return jax.vjp(closed, *given)[1](upstream)

    run.defvjp(forward, backward)
    found: list[Tensor] = run(*tensors, *constants)
    return found
