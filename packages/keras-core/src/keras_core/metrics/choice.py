"""Which metric a string stands for, where that depends on the loss and the shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from keras_core import identifiers, naming
from keras_core.losses.loss import Loss
from keras_core.metrics.accuracies import (
    BinaryAccuracy,
    CategoricalAccuracy,
    SparseCategoricalAccuracy,
)
from keras_core.metrics.means import MeanMetricWrapper
from keras_core.metrics.metric import Metric
from keras_core.metrics.probabilistic import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    SparseCategoricalCrossentropy,
)
from keras_core.metrics.stateful_layer import StatefulLayerMetric, is_stateful_layer
from keras_core.typing import Shape, Tensor

if TYPE_CHECKING:
    from keras_core.losses.function_loss import LossIdentifier

_CHOICES: dict[str, dict[str, type[Metric]]] = {
    "accuracy": {
        "binary": BinaryAccuracy,
        "categorical": CategoricalAccuracy,
        "sparse": SparseCategoricalAccuracy,
    },
    "crossentropy": {
        "binary": BinaryCrossentropy,
        "categorical": CategoricalCrossentropy,
        "sparse": SparseCategoricalCrossentropy,
    },
}
_SPELLINGS = {"accuracy": "accuracy", "acc": "accuracy", "crossentropy": "crossentropy", "ce": "crossentropy"}

MetricIdentifier: TypeAlias = Metric | Callable[..., Tensor] | str | Mapping[str, Any]
"""What may stand for a metric: a metric, a function of targets and predictions, a name or a config."""


def as_metric(
    identifier: MetricIdentifier,
    loss: LossIdentifier = None,
    y_shape: Shape | None = None,
    out_shape: Shape | None = None,
) -> Metric:
    """What may stand for a metric in `compile`, as a `Metric` whose name is what the user wrote.

    Args:
        identifier: a metric, a function, a stateful layer (as in Keras 2.2), a config, or a name. "accuracy" ("acc")
            and "crossentropy" ("ce") are chosen by `task_of`.
        loss: the loss of that output, as given to `compile`.
        y_shape: shape of the targets.
        out_shape: shape of the output.

    Raises:
        ValueError: for an unknown name, or when the shapes are needed and not given.
    """
    if isinstance(identifier, str) and identifier.lower() in _SPELLINGS:
        if y_shape is None or out_shape is None:
            raise ValueError(f"Metric '{identifier}' depends on the shapes of targets and output; none are known.")
        choices = _CHOICES[_SPELLINGS[identifier.lower()]]
        return choices[task_of(loss, y_shape, out_shape)](name=identifier)
    found = identifiers.get("metric", identifier)
    if not isinstance(found, Metric):
        if is_stateful_layer(found):
            return StatefulLayerMetric(found)
        return MeanMetricWrapper(found, identifier if isinstance(identifier, str) else None)
    plain = naming.snake_case(type(found).__name__)
    if isinstance(identifier, str) and found.name.startswith(f"{plain}_"):
        found.name = plain  # without the number: the model tells its metrics apart itself
    return found


def accuracy_for(loss: LossIdentifier, y_shape: Shape, out_shape: Shape, name: str = "accuracy") -> Metric:
    """The accuracy that fits a loss, targets of shape `y_shape` and an output of shape `out_shape`.

    Example:
        >>> from keras_core.metrics.choice import accuracy_for
        >>> type(accuracy_for("mse", (None, 1), (None, 10))).__name__
        'SparseCategoricalAccuracy'
    """
    return as_metric(name, loss, y_shape, out_shape)


def task_of(loss: LossIdentifier, y_shape: Shape, out_shape: Shape) -> str:
    """One of "binary", "categorical" or "sparse".

    Binary for one output or a binary loss (also with several labels, as in Keras 2); sparse for a
    sparse loss or targets without an axis of classes; else categorical.
    """
    name = _name(loss)
    if not out_shape or out_shape[-1] == 1 or name.startswith("binary"):
        return "binary"
    without_classes = len(y_shape) < len(out_shape) or (len(y_shape) > 0 and y_shape[-1] == 1)
    return "sparse" if name.startswith("sparse") or without_classes else "categorical"


def _name(loss: LossIdentifier) -> str:
    """The plain name of the function behind a loss."""
    if loss is None:
        return ""
    try:
        found = identifiers.get("loss", loss)
    except ValueError:
        return ""
    fn = getattr(found, "fn", found) if isinstance(found, Loss) else found
    return getattr(fn, "__name__", "")
