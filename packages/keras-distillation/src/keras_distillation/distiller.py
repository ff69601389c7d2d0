"""Distiller: trains a student by the data and by what a teacher says about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from keras_core import ops, tree
from keras_core.metrics import Mean
from keras_core.models import Model
from keras_core.saving import deserialize_keras_object, serialize_keras_object

from keras_distillation.distillation_loss import DistillationLoss, layer_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Shape, Tensor, TensorTree


class Distiller(Model):
    """A model that trains a student by its loss and by losses of distillation from a teacher.

    The loss is ``student_loss_weight`` times what was compiled, and one minus that times the weighted sum of the losses
    of distillation. Logs have both, as `student_loss` and `distillation_loss`, and their sum, as `total_loss`. It
    predicts what the student predicts. The teacher is called as in prediction, and is frozen: it keeps
    ``trainable = False``.

    Args:
        teacher: a model that was trained.
        student: the model to train. Both are built, and take inputs of the same shapes.
        distillation_losses: a `DistillationLoss`, or a list of them.
        distillation_loss_weights: a number for each of them, or one number for a single one; None for 1 each. Defaults
            to None.
        student_loss_weight: from 0 to 1. Defaults to 0.5.
        name: the distiller's name. Defaults to "distiller".
        **kwargs: further arguments of `Model`.

    Raises:
        TypeError: for what is no model or no loss of distillation.
        ValueError: for models that are not built or whose inputs or outputs do not fit, layers that are not there, and
            weights that are too many, too few or out of range.

    Reference:
        Hinton, Vinyals, Dean, "Distilling the Knowledge in a Neural Network", 2015.

    Example:
        >>> import numpy as np
        >>> from keras_core import Input, Model
        >>> from keras_distillation import LogitsDistillation
        >>> x = Input((2,))
        >>> distiller = Distiller(Model(x, x * 2.0), Model(x, x + 1.0), LogitsDistillation())
        >>> distiller.predict(np.array([[1.0, 3.0]]), verbose=0).tolist()
        [[2.0, 4.0]]
    """

    written_in = "keras.distillation"

    def __init__(
        self,
        teacher: Model,
        student: Model,
        distillation_losses: DistillationLoss | Sequence[DistillationLoss],
        distillation_loss_weights: float | Sequence[float] | None = None,
        student_loss_weight: float = 0.5,
        name: str = "distiller",
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        _check_models(teacher, student)
        given = distillation_losses
        losses: list[Any] = [*given] if isinstance(given, (list, tuple)) else [given]
        for loss in losses:
            if not isinstance(loss, DistillationLoss):
                raise TypeError(f"Distiller: distillation_losses takes DistillationLosses, got {loss!r}.")
        if not losses:
            raise ValueError("Distiller: distillation_losses is empty: give one, such as LogitsDistillation().")
        if isinstance(student_loss_weight, bool) or not 0 <= student_loss_weight <= 1:
            raise ValueError(f"Distiller: student_loss_weight must be from 0 to 1, got {student_loss_weight!r}.")
        self.teacher = teacher
        self.student = student
        self.distillation_losses = tuple(losses)
        self.distillation_loss_weights = _weights(distillation_loss_weights, len(losses))
        self.student_loss_weight = student_loss_weight
        self.student_loss_tracker = Mean(name="student_loss")
        self.distillation_loss_tracker = Mean(name="distillation_loss")
        self.total_loss_tracker = Mean(name="total_loss")
        for loss in losses:
            loss.validate_model_compatibility(teacher, student)
        self._of_teacher = Features(teacher, [loss.teacher_layer_name for loss in losses], "teacher")
        self._of_student = Features(student, [loss.student_layer_name for loss in losses], "student")
        for loss, one, other in zip(losses, self._of_teacher.symbolic, self._of_student.symbolic, strict=True):
            loss.validate_outputs(one, other)
        teacher.trainable = False
        self.built = True

    def compile(self, optimizer: Any = "adam", *args: Any, **kwargs: Any) -> None:
        """As `Model.compile`; without a loss the student learns from the teacher alone.

        Args:
            optimizer: trains the student. Defaults to "adam".
            *args: loss and metrics, of the student's outputs.
            **kwargs: further arguments of `Model.compile`.
        """
        super().compile(optimizer, *args, **kwargs)

    def call(self, inputs: TensorTree, training: bool | None = None, mask: TensorTree = None) -> TensorTree:
        return self._of_student.run(inputs, training)

    def compute_loss(
        self,
        x: TensorTree = None,
        y: TensorTree = None,
        y_pred: TensorTree = None,
        sample_weight: TensorTree = None,
        training: bool = True,
    ) -> Tensor:
        """The weighted loss of the student and of distillation.

        Args:
            x: inputs of a batch.
            y: what the student shall give.
            y_pred: what it gave.
            sample_weight: weights of rows in the student's own loss.
            training: whether this is a step of training. Defaults to True.
        """
        learnt = None
        features = self._of_student.of(y_pred, x, training)
        known = self._of_teacher.of(None, x, False)
        for weight, loss, one, other in zip(
            self.distillation_loss_weights, self.distillation_losses, known, features, strict=True
        ):
            part = ops.multiply(loss.compute_loss(one, other), weight)
            learnt = part if learnt is None else ops.add(learnt, part)
        own = ops.zeros(())
        if self.loss is not None or self.losses:
            own = super().compute_loss(x, y, y_pred, sample_weight, training)
        share = self.student_loss_weight
        total = ops.add(ops.multiply(own, share), ops.multiply(ops.cast(learnt, ops.dtype(own)), 1 - share))
        rows = ops.shape(tree.flatten(x)[0])[0]
        self.student_loss_tracker.update_state(own, sample_weight=rows)
        self.distillation_loss_tracker.update_state(learnt, sample_weight=rows)
        self.total_loss_tracker.update_state(total, sample_weight=rows)
        return total

    def compute_output_shape(self, input_shape: Shape) -> Any:
        return self.student.compute_output_shape(input_shape)

    def get_config(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "trainable": self.trainable,
            "dtype": serialize_keras_object(self.dtype_policy),
            "teacher": serialize_keras_object(self.teacher),
            "student": serialize_keras_object(self.student),
            "distillation_losses": [serialize_keras_object(loss) for loss in self.distillation_losses],
            "distillation_loss_weights": list(self.distillation_loss_weights),
            "student_loss_weight": self.student_loss_weight,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Self:
        """A distiller from `get_config`'s dict."""
        made = dict(config)
        for key in ("teacher", "student"):
            made[key] = deserialize_keras_object(made[key], custom_objects=custom_objects)
        losses = made["distillation_losses"]
        made["distillation_losses"] = [deserialize_keras_object(one, custom_objects=custom_objects) for one in losses]
        return cls(**made)


class Features:
    """What a model gives, and what layers inside it give, in one run.

    Args:
        model: a model; one with a graph where layers are named.
        names: the layer whose outputs are wanted for each loss, None for the model's.
        whose: "teacher" or "student", for messages.

    Attributes:
        symbolic: KerasTensors for each loss.
    """

    def __init__(self, model: Model, names: Sequence[str | None], whose: str) -> None:
        self.model = model
        self._indices: list[int] = [0] * len(names)
        wanted: dict[str, int] = {}
        structure = [model.output]
        for k, name in enumerate(names):
            if name is not None:
                if name not in wanted:
                    wanted[name] = len(structure)
                    structure.append(layer_of(model, name, whose).output)
                self._indices[k] = wanted[name]
        self.symbolic = [structure[index] for index in self._indices]
        self._extended = Model(model.input, structure) if wanted else None
        self._last: tuple[Any, list[TensorTree]] | None = None

    def run(self, inputs: TensorTree, training: bool | None) -> TensorTree:
        """The model's outputs; what was wanted of layers is kept for `of`."""
        if self._extended is None:
            return self.model(inputs, training=training)
        found = self._extended(inputs, training=training)
        self._last = (found[0], found)
        return found[0]

    def of(self, outputs: TensorTree, inputs: TensorTree, training: bool | None) -> list[TensorTree]:
        """What was wanted for each loss, of the run that gave these outputs, or of one now."""
        last, self._last = self._last, None
        if last is None or last[0] is not outputs:
            if self._extended is None:
                found = [self.model(inputs, training=training) if outputs is None else outputs]
            else:
                found = self._extended(inputs, training=training)
        else:
            found = last[1]
        return [found[index] for index in self._indices]


def _check_models(teacher: Any, student: Any) -> None:
    shapes = []
    for model, whose in ((teacher, "teacher"), (student, "student")):
        if not isinstance(model, Model):
            raise TypeError(f"Distiller: {whose} must be a Model, got {type(model).__name__}.")
        try:
            shapes.append([tuple(one.shape) for one in tree.flatten(model.input)])
        except (AttributeError, ValueError) as error:
            raise ValueError(
                f"Distiller: the {whose}, {model.name!r}, has no graph of layers yet. Make it with Input(), or as "
                "Sequential with an Input."
            ) from error
    if len(shapes[0]) != len(shapes[1]) or not all(map(_fit, *shapes)):
        raise ValueError(f"Distiller: the teacher takes inputs of shapes {shapes[0]}, the student of {shapes[1]}.")


def _fit(one: Shape, other: Shape) -> bool:
    return len(one) == len(other) and all(a == b or None in (a, b) for a, b in zip(one, other, strict=True))


def _weights(weights: Any, count: int) -> tuple[float, ...]:
    if weights is None:
        return (1.0,) * count
    given = tuple(weights) if isinstance(weights, (list, tuple)) else (weights,)
    if len(given) != count or not all(isinstance(one, (int, float)) for one in given):
        raise ValueError(f"Distiller: distillation_loss_weights must be {count} numbers, got {weights!r}.")
    return given
