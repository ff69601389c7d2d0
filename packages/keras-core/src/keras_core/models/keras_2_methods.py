"""Methods of models that Keras 3 has no more: training by generators, and the classes of predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.argument_checks import checked
from keras_core.data_utils.workers import QUEUE_ARGUMENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np

    from keras_core.callbacks.callback import Callbacks
    from keras_core.callbacks.history import History
    from keras_core.typing import Data, NonNegativeInt, PositiveInt, PositiveInts, TensorTree, Verbosity


class Keras2Methods:
    """The part of `Model` for programs that were written for Keras 1 and 2."""

    if TYPE_CHECKING:
        fit: Callable[..., History]
        evaluate: Callable[..., Any]
        predict: Callable[..., Any]

    @checked
    def fit_generator(
        self,
        generator: Data,
        steps_per_epoch: PositiveInt | None = None,
        epochs: NonNegativeInt = 1,
        verbose: Verbosity = 1,
        callbacks: Callbacks = None,
        validation_data: Data | None = None,
        validation_steps: PositiveInt | None = None,
        validation_freq: PositiveInt | PositiveInts = 1,
        class_weight: Mapping[Any, Any] | None = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
        shuffle: bool = True,
        initial_epoch: NonNegativeInt = 0,
        **kwargs: Any,
    ) -> History:
        """Keras 2's name of `fit` on a generator or Sequence; a worker makes batches ahead, as there.

        Args:
            generator: yields batches ``(x, y)`` or ``(x, y, sample_weight)``, or has them by number.
            steps_per_epoch: as in `fit` (Keras 1: `samples_per_epoch`).
            epochs: as in `fit` (Keras 1: `nb_epoch`).
            verbose: as in `fit`.
            callbacks: as in `fit`.
            validation_data: as in `fit`.
            validation_steps: as in `fit` (Keras 1: `nb_val_samples`).
            validation_freq: as in `fit`.
            class_weight: as in `fit`.
            max_queue_size: how many batches may wait (Keras 1: `max_q_size`).
            workers: how many threads or processes make batches (Keras 1: `nb_worker`); one thread for a generator. 0
                makes each when it is needed.
            use_multiprocessing: whether workers are processes (Keras 1: `pickle_safe`); for a Sequence.
            shuffle: whether the batches of a Sequence come in a new order each epoch.
            initial_epoch: as in `fit`.
            **kwargs: Keras 1's names.
        """
        queue = _queue(max_queue_size, workers, use_multiprocessing, kwargs)
        return self.fit(
            generator,
            epochs=epochs,
            verbose=verbose,
            callbacks=callbacks,
            validation_data=validation_data,
            steps_per_epoch=steps_per_epoch,
            validation_steps=validation_steps,
            validation_freq=validation_freq,
            class_weight=class_weight,
            shuffle=shuffle,
            initial_epoch=initial_epoch,
            **queue,
        )

    @checked
    def evaluate_generator(
        self,
        generator: Data,
        steps: PositiveInt | None = None,
        callbacks: Callbacks = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
        verbose: Verbosity = 0,
        **kwargs: Any,
    ) -> Any:
        """Keras 2's name of `evaluate` on a generator; silent by default. Arguments as in `fit_generator`."""
        steps = kwargs.pop("val_samples", steps)  # Keras 1's name
        queue = _queue(max_queue_size, workers, use_multiprocessing, kwargs)
        return self.evaluate(generator, steps=steps, callbacks=callbacks, verbose=verbose, **queue)

    @checked
    def predict_generator(
        self,
        generator: Data,
        steps: PositiveInt | None = None,
        callbacks: Callbacks = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
        verbose: Verbosity = 0,
        **kwargs: Any,
    ) -> TensorTree:
        """Keras 2's name of `predict` on a generator; silent by default. Arguments as in `fit_generator`."""
        steps = kwargs.pop("val_samples", steps)  # Keras 1's name
        queue = _queue(max_queue_size, workers, use_multiprocessing, kwargs)
        return self.predict(generator, steps=steps, callbacks=callbacks, verbose=verbose, **queue)

    @checked
    def predict_proba(self, x: TensorTree, batch_size: PositiveInt | None = None, verbose: Verbosity = 0) -> TensorTree:
        """Keras 2's name of `predict` for classifiers."""
        return self.predict(x, batch_size=batch_size, verbose=verbose)

    @checked
    def predict_classes(
        self, x: TensorTree, batch_size: PositiveInt | None = None, verbose: Verbosity = 0
    ) -> np.ndarray:
        """The class of each sample: the largest output, or whether a single output exceeds 0.5."""
        outputs: np.ndarray = self.predict(x, batch_size=batch_size, verbose=verbose)
        return outputs.argmax(-1) if outputs.shape[-1] > 1 else (outputs > 0.5).astype("int32")


def _queue(max_queue_size: int, workers: int, use_multiprocessing: bool, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments for workers, for which Keras 1's names among the others count more."""
    given = {"max_queue_size": max_queue_size, "workers": workers, "use_multiprocessing": use_multiprocessing}
    return {**given, **{QUEUE_ARGUMENTS.get(name, name): value for name, value in kwargs.items()}}
