"""Functions that are run again where their gradient is computed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from keras_backend_tf.framework import tf

if TYPE_CHECKING:
    from keras_core.typing import Tensor

FlatFunction = Callable[..., "list[Tensor]"]


def remat(fn: FlatFunction) -> FlatFunction:
    """`fn`, whose gradient keeps its arguments only.

    Args:
        fn: flat and pure.
    """

    def computed_again(*tensors: Tensor) -> list[Tensor]:
        places = [place for place, tensor in enumerate(tensors) if _is_differentiable(tensor)]
        known = list(tensors)

        @tf.custom_gradient
        def run(*floats: Tensor) -> Any:
            results = [tf.identity(one) for one in fn(*_with(known, places, floats))]

            def gradient(*upstream: Tensor) -> list[Tensor]:
                again = _after(upstream, floats)
                with tf.GradientTape(watch_accessed_variables=False) as tape:
                    tape.watch(again)
                    found = fn(*_with(known, places, again))
                kept = [place for place, one in enumerate(found) if _is_differentiable(one)]
                return tape.gradient(
                    [found[place] for place in kept],
                    again,
                    [upstream[place] for place in kept],
                    unconnected_gradients=tf.UnconnectedGradients.ZERO,
                )

            return results, gradient

        found = run(*[tensors[place] for place in places])
        return list(found) if isinstance(found, (list, tuple)) else [found]

    return computed_again


def _is_differentiable(tensor: Tensor) -> bool:
    return bool(tensor.dtype.is_floating or tensor.dtype.is_complex)


def _with(tensors: Sequence[Tensor], places: Sequence[int], new: Sequence[Tensor]) -> list[Tensor]:
    found = list(tensors)
    for place, tensor in zip(places, new, strict=True):
        found[place] = tensor
    return found


def _after(upstream: Sequence[Tensor], tensors: Sequence[Tensor]) -> list[Tensor]:
    """The same values, which neither TensorFlow nor XLA has before it has the gradients that come in.

    Else they would find that the second run computes what the first one did, and keep that. A control dependency is
    nothing to XLA; that x == x is not known of floats, which may be NaN.
    """
    first = tf.reshape(next(one for one in upstream if _is_differentiable(one)), [-1])[:1]
    one = tf.reduce_max(tf.where(tf.equal(first, first), tf.ones_like(first), first))
    return [tensor * tf.cast(one, tensor.dtype) for tensor in tensors]
