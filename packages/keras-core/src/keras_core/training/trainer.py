"""Trainer: compile, fit, evaluate, predict and their batch forms."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import ops, tree
from keras_core.layers import tracking
from keras_core.layers.call_context import active_context, mask_of, set_mask
from keras_core.state.gradients import gradients
from keras_core.state.variable import Variable
from keras_core.symbolic.node import map_nested
from keras_core.training.checks import check_batch, check_targets
from keras_core.training.compiled import CompileLoss, CompileMetrics, leaves
from keras_core.training.data import ArrayData, BatchSource, as_arrays, class_weights_to_samples, is_batches
from keras_core.training.loop import Fit, evaluate_source, predict_source
from keras_core.training.preparation import prepare
from keras_core.training.programs import Logs, Programs
from keras_core.typing import Tensor

if TYPE_CHECKING:
    from keras_core.callbacks import History
    from keras_core.metrics import Metric
    from keras_core.optimizers import Optimizer

_IGNORED = ("max_queue_size", "workers", "use_multiprocessing")


class Trainer:
    """What makes a model trainable. Mixed into `Model`."""

    if TYPE_CHECKING:
        name: str
        backend: Any
        history: History | None

    def _init_trainer(self) -> None:
        set_ = object.__setattr__
        set_(self, "_compiled", False)
        set_(self, "_optimizer", None)
        set_(self, "_compile_loss", None)
        set_(self, "_compile_metrics", None)
        set_(self, "_compile_arguments", {})
        set_(self, "_trained", None)
        set_(self, "_warned_trainable", False)
        set_(self, "_checked_version", -1)
        set_(self, "_symbolic_metrics", [])
        set_(self, "_programs", None)
        set_(self, "_training_lock", threading.RLock())
        set_(self, "_input_specs", None)
        set_(self, "_output_specs", None)
        set_(self, "_key", (-1, -1))
        set_(self, "_jit", None)
        set_(self, "_loss_tracker", None)
        set_(self, "run_eagerly", False)
        set_(self, "stop_training", False)
        set_(self, "history", None)

    # -- compile

    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        metrics: Any = None,
        loss_weights: Any = None,
        weighted_metrics: Any = None,
        run_eagerly: bool = False,
        steps_per_execution: int = 1,
        jit_compile: bool | str | None = "auto",
        auto_scale_loss: bool = True,
        sample_weight_mode: Any = None,
        target_tensors: Any = None,
        **kwargs: Any,
    ) -> None:
        """Say how the model is trained.

        Args:
            optimizer: an optimizer or its name.
            loss: a loss, its name, a function ``(y_true, y_pred)``; a list or dict of them by output.
            metrics: list of metrics, names or functions; "accuracy" fits itself to loss and shapes.
            loss_weights: a number for each output's loss.
            weighted_metrics: metrics that take sample weights into account.
            run_eagerly: whether to run Python in every step, for debugging.
            steps_per_execution: steps between two calls of a callback's batch hooks.
            jit_compile: whether to use the framework's optimizing compiler; "auto" lets the backend choose.
            auto_scale_loss: accepted for Keras 3; the loss is scaled in mixed precision only.
            sample_weight_mode: accepted for Keras 2; the shape of the weights tells.
            target_tensors: not supported; None.

        Raises:
            ValueError: for an unknown optimizer, loss or metric, with the nearest names.
        """
        from keras_core import losses, optimizers

        if target_tensors is not None:
            raise ValueError("compile(): target_tensors is not supported. Pass the targets to fit().")
        if isinstance(loss_weights, (list, tuple)) and loss_weights and not isinstance(loss_weights[0], (int, float, Variable)):
            metrics, loss_weights = loss_weights, metrics  # positional arguments in Keras 3's order
        if isinstance(metrics, (int, float)) or (
            isinstance(metrics, (list, tuple)) and metrics and all(isinstance(m, (int, float)) for m in metrics)
        ):
            metrics, loss_weights = loss_weights, metrics
        if kwargs:
            raise TypeError(f"compile() does not take {', '.join(kwargs)}.")
        new_optimizer = optimizers.get(optimizer)
        for one in leaves(loss):
            losses.get(one)
        CompileMetrics(_leaf_list(metrics), None, ["output"], [None])
        CompileMetrics(_leaf_list(weighted_metrics), None, ["output"], [None])
        self._optimizer = new_optimizer
        self._compile_arguments = {
            "optimizer": optimizer, "loss": loss, "metrics": metrics, "loss_weights": loss_weights,
            "weighted_metrics": weighted_metrics, "run_eagerly": run_eagerly,
            "steps_per_execution": steps_per_execution, "jit_compile": jit_compile,
        }
        object.__setattr__(self, "run_eagerly", bool(run_eagerly))
        self._jit = None if jit_compile in ("auto", None) else bool(jit_compile)
        self.steps_per_execution = max(1, int(steps_per_execution))
        self._make_loss_tracker()
        self._compile_loss = None
        self._compile_metrics = None
        self._trained = list(self.trainable_variables) if self.built else None  # type: ignore[attr-defined]
        self._warned_trainable = False
        self._forget_programs()
        self._compiled = True
        if self._output_names():
            self._make_compiled(self._output_names())

    def _make_loss_tracker(self) -> None:
        from keras_core.metrics import Mean

        object.__setattr__(self, "_loss_tracker", Mean(name="loss"))

    def _make_compiled(self, names: Sequence[str]) -> None:
        """Loss and metrics for these outputs; None where compile() was not given any."""
        given = self._compile_arguments
        if self._compile_metrics is not None:
            return
        losses = given.get("loss")
        if losses is not None:
            self._compile_loss = CompileLoss(losses, given.get("loss_weights"), names)
        by_output = self._compile_loss.losses if self._compile_loss is not None else [None] * len(names)
        self._compile_metrics = CompileMetrics(given.get("metrics"), given.get("weighted_metrics"), names, by_output)

    def _output_names(self) -> list[str]:
        names = list(self.output_names)  # type: ignore[attr-defined]
        if names or self._output_specs is None:
            return names
        if isinstance(self._output_specs, dict):
            return list(self._output_specs)
        count = len(leaves(self._output_specs))
        return [f"output_{i + 1}" for i in range(count)]

    def _forget_programs(self) -> None:
        object.__setattr__(self, "_programs", None)

    def _program_key(self) -> Any:
        """A number that changes when an attribute of a layer, loss or optimizer was assigned."""
        seen, own = self._key
        now = tracking.version()
        optimizer = getattr(self._optimizer, "version", 0)
        if (now, optimizer) != seen:
            versioned = [*self._flatten_layers(), *(self._compile_loss.losses if self._compile_loss else ())]  # type: ignore[attr-defined]
            own = (sum(getattr(one, "_version", 0) for one in versioned), optimizer)
            object.__setattr__(self, "_key", ((now, optimizer), own))
        return own

    @property
    def _fixed_batch(self) -> bool:
        function = getattr(self, "_function", None)
        return function is not None and any(t.shape[:1] != (None,) for t in function.inputs)

    @property
    def programs(self) -> Programs:
        if self._programs is None:
            object.__setattr__(self, "_programs", Programs(self))  # type: ignore[arg-type]
        return self._programs  # type: ignore[return-value]

    def _training_variables(self) -> list[Variable]:
        found: list[Variable] = []
        if self._optimizer is not None:
            found += self._optimizer.variables
        for value in vars(self).values():
            if value is not self._optimizer and hasattr(value, "apply_gradients"):
                found += value.variables
        for metric in self.metrics:
            found += metric.variables
        if self._compile_loss is not None:
            found += self._compile_loss.variables
        found += getattr(self, "_foreign_variables", [])
        return found

    # -- what compile() set

    @property
    def compiled(self) -> bool:
        return self._compiled

    @property
    def optimizer(self) -> Optimizer | None:
        return self._optimizer

    @optimizer.setter
    def optimizer(self, value: Any) -> None:
        self._optimizer = value
        self._forget_programs()

    @property
    def loss(self) -> Any:
        """The loss as given to compile()."""
        return self._compile_arguments.get("loss")

    @property
    def metrics(self) -> list[Metric]:
        """All metrics: loss, losses of outputs, compiled metrics, and those that layers keep."""
        found: list[Any] = []
        if self._loss_tracker is not None:
            found.append(self._loss_tracker)
        if self._compile_loss is not None:
            found += self._compile_loss.metrics
        if self._compile_metrics is not None:
            found += self._compile_metrics.metrics
        for layer in self._flatten_layers():  # type: ignore[attr-defined]
            found += layer._metrics
        return list({id(m): m for m in found}.values())

    @property
    def metrics_names(self) -> list[str]:
        """Names in the order of `evaluate`'s numbers."""
        return [name for name, _ in self._named_metrics()]

    def _named_metrics(self) -> list[tuple[str, Any]]:
        found: list[tuple[str, Any]] = []
        if self._loss_tracker is not None:
            found.append(("loss", self._loss_tracker))
        if self._compile_loss is not None:
            found += [(m.name, m) for m in self._compile_loss.metrics]
        if self._compile_metrics is not None:
            found += self._compile_metrics.named
        known = {id(m) for _, m in found}
        found += [(m.name, m) for m in self.metrics if id(m) not in known]
        return found

    def reset_metrics(self) -> None:
        """Begin all metrics anew."""
        for metric in self.metrics:
            metric.reset_state()

    def add_metric(self, value: Any, name: str | None = None, aggregation: str | None = "mean") -> None:
        """Keras 2: show the mean of a tensor in the logs.

        Args:
            value: a symbolic tensor of the model's graph, or a tensor inside call() of a subclass.
            name: name in the logs; needed in call().
            aggregation: "mean", or None for a value that is a mean already.
        """
        from keras_core.metrics import Mean
        from keras_core.symbolic.keras_tensor import KerasTensor

        added: dict[str, Any] = self.__dict__.setdefault("_added_metrics", {})
        label = name or f"metric_{len(added)}"
        if label not in added:
            added[label] = Mean(name=label)
        if not isinstance(value, KerasTensor):
            added[label].update_state(value)
        elif active_context() is None:
            self._symbolic_metrics.append((added[label], value))

    # -- steps that users override

    def train_step(self, data: Any) -> dict[str, Any]:
        """One step of training; override it for training of your own.

        Args:
            data: ``(x,)``, ``(x, y)`` or ``(x, y, sample_weight)`` of one batch.

        Returns:
            Names and values for the logs.
        """
        x, y, sample_weight = _unpack(data)

        def forward() -> Any:
            y_pred = self(x, training=True)  # type: ignore[operator]
            loss = self.compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight, training=True)
            return loss, y_pred, [mask_of(p) for p in leaves(y_pred)]

        variables = self._trained_variables()
        if not variables:
            raise ValueError(
                f"Model {self.name!r} has no trainable weights, so there is nothing to train. "
                "Set trainable=True on some layer and compile() again."
            )
        (loss, y_pred, masks), grads = gradients(forward, variables)
        for prediction, mask in zip(leaves(y_pred), masks, strict=True):
            if mask is not None:
                set_mask(prediction, mask)
        self._optimizer.apply(grads, variables)  # type: ignore[union-attr]
        self._track_loss(loss, x)
        return self.compute_metrics(x, y, y_pred, sample_weight)

    def test_step(self, data: Any) -> dict[str, Any]:
        """One step of evaluation; see `train_step`."""
        x, y, sample_weight = _unpack(data)
        y_pred = self(x, training=False)  # type: ignore[operator]
        if self._compile_loss is not None or self.losses:  # type: ignore[attr-defined]
            self._track_loss(self.compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight, training=False), x)
        return self.compute_metrics(x, y, y_pred, sample_weight)

    def predict_step(self, data: Any) -> Any:
        """The outputs for one batch; see `train_step`."""
        x, _, _ = _unpack(data)
        return self(x, training=False)  # type: ignore[operator]

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Tensor:
        """The scalar to minimize: the compiled losses plus what layers and regularizers add.

        Args:
            x, y, y_pred, sample_weight: one batch: inputs, targets, outputs, weights.
            training: whether it is a training step.

        Raises:
            ValueError: when there is no loss at all.
        """
        found: list[Tensor] = []
        if self._compile_loss is not None:
            found += self._compile_loss(y, y_pred, sample_weight, [mask_of(p) for p in leaves(y_pred)])
        found += [ops.sum(one) if ops.ndim(one) else one for one in self.losses]  # type: ignore[attr-defined]
        if not found:
            if not training:
                return ops.zeros(())
            raise ValueError(
                f"Model {self.name!r} has no loss to train with. Give compile(loss=...), or use add_loss() in a layer."
            )
        total = found[0]
        for one in found[1:]:
            total = ops.add(total, one)
        return total

    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> dict[str, Any]:
        """Update the compiled metrics with one batch and return all results."""
        if self._compile_metrics is not None and y is not None:
            self._compile_metrics.update(y, y_pred, sample_weight, [mask_of(p) for p in leaves(y_pred)])
        return self.get_metrics_result()

    def get_metrics_result(self) -> dict[str, Any]:
        """Results of all metrics by name."""
        return {name: metric.result() for name, metric in self._named_metrics()}

    def _track_loss(self, loss: Tensor, x: Any) -> None:
        first = next(leaf for leaf in tree.flatten(x) if leaf is not None)
        self._loss_tracker.update_state(loss, sample_weight=ops.shape(first)[0])

    def _trained_variables(self) -> list[Variable]:
        if self._trained is None:
            self._trained = list(self.trainable_variables)  # type: ignore[attr-defined]
        return self._trained

    # -- loops

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: Any = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: Any = True,
        class_weight: Any = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: Any = 1,
        **kwargs: Any,
    ) -> History:
        """Train for a number of epochs.

        Args:
            x: array, list or dict of arrays with the samples along the first axis; or a generator, iterable
                or Sequence that yields batches ``(x, y)`` or ``(x, y, sample_weight)``.
            y: targets likewise; None when `x` yields them.
            batch_size: samples a step; 32.
            epochs: epoch to stop at (Keras 1: `nb_epoch`).
            verbose: 0 silent, 1 progress bar, 2 one line an epoch, "auto".
            callbacks: list of callbacks.
            validation_split: the fraction of samples, from the end, that is kept to validate.
            validation_data: ``(x, y)``, ``(x, y, sample_weight)`` or a source of batches.
            shuffle: whether to visit samples in a new order each epoch; "batch" keeps batches together.
            class_weight: dict of class -> weight of its samples in the loss.
            sample_weight: array of weights, one a sample (or one a sample and time step).
            initial_epoch: epoch to begin with.
            steps_per_epoch: steps of an epoch; until the data ends.
            validation_steps: steps of a validation.
            validation_batch_size: samples a step in validation.
            validation_freq: epochs between validations, or a list of epochs.

        Returns:
            A History, whose ``history`` holds a list for each name, one number an epoch.

        Raises:
            RuntimeError: before compile().
            ValueError: for data that does not fit the model; nothing was changed then.
        """
        epochs = int(kwargs.pop("nb_epoch", epochs))
        steps_per_epoch = kwargs.pop("samples_per_epoch", steps_per_epoch)
        _refuse("fit", kwargs)
        self._need_compiled("fit")
        with self._training_lock:
            source, validation = self._sources(
                x, y, sample_weight, class_weight, validation_split, validation_data, shuffle
            )
            first = self._first(source)
            prepare(self, first, "fit")  # type: ignore[arg-type]
            self._check(source, first, "fit")
            if validation is not None:
                self._check(validation, self._first(validation), "validation")
            self._warn_about_trainable()
            job = Fit(
                self, source, validation, batch_size or 32, epochs, initial_epoch, steps_per_epoch,  # type: ignore[arg-type]
                validation_steps, validation_batch_size or batch_size, validation_freq, shuffle, verbose, callbacks,
            )
            return job.run()

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: Any = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Any = None,
        return_dict: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Loss and metrics on data, without training.

        Args:
            x, y, sample_weight: as in `fit`.
            batch_size: samples a step; chosen for speed when None.
            verbose: as in `fit`.
            steps: steps to run; until the data ends.
            callbacks: list of callbacks.
            return_dict: whether to return a dict by name instead of a list.

        Returns:
            The loss if there are no metrics, else a list in the order of `metrics_names`, or a dict.
        """
        _refuse("evaluate", kwargs)
        self._need_compiled("evaluate")
        with self._training_lock:
            source = self._source(x, y, sample_weight, "evaluate")
            first = self._first(source)
            prepare(self, first, "evaluate")  # type: ignore[arg-type]
            self._check(source, first, "evaluate")
            logs = evaluate_source(self, source, batch_size, steps, verbose, callbacks)  # type: ignore[arg-type]
        return logs if return_dict else _flat(logs)

    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: Any = "auto",
        steps: int | None = None,
        callbacks: Any = None,
        **kwargs: Any,
    ) -> Any:
        """Outputs for data, as NumPy arrays.

        Args:
            x: array, list or dict of arrays, or a source of batches.
            batch_size: samples a call; chosen for speed when None.
            verbose: as in `fit`.
            steps: steps to run; until the data ends.
            callbacks: list of callbacks.
        """
        _refuse("predict", kwargs)
        if is_batches(x):
            source: Any = BatchSource(x, "predict")
            first = source.peek()
        else:
            source = ArrayData(x, method="predict")
            first = source.batch
        if self._input_specs is None:
            prepare(self, (first[0], None, None), "predict")  # type: ignore[arg-type]
        check_batch(self, source.batch if isinstance(source, ArrayData) else first, "predict")  # type: ignore[arg-type]
        return predict_source(self, source, batch_size, steps, verbose, callbacks)  # type: ignore[arg-type]

    # -- batches

    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: Any = None,
        return_dict: bool = False,
        reset_metrics: bool = True,
    ) -> Any:
        """One step of training on one batch.

        Args:
            x, y, sample_weight, class_weight: as in `fit`.
            return_dict: whether to return a dict by name instead of a list.
            reset_metrics: whether the numbers returned are of this batch alone.

        Returns:
            The loss if there are no metrics, else a list in the order of `metrics_names`, or a dict.
        """
        return self._on_batch("train", x, y, sample_weight, class_weight, return_dict, reset_metrics)

    def test_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        return_dict: bool = False,
        reset_metrics: bool = True,
    ) -> Any:
        """Loss and metrics on one batch; arguments as in `train_on_batch`."""
        return self._on_batch("test", x, y, sample_weight, None, return_dict, reset_metrics)

    def predict_on_batch(self, x: Any) -> Any:
        """Outputs for one batch, as NumPy arrays."""
        x = as_arrays(x, "x")
        if self._input_specs is None:
            prepare(self, (x, None, None), "predict_on_batch")  # type: ignore[arg-type]
        check_batch(self, (x, None, None), "predict_on_batch")  # type: ignore[arg-type]
        backend = self.backend
        return map_nested(backend.numpy, self.programs.predict(x))

    def _on_batch(
        self, mode: str, x: Any, y: Any, sample_weight: Any, class_weight: Any, return_dict: bool, reset: bool
    ) -> Any:
        method = f"{mode}_on_batch"
        self._need_compiled(method)
        batch = ArrayData(x, y, sample_weight, method).batch
        if class_weight is not None:
            batch = (batch[0], batch[1], class_weights_to_samples(batch[1], class_weight, batch[2]))
        with self._training_lock:
            prepare(self, batch, method)  # type: ignore[arg-type]
            check_batch(self, batch, method)  # type: ignore[arg-type]
            check_targets(self, batch, method)  # type: ignore[arg-type]
            if mode == "train":
                self._warn_about_trainable()
            logs: Logs = self.programs.run(mode, batch, reset)
        found = logs.fetch()
        return found if return_dict else _flat(found)

    # -- Keras 2's generator forms

    def fit_generator(self, generator: Any, steps_per_epoch: int | None = None, epochs: int = 1, **kwargs: Any) -> History:
        """Keras 2's name of `fit` on a generator."""
        return self.fit(generator, steps_per_epoch=steps_per_epoch, epochs=epochs, **_without_queue(kwargs))

    def evaluate_generator(self, generator: Any, steps: int | None = None, **kwargs: Any) -> Any:
        """Keras 2's name of `evaluate` on a generator."""
        return self.evaluate(generator, steps=steps, **_without_queue(kwargs))

    def predict_generator(self, generator: Any, steps: int | None = None, **kwargs: Any) -> Any:
        """Keras 2's name of `predict` on a generator."""
        return self.predict(generator, steps=steps, **_without_queue(kwargs))

    def predict_proba(self, x: Any, batch_size: int | None = None, verbose: Any = 0) -> Any:
        """Keras 2's name of `predict` for classifiers."""
        return self.predict(x, batch_size=batch_size, verbose=verbose)

    def predict_classes(self, x: Any, batch_size: int | None = None, verbose: Any = 0) -> np.ndarray:
        """The class of each sample: the largest output, or whether a single output exceeds 0.5."""
        outputs = self.predict(x, batch_size=batch_size, verbose=verbose)
        return outputs.argmax(-1) if outputs.shape[-1] > 1 else (outputs > 0.5).astype("int32")

    # -- sources and checks

    def _sources(
        self, x: Any, y: Any, sample_weight: Any, class_weight: Any, split: float, validation_data: Any, shuffle: Any
    ) -> tuple[Any, Any]:
        source = self._source(x, y, sample_weight, "fit", shuffle)
        validation = None
        if validation_data is not None:
            if is_batches(validation_data):
                validation = self._source(validation_data, None, None, "validation")
            else:
                parts = tuple(validation_data)
                if not 2 <= len(parts) <= 3:
                    raise ValueError(
                        f"validation_data must be (x, y) or (x, y, sample_weight), got {len(parts)} values."
                    )
                validation = self._source(*parts, *([None] * (3 - len(parts))), "validation")
        elif split:
            if not isinstance(source, ArrayData):
                raise ValueError("validation_split needs arrays; for a source of batches give validation_data.")
            source, validation = source.split(split)
        if class_weight is not None:
            if not isinstance(source, ArrayData):
                raise ValueError("class_weight needs arrays; let a source of batches yield sample weights instead.")
            bx, by, bw = source.batch
            source = ArrayData(bx, by, class_weights_to_samples(by, class_weight, bw), "fit")
        return source, validation

    def _source(self, x: Any, y: Any, sample_weight: Any, method: str, shuffle: Any = False) -> Any:
        if is_batches(x):
            if y is not None or sample_weight is not None:
                raise ValueError(f"{method}(): x is a source of batches, which yields y itself; leave y and sample_weight out.")
            return BatchSource(x, method, bool(shuffle))
        return ArrayData(x, y, sample_weight, method)

    def _first(self, source: Any) -> Any:
        return source.batch if isinstance(source, ArrayData) else source.peek()

    def _check(self, source: Any, first: Any, method: str) -> None:
        batch = source.batch if isinstance(source, ArrayData) else first
        check_batch(self, batch, method)  # type: ignore[arg-type]
        check_targets(self, batch, method)  # type: ignore[arg-type]

    def _need_compiled(self, method: str) -> None:
        if not self._compiled:
            raise RuntimeError(
                f"Model {self.name!r}: call compile() before {method}(), for example "
                "model.compile(optimizer='adam', loss='mse')."
            )

    def _warn_about_trainable(self) -> None:
        if self._warned_trainable or self._trained is None or self._checked_version == tracking.version():
            return
        object.__setattr__(self, "_checked_version", tracking.version())
        now = list(map(id, self.trainable_variables))  # type: ignore[attr-defined]
        if now != list(map(id, self._trained)):
            self._warned_trainable = True
            warnings.warn(
                f"Model {self.name!r}: the trainable weights changed after compile(). Training goes on with those of "
                "compile(); call compile() again to train the new set.",
                stacklevel=3,
            )

    # -- compile config, for files

    def get_compile_config(self) -> dict[str, Any] | None:
        """The arguments of compile(), for files; None when it was not called."""
        if not self._compiled:
            return None
        from keras_core.saving import serialize_keras_object

        given = dict(self._compile_arguments)
        given["optimizer"] = self._optimizer
        return {k: serialize_keras_object(v) for k, v in given.items()}

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compile with what `get_compile_config` gave; makes the optimizer's slots if the model is built."""
        from keras_core.saving import deserialize_keras_object

        self.compile(**{k: deserialize_keras_object(v) for k, v in config.items()})
        if self.built and self._optimizer is not None:  # type: ignore[attr-defined]
            self._optimizer.build(self._trained_variables())


def _unpack(data: Any) -> tuple[Any, Any, Any]:
    if not isinstance(data, tuple):
        return data, None, None
    return (*data, *([None] * (3 - len(data))))  # type: ignore[return-value]


def _leaf_list(value: Any) -> list[Any]:
    return [one for one in leaves(value) if one is not None]


def _flat(logs: dict[str, Any]) -> Any:
    values = list(logs.values())
    return values[0] if len(values) == 1 else values


def _without_queue(kwargs: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in kwargs.items() if k not in _IGNORED}


def _refuse(method: str, kwargs: dict[str, Any]) -> None:
    unknown = [k for k in kwargs if k not in _IGNORED]
    if unknown:
        raise TypeError(f"{method}() does not take {', '.join(map(repr, unknown))}.")


