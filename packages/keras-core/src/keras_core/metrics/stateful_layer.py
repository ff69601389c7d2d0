"""Keras 2.2's way to gather a number over batches: a stateful layer that is called with targets and predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeGuard

from keras_core import ops
from keras_core.layers.call_context import CallContext
from keras_core.metrics.metric import Metric

if TYPE_CHECKING:
    from keras_core.staging.variable import Variable
    from keras_core.typing import Tensor


class StatefulLayer(Protocol):
    """What such a metric has."""

    name: str
    stateful: bool
    variables: list[Variable]

    def reset_states(self) -> None: ...

    def __call__(self, y_true: Tensor, y_pred: Tensor) -> Tensor: ...


def is_stateful_layer(found: object) -> TypeGuard[StatefulLayer]:
    """Whether a metric that is no `Metric` keeps a state of its own."""
    return bool(getattr(found, "stateful", False)) and hasattr(found, "reset_states") and hasattr(found, "variables")


class StatefulLayerMetric(Metric):
    """The number that a stateful layer gave for the newest batch, which stands for all batches since its reset.

    Args:
        layer: the layer. Its call updates its variables; `reset_states` begins anew.

    Example:
        >>> from types import SimpleNamespace
        >>> from keras_core.metrics.stateful_layer import is_stateful_layer
        >>> is_stateful_layer(SimpleNamespace(stateful=True, reset_states=print, variables=[]))
        True
    """

    takes_mask = True

    def __init__(self, layer: StatefulLayer) -> None:
        super().__init__(name=layer.name)
        self.layer = layer
        self.latest = self.add_variable((), "zeros", name="latest")

    @property
    def variables(self) -> list[Variable]:
        """The newest number, then the layer's variables."""
        return [self.latest, *self.layer.variables]

    def update_state(
        self, y_true: Tensor, y_pred: Tensor, sample_weight: Tensor | None = None, *, mask: Tensor | None = None
    ) -> None:
        """Take in a batch.

        Args:
            y_true: targets.
            y_pred: predictions.
            sample_weight: must be None, since such a layer takes none.
            mask: not looked at, as in Keras 2.

        Raises:
            ValueError: for weights.
        """
        if sample_weight is not None:
            raise ValueError(
                f"Metric '{self.name}' is a layer that is called with targets and predictions, and takes no weights: "
                "name it in metrics, not in weighted_metrics, or derive it from keras.metrics.Metric."
            )
        with CallContext(training=True):  # in which the updates of a layer are made
            value = self.layer(y_true, y_pred)
        self.latest.assign(ops.cast(value, self.dtype))

    def result(self) -> Tensor:
        """The newest number."""
        return ops.convert_to_tensor(self.latest)

    def reset_state(self) -> None:
        """Begin anew."""
        self.layer.reset_states()
        self.latest.assign(ops.zeros_like(self.latest))

    def get_config(self) -> dict[str, Any]:
        """The layer."""
        return {"layer": self.layer}
