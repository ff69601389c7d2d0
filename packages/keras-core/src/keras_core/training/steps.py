"""The steps of training, evaluation and prediction, which users override."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops, tree
from keras_core.layers.call_context import mask_of, set_mask
from keras_core.staging.gradients import gradients
from keras_core.training.compile import Compiling
from keras_core.training.objectives import leaves
from keras_core.typing import Tensor


class Steps(Compiling):
    """The part of `Model` that says what happens with one batch."""

    if TYPE_CHECKING:
        __call__: Any
        losses: list[Tensor]

    def train_step(self, data: Any) -> dict[str, Any]:
        """One step of training; override it for training of your own.

        Args:
            data: ``(x,)``, ``(x, y)`` or ``(x, y, sample_weight)`` of one batch.

        Returns:
            Names and values for the logs.
        """
        x, y, sample_weight = _unpack(data)

        def forward() -> Any:
            y_pred = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight, training=True)
            return self._optimizer.scale_loss(loss), loss, y_pred, [mask_of(p) for p in leaves(y_pred)]

        variables = self._trained_variables()
        if not variables:
            raise ValueError(
                f"Model {self.name!r} has no trainable weights, so there is nothing to train. "
                "Set trainable=True on some layer and compile() again."
            )
        (_, loss, y_pred, masks), grads = gradients(forward, variables)
        for prediction, mask in zip(leaves(y_pred), masks, strict=True):
            if mask is not None:
                set_mask(prediction, mask)
        self._optimizer.apply(grads, variables)
        self._track_loss(loss, x)
        return self.compute_metrics(x, y, y_pred, sample_weight)

    def test_step(self, data: Any) -> dict[str, Any]:
        """One step of evaluation; see `train_step`."""
        x, y, sample_weight = _unpack(data)
        y_pred = self(x, training=False)
        if self._compile_loss is not None or self.losses:
            self._track_loss(self.compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight, training=False), x)
        return self.compute_metrics(x, y, y_pred, sample_weight)

    def predict_step(self, data: Any) -> Any:
        """The outputs for one batch; see `train_step`."""
        x, _, _ = _unpack(data)
        return self(x, training=False)

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Tensor:
        """The scalar to minimize: the compiled losses plus what layers and regularizers add.

        Args:
            x, y, y_pred, sample_weight: one batch: inputs, targets, outputs, weights.
            training: whether it is a training step.

        Raises:
            ValueError: when there is no loss at all.
        """
        found: list[Tensor] = []
        if self._compile_loss is not None:
            found += self._compile_loss(y, y_pred, sample_weight, [mask_of(p) for p in leaves(y_pred)])
        found += [ops.sum(one) if ops.ndim(one) else one for one in self.losses]
        if not found:
            if not training:
                return ops.zeros(())
            raise ValueError(
                f"Model {self.name!r} has no loss to train with. Give compile(loss=...), or use add_loss() in a layer."
            )
        total = found[0]
        for one in found[1:]:
            total = ops.add(total, one)
        return total

    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> dict[str, Any]:
        """Update the compiled metrics with one batch and return all results."""
        if self._compile_metrics is not None and y is not None:
            self._compile_metrics.update(y, y_pred, sample_weight, [mask_of(p) for p in leaves(y_pred)])
        return self.get_metrics_result()

    def get_metrics_result(self) -> dict[str, Any]:
        """Results of all metrics by name."""
        return {name: metric.result() for name, metric in self._named_metrics()}

    def _track_loss(self, loss: Tensor, x: Any) -> None:
        first = next(leaf for leaf in tree.flatten(x) if leaf is not None)
        self._loss_tracker.update_state(loss, sample_weight=ops.shape(first)[0])


def _unpack(data: Any) -> tuple[Any, Any, Any]:
    if not isinstance(data, tuple):
        return data, None, None
    return (*data, *([None] * (3 - len(data))))
