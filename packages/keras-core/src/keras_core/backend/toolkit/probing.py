"""Specs of a function's results, where the framework only knows static shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core.graph.spec import Spec

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_SIZES = (7, 11)
"""Tried for unknown sizes: coprime, large enough for common windows, and apart after division by common strides."""


def probed_specs(run: Callable[[list[Spec]], list[Spec]], signature: Sequence[Spec]) -> list[Spec]:
    """Specs of what a function returns, found by running it at two sizes where sizes are unknown.

    Args:
        run: gives the specs of the results for arguments of fully known shapes.
        signature: specs of the arguments, whose shapes may hold None.

    Returns:
        Specs whose sizes are None where the two runs differ.

    Example:
        >>> probed_specs(lambda given: [Spec((given[0].shape[0], 3))], [Spec((None, 2))])
        [Spec(shape=(None, 3), dtype='float32')]
    """
    if all(None not in spec.shape for spec in signature):
        return run(list(signature))
    first, second = (run([_at(spec, size) for spec in signature]) for size in _SIZES)
    return [
        Spec(tuple(a if a == b else None for a, b in zip(one.shape, other.shape, strict=True)), one.dtype)
        for one, other in zip(first, second, strict=True)
    ]


def _at(spec: Spec, size: int) -> Spec:
    return Spec(tuple(size if n is None else n for n in spec.shape), spec.dtype)
