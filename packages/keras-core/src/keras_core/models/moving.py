"""Copies of models on another backend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from keras_core.backend import discovery
from keras_core.config.loading_limits import unlimited
from keras_core.models.training_methods import TrainingMethods
from keras_core.random.seeds import isolated_seeds
from keras_core.saving.functional_config import added_tensors
from keras_core.saving.save_scope import copying, loading
from keras_core.saving.serialization import deserialize_keras_object, serialize_keras_object
from keras_core.saving.weights import show_averages, stateful_objects
from keras_core.staging.variable import Variable
from keras_core.training.preparation import build_model

if TYPE_CHECKING:
    from collections.abc import Iterable

Model = TypeVar("Model", bound=TrainingMethods)


def copy_to_backend(model: Model, name: str) -> Model:
    """A copy of `model` on the backend `name`; see `Model.to_backend`."""
    discovery.spec(name)
    show_averages(model)
    with discovery.use_backend(name), isolated_seeds():
        try:
            copy = _rebuilt(model)
        except (TypeError, ValueError, NotImplementedError) as error:
            raise _cannot(model, str(error)) from error
        _check_added(model, copy)
        pairs = _paired_weights(model, copy)
        if model.compiled:
            _copy_training(model, copy, pairs)
        _carry_state(model, copy)
    return copy


def _cannot(model: Model, why: str) -> ValueError:
    return ValueError(
        f"Model {model.name!r} ({type(model).__name__}) cannot be copied to another backend: {why.rstrip('.')}. "
        "A model is copied by get_config() and from_config(), and compiled by get_compile_config() and "
        "compile_from_config(); define those that its class has arguments of its own for."
    )


def _check_added(model: Model, copy: Model) -> None:
    if [len(one) for one in added_tensors(model)] != [len(one) for one in added_tensors(copy)]:
        raise _cannot(model, "its configuration does not hold what add_loss() and add_metric() added to its graph")


def _rebuilt(model: Model) -> Model:
    """A new model of the same configuration, compiled alike and built, with values of its own."""
    with copying() as custom_objects:
        config = serialize_keras_object(model)
    compile_config = config.pop("compile_config", None)
    with unlimited(), loading(custom_objects):
        copy: Model = deserialize_keras_object(config, kind="layer")
        specs = model._trainer.input_specs
        if len(copy.weights) != len(model.weights) and specs is not None:
            build_model(copy._trainer, specs)
        if compile_config is not None:
            _compile(copy, compile_config)
    return copy


def _compile(copy: Model, config: dict[str, Any]) -> None:
    if copy.overrides("compile_from_config"):
        copy.compile_from_config(config)
    else:
        copy.compile(**{key: deserialize_keras_object(value) for key, value in config.items()})


def _paired_weights(model: Model, copy: Model) -> dict[Variable, Variable]:
    """Each weight and its counterpart.

    Raises:
        ValueError: when they do not correspond.
    """
    old, new = model.weights, copy.weights
    if [v.shape for v in old] != [v.shape for v in new]:
        raise _cannot(
            model,
            f"it has {len(old)} weights and the model that its configuration gives has {len(new)}"
            if len(old) != len(new)
            else "the weights of the model that its configuration gives have other shapes",
        )
    return dict(zip(old, new, strict=True))


def _copy_training(model: Model, copy: Model, pairs: dict[Variable, Variable]) -> None:
    """What grows after compile(): the fixed list of trained variables, metrics, the optimizers' slots."""
    copy._trainer.follow(model._trainer, pairs)
    for path, old in _optimizers(model).items():
        new = _optimizers(copy).get(path)
        if new is None:
            raise _cannot(model, f"its optimizer {path!r} is missing in the copy")
        if old.built and not new.built:
            new.build([pairs[variable] for variable in old.trainable_variables])


def _optimizers(model: Model) -> dict[str, Any]:
    return {path: one for path, one in stateful_objects(model) if hasattr(one, "apply_gradients")}


def _carry_state(model: Model, copy: Model) -> None:
    """Give the copy the values of weights, random state, optimizers, states of layers, and metrics."""
    old, new = dict(stateful_objects(model)), dict(stateful_objects(copy))
    if list(old) != list(new):
        missing = ", ".join(sorted(set(old) ^ set(new)))
        raise _cannot(model, f"these parts are in one of the two models only: {missing}")
    for path, item in old.items():
        if hasattr(item, "save_own_variables"):
            store: dict[str, Any] = {}
            item.save_own_variables(store)
            new[path].load_own_variables({key: _array(value) for key, value in store.items()})
        else:
            _assign([item.state], [new[path].state])
    _assign(model.weights, copy.weights)  # of which files may hold sums
    for layer, other in zip(model.flatten_layers(), copy.flatten_layers(), strict=True):
        _assign(layer.carried_variables(), other.carried_variables())
    metrics = dict(copy._trainer.named_metrics())
    for name, metric in model._trainer.named_metrics():
        if name in metrics:
            _assign(metric.variables, metrics[name].variables)
    losses = model._trainer.loss, copy._trainer.loss
    _assign(*(loss.variables if loss is not None else [] for loss in losses))


def _array(value: Any) -> Any:
    return value.numpy() if isinstance(value, Variable) else value


def _assign(old: Iterable[Variable], new: Iterable[Variable]) -> None:
    for variable, other in zip(old, new, strict=True):
        other.assign(variable.numpy())
