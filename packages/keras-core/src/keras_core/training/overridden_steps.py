"""Steps and losses as users override them: what they are given, and what they may leave out."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from keras_core.staging.pure import assign_all

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.staging.variable import Variable
    from keras_core.training.data import Batch
    from keras_core.training.protocol import StepData, TrainableModel
    from keras_core.typing import TensorTree


def step_data(batch: Batch) -> StepData:
    """What a step is given for a batch: ``(x, y, sample_weight)`` or ``(x, y)``, and x itself if that is all.

    An x that is a list or tuple comes as ``(x,)``, since a step would take its parts for x and y.

    Example:
        >>> step_data((1, 2, None)), step_data((1, None, None)), step_data(([1, 2], None, None))
        ((1, 2), 1, ([1, 2],))
    """
    x, y, sample_weight = batch
    if sample_weight is not None:
        return batch
    if y is not None:
        return x, y
    return (x,) if isinstance(x, (list, tuple)) else x


def run_train_step(model: TrainableModel, batch: Batch) -> Any:
    """The logs of the model's `train_step` for one batch."""
    return _run(model, model.train_step, step_data(batch), _training_groups)


def run_test_step(model: TrainableModel, batch: Batch) -> Any:
    """The logs of the model's `test_step` for one batch."""
    return _run(model, model.test_step, step_data(batch), _test_groups)


def run_predict_step(model: TrainableModel, x: TensorTree) -> TensorTree:
    """The outputs of the model's `predict_step` for the inputs of one batch."""
    return _run(model, model.predict_step, step_data((x, None, None)), _predict_groups)


def call_with_known(method: Callable[..., Any], **arguments: Any) -> TensorTree:
    """Call a method with those of the arguments that it has parameters for.

    Example:
        >>> call_with_known(lambda y, y_pred: y - y_pred, y=3, y_pred=1, training=True)
        2
    """
    parameters = inspect.signature(method).parameters
    if not any(one.kind is inspect.Parameter.VAR_KEYWORD for one in parameters.values()):
        arguments = {name: value for name, value in arguments.items() if name in parameters}
    return method(**arguments)


def _run(
    model: TrainableModel,
    step: Callable[..., Any],
    data: Any,
    groups_of: Callable[[TrainableModel], list[Sequence[Variable]]],
) -> Any:
    """Run ``step(data)``, or ``step(values of variables, data)``, which returns the new values beside its result."""
    if not takes_state(step):
        return step(data)
    groups = groups_of(model)
    result, new = step(tuple([variable.value for variable in group] for group in groups), data)
    if len(groups) == 2:  # a prediction gives its outputs and the new values of what is not trained
        groups, new = groups[1:], [new]
    for group, values in zip(groups, new, strict=True):
        assign_all(group, values)
    return result


def takes_state(step: Callable[..., Any]) -> bool:
    """Whether it is a step of the form ``step(state, data)``, which Keras 3 has on JAX."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = inspect.signature(step).parameters.values()
    return sum(one.kind in kinds and one.default is inspect.Parameter.empty for one in parameters) == 2


def _training_groups(model: TrainableModel) -> list[Sequence[Variable]]:
    optimizer = model.optimizer
    weights, others, metrics = _test_groups(model)
    return [weights, others, [] if optimizer is None else optimizer.variables, metrics]


def _test_groups(model: TrainableModel) -> list[Sequence[Variable]]:
    return [*_predict_groups(model), model.metrics_variables]


def _predict_groups(model: TrainableModel) -> list[Sequence[Variable]]:
    return [model.trainable_variables, model.non_trainable_variables]
