"""Trainer: fit, evaluate, predict and their batch forms."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core.backend.placement import on_device_of
from keras_core.graph.nested import map_nested
from keras_core.layers import tracking
from keras_core.suggestions import not_taken
from keras_core.training.checks import BatchKind, check_batch, check_targets, kind_of, value_checks
from keras_core.training.data import ArrayData, BatchSource, as_arrays, is_batches
from keras_core.training.loop import Fit, evaluate_source, in_one_call, predict_source, shown
from keras_core.training.preparation import prepare
from keras_core.training.programs import Logs
from keras_core.training.steps import Steps

if TYPE_CHECKING:
    from keras_core.callbacks import History

_VALIDATION = "validation_data of fit"
_IGNORED = ("max_queue_size", "workers", "use_multiprocessing")


class Trainer(Steps):
    """What makes a model trainable. Mixed into `Model`."""

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
        _need_positive(
            "fit",
            batch_size=batch_size,
            steps_per_epoch=steps_per_epoch,
            validation_steps=validation_steps,
            validation_batch_size=validation_batch_size,
        )
        self._need_compiled("fit")
        with self._training_lock, on_device_of(self):
            source, validation = self._sources(
                x, y, sample_weight, class_weight, validation_split, validation_data, shuffle
            )
            first = self._first(source)
            prepare(self._model, first, "fit")
            self._check(source, first, "fit")
            if validation is not None:
                self._check(validation, self._first(validation), _VALIDATION)
            self._warn_about_trainable()
            job = Fit(
                self._model,
                source,
                validation,
                batch_size or 32,
                epochs,
                initial_epoch,
                steps_per_epoch,
                validation_steps,
                validation_batch_size or batch_size,
                validation_freq,
                shuffle,
                verbose,
                callbacks,
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
        _need_positive("evaluate", batch_size=batch_size, steps=steps)
        self._need_compiled("evaluate")
        with self._training_lock, on_device_of(self):
            source = self._source(x, y, sample_weight, "evaluate")
            first = self._first(source)
            prepare(self._model, first, "evaluate")
            self._check(source, first, "evaluate")
            logs = evaluate_source(self._model, source, batch_size, steps, verbose, callbacks)
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
        _need_positive("predict", batch_size=batch_size, steps=steps)
        with on_device_of(self):
            if quiet := not shown(verbose) and not callbacks:
                known = self._known((x, None, None), "predict")
                if known is not None and (batch_size is None or len(x) <= batch_size):
                    return map_nested(self.backend.numpy, self.programs.predict(x, known))
            if is_batches(x):
                source: Any = BatchSource(x, "predict")
                first = source.peek()
            else:
                source = ArrayData(x, method="predict")
                first = source.batch
            self._examine_input(first[0], "predict", remember=quiet and in_one_call(self._model, source))
            return predict_source(self._model, source, batch_size, steps, verbose, callbacks)

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
        with on_device_of(self):
            known = self._known((x, None, None), "predict_on_batch")
            if known is None:
                x = as_arrays(x, "x")
                known = self._examine_input(x, "predict_on_batch")
            return map_nested(self.backend.numpy, self.programs.predict(x, known))

    def _on_batch(
        self, mode: str, x: Any, y: Any, sample_weight: Any, class_weight: Any, return_dict: bool, reset: bool
    ) -> Any:
        method = f"{mode}_on_batch"
        self._need_compiled(method)
        with self._training_lock, on_device_of(self):
            batch = (x, y, sample_weight)
            known = self._known(batch, method) if class_weight is None else None
            if known is None:
                data = ArrayData(*batch, method)
                batch = (data if class_weight is None else data.weighted(class_weight)).batch
                known = self._examine(batch, method)
            if mode == "train":
                self._warn_about_trainable()
            logs: Logs = self.programs.run(mode, batch, reset, known)
        found = logs.fetch()
        return found if return_dict else _flat(found)

    # -- Keras 2's generator forms

    def fit_generator(
        self, generator: Any, steps_per_epoch: int | None = None, epochs: int = 1, **kwargs: Any
    ) -> History:
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
                validation = self._source(validation_data, None, None, _VALIDATION)
            else:
                parts = tuple(validation_data)
                if not 2 <= len(parts) <= 3:
                    raise ValueError(
                        f"validation_data must be (x, y) or (x, y, sample_weight), got {len(parts)} values."
                    )
                vx, vy, vw = (*parts, None)[:3]
                validation = self._source(vx, vy, vw, _VALIDATION)
        elif split:
            if not isinstance(source, ArrayData):
                raise ValueError("validation_split needs arrays; for a source of batches give validation_data.")
            source, validation = source.split(split)
        if class_weight is not None:
            source = source.weighted(class_weight)
        return source, validation

    def _source(self, x: Any, y: Any, sample_weight: Any, method: str, shuffle: Any = False) -> Any:
        if is_batches(x):
            if y is not None or sample_weight is not None:
                raise ValueError(
                    f"{method}(): x is a source of batches, which yields y itself; leave y and sample_weight out."
                )
            return BatchSource(x, method, bool(shuffle))
        return ArrayData(x, y, sample_weight, method)

    def _first(self, source: Any) -> Any:
        return source.batch if isinstance(source, ArrayData) else source.peek()

    def _known(self, batch: Any, method: str) -> BatchKind | None:
        """What is known of a batch's kind, its values looked at; None where it was never examined."""
        known = self.programs.known.get(kind_of(self._model, batch, method))
        if known is not None:
            known.check(batch)
        return known

    def _examine(self, batch: Any, method: str) -> BatchKind | None:
        """Prepare for a batch of arrays and check it, its values alone when its kind was examined before."""
        known = self._known(batch, method)
        if known is None:
            prepare(self._model, batch, method)
            check_batch(self._model, batch, method)
            check_targets(self._model, batch, method)
            known = self._remember(batch, method)
        return known

    def _examine_input(self, x: Any, method: str, remember: bool = True) -> BatchKind | None:
        """As `_examine`, for what only needs inputs."""
        batch = (x, None, None)
        if self._input_specs is None:
            prepare(self._model, batch, method)
        check_batch(self._model, batch, method)
        return self._remember(batch, method) if remember else None

    def _remember(self, batch: Any, method: str) -> BatchKind | None:
        """Know the kind of a batch, which was examined, from now on."""
        kind = kind_of(self._model, batch, method)
        if kind is None:
            return None
        return self.programs.known.setdefault(kind, BatchKind(value_checks(self._model, batch, method)))

    def _check(self, source: Any, first: Any, method: str) -> None:
        batch = source.batch if isinstance(source, ArrayData) else first
        check_batch(self._model, batch, method)
        check_targets(self._model, batch, method)

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
        now = list(map(id, self.trainable_variables))
        if now != list(map(id, self._trained)):
            self._warned_trainable = True
            warnings.warn(
                f"Model {self.name!r}: the trainable weights changed after compile(). Training goes on with those of "
                "compile(); call compile() again to train the new set.",
                stacklevel=3,
            )


def _flat(logs: dict[str, Any]) -> Any:
    values = list(logs.values())
    return values[0] if len(values) == 1 else values


def _without_queue(kwargs: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in kwargs.items() if k not in _IGNORED}


def _refuse(method: str, kwargs: dict[str, Any]) -> None:
    unknown = [k for k in kwargs if k not in _IGNORED]
    if unknown:
        raise TypeError(not_taken(method, unknown, getattr(Trainer, method)))


def _need_positive(method: str, **given: int | None) -> None:
    for name, value in given.items():
        if value is not None and value < 1:
            raise ValueError(f"{method}(): {name} must be a positive integer, got {value}.")
