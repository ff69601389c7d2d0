"""Classifiers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sklearn.base import ClassifierMixin
from sklearn.metrics import accuracy_score
from sklearn.utils.validation import validate_data

from keras_sklearn._arguments import takes_x
from keras_sklearn._classes import Classes
from keras_sklearn._estimator import Estimator, KerasEstimator, UpstreamEstimator
from keras_sklearn._models import gives_logits, loss_names, output_sizes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from keras_core import Model
    from keras_core.typing import ArrayLike
    from sklearn.utils import Tags


class _Classifier(ClassifierMixin, Estimator):
    """Labels in and out."""

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags

    def _check_data(self, X: ArrayLike, y: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
        X, y = validate_data(self, X, y, allow_nd=True, multi_output=True)
        if y.ndim == 2 and y.shape[1] == 1:
            y = y[:, 0]
        if not (getattr(self, "warm_start", False) and hasattr(self, "model_")):
            self._classes = Classes(y)
            self.classes_ = self._classes.labels
            self.target_type_ = self._classes.kind
            self.n_outputs_ = 1 if y.ndim == 1 else y.shape[1]
            counts = [len(labels) for labels in self._classes.columns]
            self.n_classes_ = counts if self.target_type_ == "multiclass-multioutput" else len(self.classes_)
        return X, y

    def _encode(self, y: np.ndarray) -> Any:
        return self._classes.encode(y, output_sizes(self.model_), loss_names(self.model_))

    @takes_x
    def predict_proba(self, X: ArrayLike, **kwargs: Any) -> Any:
        """The probabilities of the classes.

        Args:
            X: array of shape (n, features), or (n, ...) where the model takes such.
            **kwargs: arguments of the model's `predict`, for this call.

        Returns:
            An array of shape (n, classes), or (n, labels) for several labels; a list of arrays for several outputs.
        """
        outputs = self._predict(X, kwargs)
        return self._classes.probabilities(outputs, gives_logits(self.model_))

    @takes_x
    def predict(self, X: ArrayLike, **kwargs: Any) -> np.ndarray:
        """The likeliest classes.

        Args:
            X: array of shape (n, features), or (n, ...) where the model takes such.
            **kwargs: arguments of the model's `predict`, for this call.

        Returns:
            Labels of shape (n,), or (n, outputs) for several.
        """
        probabilities = self.predict_proba(X, **kwargs)
        return self._classes.decode(probabilities)

    @takes_x
    def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None, **kwargs: Any) -> float:
        """The share of samples of which every label is right.

        Args:
            X: array of shape (n, features), or (n, ...) where the model takes such.
            y: targets of shape (n,) or (n, outputs).
            sample_weight: weights of shape (n,); None weighs all alike. Defaults to None.
            **kwargs: arguments of the model's `predict`, for this call.
        """
        return float(accuracy_score(y, self.predict(X, **kwargs), sample_weight=sample_weight))


class KerasClassifier(_Classifier, KerasEstimator):
    """A classifier of scikit-learn with a model of Keras inside.

    Labels may be of any kind: they reach the model as its loss takes them (as rows with a 1, as numbers from 0 on, or
    as 0 and 1 for one output), and predictions are labels again. Targets of shape (n, labels), each 0 or 1, are several
    labels; others of shape (n, outputs) need a model with as many outputs.

    Keras 2's `KerasClassifier(build_fn, **arguments)` is this class, too: arguments of the function, of `fit` and of
    `predict` may be given by their names. As scikit-learn has it, `fit` returns the estimator, and `history_` has the
    history that Keras 2's `fit` returned.

    Args:
        model: a function that returns a model, or a model, which is copied with new weights. The function gets
            those of these parameters that it names, `meta` (a dict of what is known of the data: `n_features_in_`,
            `X_shape_`, `n_classes_`, `target_type_`, ...), `X`, `y` and `compile_kwargs`.
        build_fn: Keras 2's name of `model`.
        optimizer: name, class or optimizer, for models that are not compiled. Defaults to "rmsprop".
        loss: loss, for models that are not compiled. By default the crossentropy that fits the outputs.
        metrics: metrics, for models that are not compiled.
        batch_size: samples per step; 32 when None.
        epochs: passes over the data. Defaults to 1.
        verbose: 0 silent, 1 progress bar, 2 one line per epoch. Defaults to 1.
        callbacks: callbacks of `fit`, such as EarlyStopping.
        validation_split: fraction of the samples, from the end, that is kept to validate. Defaults to 0.
        shuffle: whether to visit samples in a new order each epoch. Defaults to True.
        warm_start: whether `fit` goes on with the model that is there. Defaults to False.
        random_state: seed of weights and order; None for others each time.
        class_weight: dict of label → weight, or "balanced".
        **kwargs: arguments of the function, of `fit`, `predict` and `compile`; or with ``model__``, ``fit__``,
            ``predict__``, ``compile__`` and ``optimizer__`` before them.

    Example:
        >>> import keras
        >>> from keras_sklearn import KerasClassifier
        >>> def make(hidden=8):
        ...     return keras.Sequential([keras.layers.Dense(hidden, "relu"), keras.layers.Dense(2, "softmax")])
        >>> classifier = KerasClassifier(make, hidden=4, epochs=2, optimizer__learning_rate=0.1, optimizer="adam")
        >>> classifier.get_params()["hidden"]
        4
    """

    def __init__(
        self,
        model: Model | Callable[..., Model] | None = None,
        *,
        build_fn: Callable[..., Model] | None = None,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        metrics: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: int | str = 1,
        callbacks: Any = None,
        validation_split: float = 0.0,
        shuffle: bool = True,
        warm_start: bool = False,
        random_state: Any = None,
        class_weight: Mapping[Any, float] | str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            model,
            build_fn=build_fn,
            optimizer=optimizer,
            loss=loss,
            metrics=metrics,
            batch_size=batch_size,
            epochs=epochs,
            verbose=verbose,
            callbacks=callbacks,
            validation_split=validation_split,
            shuffle=shuffle,
            warm_start=warm_start,
            random_state=random_state,
            **kwargs,
        )
        self.class_weight = class_weight

    def _usual_loss(self, model: Model | None) -> str | None:
        size = None if model is None else output_sizes(model)[0]
        if self.target_type_ == "multilabel-indicator" or size == 1:
            return "binary_crossentropy"
        return "sparse_categorical_crossentropy" if size is not None or model is None else "categorical_crossentropy"


class SKLearnClassifier(_Classifier, UpstreamEstimator):
    """Keras 3's classifier of scikit-learn.

    Args:
        model: a compiled model, which is copied with new weights; or a function of `X`, `y` and `model_kwargs` that
            returns one. It sees `y` as rows with a 1 at the class.
        warm_start: whether `fit` goes on with the model that is there. Defaults to False.
        model_kwargs: further arguments of the function.
        fit_kwargs: arguments of the model's `fit`.
        random_state: seed of weights and order; None for others each time.

    Example:
        >>> import keras
        >>> from keras_sklearn import SKLearnClassifier
        >>> def make(X, y, hidden=8):
        ...     units = [keras.layers.Dense(hidden, "relu"), keras.layers.Dense(y.shape[1], "softmax")]
        ...     model = keras.Sequential([keras.Input(X.shape[1:]), *units])
        ...     model.compile("adam", "categorical_crossentropy")
        ...     return model
        >>> classifier = SKLearnClassifier(make, model_kwargs={"hidden": 4}, fit_kwargs={"epochs": 2})
    """

    def _shown(self, y: np.ndarray) -> Any:
        return self._classes.one_hot(y)
