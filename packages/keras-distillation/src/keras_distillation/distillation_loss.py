"""What losses of distillation share: they compare what a teacher gives with what a student gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from keras_core import losses, ops, tree
from keras_core.saving import deserialize_keras_object, serialize_keras_object

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core.models import Model
    from keras_core.typing import Nested, Tensor, TensorTree


class DistillationLoss:
    """The base class of losses between the outputs of a teacher and those of a student.

    A class of your own needs `compute_loss` alone; with `get_config` it can be saved. Where it has attributes
    `teacher_layer_name` and `student_layer_name` that are not None, it gets what these layers give.

    Example:
        >>> from keras_core import ops
        >>> class Furthest(DistillationLoss):
        ...     def compute_loss(self, teacher_outputs, student_outputs, **kwargs):
        ...         return ops.max(ops.abs(teacher_outputs - student_outputs))
        >>> Furthest().get_config()
        {}
    """

    teacher_layer_name: str | None = None
    student_layer_name: str | None = None

    def compute_loss(self, teacher_outputs: TensorTree, student_outputs: TensorTree, **kwargs: Any) -> Tensor:
        """The loss of a batch, a scalar.

        Args:
            teacher_outputs: what the teacher, or the layer of it that is named, gives.
            student_outputs: likewise of the student.
            **kwargs: nothing yet.
        """
        raise NotImplementedError(
            f"{type(self).__name__} has to define compute_loss(teacher_outputs, student_outputs)."
        )

    def validate_outputs(self, teacher_outputs: TensorTree, student_outputs: TensorTree) -> None:
        """Raise ValueError where the two cannot be compared; symbolic tensors suffice.

        Args:
            teacher_outputs: as for `compute_loss`.
            student_outputs: as for `compute_loss`.
        """
        given, wanted = (len(tree.flatten(outputs)) for outputs in (student_outputs, teacher_outputs))
        if given != wanted:
            raise ValueError(f"{type(self).__name__}: the teacher gives {wanted} outputs and the student {given}.")

    def validate_model_compatibility(self, teacher: Model, student: Model) -> None:
        """Raise ValueError where this loss cannot be used for two models.

        Args:
            teacher: what is learnt from.
            student: what learns.
        """

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`, for files."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """The loss that `get_config` described."""
        return cls(**config)


class LossOfOutputs(DistillationLoss):
    """A loss of Keras for each output: what the built-in ones are made of.

    Args:
        loss: a name, a `Loss` or a function, or as many of them as there are outputs, in their structure; None leaves
            an output out.
    """

    def __init__(self, loss: Nested[Any]) -> None:
        leaves = tree.flatten(loss)
        if all(leaf is None for leaf in leaves):
            raise ValueError(f"{type(self).__name__}: loss={loss!r} compares nothing: give a loss for an output.")
        self.loss = tree.map_structure(losses.get, loss)

    def prepared(self, outputs: Tensor, loss: Callable[..., Tensor], *, of_teacher: bool) -> Tensor:
        """What the loss is given for an output.

        Args:
            outputs: a model's, or a layer's.
            loss: what takes it.
            of_teacher: whether the teacher gave it.
        """
        return outputs

    def compute_loss(self, teacher_outputs: TensorTree, student_outputs: TensorTree, **kwargs: Any) -> Tensor:
        """The sum over the outputs of the mean over a batch, a scalar.

        Args:
            teacher_outputs: tensors in the structure of the losses.
            student_outputs: likewise.
            **kwargs: nothing yet.

        Raises:
            ValueError: if the numbers of losses and outputs differ.
        """
        total = None
        for loss, teacher, student in self._triples(teacher_outputs, student_outputs):
            target = self.prepared(ops.cast(teacher, ops.dtype(student)), loss, of_teacher=True)
            one = ops.mean(loss(target, self.prepared(student, loss, of_teacher=False)))
            total = one if total is None else ops.add(total, one)
        return total

    def validate_outputs(self, teacher_outputs: TensorTree, student_outputs: TensorTree) -> None:
        """Raise ValueError where the numbers or shapes of outputs differ.

        Args:
            teacher_outputs: tensors in the structure of the losses.
            student_outputs: likewise.
        """
        super().validate_outputs(teacher_outputs, student_outputs)
        for _, teacher, student in self._triples(teacher_outputs, student_outputs):
            pairs = zip(teacher.shape, student.shape, strict=False)
            fits = len(teacher.shape) == len(student.shape) and all(a == b or None in (a, b) for a, b in pairs)
            if not fits:
                raise ValueError(
                    f"{type(self).__name__}: the teacher gives {_shape(teacher)} where the student gives "
                    f"{_shape(student)}. Compare layers whose outputs have one shape, or add a layer to the student."
                )

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`, for files."""
        return {"loss": tree.map_structure(serialize_keras_object, self.loss)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """The loss that `get_config` described."""
        given = config.get("loss")
        alone = given is None or isinstance(given, str) or (isinstance(given, dict) and "class_name" in given)
        made = deserialize_keras_object(given) if alone else _deserialized(given)
        return cls(**{**config, "loss": made})

    def _triples(self, teacher: TensorTree, student: TensorTree) -> list[tuple[Any, Any, Any]]:
        given = tree.flatten(self.loss), tree.flatten(teacher), tree.flatten(student)
        if len({len(leaves) for leaves in given}) > 1:
            counts = "{} losses, {} outputs of the teacher and {} of the student".format(*map(len, given))
            raise ValueError(f"{type(self).__name__}: there are {counts}. Give a loss for each output; None for none.")
        return [triple for triple in zip(*given, strict=True) if triple[0] is not None]


def _deserialized(config: Any) -> Any:
    """Losses in a list, tuple or dict."""
    if isinstance(config, dict) and "class_name" not in config:
        return {key: _deserialized(value) for key, value in config.items()}
    if isinstance(config, (list, tuple)):
        return [_deserialized(value) for value in config]
    return deserialize_keras_object(config)


def _shape(tensor: Any) -> str:
    return str(tuple(tensor.shape))


def layer_of(model: Model, name: str, whose: str) -> Any:
    """A layer of a model by its name.

    Args:
        model: with layers in a graph.
        name: the layer's.
        whose: "teacher" or "student", for messages.

    Raises:
        ValueError: names the layers that there are.
    """
    for layer in model.layers:
        if layer.name == name:
            return layer
    names = ", ".join(layer.name for layer in model.layers)
    raise ValueError(f"The {whose}, model {model.name!r}, has no layer {name!r}. It has: {names}.")
