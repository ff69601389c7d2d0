"""The training half of Model: methods that its Trainer carries out, and the steps that subclasses override."""

from __future__ import annotations

from functools import partial
from types import NoneType
from typing import TYPE_CHECKING, Any, Literal

from keras_core.argument_checks import checked, value_of_kind
from keras_core.graph.keras_tensor import KerasTensor
from keras_core.layers.call_context import active_context
from keras_core.metrics.means import Mean
from keras_core.models.batch_methods import BatchMethods, flat
from keras_core.models.keras_2_methods import Keras2Methods
from keras_core.models.stepping import Stepping
from keras_core.returned import something
from keras_core.suggestions import not_taken
from keras_core.training import steps
from keras_core.training.compile import CompileArguments, refusing_weights_as_metrics
from keras_core.training.outputs import leaves
from keras_core.training.overridden_steps import (
    base_predict_step,
    base_test_step,
    base_train_step,
)
from keras_core.training.plan import FitPlan, PassPlan, take_workers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keras_core.callbacks.callback import Callbacks
    from keras_core.callbacks.history import History
    from keras_core.losses.function_loss import LossIdentifier
    from keras_core.metrics.choice import MetricIdentifier
    from keras_core.metrics.metric import Metric
    from keras_core.optimizers.identifiers import OptimizerIdentifier
    from keras_core.optimizers.optimizer import Optimizer
    from keras_core.staging.variable import Variable
    from keras_core.training.deadline import MaxTime
    from keras_core.training.learning_rate_search import LearningRateSearch
    from keras_core.training.profiling import ModelProfile
    from keras_core.training.programs import Programs
    from keras_core.training.protocol import StepData
    from keras_core.training.trainer import Trainer
    from keras_core.typing import (
        Data,
        Nested,
        NonNegativeInt,
        PathLike,
        PositiveInt,
        PositiveInts,
        Tensor,
        TensorTree,
        Verbosity,
    )


class TrainingMethods(BatchMethods, Keras2Methods, Stepping):
    """The part of `Model` that is trained.

    Attributes:
        history: the `History` of the last `fit`.
        stop_training: set it in a callback to end `fit` after the step in progress.
    """

    history: History | None = None
    stop_training: bool = False
    _trainer: Trainer
    _symbolic_metrics: list[tuple[Metric, KerasTensor]]

    # -- compile

    @refusing_weights_as_metrics
    def compile(
        self,
        optimizer: OptimizerIdentifier = "rmsprop",
        loss: Nested[LossIdentifier] = None,
        metrics: Nested[MetricIdentifier] | None = None,
        loss_weights: Nested[float] | None = None,
        weighted_metrics: Nested[MetricIdentifier] | None = None,
        run_eagerly: bool | None = False,
        steps_per_execution: PositiveInt | Literal["auto"] | None = 1,
        jit_compile: bool | Literal["auto"] | None = "auto",
        auto_scale_loss: bool = True,
        sample_weight_mode: Nested[str | None] = None,
        target_tensors: object = None,
        **kwargs: Any,
    ) -> None:
        """Say how the model is trained.

        Args:
            optimizer: an optimizer or its name.
            loss: a loss, its name, a function ``(y_true, y_pred)``; a dict of them by output name, or nested ones that
                mirror the outputs. Where some outputs have none, targets for the others suffice.
            metrics: list of metrics, names or functions; "accuracy" is chosen by loss and shapes.
            loss_weights: a number for each output's loss.
            weighted_metrics: metrics that take sample weights into account.
            run_eagerly: whether to run Python in every step, for debugging.
            steps_per_execution: steps between two calls of a callback's batch-level hooks.
            jit_compile: whether to use the framework's optimizing compiler; "auto" lets the backend choose.
            auto_scale_loss: whether a model of the policy "mixed_float16" has its loss scaled, by putting a
                `LossScaleOptimizer` around the optimizer.
            sample_weight_mode: accepted for Keras 2; inferred from the shape of the weights.
            target_tensors: not supported; None.
            **kwargs: none; a name that is not listed is refused.

        Raises:
            ValueError: for an unknown optimizer, loss or metric, with the nearest names.
            TypeError: for an unknown argument, with the nearest names.
        """
        if target_tensors is not None:
            raise ValueError("compile(): target_tensors is not supported. Pass the targets to fit().")
        for mode in leaves(sample_weight_mode):
            if mode not in (None, "temporal", "samplewise"):
                raise ValueError(f"compile(): sample_weight_mode must be None or 'temporal', got {mode!r}.")
        if kwargs:
            raise TypeError(not_taken("compile", kwargs, type(self).compile))
        arguments = CompileArguments.of(
            optimizer=optimizer,
            loss=loss,
            metrics=metrics,
            loss_weights=loss_weights,
            weighted_metrics=weighted_metrics,
            run_eagerly=run_eagerly,
            steps_per_execution=steps_per_execution,
            jit_compile=jit_compile,
            auto_scale_loss=auto_scale_loss,
        )
        self._trainer.compile(arguments)

    @property
    def compiled(self) -> bool:
        """Whether compile() was called."""
        return self._trainer.compiled

    @property
    def optimizer(self) -> Optimizer | None:
        """The optimizer; may be replaced by another."""
        return self._trainer.optimizer

    @optimizer.setter
    def optimizer(self, value: Optimizer | None) -> None:
        self._trainer.use_optimizer(value)

    @property
    def loss(self) -> Nested[LossIdentifier]:
        """The loss as given to compile()."""
        arguments = self._trainer.arguments
        return None if arguments is None else arguments.loss

    @property
    def run_eagerly(self) -> bool:
        """Whether steps run as Python instead of compiled programs."""
        return self._trainer.run_eagerly

    @run_eagerly.setter
    def run_eagerly(self, value: bool) -> None:
        self._trainer.run_eagerly = bool(value)
        self._trainer.forget_programs()

    @property
    def steps_per_execution(self) -> int:
        """Steps between two calls of a callback's batch-level hooks."""
        return self._trainer.steps_per_execution

    @steps_per_execution.setter
    def steps_per_execution(self, value: int) -> None:
        self._trainer.steps_per_execution = value_of_kind("Model", "steps_per_execution", value, "PositiveInt")

    @property
    def programs(self) -> Programs:
        """The compiled steps."""
        return self._trainer.programs

    def get_compile_config(self) -> dict[str, Any] | None:
        """The arguments of compile(), for files; None when it was not called."""
        return self._trainer.compile_config()

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compile with what `get_compile_config` gave; makes the optimizer's slots if the model is built."""
        self._trainer.compile_from_config(config)

    # -- metrics

    @property
    def metrics(self) -> list[Metric]:
        """All metrics: loss, losses of outputs, compiled metrics, and those that layers keep."""
        return self._trainer.all_metrics(super().metrics)

    @property
    def metrics_names(self) -> list[str]:
        """Names in the order of `evaluate`'s numbers."""
        return [name for name, _ in self._trainer.named_metrics()]

    @property
    def metrics_variables(self) -> list[Variable]:
        """State of all metrics, in their order, each once."""
        return self._trainer.metrics_variables()

    def reset_metrics(self) -> None:
        """Reset the state of all metrics."""
        for metric in self.metrics:
            metric.reset_state()

    def added_tensors(self) -> tuple[list[KerasTensor], list[tuple[Metric, KerasTensor]]]:
        """The symbolic losses, and the metrics of symbolic tensors, that add_loss() and add_metric() added."""
        return [one for one in self._losses if isinstance(one, KerasTensor)], list(self._symbolic_metrics)

    def get_metrics_result(self) -> dict[str, Any]:
        """Results of all metrics by name."""
        return {
            name: something(metric.result(), f"Metric {name!r}: result()", "a number")
            for name, metric in self._trainer.named_metrics()
        }

    @checked
    def add_metric(self, value: Tensor, name: str | None = None, aggregation: str | None = "mean") -> None:
        """Keras 2: show the mean of a tensor in the logs.

        Args:
            value: a symbolic tensor of the model's graph, or a tensor inside call() of a subclass.
            name: name in the logs; needed in call().
            aggregation: "mean", or None for a value that is a mean already.
        """
        added: dict[str, Any] = self.__dict__.setdefault("_added_metrics", {})
        label = name or f"metric_{len(added)}"
        if label not in added:
            added[label] = Mean(name=label)
        if not isinstance(value, KerasTensor):
            added[label].update_state(value)
        elif active_context() is None:
            self._symbolic_metrics.append((added[label], value))

    # -- whole data

    def fit(
        self,
        x: Data | None = None,
        y: TensorTree = None,
        batch_size: PositiveInt | Literal["auto"] | None = None,
        epochs: NonNegativeInt = 1,
        verbose: Verbosity = "auto",
        callbacks: Callbacks = None,
        validation_split: float = 0.0,
        validation_data: Data | None = None,
        shuffle: bool | Literal["batch"] = True,
        class_weight: Mapping[Any, Any] | None = None,
        sample_weight: TensorTree = None,
        initial_epoch: NonNegativeInt = 0,
        steps_per_epoch: PositiveInt | None = None,
        validation_steps: PositiveInt | None = None,
        validation_batch_size: PositiveInt | None = None,
        validation_freq: PositiveInt | PositiveInts = 1,
        resume: PathLike | None = None,
        *,
        dry_run: bool = False,
        overfit_batches: PositiveInt | float | None = None,
        limit_batches: PositiveInt | float | None = None,
        max_time: MaxTime | None = None,
        sanity_steps: NonNegativeInt | None = None,
        anomaly: Literal["stop", "raise", "ignore"] = "stop",
        **kwargs: Any,
    ) -> History:
        """Train for a number of epochs.

        Args:
            x: array of shape (samples, ...), a list or a dict of such arrays; or a generator, iterable
                or Sequence that yields batches ``(x, y)`` or ``(x, y, sample_weight)``, or dicts of columns; or a
                `datasets.Dataset` or `datasets.IterableDataset` of Hugging Face.
            y: targets likewise; None when `x` yields them. Where `x` has or yields columns, as a dict, a frame of
                pandas or polars or such a data set, the name of one, or several nested as the outputs are. The model's
                inputs are the columns with their names; one input may also be the only column that is left over, or
                of a frame all of them.
            batch_size: samples per step; 32. "auto" tries powers of two and takes the smallest that trains about as
                many samples a second as the fastest that fits into memory; it may be another one in the next run.
            epochs: epoch to stop at (Keras 1: `nb_epoch`).
            verbose: 0 silent, 1 progress bar, 2 one line per epoch, "auto".
            callbacks: list of callbacks.
            validation_split: the fraction of samples, from the end, that is kept to validate.
            validation_data: ``(x, y)``, ``(x, y, sample_weight)`` or a source of batches; the names of columns are
                those of `y` and `sample_weight` where none are given beside it.
            shuffle: whether to visit samples in a new order each epoch; "batch" keeps batches together. An
                `IterableDataset` keeps its order, unless it was shuffled itself: then it has another one each epoch.
            class_weight: dict of class -> weight of its samples in the loss; a dict of such dicts by output name.
            sample_weight: array of weights, one per sample (or per sample and time step), or the name of a column.
            initial_epoch: number of the first epoch, counted from 0.
            steps_per_epoch: steps per epoch, which begins where the last one stopped; until the data ends.
            validation_steps: steps per validation, from the first batch; until the data ends.
            validation_batch_size: samples per step in validation.
            validation_freq: epochs between validations, or a list of epochs.
            resume: a folder for this training alone, where its whole state is saved from time to time. When the same
                program is run again after an interruption, it goes on from there, and ends with the same weights, bit
                for bit, as if it had not been interrupted; see `BackupAndRestore`.
            dry_run: whether to train and validate with one batch each, without callbacks, to say of what shapes
                everything is, and to undo it: weights, optimizer and random numbers are as before. A generator is one
                batch further.
            overfit_batches: train with the first batches alone, a number of them or a share such as 0.01, always in
                the same order, and validate with them, too: a model that is right learns them by heart.
            limit_batches: at most so many batches an epoch and a validation, or a share of them such as 0.1. Like
                `steps_per_epoch`, an epoch begins where the last one stopped.
            max_time: seconds, a timedelta, or text such as "01:30:00" or "2:00:00:00" (days first), after which
                training ends: after the step in progress, and the validation of its epoch. With `resume` it is
                interrupted after the step, and the next call goes on from there.
            sanity_steps: steps of the validation to try out before the first epoch, so that a fault of it shows at
                once; one of a source of batches. What they change is undone, and callbacks are not told. None is one
                step where nothing was evaluated since compile(), and else none.
            anomaly: what to do about numbers that are not finite: "stop" ends the training soon after the loss became
                NaN, with a warning that says where; "raise" watches every step, which costs time, and raises a
                FloatingPointError that names the first layer or gradient that is not finite, with the weights as they
                were before the step; "ignore" goes on.
            **kwargs: Keras 1's names, and Keras 2's `workers`, `use_multiprocessing` and `max_queue_size`, which count
                more than those of a `PyDataset`. A generator is read ahead by one thread, however many workers.

        Returns:
            A History, whose ``history`` holds a list for each name, one number per epoch.

        Raises:
            RuntimeError: before compile().
            ValueError: for data that does not fit the model; nothing was changed then.
            FloatingPointError: for numbers that are not finite, with ``anomaly="raise"``.
            TypeError: for an unknown argument, with the nearest names.
        """
        epochs = kwargs.pop("nb_epoch", epochs)
        steps_per_epoch = kwargs.pop("samples_per_epoch", steps_per_epoch)
        validation_steps = kwargs.pop("nb_val_samples", validation_steps)
        plan = FitPlan(
            workers=take_workers(TrainingMethods.fit, kwargs),
            x=x,
            y=y,
            batch_size=batch_size,
            epochs=epochs,
            verbose=verbose,
            callbacks=callbacks,
            validation_split=validation_split,
            validation_data=validation_data,
            shuffle=shuffle,
            class_weight=class_weight,
            sample_weight=sample_weight,
            initial_epoch=initial_epoch,
            steps_per_epoch=steps_per_epoch,
            validation_steps=validation_steps,
            validation_batch_size=validation_batch_size,
            validation_freq=validation_freq,
            resume=resume,
            dry_run=dry_run,
            overfit_batches=overfit_batches,
            limit_batches=limit_batches,
            max_time=max_time,
            sanity_steps=sanity_steps,
            anomaly=anomaly,
        )
        return self._trainer.fit(plan)

    @checked
    def find_learning_rate(
        self,
        x: Data | None = None,
        y: TensorTree = None,
        batch_size: PositiveInt | None = None,
        *,
        min_lr: float = 1e-7,
        max_lr: float = 1.0,
        steps: PositiveInt = 100,
        sample_weight: TensorTree = None,
        class_weight: Mapping[Any, Any] | None = None,
    ) -> LearningRateSearch:
        """Train some steps with a growing learning rate, to see which one lowers the loss fastest, and undo it.

        Afterwards weights, optimizer and random numbers are as before; set the suggestion yourself:
        ``model.optimizer.learning_rate = found.suggestion``. The search ends where the loss grows beyond measure.

        Args:
            x: as in `fit`. A generator has been read further.
            y: as in `fit`.
            batch_size: samples per step, as in the training that is to come; 32.
            min_lr: learning rate of the first step.
            max_lr: learning rate of the last step; it grows by one factor from step to step.
            steps: number of steps.
            sample_weight: as in `fit`.
            class_weight: as in `fit`.

        Returns:
            What was found: `learning_rates`, `losses`, `suggestion` (None where the loss falls nowhere) and `plot()`.

        Raises:
            RuntimeError: before compile().
            ValueError: for data that does not fit the model, limits that are none, or an optimizer of a framework.
        """
        plan = FitPlan(
            x=x,
            y=y,
            batch_size=batch_size,
            sample_weight=sample_weight,
            class_weight=class_weight,
            steps_per_epoch=steps,
        )
        return self._trainer.find_learning_rate(plan, min_lr, max_lr, steps)

    @checked
    def profile(self, x: TensorTree, steps: PositiveInt = 10) -> ModelProfile:
        """What each layer costs for one batch: arithmetic, time forward and with gradients, weights and outputs.

        Each call of a layer is compiled by itself and run some times; the fastest run counts. A model inside is one
        row, and so is a layer that calls others. Masks are not used. Nothing is changed.

        Args:
            x: one batch of inputs: an array, a list or a dict of arrays.
            steps: how often each is run.

        Returns:
            A table, when it is printed, with `rows` of numbers and the `whole` model.

        Raises:
            ValueError: for data that does not fit the model.
        """
        return self._trainer.profile(x, steps)

    @checked
    def evaluate(
        self,
        x: Data | None = None,
        y: TensorTree = None,
        batch_size: PositiveInt | None = None,
        verbose: Verbosity = "auto",
        sample_weight: TensorTree = None,
        steps: PositiveInt | None = None,
        callbacks: Callbacks = None,
        return_dict: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Loss and metrics on data, without training.

        Args:
            x: inputs, as in `fit`.
            y: targets, as in `fit`.
            batch_size: samples per step; chosen for speed when None.
            verbose: as in `fit`.
            sample_weight: weights of the samples, as in `fit`.
            steps: steps to run; until the data ends.
            callbacks: list of callbacks.
            return_dict: whether to return a dict by name instead of a list.
            **kwargs: `workers`, `use_multiprocessing` and `max_queue_size`, as in `fit`.

        Returns:
            The loss if there are no metrics, else a list in the order of `metrics_names`, or a dict.

        Raises:
            RuntimeError: before compile().
            ValueError: for data that does not fit the model.
            TypeError: for an unknown argument, with the nearest names.
        """
        plan = PassPlan(
            method="evaluate",
            workers=take_workers(TrainingMethods.evaluate, kwargs),
            x=x,
            y=y,
            sample_weight=sample_weight,
            batch_size=batch_size,
            verbose=verbose,
            steps=steps,
            callbacks=callbacks,
        )
        logs = self._trainer.evaluate(plan)
        return logs if return_dict else flat(logs)

    def predict(
        self,
        x: Data,
        batch_size: PositiveInt | None = None,
        verbose: Verbosity = "auto",
        steps: PositiveInt | None = None,
        callbacks: Callbacks = None,
        **kwargs: Any,
    ) -> TensorTree:
        """Outputs for data, as NumPy arrays.

        Args:
            x: array, list or dict of arrays, a source of batches, or a data set with columns, as in `fit`.
            batch_size: samples per call; chosen for speed when None.
            verbose: as in `fit`.
            steps: steps to run; until the data ends.
            callbacks: list of callbacks.
            **kwargs: `workers`, `use_multiprocessing` and `max_queue_size`, as in `fit`.

        Returns:
            An array of shape (samples, ...), structured like the model's outputs.

        Raises:
            ValueError: for data that does not fit the model.
            TypeError: for an unknown argument, with the nearest names.
        """
        workers = take_workers(TrainingMethods.predict, kwargs)
        silent = isinstance(verbose, int) and verbose == 0 and (callbacks is None or callbacks == [])
        if silent and steps is None and not workers and isinstance(batch_size, (int, NoneType)):
            found = self._trainer.predict_known(x, batch_size)
            if found is not None:
                return found
        plan = PassPlan(
            method="predict",
            workers=workers,
            x=x,
            batch_size=batch_size,
            verbose=verbose,
            steps=steps,
            callbacks=callbacks,
        )
        return self._trainer.predict(plan)

    # -- the steps, which subclasses override

    def train_step(self, *args: StepData, **kwargs: StepData) -> TensorTree:
        """One step of training; override ``train_step(self, data)`` for training of your own.

        An override may also be ``train_step(self, state, data)``, Keras 3's form on JAX: it is given the values of
        variables, assigns none, and returns ``(logs, new state)``. Either may go on to this one in the same form.

        Args:
            *args: data: ``(x, y)`` or ``(x, y, sample_weight)`` of one batch; x itself, if that is all (``(x,)`` for a
                list). Or state and data, where the state holds the values of the trainable, the non-trainable, the
                optimizer's and the metrics' variables.
            **kwargs: the same as `data` and `state`.

        Returns:
            Names and values for the logs; for a call with a state these and the new state.
        """
        return base_train_step(self, partial(steps.train_step, self._trainer), args, kwargs)

    def test_step(self, *args: StepData, **kwargs: StepData) -> TensorTree:
        """One step of evaluation; see `train_step`. The state has no part for the optimizer.

        Args:
            *args: data, or state and data.
            **kwargs: the same as `data` and `state`.
        """
        return base_test_step(self, partial(steps.test_step, self._trainer), args, kwargs)

    def predict_step(self, *args: StepData, **kwargs: StepData) -> TensorTree:
        """The outputs for one batch; see `train_step`.

        The state is of the trainable and the non-trainable variables; the latters' new values are returned alone.

        Args:
            *args: data, or state and data.
            **kwargs: the same as `data` and `state`.
        """
        return base_predict_step(self, partial(steps.predict_step, self._trainer), args, kwargs)

    def compute_loss(
        self,
        x: TensorTree = None,
        y: TensorTree = None,
        y_pred: TensorTree = None,
        sample_weight: TensorTree = None,
        training: bool = True,
    ) -> Tensor:
        """The scalar to minimize: the compiled losses plus what layers and regularizers add.

        Args:
            x: inputs of one batch.
            y: its targets.
            y_pred: the model's outputs for it.
            sample_weight: weights of its samples; None weights all equally.
            training: whether it is a training step.

        Raises:
            ValueError: when there is no loss at all.
        """
        return steps.compute_loss(self._trainer, y, y_pred, sample_weight, training)

    def compute_metrics(
        self, x: TensorTree, y: TensorTree, y_pred: TensorTree, sample_weight: TensorTree = None
    ) -> dict[str, Any]:
        """Update the compiled metrics with one batch and return all results."""
        return steps.compute_metrics(self._trainer, y, y_pred, sample_weight)
