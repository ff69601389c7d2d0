"""The steps of training, evaluation and prediction, as a model does them whose class does not override them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops, tree
from keras_core.layers.call_context import active_context, mask_of, set_mask
from keras_core.returned import something
from keras_core.staging.gradients import gradients
from keras_core.staging.share import sum_of_loss
from keras_core.staging.trace import active_trace
from keras_core.training.outputs import leaves
from keras_core.training.overridden_steps import call_with_known

if TYPE_CHECKING:
    from keras_core.training.protocol import StepData, TrainableModel
    from keras_core.training.state import TrainingState
    from keras_core.typing import Tensor, TensorTree


def train_step(state: TrainingState, data: StepData) -> dict[str, Tensor]:
    """See `Model.train_step`."""
    model, optimizer = state.model, state.optimizer
    variables = state.trained_variables()
    if optimizer is None and variables:
        raise ValueError(f"Model {model.name!r} was compiled without an optimizer: give compile() one to train it.")
    x, y, sample_weight = unpack(data)

    def forward() -> tuple[Tensor, Tensor, Any, list[Any], list[Tensor] | None]:
        y_pred = model(x, training=True)
        loss = _loss_of(model, x, y, y_pred, sample_weight, training=True)
        measured = _measured(state, y, training=True)
        scaled = loss if optimizer is None else optimizer.scale_loss(loss)
        return scaled, loss, y_pred, masks_of(y_pred), measured

    if optimizer is None or not variables:
        _, loss, y_pred, _, measured = forward()
    else:
        (_, loss, y_pred, masks, measured), grads = gradients(forward, variables, optimizer.tables_among(variables))
        for prediction, mask in zip(leaves(y_pred), masks, strict=True):
            if mask is not None:
                set_mask(prediction, mask)
        optimizer.apply(grads, variables)
    _keep_measured(measured)
    _track_loss(state, loss, x)
    return _metrics_of(model, x, y, y_pred, sample_weight)


def test_step(state: TrainingState, data: StepData) -> dict[str, Tensor]:
    """See `Model.test_step`."""
    model = state.model
    x, y, sample_weight = unpack(data)
    y_pred = model(x, training=False)
    _keep_measured(_measured(state, y, training=False))
    if state.loss is not None or model.losses or model.overrides("compute_loss"):
        loss = _loss_of(model, x, y, y_pred, sample_weight, training=False)
        _track_loss(state, loss, x)
    return _metrics_of(model, x, y, y_pred, sample_weight)


def predict_step(state: TrainingState, data: StepData) -> TensorTree:
    """See `Model.predict_step`."""
    x, _, _ = unpack(data)
    return state.model(x, training=False)


def compute_loss(
    state: TrainingState, y: TensorTree, y_pred: TensorTree, sample_weight: TensorTree, training: bool
) -> Tensor:
    """See `Model.compute_loss`."""
    model = state.model
    found: list[Tensor] = []
    if state.loss is not None:
        found += state.loss(y, y_pred, sample_weight, masks_of(y_pred), training)
    found += [sum_of_loss(one) if ops.ndim(one) else one for one in model.losses]
    if not found:
        if not training:
            return ops.zeros(())
        raise ValueError(
            f"Model {model.name!r} has no loss to train with. Give compile(loss=...), or use add_loss() in a layer."
        )
    total = found[0]
    for one in found[1:]:
        total = ops.add(total, one)
    return total


def compute_metrics(
    state: TrainingState, y: TensorTree, y_pred: TensorTree, sample_weight: TensorTree
) -> dict[str, Tensor]:
    """See `Model.compute_metrics`."""
    if state.metrics is not None and y is not None:
        context = active_context()
        measured = context.measured if context is not None else None
        if measured is None:
            measured = state.metrics.measure(y, training=None)
        state.metrics.update(y, y_pred, sample_weight, masks_of(y_pred), measured)
    results = state.model.get_metrics_result()
    if _is_untouched(state):
        del results["loss"]
    return results


def _is_untouched(state: TrainingState) -> bool:
    """Whether this is a step of the user's own that has not told the loss tracker its loss: it has no result then."""
    tracker, trace = state.loss_tracker, active_trace()
    overridden = not {"train_step", "test_step"}.isdisjoint(state.model._overrides)
    if tracker is None or trace is None or not overridden:
        return False
    if [metric for name, metric in state.named_metrics() if name == "loss"] != [tracker]:
        return False
    while trace is not None:
        if any(variable in trace.written for variable in tracker.variables):
            return False
        trace = trace.outer
    return True


def _measured(state: TrainingState, y: Any, training: bool) -> list[Tensor] | None:
    """What metrics of graph tensors measure, computed inside the function that is differentiated."""
    return None if state.metrics is None or y is None else state.metrics.measure(y, training)


def _keep_measured(measured: list[Tensor] | None) -> None:
    context = active_context()
    if context is not None:
        context.measured = measured


def masks_of(y_pred: TensorTree) -> list[Any]:
    """The mask of each output, or None."""
    return [mask_of(prediction) for prediction in leaves(y_pred)]


def unpack(data: StepData | TensorTree) -> tuple[Any, Any, Any]:
    """x, y and sample_weight, None for what is missing."""
    if not isinstance(data, tuple):
        return data, None, None
    parts = [*data, *([None] * (3 - len(data)))]
    x, y, sample_weight = parts
    return x, y, sample_weight


def _loss_of(model: TrainableModel, x: Any, y: Any, y_pred: Any, sample_weight: Any, training: bool) -> Tensor:
    loss: Tensor | None = call_with_known(
        model.compute_loss, x=x, y=y, y_pred=y_pred, sample_weight=sample_weight, training=training
    )
    return something(loss, f"Model {model.name!r}: compute_loss()", "a scalar tensor")


def _metrics_of(model: TrainableModel, x: Any, y: Any, y_pred: Any, sample_weight: Any) -> dict[str, Tensor]:
    logs: dict[str, Tensor] = call_with_known(
        model.compute_metrics, x=x, y=y, y_pred=y_pred, sample_weight=sample_weight
    )
    return logs


def _track_loss(state: TrainingState, loss: Tensor, x: Any) -> None:
    assert state.loss_tracker is not None
    first = next(leaf for leaf in tree.flatten(x) if leaf is not None)
    state.loss_tracker.update_state(loss, sample_weight=ops.shape(first)[0])
