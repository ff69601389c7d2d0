"""What the gradients of Ops with inner graphs are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytensor.tensor as pt
from pytensor.gradient import DisconnectedType, grad

from keras_backend_theano.symbolic import is_float

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytensor.graph.basic import Variable


def vjp(outputs: Sequence[Variable], wrt: Sequence[Variable], cotangents: Sequence[Variable]) -> list[Variable]:
    """Vector-Jacobian products: gradients of the outputs weighted by their cotangents.

    Args:
        outputs: distinct variables.
        wrt: variables to differentiate with respect to.
        cotangents: one for each output; those of integer outputs are not read.

    Returns:
        A gradient for each variable of `wrt`, zeros where nothing is connected.
    """
    known = {output: cotangent for output, cotangent in zip(outputs, cotangents, strict=True) if is_float(output)}
    if not wrt or not known:
        return [pt.zeros_like(value) for value in wrt]
    found = grad(None, list(wrt), known_grads=known, disconnected_inputs="ignore", return_disconnected="zero")
    return [pt.cast(g, v.type.dtype) for g, v in zip(found, wrt, strict=True)]


def zeros_if_disconnected(cotangents: Sequence[Variable], outputs: Sequence[Variable]) -> list[Variable]:
    """Cotangents with zeros in the place of disconnected ones.

    Args:
        cotangents: as PyTensor gives them to an Op's `pullback`.
        outputs: the Op's outputs.
    """
    return [
        pt.zeros_like(output) if isinstance(cotangent.type, DisconnectedType) else cotangent
        for cotangent, output in zip(cotangents, outputs, strict=True)
    ]


def input_cotangents(inputs: Sequence[Variable], gradients: Sequence[Variable]) -> list[Variable]:
    """Cotangents of all inputs of an Op, as PyTensor expects them of its `pullback`.

    Args:
        inputs: the Op's inputs.
        gradients: one for each floating-point input.

    Returns:
        The gradients in their places, zeros for the other inputs.
    """
    queue = iter(gradients)
    return [next(queue) if is_float(v) else pt.zeros_like(v, dtype="float32") for v in inputs]
