"""Transformers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import TransformerMixin
from sklearn.utils.validation import validate_data

from keras_sklearn._arguments import takes_x
from keras_sklearn._estimator import Estimator, KerasEstimator, UpstreamEstimator

if TYPE_CHECKING:
    from keras_core.typing import ArrayLike


class _Transformer(TransformerMixin, Estimator):
    """What a model makes of data."""

    def _check_data(self, X: ArrayLike, y: ArrayLike | None) -> tuple[np.ndarray, np.ndarray]:
        if y is None:
            X = validate_data(self, X, allow_nd=True)
            return X, X
        X, y = validate_data(self, X, y, allow_nd=True, multi_output=True, y_numeric=True)
        return X, y.reshape(-1, 1) if y.ndim == 1 else y

    @takes_x
    def fit(
        self, X: ArrayLike, y: ArrayLike | None = None, sample_weight: ArrayLike | None = None, **kwargs: Any
    ) -> Any:
        """Make a model and train it.

        Args:
            X: array of shape (n, features), or (n, ...) where the model takes such.
            y: targets of shape (n,) or (n, outputs); X itself when None.
            sample_weight: weights of shape (n,); only their ratios count.
            **kwargs: arguments of the model's `fit`, for this call.

        Returns:
            The estimator.

        Raises:
            ValueError: for data that does not fit, and when there is no model.
            RuntimeError: for a model that Keras 3's estimator gets and that is not compiled.
        """
        return super().fit(X, y, sample_weight, **kwargs)

    @takes_x
    def transform(self, X: ArrayLike, **kwargs: Any) -> np.ndarray:
        """What the model makes of X.

        Args:
            X: array of shape (n, features), or (n, ...) where the model takes such.
            **kwargs: arguments of the model's `predict`, for this call.

        Returns:
            The model's output, of shape (n, ...).
        """
        outputs = self._predict(X, kwargs)
        return np.concatenate(outputs, axis=-1) if isinstance(outputs, (list, tuple)) else np.asarray(outputs)


class KerasTransformer(_Transformer, KerasEstimator):
    """A transformer of scikit-learn with a model of Keras inside, such as an autoencoder.

    Args:
        model: a function that returns a model, or a model, which is copied with new weights. The function gets
            those of these parameters that it names, `meta` (a dict of what is known of the data: `n_features_in_`,
            `X_shape_`, `y_shape_`, ...), `X`, `y` and `compile_kwargs`.
        build_fn: another name of `model`, as Keras 2's estimators have it.
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
        >>> from keras_sklearn import KerasTransformer
        >>> def make(meta):
        ...     return keras.Sequential([keras.layers.Dense(2), keras.layers.Dense(meta["n_features_in_"])])
        >>> autoencoder = KerasTransformer(make, epochs=2)
    """


class SKLearnTransformer(_Transformer, UpstreamEstimator):
    """Keras 3's transformer of scikit-learn.

    Args:
        model: a compiled model, which is copied with new weights; or a function of `X`, `y` and `model_kwargs` that
            returns one.
        warm_start: whether `fit` goes on with the model that is there. Defaults to False.
        model_kwargs: further arguments of the function.
        fit_kwargs: arguments of the model's `fit`.
        random_state: seed of weights and order; None for others each time.

    Example:
        >>> import keras
        >>> from keras_sklearn import SKLearnTransformer
        >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), keras.layers.Dense(3)])
        >>> model.compile("adam", "mse")
        >>> autoencoder = SKLearnTransformer(model, fit_kwargs={"epochs": 2})
    """
