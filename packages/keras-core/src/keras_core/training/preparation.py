"""Building everything before the first staged call: nothing is created while staging."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import tree
from keras_core.backend import discovery as backends
from keras_core.backend.placement import on_device_of
from keras_core.backend.protocol import Backend
from keras_core.graph.keras_tensor import KerasTensor
from keras_core.graph.nested import map_nested
from keras_core.layers.call_context import CallContext
from keras_core.staging.staged import flatten_results
from keras_core.staging.trace import Trace
from keras_core.training.data import Batch, specs_of

if TYPE_CHECKING:
    from keras_core.models.model import Model


def prepare(model: Model, batch: Batch, method: str) -> None:
    """Build the model, its losses and metrics and its optimizer for batches like this one.

    Args:
        batch: (x, y, sample_weight), nested arrays; only shapes and dtypes are used.
        method: name of the caller, for messages.
    """
    training = method in ("fit", "train_on_batch")
    if training and "train" not in model.backend.capabilities:
        raise NotImplementedError(
            f"The {model.backend.name!r} backend has no gradients, so it cannot train. Install a package that can "
            f"({', '.join(backends.trainers())}), choose it with KERAS_BACKEND or keras.set_backend(), "
            "and build the model again."
        )
    if _ready(model, training):
        return
    with on_device_of(model):
        x_specs, y_specs, _ = specs_of(batch)
        if model._input_specs is None or model._output_specs is None:
            build_model(model, x_specs)
        if model._compiled and model._compile_metrics is None and model._output_names():
            model._make_compiled(model._output_names())
        metrics = model._compile_metrics
        if metrics is not None and not metrics.built and y_specs is not None and model._output_specs is not None:
            _build_metrics(model, y_specs)
        for variable in model._reported_variables():
            variable.move_to(model)
        if training and not model._optimizer.built:
            model._optimizer.build(model._trained_variables())
        if training and _custom_step(model) and not getattr(model, "_steps_found", False):
            _find_state(model, specs_of(batch))


def _ready(model: Model, training: bool) -> bool:
    if model._input_specs is None or (model._output_specs is None and not _custom_step(model)):
        return False
    if model._compiled and (model._compile_metrics is None or not model._compile_metrics.built):
        return False
    if training and not model._optimizer.built:
        return False
    return not (training and _custom_step(model) and not getattr(model, "_steps_found", False))


def _custom_step(model: Model) -> bool:
    from keras_core.training.trainer import Trainer

    return type(model).train_step is not Trainer.train_step


def _symbols(specs: Any) -> Any:
    return tree.map_structure(lambda s: None if s is None else KerasTensor(s.shape, s.dtype), specs)


def build_model(model: Model, specs: Any) -> None:
    """Call the model on symbolic inputs, which builds its layers and tells the outputs' shapes."""
    from keras_core.models.model import Model

    set_ = object.__setattr__
    if model._function is not None:
        set_(model, "_output_specs", map_nested(lambda t: t.spec, model._function.outputs_structure))
        set_(model, "_input_specs", map_nested(lambda t: t.spec, model._function.inputs_structure))
        return
    set_(model, "_input_specs", specs)
    if type(model).call is Model.call and not getattr(model, "_stack", None):
        return  # a model that only has a train_step of its own
    outputs = model(_symbols(specs))
    model._inbound_nodes.clear()
    if model._function is not None:
        build_model(model, specs)
        return
    set_(model, "_output_specs", map_nested(lambda t: t.spec, outputs))


def _build_metrics(model: Model, y_specs: Any) -> None:
    from keras_core.training.objectives import leaves, matched

    names = model._output_names()
    assert model._compile_metrics is not None
    targets = matched(y_specs, names, "y")
    outputs = [s.shape for s in leaves(model._output_specs)]
    model._compile_metrics.build([None if t is None else t.shape for t in targets], outputs)


def _find_state(model: Model, specs: Batch) -> None:
    """Run a train_step of the user's on abstract tensors: it may build layers and optimizers, and
    shows which variables of others it writes.
    """
    backend: Backend = model.backend
    leaves = [s for s in tree.flatten(specs) if s is not None]
    written: list[Any] = []

    def run(*tensors: Any) -> list[Any]:
        given = iter(tensors)
        batch = tree.map_structure(lambda s: None if s is None else next(given), specs)
        data = batch[:1] if batch[1] is None else batch[:2] if batch[2] is None else batch
        with Trace(backend, whole=True) as trace:
            trace.creating = True
            with CallContext():
                flat, _ = flatten_results(model.train_step(data), backend)
        written.extend(trace.written)
        return flat

    backend.abstract(run, leaves)
    object.__setattr__(model, "_foreign_variables", written)
    object.__setattr__(model, "_steps_found", True)
