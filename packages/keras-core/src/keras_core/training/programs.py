"""The three steps of a model as staged programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import ops, tree
from keras_core.graph.keras_tensor import KerasTensor
from keras_core.graph.nested import map_nested
from keras_core.layers.call_context import CallContext
from keras_core.layers.layer import Layer
from keras_core.ops.op import record_ops
from keras_core.ops.properties import shape_of
from keras_core.random.global_generator import get_seed_generator
from keras_core.staging.staged import Staged, StagedSteps
from keras_core.staging.trace import active_trace
from keras_core.staging.variable import Variable
from keras_core.training.checks import BatchKind
from keras_core.training.device_data import StepsPerCall

if TYPE_CHECKING:
    from keras_core.models.model import Model


class Logs:
    """What a step returned for the logs: scalars side by side in one tensor, so that one fetch gets all.

    Args:
        names: filled in when the step is traced.
    """

    def __init__(self, names: list[str], vector: Any, others: dict[str, Any], model: Model) -> None:
        self._names = names
        self._vector = vector
        self._others = others
        self._model = model
        self._found: dict[str, Any] | None = None

    def fetch(self) -> dict[str, Any]:
        """The values as Python floats (arrays where a step returned some)."""
        if self._found is None:
            backend = self._model.backend
            values = backend.numpy(self._vector).tolist() if self._names else []
            self._found = dict(zip(self._names, values, strict=True))
            self._found |= {k: backend.numpy(v) for k, v in self._others.items()}
        return self._found


class Programs:
    """Staged train, test and predict steps of one model, made when first used."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._made: dict[tuple[str, bool, bool], Any] = {}
        self._names: dict[tuple[str, bool, bool], list[str]] = {}
        self._ops: frozenset[str] | None = None
        self.paces: dict[tuple[str, int], StepsPerCall] = {}
        self.known: dict[Any, BatchKind] = {}

    def run(self, mode: str, batch: tuple[Any, ...], reset: bool = False, known: BatchKind | None = None) -> Logs:
        """One step on a batch; with `reset`, metrics begin anew in it."""
        key = (mode, reset, False)
        return self._logs(key, self._call(key, batch, known))

    def run_many(self, mode: str, indices: np.ndarray, data: tuple[Any, ...]) -> Logs:
        """A step for each row of `indices`."""
        key = (mode, False, True)
        return self._logs(key, self._get(key)(indices, data))

    def predict(self, x: Any, known: BatchKind | None = None) -> Any:
        """The outputs for a batch, as tensors."""
        return self._call(("predict", False, False), (x,), known)

    def call(self, inputs: Any, training: bool) -> tuple[Any, list[Any]]:
        """The model called on concrete inputs: its outputs, and the losses that layers added."""
        key = ("call", training, False)
        if key not in self._made:
            model = self.model

            def run(x: Any) -> Any:
                trace = active_trace()
                assert trace is not None
                outputs = Layer.__call__(model, x, training=training)
                return outputs, [one for _, one in trace.losses]

            self._made[key] = Staged(
                run, self.variables, model.backend, relax_batch=not model._fixed_batch, key=model._program_key
            )
        return self._made[key](inputs)

    def _call(self, key: tuple[str, bool, bool], batch: tuple[Any, ...], known: BatchKind | None) -> Any:
        step = self._get(key)
        if known is None or not isinstance(step, Staged):
            return step(*batch)
        if key not in known.programs:
            known.programs[key] = step.prepare(batch)[1:]
        program, results = known.programs[key]
        return step.repeat(program, results, batch)

    def _logs(self, key: tuple[str, bool, bool], out: Any) -> Logs:
        vector, others = out
        return Logs(self._names[key], vector, others, self.model)

    def _get(self, key: tuple[str, bool, bool]) -> Any:
        if key not in self._made:
            mode, reset, many = key
            step = self._predict_step() if mode == "predict" else self._step(mode, reset, key)
            self._made[key] = self._staged(step, many)
        return self._made[key]

    def _staged(self, step: Callable[..., Any], many: bool) -> Any:
        model = self.model
        if model.run_eagerly and not many:
            return step
        if model.run_eagerly:
            return _EagerSteps(step, model)
        kind: Any = StagedSteps if many else Staged
        options: dict[str, Any] = {} if many else {"relax_batch": not model._fixed_batch, "borrows": True}
        return kind(
            step, self.variables, model.backend, jit=model._jit, key=model._program_key, ops=self.op_names, **options
        )

    def _step(self, mode: str, reset: bool, key: tuple[str, bool, bool]) -> Callable[..., Any]:
        model = self.model
        names: list[str] = []
        self._names[key] = names

        def step(*batch: Any) -> Any:
            if reset:
                for metric in model.metrics:
                    metric.reset_state()
            data = batch[:1] if batch[1] is None else batch[:2] if batch[2] is None else batch
            with CallContext():
                logs = model.train_step(data) if mode == "train" else model.test_step(data)
            return _packed(logs, names, model)

        return step

    def _predict_step(self) -> Callable[..., Any]:
        model = self.model

        def step(x: Any) -> Any:
            with CallContext():
                return map_nested(ops.stop_gradient, model.predict_step((x,)))  # what comes of it are numbers

        return step

    def variables(self) -> list[Variable]:
        """Everything that a step of the model may write."""
        model = self.model
        found = [*model.variables, *model._training_variables(), get_seed_generator(model.backend_name).state]
        return list(dict.fromkeys(found))

    def op_names(self) -> frozenset[str]:
        """Names of the ops in the model, found by calling it on symbolic inputs."""
        if self._ops is None:
            specs = self.model._input_specs
            seen: set[str] = set()
            calls = [(layer, len(layer.inbound_nodes)) for layer in self.model._flatten_layers()]
            if specs is not None:
                with record_ops() as seen:
                    try:
                        symbols = tree.map_structure(
                            lambda s: None if s is None else KerasTensor(s.shape, s.dtype), specs
                        )
                        with CallContext(training=True):
                            self.model.call(symbols)
                    except Exception:  # a call in the framework's own functions: nothing is known of it
                        seen = set()
            for layer, count in calls:
                del layer.inbound_nodes[count:]  # the user made none of these calls
            self._ops = frozenset(seen)
        return self._ops


class _EagerSteps:
    def __init__(self, step: Callable[..., Any], model: Model) -> None:
        self.step = step
        self.model = model

    def __call__(self, indices: Any, data: tuple[Any, ...]) -> Any:
        out = None
        take = self.model.backend.ops["take"]
        for row in indices:
            out = self.step(
                *tree.map_structure(lambda leaf, row=row: None if leaf is None else take(leaf, row, 0), data)
            )
        return out


def _packed(logs: Any, names: list[str], model: Model) -> tuple[Any, dict[str, Any]]:
    """Scalars of the logs stacked in one float tensor, anything else apart."""
    if not isinstance(logs, dict):
        raise TypeError(
            f"Model {model.name!r}: train_step() and test_step() return a dict of names and values, got {logs!r}."
        )
    flat: dict[str, Any] = {}
    for name, value in logs.items():
        if isinstance(value, dict):
            flat |= value
        else:
            flat[name] = value
    scalars: dict[str, Any] = {}
    others: dict[str, Any] = {}
    for name, value in flat.items():
        shape = shape_of(value)
        (scalars if shape == () else others)[name] = value
    names[:] = list(scalars)
    vector = ops.stack([ops.cast(v, "float32") for v in scalars.values()]) if scalars else ops.zeros((0,))
    return ops.stop_gradient(vector), others


def concatenate_outputs(parts: list[Any]) -> Any:
    """Nested NumPy outputs of batches, joined along the first axis."""
    if len(parts) == 1:
        return parts[0]
    flat = [[] for _ in range(_count(parts[0]))]  # type: list[list[np.ndarray]]
    for part in parts:
        leaves: list[Any] = []
        map_nested(leaves.append, part)
        for column, leaf in zip(flat, leaves, strict=True):
            column.append(leaf)
    joined = iter([np.concatenate(column) for column in flat])
    return map_nested(lambda _: next(joined), parts[0])


def _count(structure: Any) -> int:
    leaves: list[Any] = []
    map_nested(leaves.append, structure)
    return len(leaves)
