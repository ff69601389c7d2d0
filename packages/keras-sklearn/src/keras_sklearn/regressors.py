"""Regressors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.metrics import r2_score
from sklearn.utils.validation import validate_data

from keras_sklearn._arguments import takes_x
from keras_sklearn._estimator import Estimator, KerasEstimator, UpstreamEstimator

if TYPE_CHECKING:
    from keras_core.typing import ArrayLike


class _Regressor(RegressorMixin, Estimator):
    """Numbers in and out."""

    def _check_data(self, X: ArrayLike, y: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
        X, y = validate_data(self, X, y, allow_nd=True, multi_output=True, y_numeric=True)
        self.n_outputs_ = 1 if y.ndim == 1 else y.shape[1]
        self._flat = y.ndim == 1
        return X, y

    def _encode(self, y: np.ndarray) -> np.ndarray:
        return y.reshape(-1, 1) if y.ndim == 1 else y

    @takes_x
    def predict(self, X: ArrayLike, **kwargs: Any) -> np.ndarray:
        """The model's predictions.

        Args:
            X: array of shape (n, features), or (n, ...) where the model takes such.
            **kwargs: arguments of the model's `predict`, for this call.

        Returns:
            Numbers of shape (n,), or (n, outputs) if the targets were of such a shape.
        """
        outputs = self._predict(X, kwargs)
        found = np.concatenate(outputs, axis=-1) if isinstance(outputs, (list, tuple)) else np.asarray(outputs)
        return found.reshape(len(found)) if self._flat and found.size == len(found) else found

    @takes_x
    def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None, **kwargs: Any) -> float:
        """The coefficient of determination of the predictions.

        Args:
            X: array of shape (n, features), or (n, ...) where the model takes such.
            y: targets of shape (n,) or (n, outputs).
            sample_weight: weights of shape (n,); None weighs all alike. Defaults to None.
            **kwargs: arguments of the model's `predict`, for this call.
        """
        return float(r2_score(y, self.predict(X, **kwargs), sample_weight=sample_weight))


class KerasRegressor(_Regressor, KerasEstimator):
    """A regressor of scikit-learn with a model of Keras inside.

    Keras 2's `KerasRegressor(build_fn, **arguments)` is this class, too. As scikit-learn has it, `score` is the
    coefficient of determination, where Keras 2's was the loss below zero, and `fit` returns the estimator.

    Args:
        model: a function that returns a model, or a model, which is copied with new weights. The function gets
            those of these parameters that it names, `meta` (a dict of what is known of the data: `n_features_in_`,
            `X_shape_`, `n_outputs_`, ...), `X`, `y` and `compile_kwargs`.
        build_fn: Keras 2's name of `model`.
        optimizer: name, class or optimizer, for models that are not compiled. Defaults to "rmsprop".
        loss: loss, for models that are not compiled. The mean squared error when None.
        metrics: metrics, for models that are not compiled.
        batch_size: samples per step; 32 when None.
        epochs: passes over the data. Defaults to 1.
        verbose: 0 silent, 1 progress bar, 2 one line per epoch. Defaults to 1.
        callbacks: callbacks of `fit`, such as EarlyStopping.
        validation_split: fraction of the samples, from the end, that is kept to validate. Defaults to 0.
        shuffle: whether to visit samples in a new order each epoch. Defaults to True.
        warm_start: whether `fit` goes on with the model that is there. Defaults to False.
        random_state: seed of weights and order; None for others each time.
        **kwargs: arguments of the function, of `fit`, `predict` and `compile`; or with ``model__``, ``fit__``,
            ``predict__``, ``compile__`` and ``optimizer__`` before them.

    Example:
        >>> import keras
        >>> from keras_sklearn import KerasRegressor
        >>> def make(meta, hidden=8):
        ...     return keras.Sequential([keras.layers.Dense(hidden, "relu"), keras.layers.Dense(meta["n_outputs_"])])
        >>> regressor = KerasRegressor(make, model__hidden=4, epochs=2, loss="mae")
    """


class SKLearnRegressor(_Regressor, UpstreamEstimator):
    """Keras 3's regressor of scikit-learn.

    Args:
        model: a compiled model, which is copied with new weights; or a function of `X`, `y` and `model_kwargs` that
            returns one.
        warm_start: whether `fit` goes on with the model that is there. Defaults to False.
        model_kwargs: further arguments of the function.
        fit_kwargs: arguments of the model's `fit`.
        random_state: seed of weights and order; None for others each time.

    Example:
        >>> import keras
        >>> from keras_sklearn import SKLearnRegressor
        >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
        >>> model.compile("adam", "mse")
        >>> regressor = SKLearnRegressor(model, fit_kwargs={"epochs": 2})
    """

    def _shown(self, y: np.ndarray) -> np.ndarray:
        return self._encode(y)
