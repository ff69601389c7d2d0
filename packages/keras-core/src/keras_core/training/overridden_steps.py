"""Steps and losses as users override them: what they are given, and what they may leave out.

A step has one of two forms: ``step(data)``, which reads and assigns variables, and Keras 3's on JAX,
``step(state, data)``, which is given the variables' values and returns the new ones beside its result.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from keras_core.returned import something
from keras_core.staging.pure import assign_all
from keras_core.staging.stateless import StatelessCall
from keras_core.staging.trace import active_trace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeAlias

    from keras_core.staging.variable import Variable
    from keras_core.training.data import Batch
    from keras_core.training.protocol import StepData, TrainableModel
    from keras_core.typing import TensorTree

    Step: TypeAlias = Callable[[StepData], Any]
    StepArguments: TypeAlias = tuple[StepData, ...]
    NamedStepArguments: TypeAlias = Mapping[str, StepData]
    VariableGroups: TypeAlias = list[Sequence[Variable]]
    Groups: TypeAlias = Callable[[TrainableModel], VariableGroups]


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


_PARTS = {2: ("trainable", "non-trainable"), 3: ("trainable", "non-trainable", "metrics'")}
_PARTS[4] = ("trainable", "non-trainable", "optimizer's", "metrics'")
"""Whose values a state holds, by the number of its parts."""


def run_train_step(model: TrainableModel, batch: Batch) -> Any:
    """The logs of the model's `train_step` for one batch."""
    return _run(model, model.train_step, step_data(batch), _training_groups)


def run_test_step(model: TrainableModel, batch: Batch) -> Any:
    """The logs of the model's `test_step` for one batch."""
    return _run(model, model.test_step, step_data(batch), _test_groups)


def run_predict_step(model: TrainableModel, x: TensorTree) -> TensorTree:
    """The outputs of the model's `predict_step` for the inputs of one batch."""
    outputs = _run(model, model.predict_step, step_data((x, None, None)), _predict_groups)
    return something(outputs, f"Model {model.name!r}: predict_step()", "the outputs")


def base_train_step(model: TrainableModel, step: Step, args: StepArguments, named: NamedStepArguments) -> TensorTree:
    """The framework's own training step, in the form in which it is called.

    Args:
        model: the model.
        step: it, as a function of the data.
        args: the data, or a state and the data.
        named: the same by name.
    """
    return _base(model, "train_step", step, _training_groups, args, named)


def base_test_step(model: TrainableModel, step: Step, args: StepArguments, named: NamedStepArguments) -> TensorTree:
    """The framework's own test step; see `base_train_step`."""
    return _base(model, "test_step", step, _test_groups, args, named)


def base_predict_step(model: TrainableModel, step: Step, args: StepArguments, named: NamedStepArguments) -> TensorTree:
    """The framework's own predict step; see `base_train_step`."""
    return _base(model, "predict_step", step, _predict_groups, args, named)


def _base(
    model: TrainableModel, name: str, step: Step, groups_of: Groups, args: StepArguments, named: NamedStepArguments
) -> Any:
    names = ("data",) if len(args) + len(named) == 1 else ("state", "data")
    given = dict(zip(names, args, strict=False)) | dict(named)
    if set(given) != set(names) or len(given) != len(args) + len(named):
        raise TypeError(f"{name}() takes data, or state and data; it got {len(args)} arguments and {list(named)}.")
    return step(given["data"]) if "state" not in given else _pure(model, name, step, groups_of(model), **given)


def _pure(model: TrainableModel, name: str, step: Step, groups: VariableGroups, state: Any, data: StepData) -> Any:
    """Run ``step(data)`` on given values of variables; its result and their new values."""
    if len(state) != len(groups):
        parts = _PARTS[len(groups)]
        raise ValueError(
            f"{name}() of model {model.name!r} got a state of {len(state)} parts. It has {len(groups)}: the values of "
            f"the {', '.join(parts)} variables."
        )
    known = [variable for group in groups for variable in group]
    outer = active_trace()
    with StatelessCall(model.backend, *zip(groups, state, strict=True), owner=f"Model {model.name!r}") as scope:
        result = step(data)
        new = tuple(scope.values())
    if outer is not None:  # state that is none of the model's, such as that of draws without a seed
        for variable in scope.written.keys() - set(known):
            variable.assign(scope.written[variable])
    return result, new[1] if len(groups) == 2 else new


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


def _run(model: TrainableModel, step: Callable[..., Any], data: StepData, groups_of: Groups) -> Any:
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


def _training_groups(model: TrainableModel) -> VariableGroups:
    optimizer = model.optimizer
    weights, others, metrics = _test_groups(model)
    return [weights, others, [] if optimizer is None else optimizer.variables, metrics]


def _test_groups(model: TrainableModel) -> VariableGroups:
    return [*_predict_groups(model), model.metrics_variables]


def _predict_groups(model: TrainableModel) -> VariableGroups:
    return [model.trainable_variables, model.non_trainable_variables]
