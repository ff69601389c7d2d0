"""What a model says of its outputs and losses."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keras_core import Model


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
