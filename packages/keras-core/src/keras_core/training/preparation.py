"""Building everything before the first staged call: nothing is created while staging."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import tree
from keras_core.backend import discovery as backends
from keras_core.backend.distribution import whole
from keras_core.backend.placement import on_device_of
from keras_core.graph.keras_tensor import KerasTensor
from keras_core.graph.nested import map_nested
from keras_core.layers.call_context import CallContext
from keras_core.staging.staged import flatten_results
from keras_core.staging.trace import Trace
from keras_core.staging.variable import Variable
from keras_core.training.data import Batch, specs_of
from keras_core.training.overridden_steps import run_train_step, takes_state

if TYPE_CHECKING:
    from keras_core.training.state import Specs, TrainingState


def prepare(state: TrainingState, batch: Batch, method: str) -> None:
    """Build the model, its losses and metrics and its optimizer for batches like this one.

    Args:
        state: the state of the model's training.
        batch: (x, y, sample_weight), nested arrays; only shapes and dtypes are used.
        method: name of the caller, for messages.

    Raises:
        NotImplementedError: for training on a backend without gradients.
    """
    model = state.model
    training = method in ("fit", "train_on_batch")
    if training and "train" not in model.backend.capabilities:
        raise NotImplementedError(
            f"The {model.backend.name!r} backend has no gradients, so it cannot train. Install a package that can "
            f"({', '.join(backends.trainers())}), choose it with KERAS_BACKEND or keras.set_backend(), "
            "and build the model again."
        )
    if _ready(state, training):
        return
    with on_device_of(model):
        specs = specs_of(batch)
        if state.input_specs is None or state.output_specs is None:
            build_model(state, specs[0])
        _build_objectives(state, specs[1])
        if training:
            _build_optimizer(state, specs)


def _ready(state: TrainingState, training: bool) -> bool:
    custom_step = state.model.overrides("train_step")
    if state.input_specs is None or (state.output_specs is None and not custom_step):
        return False
    if state.compiled and (state.metrics is None or not state.metrics.built):
        return False
    if not training:
        return True
    return state.optimizer_is_built and (state.custom_step_traced or state.run_eagerly or not custom_step)


def build_model(state: TrainingState, specs: Specs) -> None:
    """Call the model on symbolic inputs, which builds its layers and infers the shapes of its outputs."""
    model = state.model
    model.settle_input(specs)
    if _take_specs_of_graph(state):
        return
    state.input_specs = specs
    if not model.overrides("call"):  # it has a train_step alone
        return
    calls = [(layer, len(layer.inbound_nodes)) for layer in model.flatten_layers() if layer.inbound_nodes]
    outputs = model(tree.map_structure(lambda s: None if s is None else KerasTensor(s.shape, s.dtype), specs))
    for layer, count in calls:
        del layer.inbound_nodes[count:]  # the user made none of these calls
    if model not in [layer for layer, _ in calls]:
        model.inbound_nodes.clear()
    if not _take_specs_of_graph(state):
        state.output_specs = map_nested(lambda t: t.spec, outputs)


def _take_specs_of_graph(state: TrainingState) -> bool:
    graph = state.model.symbolic_graph
    if graph is None:
        return False
    state.output_specs = map_nested(lambda t: t.spec, graph.outputs_structure)
    state.input_specs = map_nested(lambda t: t.spec, graph.inputs_structure)
    return True


def _build_objectives(state: TrainingState, y_specs: Specs) -> None:
    state.make_objectives()
    metrics = state.metrics
    if metrics is not None and not metrics.built and y_specs is not None and state.output_specs is not None:
        targets = state.targets(y_specs)
        metrics.build([None if t is None else t.shape for t in targets], state.output_shapes())
        _look_into_graph(state, targets)
    for variable in state.reported_variables():
        variable.move_to(state.model, whole(variable.ndim, state.model.distributed_by))


def _look_into_graph(state: TrainingState, targets: list[Any]) -> None:
    """Find the losses and metrics that use tensors of the model's graph besides its outputs."""
    graph = state.model.symbolic_graph
    if graph is None:
        return
    graph.keeps_values = False
    for objectives in (state.loss, state.metrics):
        if objectives is not None:
            objectives.look_into(graph, targets, state.model.backend)


def _build_optimizer(state: TrainingState, specs: Specs) -> None:
    if takes_state(state.model.train_step):
        state.build_optimizer()
    if state.model.overrides("train_step") and not state.custom_step_traced:  # which may build layers
        if state.run_eagerly:  # it may look at values, and needs no list of what it writes
            if all(layer.built for layer in state.model.flatten_layers()):
                state.build_optimizer()
            return
        state.foreign_variables = _variables_written_by_step(state, specs)
        state.custom_step_traced = True
    state.build_optimizer()


def _variables_written_by_step(state: TrainingState, specs: Specs) -> list[Variable]:
    """What an overridden train_step writes, found on abstract tensors; it may build layers and optimizers then."""
    model, backend = state.model, state.model.backend
    leaves = [s for s in tree.flatten(specs) if s is not None]
    written: list[Variable] = []

    def run(*tensors: Any) -> list[Any]:
        given = iter(tensors)
        batch = tree.map_structure(lambda s: None if s is None else next(given), specs)
        with Trace(backend, whole=True) as trace:
            trace.creating = True
            with CallContext():
                flat, _ = flatten_results(run_train_step(model, batch), backend)
        written.extend(variable for variable in trace.written if isinstance(variable, Variable))
        return flat

    backend.abstract(run, leaves)
    return written
