"""What the fused recurrent kernels share: time order, masks and the sigmoid by tanh."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keras_backend_theano.kernels import threads

if TYPE_CHECKING:
    from keras_backend_theano.kernels.window import Array


class Steps(NamedTuple):
    """A sequence in the order of processing, time first.

    Attributes:
        inputs: (time, batch, features).
        keep: (time, batch, 1), 1 where a step counts and 0 where the state passes it by; None
            without a mask.
        seen: (time, batch, 1), 1 from the first step that counts onwards; None without a mask.
    """

    inputs: Array
    keep: Array | None
    seen: Array | None


def steps(inputs: Array, mask: Array | None, backwards: bool) -> Steps:
    """A sequence in the order of processing.

    Args:
        inputs: (batch, time, features).
        mask: (batch, time) of bool, or None.
        backwards: whether to begin with the last step.
    """
    order = slice(None, None, -1) if backwards else slice(None)
    ordered = np.ascontiguousarray(inputs.swapaxes(0, 1)[order])
    if mask is None:
        return Steps(ordered, None, None)
    flags = np.ascontiguousarray(mask.T[order])
    keep = flags[..., None].astype(inputs.dtype)
    return Steps(ordered, keep, np.maximum.accumulate(keep, axis=0))


def to_batch_first(values: Array, backwards: bool = False) -> Array:
    """Undo the change of axes that `steps` makes.

    Args:
        values: (time, batch, features).
        backwards: whether to reverse time, too.

    Returns:
        (batch, time, features).
    """
    return np.ascontiguousarray(values[:: -1 if backwards else 1].swapaxes(0, 1))


def project(inputs: Array, kernel: Array, bias: Array | None) -> Array:
    """The products of all steps with the input kernel.

    Args:
        inputs: (time, batch, features).
        kernel: (features, gates).
        bias: (gates,), or None.

    Returns:
        (time, batch, gates).
    """
    time, batch, features = inputs.shape
    result = threads.product(inputs.reshape(time * batch, features), kernel)
    result = result.reshape(time, batch, -1)
    if bias is not None:
        result += bias
    return result


def product(left: Array, right: Array) -> Array:
    """Sum over time and batch of outer products: the gradient of a matrix used at each step.

    Args:
        left: (time, batch, m), what the matrix was multiplied with.
        right: (time, batch, n), gradients with respect to the products.

    Returns:
        (m, n).
    """
    return threads.product(left.reshape(-1, left.shape[-1]).T, right.reshape(-1, right.shape[-1]))


def previous(states: Array, initial: Array) -> Array:
    """The state before each step.

    Args:
        states: (time, batch, units), the state after each step.
        initial: (batch, units), the state before the first.
    """
    return np.concatenate([initial[None], states[:-1]]) if len(states) else states


def gate_scale(units: int, gates: str, dtype: np.dtype) -> Array:
    """Factors with which one tanh serves all gates: sigmoid(x) = tanh(x / 2) / 2 + 1 / 2.

    Args:
        units: number of units.
        gates: one letter for each gate: "s" for a sigmoid, scaled by a half before and after; "t" for a tanh.
        dtype: of the factors.

    Returns:
        (gates * units,).
    """
    return np.repeat(np.array([0.5 if gate == "s" else 1.0 for gate in gates], dtype), units)
