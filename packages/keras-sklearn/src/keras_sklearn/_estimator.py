"""What all estimators share: parameters, making and fitting a model, predicting with it."""

from __future__ import annotations

import copy
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import Model
from keras_core.models import Sequential, clone_model
from keras_core.optimizers import get as get_optimizer
from keras_core.random import random_seed_scope
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from keras_sklearn._arguments import COMPILE, FIT, PREDICT, check_extra, names_taken, routed, takes_x

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from keras_core import Optimizer
    from keras_core.callbacks import History
    from keras_core.typing import ArrayLike
    from sklearn.utils import Tags


class Estimator(BaseEstimator):
    """An estimator with a model of Keras inside, `model_` once it is fitted.

    What derives from it says how targets reach the model, by `_check_data` and `_encode`, and has `model` and
    `random_state`, and perhaps `warm_start`, among its parameters.
    """

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        tags.input_tags.three_d_array = True
        return tags

    # -- what subclasses say

    def _check_data(self, X: ArrayLike, y: ArrayLike) -> tuple[np.ndarray, Any]:
        """Data as arrays, and what targets there are noted in attributes."""
        raise NotImplementedError

    def _encode(self, y: Any) -> Any:
        """Targets as the model's loss takes them; `model_` is there."""
        return y

    def _make_model(self, X: np.ndarray, y: Any) -> Model:
        """A new, compiled model."""
        raise NotImplementedError

    def _fit_arguments(self) -> dict[str, Any]:
        return {}

    def _predict_arguments(self) -> dict[str, Any]:
        return {"verbose": 0}

    def _fit_and_note(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None, kwargs: Mapping[str, Any]
    ) -> None:
        """Fit the model and note its history in attributes."""
        raise NotImplementedError

    # -- fitting and predicting

    @takes_x
    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None, **kwargs: Any) -> Any:
        """Make a model and train it.

        Args:
            X: array of shape (n, features), or (n, ...) where the model takes such; `x` in Keras 2.
            y: targets of shape (n,) or (n, outputs): labels, or numbers.
            sample_weight: weights of shape (n,); only their ratios count.
            **kwargs: arguments of the model's `fit`, for this call.

        Returns:
            The estimator; `history_` has the history that Keras 2's `fit` returned.

        Raises:
            ValueError: for data that does not fit, and when there is no model.
            RuntimeError: for a model that Keras 3's estimators get and that is not compiled.
        """
        self._fit_and_note(X, y, sample_weight, kwargs)
        return self

    def _fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None, **arguments: Any) -> History:
        X, y = self._check_data(X, y)
        weights = self._weights(X, y, sample_weight)
        with self._random():
            if not (getattr(self, "warm_start", False) and hasattr(self, "model_")):
                self.model_ = self._make_model(X, y)
            arguments = {**self._fit_arguments(), **arguments}
            return self.model_.fit(X, self._encode(y), sample_weight=weights, **arguments)

    def _random(self) -> Any:
        if self.random_state is None:
            return nullcontext()
        state = self.random_state
        seed = state if isinstance(state, (int, np.integer)) else check_random_state(state).randint(2**31 - 1)
        return random_seed_scope(int(seed))

    def _weights(self, X: np.ndarray, y: Any, sample_weight: ArrayLike | None) -> np.ndarray | None:
        """Weights of samples with a mean of 1, so that a weight of 2 is the same as the sample twice."""
        class_weight = getattr(self, "class_weight", None)
        if sample_weight is None and class_weight is None:
            return None
        weights = _check_sample_weight(sample_weight, X, dtype="float64")
        if not np.any(weights):
            raise ValueError("All weights of samples are zero: sample_weight needs a positive one to learn from.")
        if class_weight is not None:
            weights = weights * compute_sample_weight(class_weight, y)
        scaled: np.ndarray = weights / np.mean(weights)
        return scaled

    def _predict(self, X: ArrayLike, arguments: Mapping[str, Any]) -> Any:
        """The model's outputs for checked data: an array, or a list of them."""
        check_is_fitted(self, "model_")
        X = validate_data(self, X, reset=False, allow_nd=True)
        return self.model_.predict(X, **{**self._predict_arguments(), **arguments})


class KerasEstimator(Estimator):
    """What `KerasClassifier`, `KerasRegressor` and `KerasTransformer` share, Keras 2's `BaseWrapper`.

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
        **kwargs: Any,
    ) -> None:
        self.model = model
        self.build_fn = build_fn
        self.optimizer = optimizer
        self.loss = loss
        self.metrics = metrics
        self.batch_size = batch_size
        self.epochs = epochs
        self.verbose = verbose
        self.callbacks = callbacks
        self.validation_split = validation_split
        self.shuffle = shuffle
        self.warm_start = warm_start
        self.random_state = random_state
        for name, value in kwargs.items():
            setattr(self, name, value)

    # -- parameters

    def _extra(self) -> dict[str, Any]:
        """Parameters that are not in the signature of the constructor."""
        own = set(self._get_param_names())
        return {k: v for k, v in vars(self).items() if k not in own and k[0] != "_" and k[-1] != "_"}

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The parameters, those for the model's function and of fit() and others included.

        Args:
            deep: accepted for scikit-learn.
        """
        return {**super().get_params(deep), **self._extra()}

    def set_params(self, **params: Any) -> Any:
        """Set parameters, as the constructor takes them.

        Raises:
            ValueError: for a name that is none.
        """
        known = self.get_params(deep=False)
        new = params.keys() - known.keys()
        given = params.get("model", params.get("build_fn"))
        if new:
            check_extra(new, self._function() if given is None else _function(given), type(self).__name__)
        for name, value in params.items():
            setattr(self, name, value)
        return self

    def check_params(self, params: Mapping[str, Any]) -> None:
        """Refuse parameters that go nowhere, as Keras 2's estimators do.

        Args:
            params: parameters by name.

        Raises:
            ValueError: naming those that are none.
        """
        own = set(self._get_param_names())
        check_extra(params.keys() - own, self._function(), type(self).__name__)

    def filter_sk_params(self, fn: Callable[..., Any], override: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Those of the parameters that a function takes, as Keras 2's estimators give them to it.

        Args:
            fn: the function.
            override: parameters that come in place of the estimator's; None for none. Defaults to None.
        """
        taken, _ = names_taken(fn)
        found = {name: value for name, value in self.get_params(deep=False).items() if name in taken}
        return {**found, **(override or {})}

    def _check_data(self, X: ArrayLike, y: ArrayLike) -> tuple[np.ndarray, Any]:
        checked: tuple[np.ndarray, Any] = validate_data(self, X, y, allow_nd=True, multi_output=True)
        return checked

    def _function(self) -> Callable[..., Model] | None:
        """What makes the model: the function, or Keras 2's `__call__` of a subclass; None for a model."""
        found = self.model if self.model is not None else self.build_fn
        if found is None:
            return self if callable(self) else None
        return _function(found)

    # -- the model

    def _make_model(self, X: np.ndarray, y: Any) -> Model:
        if isinstance(self.model, Model):
            model = fresh_copy(self.model)
        else:
            model = self._call_function(X, y)
        build(model, X)
        if not model.compiled:
            model.compile(**self._compile_arguments(model))
        return model

    def _call_function(self, X: np.ndarray, y: Any) -> Model:
        name, function = type(self).__name__, self._function()
        if function is None:
            raise ValueError(
                f"{name} has no model. Give it `model`: a model, or a function that returns one; got {self.model!r}."
            )
        names, any_name = names_taken(function)
        extra = self._extra()
        offered = {
            "X": X,
            "y": y,
            "meta": self._meta(X, y),
            "compile_kwargs": self._compile_arguments(None) if "compile_kwargs" in names else None,
            **{key: value for key, value in self.get_params(deep=False).items() if "__" not in key},
        }
        arguments = {key: value for key, value in offered.items() if key in names}
        if any_name:
            others = {k: v for k, v in extra.items() if "__" not in k and k not in FIT | PREDICT | COMPILE}
            arguments.update(others)
        arguments.update(routed(extra, "model"))
        model = function(**arguments)
        if not isinstance(model, Model):
            raise TypeError(f"{name} got a {type(model).__name__} from the function that makes its model.")
        return model

    def _meta(self, X: np.ndarray, y: Any) -> dict[str, Any]:
        """What is known of the data, for functions with a parameter `meta`."""
        noted = {key: value for key, value in vars(self).items() if key.endswith("_") and key != "model_"}
        return {**noted, "X_shape_": X.shape, "X_dtype_": X.dtype, "y_shape_": np.shape(y)}

    def _compile_arguments(self, model: Model | None) -> dict[str, Any]:
        """Arguments of compile(), for models that are not compiled."""
        extra = self._extra()
        named = {name: value for name, value in extra.items() if name in COMPILE}
        loss = self.loss if self.loss is not None else self._usual_loss(model)
        return {
            "optimizer": fresh_optimizer(self.optimizer, routed(extra, "optimizer")),
            "loss": loss,
            "metrics": self.metrics,
            **named,
            **routed(extra, "compile"),
        }

    def _usual_loss(self, model: Model | None) -> str | None:
        """The loss where none was given, of a model whose outputs may be known."""
        return "mean_squared_error"

    def _fit_arguments(self) -> dict[str, Any]:
        extra = self._extra()
        return {
            "batch_size": self.batch_size,
            "epochs": self.epochs,
            "verbose": self.verbose,
            "callbacks": copy.deepcopy(self.callbacks),
            "validation_split": self.validation_split,
            "shuffle": self.shuffle,
            **{name: value for name, value in extra.items() if name in FIT},
            **routed(extra, "fit"),
        }

    def _predict_arguments(self) -> dict[str, Any]:
        extra = self._extra()
        named = {name: value for name, value in extra.items() if name in PREDICT - FIT}
        return {"batch_size": self.batch_size, "verbose": 0, **named, **routed(extra, "predict")}

    def _fit_and_note(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None, kwargs: Mapping[str, Any]
    ) -> None:
        check_extra(self._extra(), self._function(), type(self).__name__)
        before = getattr(self, "history_", {}) if self.warm_start and hasattr(self, "model_") else {}
        history = self._fit(X, y, sample_weight, **kwargs).history
        self.history_ = {name: [*before.get(name, []), *values] for name, values in history.items()}
        self.n_iter_ = len(next(iter(self.history_.values()), []))


def _function(model: Any) -> Callable[..., Model] | None:
    return model if callable(model) and not isinstance(model, Model) else None


class UpstreamEstimator(Estimator):
    """The parameters of `SKLearnClassifier`, `SKLearnRegressor` and `SKLearnTransformer`."""

    def __init__(
        self,
        model: Model | Callable[..., Model],
        warm_start: bool = False,
        model_kwargs: Mapping[str, Any] | None = None,
        fit_kwargs: Mapping[str, Any] | None = None,
        random_state: Any = None,
    ) -> None:
        self.model = model
        self.warm_start = warm_start
        self.model_kwargs = model_kwargs
        self.fit_kwargs = fit_kwargs
        self.random_state = random_state

    def _make_model(self, X: np.ndarray, y: Any) -> Model:
        name = type(self).__name__
        if isinstance(self.model, Model):
            model = fresh_copy(self.model)
        elif callable(self.model):
            model = self.model(X=X, y=self._shown(y), **(self.model_kwargs or {}))
        else:
            raise TypeError(f"{name} needs a model, or a function of X and y that returns one; got {self.model!r}.")
        if not isinstance(model, Model) or not model.compiled:
            raise RuntimeError(f"{name} needs a model that is compiled; got {model!r}. Call its compile() first.")
        build(model, X)
        return model

    def _shown(self, y: Any) -> Any:
        """The targets as the function that makes the model sees them."""
        return y

    def _fit_arguments(self) -> dict[str, Any]:
        return copy.deepcopy(dict(self.fit_kwargs or {}))

    def _fit_and_note(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None, kwargs: Mapping[str, Any]
    ) -> None:
        self.history_ = self._fit(X, y, sample_weight, **kwargs)


def fresh_copy(model: Model) -> Model:
    """A copy with new weights, compiled as the model is.

    Args:
        model: a Sequential, functional or subclassed model.
    """
    found = copy.deepcopy(model)
    if found.built:
        found.set_weights(clone_model(model).get_weights())
    optimizer = found.optimizer
    if optimizer is not None and optimizer.variables:
        new: Optimizer = fresh_optimizer(optimizer, {})
        new.build(found.trainable_variables)
        for variable, value in zip(optimizer.variables, new.variables, strict=True):
            variable.assign(value.numpy())
    return found


def fresh_optimizer(optimizer: str | type[Optimizer] | Optimizer, settings: Mapping[str, Any]) -> Optimizer:
    """An optimizer that has seen nothing: of that name or class, or as that one is but for the settings.

    Args:
        optimizer: a name, a class or an optimizer.
        settings: arguments of the constructor.

    Raises:
        ValueError: for None.
    """
    if isinstance(optimizer, type):
        return optimizer(**settings)
    found = get_optimizer(optimizer)
    if found is None:
        raise ValueError("An estimator needs an optimizer for a model that is not compiled; got optimizer=None.")
    return type(found).from_config({**found.get_config(), **settings})


def build(model: Model, X: np.ndarray) -> None:
    """Let a Sequential model without an input know the shape of its data, so that its outputs are known."""
    if isinstance(model, Sequential) and not model.built:
        model.build((None, *X.shape[1:]))
