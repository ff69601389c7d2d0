"""LogitsDistillation: a student gives the softened probabilities of its teacher."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import losses, ops

from keras_distillation.distillation_loss import LossOfOutputs

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core.typing import Nested, Tensor

# Losses between probabilities.
_FUNCTIONS = (losses.kl_divergence, losses.categorical_crossentropy)
_CLASSES = (losses.KLDivergence, losses.CategoricalCrossentropy)


class LogitsDistillation(LossOfOutputs):
    """A loss between what two models give before their softmax, divided by a temperature.

    A loss between probabilities (`kl_divergence`, `categorical_crossentropy`) gets the softmax of these quotients, as
    the paper has it; any other, such as "mse", gets the quotients. For ``CategoricalCrossentropy(from_logits=True)``
    those of the teacher alone become probabilities. Upstream Keras 3.15.1 gives the quotients to all of them, so that a
    divergence compares numbers that are no probabilities. Gradients shrink with the square of the temperature: the
    paper multiplies the loss by it, which `distillation_loss_weights` of a `Distiller` can do.

    Args:
        temperature: above 0; the higher, the more of what the teacher says about wrong classes counts. Defaults to 3.0.
        loss: a name, a `Loss` or a function, or one for each output, None for an output that is left out.
            Defaults to "kl_divergence".

    Raises:
        ValueError: for a temperature that is not above 0, and where no loss is given.

    Reference:
        Hinton, Vinyals, Dean, "Distilling the Knowledge in a Neural Network", 2015.

    Example:
        >>> import numpy as np
        >>> loss = LogitsDistillation(temperature=2.0)
        >>> teacher, student = np.array([[2.0, 0.0]], "float32"), np.array([[0.0, 0.0]], "float32")
        >>> round(float(loss.compute_loss(teacher, student)), 4)
        0.1109
    """

    written_in = "keras.distillation"

    def __init__(self, temperature: float = 3.0, loss: Nested[Any] = "kl_divergence") -> None:
        if isinstance(temperature, bool) or not isinstance(temperature, (int, float)) or not temperature > 0:
            raise ValueError(f"LogitsDistillation: temperature must be a number above 0, got {temperature!r}.")
        super().__init__(loss)
        self.temperature = temperature

    def prepared(self, outputs: Tensor, loss: Callable[..., Tensor], *, of_teacher: bool) -> Tensor:
        """Logits divided by the temperature, or their softmax, as the loss takes it.

        Args:
            outputs: logits.
            loss: what takes them.
            of_teacher: whether the teacher gave them.
        """
        soft = ops.divide(outputs, self.temperature)
        takes_logits = not of_teacher and getattr(loss, "from_logits", False)
        of_probabilities = loss in _FUNCTIONS or isinstance(loss, _CLASSES)
        return ops.softmax(soft, axis=-1) if of_probabilities and not takes_logits else soft

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`, for files."""
        return {"temperature": self.temperature, **super().get_config()}
