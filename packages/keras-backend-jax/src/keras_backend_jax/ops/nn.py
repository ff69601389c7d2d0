"""Activations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax
from jax import lax

if TYPE_CHECKING:
    from keras_core.typing import Tensor


def relu(x: Tensor) -> Tensor:
    return x if x.dtype == bool else jax.nn.relu(x)


def sigmoid(x: Tensor) -> Tensor:
    return lax.logistic(x)


def softplus(x: Tensor) -> Tensor:
    return jax.nn.softplus(x)
