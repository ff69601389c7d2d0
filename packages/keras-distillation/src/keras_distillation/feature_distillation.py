"""FeatureDistillation: layers inside a student give what layers of its teacher give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_distillation.distillation_loss import LossOfOutputs, layer_of

if TYPE_CHECKING:
    from keras_core.models import Model
    from keras_core.typing import Nested


class FeatureDistillation(LossOfOutputs):
    """A loss between what a layer of the teacher gives and what one of the student gives.

    Args:
        loss: a name, a `Loss` or a function, or one for each output, None for an output that is left out. Defaults to
            "mse".
        teacher_layer_name: the layer of the teacher; None for the teacher's outputs. Defaults to None.
        student_layer_name: the layer of the student; None for the student's outputs. Defaults to None.

    Raises:
        ValueError: where no loss is given; by a `Distiller`, for layers that are not there or of other shapes.

    Reference:
        Romero et al., "FitNets: Hints for Thin Deep Nets", 2015.

    Example:
        >>> import numpy as np
        >>> loss = FeatureDistillation("mae")
        >>> float(loss.compute_loss(np.ones((2, 3), "float32"), np.zeros((2, 3), "float32")))
        1.0
    """

    written_in = "keras.distillation"

    def __init__(
        self,
        loss: Nested[Any] = "mse",
        teacher_layer_name: str | None = None,
        student_layer_name: str | None = None,
    ) -> None:
        super().__init__(loss)
        self.teacher_layer_name = teacher_layer_name
        self.student_layer_name = student_layer_name

    def validate_model_compatibility(self, teacher: Model, student: Model) -> None:
        """Raise ValueError where one of the layers is not there.

        Args:
            teacher: what is learnt from.
            student: what learns.
        """
        for model, name, whose in (
            (teacher, self.teacher_layer_name, "teacher"),
            (student, self.student_layer_name, "student"),
        ):
            if name is not None:
                layer_of(model, name, whose)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`, for files."""
        names = {"teacher_layer_name": self.teacher_layer_name, "student_layer_name": self.student_layer_name}
        return {**super().get_config(), **names}
