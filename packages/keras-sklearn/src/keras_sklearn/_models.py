"""Making an estimator's model: from a function, or from a model that is copied with new weights."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from keras_core.models import Sequential, clone_model
from keras_core.optimizers import get as get_optimizer

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from keras_core import Model, Optimizer


def fresh_copy(model: Model) -> Model:
    """A copy with new weights, compiled as the model is.

    Args:
        model: a Sequential, functional or subclassed model.
    """
    found = copy.deepcopy(model)
    if found.built:
        found.set_weights(clone_model(model).get_weights())
    optimizer = found.optimizer
    if optimizer is not None and optimizer.variables:
        new: Optimizer = fresh_optimizer(optimizer, {})
        new.build(found.trainable_variables)
        for variable, value in zip(optimizer.variables, new.variables, strict=True):
            variable.assign(value.numpy())
    return found


def fresh_optimizer(optimizer: str | type[Optimizer] | Optimizer, settings: Mapping[str, Any]) -> Optimizer:
    """An optimizer that has seen nothing: of that name or class, or as that one is but for the settings.

    Args:
        optimizer: a name, a class or an optimizer.
        settings: arguments of the constructor.

    Raises:
        ValueError: for None.
    """
    if isinstance(optimizer, type):
        return optimizer(**settings)
    found = get_optimizer(optimizer)
    if found is None:
        raise ValueError("An estimator needs an optimizer for a model that is not compiled; got optimizer=None.")
    return type(found).from_config({**found.get_config(), **settings})


def build(model: Model, X: np.ndarray) -> None:
    """Let a Sequential model without an input know the shape of its data, so that its outputs are known."""
    if isinstance(model, Sequential) and not model.built:
        model.build((None, *X.shape[1:]))


def output_sizes(model: Model) -> list[int | None]:
    """The last axis of each output; None where it is not known before the model is called."""
    try:
        outputs = model.outputs
    except (AttributeError, ValueError):
        outputs = None
    return [output.shape[-1] if len(output.shape) > 1 else 1 for output in outputs] if outputs else [None]


def loss_names(model: Model) -> list[str]:
    """What the losses that a model was compiled with are called, in lower case."""
    losses = model.loss
    if isinstance(losses, dict):
        losses = list(losses.values())
    found = losses if isinstance(losses, (list, tuple)) else [losses]
    return [_name(loss) for loss in found]


def _name(loss: object) -> str:
    if isinstance(loss, str):
        return loss.lower()
    return str(getattr(loss, "__name__", None) or type(loss).__name__).lower()


def gives_logits(model: Model) -> bool:
    """Whether the loss says that the outputs are no probabilities yet."""
    return bool(getattr(model.loss, "from_logits", False))
