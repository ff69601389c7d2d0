"""The steps of a model as staged programs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from keras_core import ops, tree
from keras_core.backend.distribution import group_of
from keras_core.graph.keras_tensor import KerasTensor
from keras_core.graph.nested import map_nested
from keras_core.layers.call_context import CallContext
from keras_core.ops.op import record_ops
from keras_core.random.seed_generator import get_seed_generator
from keras_core.staging.share import active_share
from keras_core.staging.staged import Staged, StagedBatches, StagedSteps
from keras_core.staging.trace import active_trace
from keras_core.staging.variable import unchanged_variables
from keras_core.training.across_processes import StateBefore
from keras_core.training.anomalies import watched
from keras_core.training.batch_kinds import BatchKind, BatchKinds
from keras_core.training.logs import StepLogs, packed
from keras_core.training.overridden_steps import run_predict_step, run_test_step, run_train_step
from keras_core.training.recorded_steps import RecordedSteps
from keras_core.training.steps_per_call import MOST_BATCHES, fixed_steps

if TYPE_CHECKING:
    import numpy as np

    from keras_core.backend.optional_protocols import CountsSteps
    from keras_core.backend.protocol import Backend, StepsDone, VariableLike
    from keras_core.staging.variable import Variable
    from keras_core.training.data import Batch
    from keras_core.training.state import TrainingState
    from keras_core.training.steps_per_call import StepsPerCall
    from keras_core.typing import Tensor, TensorTree

StepKind = tuple[str, bool, bool]
"""Mode ("train", "watch", "test", "predict" or "call"), whether metrics are reset first (or a call's `training`), and
whether the program runs many steps."""

Step = Callable[..., Any]


class Programs:
    """Staged train, test and predict steps of one model, made when first used.

    Args:
        state: the state of the model's training.

    Attributes:
        watched: names of the values whose being finite the last watched step to be traced notes.
        batch_kinds: kinds of batches that the programs were run on.
        steps_per_call: how many steps a compiled call runs, by mode and batch size.
        read: variables that train and test steps were seen to read.
        steps_done: how many steps of training were run, by the shapes of a batch.
        ran_in_python: whether the last call of many steps ran them in Python, to trace them for one.
    """

    def __init__(self, state: TrainingState) -> None:
        self._state = state
        self._steps: dict[StepKind, Step] = {}
        self._names: dict[StepKind, list[str]] = {}
        self._recorded: dict[str, RecordedSteps] = {}
        self.steps_done: StepsDone = {}
        self._predicting: StagedBatches | None = None
        self._ops: frozenset[str] | None = None
        self.read: set[VariableLike] = set()
        self._runs_in_python = 0
        self.ran_in_python = True
        self.watched: list[str] = []
        self.batch_kinds = BatchKinds(state)
        self.steps_per_call: dict[tuple[str, int], StepsPerCall] = {}

    @property
    def backend(self) -> Backend:
        """Where they run."""
        return self._state.model.backend

    def run(self, mode: str, batch: Batch, reset: bool = False, kind: BatchKind | None = None) -> StepLogs:
        """One step on a batch; with `reset`, metrics are reset in it."""
        self._swap_weights(mode)
        key = (mode, reset, False)
        return self._logs(key, self._call(key, batch, kind))

    def run_many(self, mode: str, indices: np.ndarray, data: Batch) -> StepLogs:
        """A step for each row of `indices`, on these rows of the arrays in `data`."""
        self._swap_weights(mode)
        key = (mode, False, True)
        ran = self._runs_in_python
        logs = self._logs(key, self.step(key)(indices, data))
        self.ran_in_python = ran != self._runs_in_python
        return logs

    def predict(self, x: TensorTree, kind: BatchKind | None = None) -> TensorTree:
        """The outputs for a batch, as tensors."""
        self._swap_weights("predict")
        return self._call(("predict", False, False), (x,), kind)

    def predict_many(self, rows: np.ndarray, x: TensorTree) -> TensorTree:
        """The outputs for some batches, stacked; what stands there behind their number means nothing.

        Args:
            rows: (batches, size) numbers of rows that follow one another.
            x: the arrays that they belong to, for which `predicts_many` says yes.
        """
        self._swap_weights("predict")
        count, size = rows.shape
        batches = self._batches().prepare(size, (x,))
        assert batches is not None
        return batches(int(rows[0, 0]), count)

    def predicts_many(self, size: int, x: TensorTree) -> bool:
        """Whether one call predicts several batches of these arrays.

        Args:
            size: rows of a batch.
            x: the arrays that each call is given.
        """
        return not self._state.run_eagerly and self._batches().prepare(size, (x,)) is not None

    def _batches(self) -> StagedBatches:
        if self._predicting is None:
            state = self._state
            self._predicting = StagedBatches(
                self._predict_step(),
                self.variables,
                state.model.backend,
                MOST_BATCHES,
                state.jit,
                key=state.program_key,
                ops=self.op_names,
            )
        return self._predicting

    def _swap_weights(self, mode: str) -> None:
        """Let the variables hold what steps of this mode compute with, where that is not always the same."""
        optimizer = self._state.optimizer
        if optimizer is None:
            return
        if mode in ("train", "watch"):
            optimizer.swap_to_train()
        else:
            optimizer.swap_to_eval()

    def call(self, inputs: TensorTree, training: bool) -> tuple[Any, list[Tensor], list[Any]]:
        """The model called on concrete inputs: its outputs, the losses that layers added, and the outputs' masks."""
        kind = ("call", training, False)
        step = self._steps.get(kind) or self.step(kind)
        outputs, losses, masks = step(inputs)
        return outputs, losses, masks

    def step(self, kind: StepKind) -> Step:
        """The program of a kind of step: a `Staged`, a `StagedSteps`, or with `run_eagerly` a plain function."""
        found = self._steps.get(kind)
        if found is None:
            found = self._steps[kind] = self._make(kind)
        return found

    def ran(self, mode: str) -> bool:
        """Whether steps of a mode have run."""
        recorded = mode in self._recorded and self._recorded[mode].program_count > 0
        return recorded or any(kind[0] == mode for kind in self._steps)

    def gain_from_many(self) -> bool:
        """Whether steps may share a compiled call."""
        return not self._state.run_eagerly and "steps" in self._state.model.backend.capabilities

    def may_gather(self) -> bool:
        """Whether batches of a source may share a call: not on several devices, where each is laid out by itself."""
        spread = self._state.model.distributed_by is not None or group_of(self.backend) is not None
        return self.gain_from_many() and not spread

    def recorded(self, mode: str) -> RecordedSteps | None:
        """Steps that may run ahead of what callbacks are told; None where the backend gains nothing from it."""
        state = self._state
        if not self.gain_from_many():
            return None
        if mode not in self._recorded:
            names: list[str] = []
            key = state.train_key if mode == "train" else state.program_key
            step = self._logging_step((mode, False, True), names)
            relax = state.fixed_batch_size is None
            begin = partial(self._swap_weights, mode)
            self._recorded[mode] = RecordedSteps(
                state, step, names, self.variables, key, self.op_names, relax, begin, self._done_of(mode)
            )
        return self._recorded[mode]

    def program_count(self, kind: StepKind) -> int:
        """How many programs were compiled for a kind of step: one for each kind of batch."""
        step = self._steps.get(kind)
        return step.program_count if isinstance(step, (Staged, StagedSteps)) else 0

    def counting(self) -> list[CountsSteps]:
        """The programs that count their steps."""
        held = [*self._steps.values(), *self._recorded.values()]
        staged = [one for one in held if isinstance(one, (Staged, StagedSteps, RecordedSteps))]
        return [program for one in staged for program in one.counting()]

    def _done_of(self, mode: str) -> StepsDone | None:
        """What steps of a mode count themselves in; None where a backend is to run all in one way."""
        return self.steps_done if mode in ("train", "watch") and fixed_steps() is None else None

    def go_on_after(self, done: StepsDone) -> None:
        """Take the next step of training for that which came after these."""
        self.steps_done.clear()  # which programs share
        self.steps_done.update(done)

    def _call(self, key: StepKind, batch: Batch, kind: BatchKind | None) -> Any:
        step = self.step(key)
        if kind is None or not isinstance(step, Staged):
            return step(*batch)
        share = active_share()
        which = key if share is None else (*key, share)
        if which not in kind.programs:
            kind.programs[which] = step.prepare(batch)[1:]
        program, results = kind.programs[which]
        return step.repeat(program, results, batch)

    def _logs(self, key: StepKind, out: tuple[Tensor, dict[str, Tensor]]) -> StepLogs:
        vector, others = out
        return StepLogs(self._names[key], vector, others, self._state.model.backend)

    # -- making programs

    def _make(self, kind: StepKind) -> Step:
        mode, _, many = kind
        state, backend = self._state, self._state.model.backend
        relax = state.fixed_batch_size is None
        if mode == "call":
            return Staged(self._call_step(kind), self.variables, backend, relax_batch=relax, key=state.call_key)
        key = _with_share(state.train_key if mode in ("train", "watch") else state.program_key)
        step = self._predict_step() if mode == "predict" else self._logging_step(kind, self._names.setdefault(kind, []))
        if state.run_eagerly:
            return _EagerSteps(step, backend) if many else step
        done = self._done_of(mode)
        if many:
            return StagedSteps(
                step, self.variables, backend, state.jit, key=key, ops=self.op_names, relax_batch=relax, done=done
            )
        return Staged(
            step,
            self.variables,
            backend,
            state.jit,
            relax_batch=relax,
            key=key,
            ops=self.op_names,
            borrows=True,
            done=done,
        )

    def _logging_step(self, kind: StepKind, names: list[str]) -> Step:
        mode, reset, _ = kind
        model = self._state.model

        def step(*batch: Any) -> tuple[Tensor, dict[str, Tensor]]:
            self._runs_in_python += 1
            if reset:
                for metric in model.metrics:
                    metric.reset_state()
            if active_trace() is None:
                model.clear_losses()  # in a trace, layers add them to it
            share = active_share()
            before = None if share is None else StateBefore(self._state)
            with CallContext():
                if mode == "watch":
                    run = partial(run_train_step, model, batch)
                    logs, self.watched[:] = watched(run, batch, self._state, self.variables())
                else:
                    logs = run_train_step(model, batch) if mode == "train" else run_test_step(model, batch)
            trace = active_trace()
            if trace is not None:
                self.read.update(trace.read_variables)
            if before is not None and share is not None:
                logs = before.combined(logs, share)
            return packed(logs, names, model.name)

        return step

    def _predict_step(self) -> Step:
        model = self._state.model

        def step(x: Any) -> Any:
            with CallContext():
                return map_nested(ops.stop_gradient, run_predict_step(model, x))  # only numbers are asked for

        return step

    def _call_step(self, kind: StepKind) -> Step:
        model, training = self._state.model, kind[1]

        def step(x: Any) -> tuple[Any, list[Tensor], list[Any]]:
            trace = active_trace()
            assert trace is not None
            with CallContext() as context:
                outputs = model.call_uncompiled(x, training)
            return outputs, [one for _, one in trace.losses], context.masks_of(outputs)

        return step

    def variables(self) -> list[Variable]:
        """Everything that a step of the model may write."""
        model = self._state.model
        found = [*model.variables, *self._state.variables(), get_seed_generator(model.backend_name).state]
        return list(dict.fromkeys(found))

    def op_names(self) -> frozenset[str]:
        """Names of the ops in the model, found by calling it on symbolic inputs."""
        if self._ops is None:
            self._ops = _ops_of(self._state)
        return self._ops


def _with_share(key: Callable[[], Any]) -> Callable[[], Any]:
    """A key that tells apart, too, which rows of a batch a program computes."""
    return lambda: (key(), active_share())


class _EagerSteps:
    """A step run in Python for each row of indices."""

    def __init__(self, step: Step, backend: Backend) -> None:
        self._step = step
        self._backend = backend

    def __call__(self, indices: np.ndarray, data: Batch) -> TensorTree:
        out = None
        take = self._backend.ops["take"]
        for row in indices:
            batch = tree.map_structure(lambda leaf, row=row: None if leaf is None else take(leaf, row, 0), data)
            out = self._step(*batch)
        return out


def _ops_of(state: TrainingState) -> frozenset[str]:
    model, specs = state.model, state.input_specs
    if specs is None:
        return frozenset()
    calls = [(layer, len(layer.inbound_nodes)) for layer in model.flatten_layers()]
    with record_ops() as seen, unchanged_variables():
        try:
            symbols = tree.map_structure(lambda s: None if s is None else KerasTensor(s.shape, s.dtype), specs)
            with CallContext(training=True):
                model.call(symbols)
        except Exception:  # a call in the framework's own functions: nothing is known of it
            seen = set()
    for layer, count in calls:
        del layer.inbound_nodes[count:]  # the user made none of these calls
    return frozenset(seen)
