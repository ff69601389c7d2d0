"""A function with a gradient of its own."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from keras_core import tree
from keras_core.backend import discovery
from keras_core.graph.keras_tensor import Node, any_symbolic, fresh
from keras_core.staging.staged import flatten_results
from keras_core.staging.trace import active_trace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """Give a function a gradient of its own, to be used as a decorator.

    Args:
        f: takes tensors, returns ``(result, grad)``. `grad` is called with the gradient by each tensor of
            the result and returns the gradients by the arguments, None where there is none. It may use
            what `f` has computed.

    Returns:
        A function of the same arguments that returns the result alone.

    Example:
        >>> from keras_core import ops
        >>> @ops.custom_gradient
        ... def clipped(x):
        ...     return ops.square(x), lambda upstream: ops.clip(upstream, -1, 1)
        >>> float(ops.convert_to_numpy(clipped(3.0)))
        9.0
    """

    @functools.wraps(f)
    def call(*args: Any) -> Any:
        if any_symbolic(args):
            result = fresh(f(*args)[0])
            Node(call, args, {}, result)
            return result
        trace = active_trace()
        leaves = [leaf for leaf in tree.flatten(args) if leaf is not None]
        backend = trace.backend if trace is not None else discovery.common_owner(leaves) or discovery.active()
        implementation = backend.ops.get("custom_gradient")
        if implementation is None:
            return f(*args)[0]
        tensors, pack_arguments = flatten_results(list(args), backend)
        packs: list[Any] = []

        def flat(*given: Any) -> tuple[list[Any], Callable[..., list[Any]]]:
            result, grad = f(*pack_arguments(given))
            outputs, pack = flatten_results(result, backend)
            packs.append(pack)
            return outputs, lambda *upstream: _gradients(grad(*upstream), len(given), f)

        outputs = implementation(flat, tensors)
        return packs[-1](outputs)

    return call


def _gradients(found: Any, count: int, f: Callable[..., Any]) -> list[Any]:
    gradients = list(found) if isinstance(found, (list, tuple)) else [found]
    flat: Sequence[Any] = [leaf for one in gradients for leaf in tree.flatten(one)]
    if len(flat) != count:
        name = getattr(f, "__name__", repr(f))
        raise ValueError(f"The gradient of {name} returned {len(flat)} tensors, expected {count}, one an argument.")
    return list(flat)
