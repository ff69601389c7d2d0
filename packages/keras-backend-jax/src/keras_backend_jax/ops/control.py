"""Control flow over pure bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
from jax import lax
from keras_core.backend.toolkit import flat

from keras_backend_jax import devices

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.typing import Tensor


def cond(pred: Tensor, true_fn: Callable[..., Any], false_fn: Callable[..., Any], operands: Sequence[Tensor]) -> Any:
    return lax.cond(pred, flat(true_fn), flat(false_fn), *operands)


def while_loop(cond_fn: Callable[..., Any], body_fn: Callable[..., Any], state: Sequence[Tensor]) -> list[Tensor]:
    return lax.while_loop(lambda now: cond_fn(*now), lambda now: list(body_fn(*now)), list(state))


def scan(
    body: Callable[[list[Tensor], list[Tensor]], tuple[list[Tensor], list[Tensor]]],
    carry: Sequence[Tensor],
    xs: Sequence[Tensor],
    length: int | None = None,
    reverse: bool = False,
    unroll: int | bool = 1,
) -> tuple[list[Tensor], list[Tensor]]:
    def step(now: list[Tensor], row: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
        new, out = body(now, row)
        return list(new), list(out)

    steps = xs[0].shape[0] if length is None else length
    if unroll == 1 and isinstance(steps, int) and steps <= _WRITTEN_OUT and _slow_in_loops(step, carry, xs):
        unroll = True
    last, rows = lax.scan(step, list(carry), list(xs), length, reverse, unroll)
    return last, rows


_WRITTEN_OUT = 32
"""Most steps of a loop with convolutions that are written out: what XLA then takes to compile grows with them."""


def _slow_in_loops(step: Callable[..., Any], carry: Sequence[Tensor], xs: Sequence[Tensor]) -> bool:
    """Whether a step holds a convolution, which XLA computes by a slow kernel and one thread in a loop on a CPU."""
    if devices.default().platform != "cpu":
        return False
    rows = [jax.ShapeDtypeStruct(x.shape[1:], x.dtype) for x in xs]
    return _has_convolution(jax.make_jaxpr(step)(list(carry), rows).jaxpr)


def _has_convolution(jaxpr: Any) -> bool:
    for equation in jaxpr.eqns:
        if equation.primitive is lax.conv_general_dilated_p:
            return True
        inner = (getattr(value, "jaxpr", None) for value in equation.params.values())
        if any(_has_convolution(one) for one in inner if one is not None):
            return True
    return False


def custom_gradient(function: Callable[..., Any], operands: Sequence[Tensor]) -> list[Tensor]:
    """Results of ``function(*operands) -> (results, grad)``, differentiated by `grad`."""

    @jax.custom_gradient
    def run(*given: Tensor) -> Any:
        results, grad = function(*given)

        def pulled(upstream: Any) -> tuple[Tensor, ...]:
            found = grad(*upstream)
            return tuple(jnp.zeros_like(x) if g is None else g for x, g in zip(given, found, strict=True))

        return list(results), pulled

    return run(*operands)
