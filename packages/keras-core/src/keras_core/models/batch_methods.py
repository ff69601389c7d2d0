"""Methods of models for one batch at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from keras_core.argument_checks import checked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keras_core.training.data import Batch
    from keras_core.typing import TensorTree


class RunsOnBatches(Protocol):
    """What is asked of a model's trainer here."""

    def on_batch(
        self, mode: str, batch: Batch, class_weight: Mapping[Any, Any] | None, reset_metrics: bool
    ) -> dict[str, Any]:
        """The logs of one step."""

    def predict_on_batch(self, x: TensorTree) -> TensorTree:
        """The outputs for one batch."""


class BatchMethods:
    """The part of `Model` that is trained, evaluated and asked batch by batch."""

    if TYPE_CHECKING:
        _trainer: RunsOnBatches

    @checked
    def train_on_batch(
        self,
        x: TensorTree,
        y: TensorTree = None,
        sample_weight: TensorTree = None,
        class_weight: Mapping[Any, Any] | None = None,
        return_dict: bool = False,
        reset_metrics: bool = True,
    ) -> Any:
        """One step of training on one batch.

        Args:
            x: array, list or dict of arrays with one batch of inputs.
            y: targets likewise.
            sample_weight: weights of the samples, as in `fit`.
            class_weight: dict of class -> weight of its samples in the loss; a dict of such dicts by output name.
            return_dict: whether to return a dict by name instead of a list.
            reset_metrics: whether the numbers returned are of this batch alone.

        Returns:
            The loss if there are no metrics, else a list in the order of `metrics_names`, or a dict; numbers are
            `numpy.float64`, which are floats and have the methods of arrays.

        Raises:
            RuntimeError: before compile().
            ValueError: for data that does not fit the model.
        """
        logs = self._trainer.on_batch("train", (x, y, sample_weight), class_weight, reset_metrics)
        return _of_batch(logs, return_dict)

    @checked
    def test_on_batch(
        self,
        x: TensorTree,
        y: TensorTree = None,
        sample_weight: TensorTree = None,
        return_dict: bool = False,
        reset_metrics: bool = True,
    ) -> Any:
        """Loss and metrics on one batch; arguments as in `train_on_batch`."""
        logs = self._trainer.on_batch("test", (x, y, sample_weight), None, reset_metrics)
        return _of_batch(logs, return_dict)

    def predict_on_batch(self, x: TensorTree) -> TensorTree:
        """Outputs for one batch, as NumPy arrays."""
        return self._trainer.predict_on_batch(x)


def _of_batch(logs: dict[str, Any], return_dict: bool) -> Any:
    found = {name: np.float64(value) if isinstance(value, float) else value for name, value in logs.items()}
    return found if return_dict else flat(found)


def flat(logs: dict[str, Any]) -> Any:
    """The values of logs as a list; the only one as it is."""
    values = list(logs.values())
    return values[0] if len(values) == 1 else values
