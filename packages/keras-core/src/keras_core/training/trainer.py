"""Trainer: what a model does its training, evaluation and prediction with."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from keras_core.backend.distribution import active_distribution, whole
from keras_core.backend.placement import on_device_of
from keras_core.callbacks.callback_list import CallbackList
from keras_core.graph.nested import map_nested
from keras_core.layers import tracking
from keras_core.layers.host_layer import written_out
from keras_core.metrics.means import Mean
from keras_core.optimizers.native_optimizer import NativeOptimizer
from keras_core.random.seed_generator import get_seed_generator
from keras_core.saving.serialization import deserialize_keras_object, serialize_keras_object
from keras_core.staging.share import Share, share_scope, splitting_engine
from keras_core.training.across_processes import Splitting
from keras_core.training.agreement import agree
from keras_core.training.array_data import ArrayData
from keras_core.training.batch_size_search import search_batch_size
from keras_core.training.batch_source import closed_after
from keras_core.training.checks import check_batch, check_targets
from keras_core.training.class_weights import ClassWeights
from keras_core.training.combining import gathered
from keras_core.training.data import Batch, as_array_or_text, as_arrays
from keras_core.training.device_data import ArrayBatches
from keras_core.training.distributing import distribute
from keras_core.training.dry_run import dry_run
from keras_core.training.feeds import batches_of, feed_of, samples_per_call, steps_per_call_of
from keras_core.training.fit import fit
from keras_core.training.host_rows import all_rows
from keras_core.training.learning_rate_search import search_learning_rate
from keras_core.training.logs import OutputRows
from keras_core.training.loop import StepRunner, run_pass
from keras_core.training.own_parts import OwnParts, parts_engine
from keras_core.training.plan import VALIDATION, FitPlan, PassPlan, Source, first_batch, verbosity
from keras_core.training.preparation import prepare
from keras_core.training.profiling import profile_model
from keras_core.training.programs import Programs
from keras_core.training.state import TrainingState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from keras_core.callbacks.history import History
    from keras_core.optimizers.optimizer import Optimizer
    from keras_core.training.batch_kinds import BatchKind
    from keras_core.training.compile import CompileArguments
    from keras_core.training.feed import Feed
    from keras_core.training.learning_rate_search import LearningRateSearch
    from keras_core.training.profiling import ModelProfile
    from keras_core.training.protocol import TrainableModel
    from keras_core.typing import TensorTree


class Trainer(TrainingState):
    """Owns a model's optimizer, losses, metrics, programs and shapes of data, and runs its steps.

    Args:
        model: the model.
    """

    def __init__(self, model: TrainableModel) -> None:
        super().__init__(model)
        self._programs: Programs | None = None
        self._checked_version = -1
        self._warned_of_trainable = False

    @property
    def programs(self) -> Programs:
        """The staged steps."""
        if self._programs is None:
            self._programs = Programs(self)
        return self._programs

    def model_changed(self) -> None:
        """Forget what was found out about a model that has other layers or outputs by now."""
        self.forget_shapes()
        self.forget_programs()

    def forget_programs(self) -> None:
        """Let every step be staged again when it is next used."""
        self._programs = None

    def _home(self) -> on_device_of:
        """A scope of the model's backend, device and distribution; a model that has none yet takes the active one."""
        model = self.model
        spread = active_distribution()
        if model.distributed_by is None and spread is not None:
            distribute(self, spread)
            self.forget_programs()
        draws = get_seed_generator(model.backend_name).state
        if draws.distributed_by is not model.distributed_by:
            draws.distribute(model.distributed_by, whole(1, model.distributed_by))
        return on_device_of(model)

    # -- compile

    def compile(self, arguments: CompileArguments) -> None:
        """Take the arguments of `Model.compile`; nothing changes when one of them is wrong."""
        model = self.model
        with on_device_of(model):
            optimizer = arguments.make_optimizer(model)
            arguments.check()
            self.optimizer = optimizer
            self.arguments = arguments
            self.run_eagerly = bool(arguments.run_eagerly)
            self.jit = arguments.jit
            self.steps_per_execution = arguments.steps
            self.loss_tracker = Mean(name="loss")
            self.forget_shapes()
            complete = model.built and all(layer.built for layer in model.flatten_layers())
            self.trained = list(model.trainable_variables) if complete else None
            self._warned_of_trainable = False
            self.forget_programs()
            self.make_objectives()

    def use_optimizer(self, optimizer: Optimizer | None) -> None:
        """Train with another optimizer from now on."""
        self.optimizer = optimizer
        self.forget_programs()

    def compile_config(self) -> dict[str, Any] | None:
        """See `Model.get_compile_config`."""
        if self.arguments is None:
            return None
        if isinstance(self.optimizer, NativeOptimizer):
            warnings.warn(
                f"How model {self.model.name!r} was compiled is not kept, since optimizer '{self.optimizer.name}' is "
                "not one of Keras and has no config. Compile the model after loading it.",
                stacklevel=2,
            )
            return None
        given = {**self.arguments.by_name(), "optimizer": self.optimizer}
        if given["auto_scale_loss"]:
            del given["auto_scale_loss"]
        return {name: serialize_keras_object(value) for name, value in given.items()}

    def compile_from_config(self, config: Mapping[str, Any]) -> None:
        """See `Model.compile_from_config`."""
        self.model.compile(**{name: deserialize_keras_object(value) for name, value in config.items()})
        if self.model.built:
            self.build_optimizer()

    # -- whole data

    def fit(self, plan: FitPlan) -> History:
        """See `Model.fit`."""
        self.need_compiled("fit")
        with self._training_data(plan) as (source, validation):
            if plan.dry_run:
                return dry_run(fit, self, self.programs, plan, source, validation)
            if plan.batch_size == "auto":
                plan = replace(plan, batch_size=self._batch_size(plan, source))
            agree(self, source, {"batch size": plan.size, "number of epochs": plan.epochs})
            return fit(self, self.programs, plan, source, validation)

    def _batch_size(self, plan: FitPlan, source: Source) -> int:
        if not isinstance(source, ArrayData):
            raise ValueError("fit(): batch_size='auto' needs arrays; a source of batches has batches of its own size.")
        if parts_engine(self.model.backend) is not None:
            raise ValueError("fit(): batch_size='auto' needs all data in every process; give a number.")
        return search_batch_size(self, self.programs, source, verbosity(plan.verbose) > 0)

    def find_learning_rate(self, plan: FitPlan, min_lr: float, max_lr: float, steps: int) -> LearningRateSearch:
        """See `Model.find_learning_rate`."""
        self.need_compiled("find_learning_rate")
        with self._training_data(plan) as (source, _):
            feed = feed_of(source, self.model.backend, plan.size, plan.shuffle, continues=True)
            return search_learning_rate(self, self.programs, feed, min_lr, max_lr, steps)

    def profile(self, x: TensorTree, steps: int) -> ModelProfile:
        """See `Model.profile`."""
        with self.lock, self._home():
            batch = ArrayData(x, method="profile").batch
            self.programs.batch_kinds.examine_inputs(batch[0], "profile", remember=False)
            return profile_model(self, self.programs, all_rows(batch[0]), steps)

    @contextmanager
    def _training_data(self, plan: FitPlan) -> Iterator[tuple[Source, Source | None]]:
        """The data to train and to validate with, checked, for which everything is built."""
        with self.lock, self._home():
            source, validation = plan.sources(self.output_structure(), self.wanted_outputs(), self.model.host_inputs)
            with closed_after(source, validation):
                prepare(self, first_batch(source), "fit")
                if self.model.distributed_by is not None:
                    self.model.distributed_by.check(self.model.variables)
                self._check(source, "fit")
                if validation is not None:
                    self._check(validation, VALIDATION)
                self._warn_of_trainable()
                yield source, validation

    def evaluate(self, plan: PassPlan) -> dict[str, Any]:
        """The logs by name; see `Model.evaluate`."""
        self.need_compiled("evaluate")
        with self.lock, self._home():
            source = plan.source(self.model.host_inputs)
            with closed_after(source):
                prepare(self, first_batch(source), "evaluate")
                self._check(source, "evaluate")
                size = samples_per_call(self, source, plan.batch_size) if isinstance(source, ArrayData) else 0
                self.model.reset_metrics()
                return self._pass("test", plan, feed_of(source, self.model.backend, size, lent=True))

    def predict(self, plan: PassPlan) -> TensorTree:
        """See `Model.predict`."""
        with self._home():
            source = plan.source(self.model.host_inputs)
            quiet = not plan.callbacks and not verbosity(plan.verbose)
            if not isinstance(source, ArrayData):
                with closed_after(source):
                    self.programs.batch_kinds.examine_inputs(source.peek()[0], "predict", remember=False)
                    return written_out(self._predict_by_steps(plan, source), self.model.flatten_layers)
            rows = samples_per_call(self, source, plan.batch_size)
            in_one_call = quiet and source.size <= rows and source.in_memory
            remember = quiet and source.size <= samples_per_call(self, source, None)
            x = source.batch[0]
            kind = self.programs.batch_kinds.examine_inputs(x, "predict", remember)
            if in_one_call:
                return self._on_host(self.programs.predict(x, kind))
            engine = splitting_engine(self.model.backend)
            if engine is None or plan.steps is not None or source.size < engine.size():
                outputs = self._predict_by_steps(plan, batches_of(self, self.programs, source, rows))
            else:
                share = Share.of(source.size, engine.rank(), engine.size())
                part = source.part(share.start, share.stop)
                outputs = self._predict_by_steps(plan, batches_of(self, self.programs, part, rows))
                outputs = gathered(engine, self.model.backend, outputs)
            return written_out(outputs, self.model.flatten_layers)

    def predict_known(self, x: TensorTree, batch_size: int | None) -> TensorTree:
        """`predict` in one call, for arrays of a kind that was examined before; else None."""
        with self._home():
            kind = self.programs.batch_kinds.find((x, None, None), "predict")
            if kind is None or (batch_size is not None and len(x) > batch_size):
                return None
            return self._on_host(self.programs.predict(x, kind))

    def _predict_by_steps(self, plan: PassPlan, feed: Feed) -> Any:
        size = feed.data.size if isinstance(feed, ArrayBatches) and plan.steps is None else None
        outputs = OutputRows(size)
        self._pass("predict", plan, feed, outputs.add)
        found = outputs.joined()
        if found is None:
            raise ValueError("predict() was given a data source that yields no batch.")
        return found

    def _on_host(self, outputs: TensorTree) -> TensorTree:
        """Outputs as arrays."""
        return written_out(map_nested(self.model.backend.numpy, outputs), self.model.flatten_layers)

    def _pass(self, mode: str, plan: PassPlan, feed: Feed, each: Any = None) -> dict[str, Any]:
        """One evaluation or prediction."""
        callbacks = CallbackList(
            plan.callbacks,
            add_progbar=verbosity(plan.verbose) > 0,
            model=self.model,
            verbose=verbosity(plan.verbose),
            steps=plan.steps or feed.steps,
            epochs=1,
        )
        steps_per_call = steps_per_call_of(self.programs, mode, feed, 1 if callbacks.wants_batches(mode) else None)
        runner = StepRunner(self, self.programs, mode, feed.checked)
        try:
            return run_pass(runner, feed, callbacks, steps_per_call, plan.steps, each=each)
        finally:
            callbacks.close()

    # -- single batches

    def on_batch(
        self, mode: str, batch: Batch, class_weight: Mapping[Any, Any] | None, reset_metrics: bool
    ) -> dict[str, Any]:
        """The logs by name; see `Model.train_on_batch` and `Model.test_on_batch`."""
        x, y, sample_weight = batch
        method = "train_on_batch" if mode == "train" else "test_on_batch"
        self.need_compiled(method)
        with self.lock, self._home():
            programs = self.programs
            splitting, engine = Splitting(splitting_engine(self.model.backend)), parts_engine(self.model.backend)
            known = class_weight is None and not splitting.splits and engine is None
            kind = programs.batch_kinds.find(batch, method) if known else None
            if kind is None:
                data = ArrayData(x, y, sample_weight, method, self.model.host_inputs)
                if class_weight is not None:
                    data = data.weighted(ClassWeights(class_weight, self.output_structure(), self.wanted_outputs()))
                if engine is None:
                    share, _, batch = splitting.part(None, data.batch)
                    kind = programs.batch_kinds.examine(batch, method)
                else:
                    share, kind, batch = self._part_of(data.batch, OwnParts(engine), method)
            else:
                share = None
            if mode == "train":
                self._warn_of_trainable()
            with share_scope(share):
                logs = programs.run(mode, batch, reset_metrics, kind)
        return logs.fetch()

    def _part_of(self, batch: Batch, parts: OwnParts, method: str) -> tuple[Share | None, BatchKind | None, Batch]:
        """A batch to run that processes have brought parts of, its kind, and the rows of this one."""
        kind = self.programs.batch_kinds.examine(batch, method)
        parts.count(batch)
        share = parts.share
        return (share, kind, batch) if share is not None else (None, None, parts.whole(batch))

    def predict_on_batch(self, x: TensorTree) -> TensorTree:
        """See `Model.predict_on_batch`."""
        with self._home():
            kind = self.programs.batch_kinds.find((x, None, None), "predict_on_batch")
            if kind is None:
                x = self.model.host_inputs.of_batch(as_arrays(x, "x", as_array_or_text))
                kind = self.programs.batch_kinds.examine_inputs(x, "predict_on_batch")
            return self._on_host(self.programs.predict(x, kind))

    # -- checks

    def _check(self, source: Source, method: str) -> None:
        batch = first_batch(source)
        check_batch(self, batch, method)
        check_targets(self, batch, method)

    def need_compiled(self, method: str) -> None:
        """Raise RuntimeError before compile()."""
        if self.arguments is None:
            raise RuntimeError(
                f"Model {self.model.name!r}: call compile() before {method}(), for example "
                "model.compile(optimizer='adam', loss='mse')."
            )

    def _warn_of_trainable(self) -> None:
        """Warn once if other variables are trainable than are trained, or none are trained."""
        if self._warned_of_trainable or self.trained is None or self._checked_version == tracking.version():
            return
        self._checked_version = tracking.version()
        if list(map(id, self.model.trainable_variables)) != list(map(id, self.trained)):
            self._warned_of_trainable = True
            warnings.warn(
                f"Model {self.model.name!r}: the trainable weights changed after compile(). Training continues with "
                "those of compile(); call compile() again to train the new set.",
                stacklevel=4,
            )
        elif not self.trained:
            self._warned_of_trainable = True
            warnings.warn(
                f"Model {self.model.name!r} has no trainable weights: its losses and metrics are computed, and "
                "nothing is trained. Set trainable=True on a layer and compile() again to train it.",
                stacklevel=4,
            )
