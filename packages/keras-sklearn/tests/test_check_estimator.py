"""scikit-learn's own checks of estimators, without exceptions."""

from __future__ import annotations

import keras_layers as layers
import pytest
from keras_core import Sequential, config
from keras_core.layers import Input
from keras_optimizers import SGD, Adam
from keras_sklearn import (
    KerasClassifier,
    KerasRegressor,
    KerasTransformer,
    SKLearnClassifier,
    SKLearnRegressor,
    SKLearnTransformer,
)
from sklearn.utils.estimator_checks import check_estimator

pytestmark = pytest.mark.usefixtures("needs_train")


@pytest.fixture(autouse=True)
def double():
    """Weights of samples are compared with repeated samples up to the seventh digit."""
    before = config.floatx()
    config.set_floatx("float64")
    yield
    config.set_floatx(before)


def classifier(X, meta):
    labels = meta["target_type_"] == "multilabel-indicator"
    units = layers.Dense(meta["n_classes_"], "sigmoid" if labels else "softmax")
    # Bounded features: a class with all the weight wins everywhere.
    model = Sequential([Input(X.shape[1:]), layers.Dense(8, "tanh"), units])
    model.compile(Adam(0.1), "binary_crossentropy" if labels else "sparse_categorical_crossentropy")
    return model


def regressor(X, y):
    model = Sequential([Input(X.shape[1:]), layers.Dense(1 if y.ndim == 1 else y.shape[1])])
    model.compile(Adam(0.5), "mse")
    return model


def upstream_classifier(X, y):
    model = Sequential([Input(X.shape[1:]), layers.Dense(y.shape[1], "softmax")])
    model.compile(Adam(0.5), "categorical_crossentropy")
    return model


def transformer(X, y):
    model = Sequential([Input(X.shape[1:]), layers.Dense(1 if y.ndim == 1 else y.shape[1])])
    model.compile(SGD(0.01), "mse")
    return model


OPTIONS = {"epochs": 10, "batch_size": 1000, "verbose": 0}


ESTIMATORS = [
    KerasClassifier(classifier, **{**OPTIONS, "epochs": 30}),
    KerasRegressor(regressor, **OPTIONS),
    KerasTransformer(transformer, **{**OPTIONS, "epochs": 2}),
    SKLearnClassifier(upstream_classifier, fit_kwargs=OPTIONS),
    SKLearnRegressor(regressor, fit_kwargs=OPTIONS),
    SKLearnTransformer(transformer, fit_kwargs={**OPTIONS, "epochs": 2}),
]


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda estimator: type(estimator).__name__)
def test_check_estimator(estimator):
    results = check_estimator(estimator, on_skip=None)
    assert {result["status"] for result in results} <= {"passed", "skipped"}
    # What is skipped asks for a switch of scipy, and for methods that there need not be.
    assert sum(result["status"] == "passed" for result in results) >= 50
