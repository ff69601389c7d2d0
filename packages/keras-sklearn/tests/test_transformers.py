import keras_layers as layers
import numpy as np
import pytest
from keras_core import Sequential
from keras_core.layers import Input
from keras_optimizers import Adam
from keras_sklearn import KerasTransformer, SKLearnTransformer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline

pytestmark = pytest.mark.usefixtures("needs_train")
RANDOM = np.random.default_rng(0)
X = (RANDOM.normal(size=(60, 2)) @ RANDOM.normal(size=(2, 5))).astype("float32")


def test_an_autoencoder_learns_its_input():
    def build(meta):
        return Sequential([layers.Dense(2), layers.Dense(meta["n_features_in_"])])

    transformer = KerasTransformer(build, optimizer=Adam(0.05), epochs=150, verbose=0, random_state=0).fit(X)
    found = transformer.transform(X)
    assert found.shape == X.shape and np.mean((found - X) ** 2) < 0.1 * X.var()
    np.testing.assert_allclose(transformer.transform(X[:3]), found[:3], rtol=1e-4, atol=1e-5)


def test_with_targets_in_a_pipeline():
    y = X @ np.arange(5.0)
    model = Sequential([Input((5,)), layers.Dense(1)])
    model.compile(Adam(0.1), "mse")
    transformer = SKLearnTransformer(model, fit_kwargs={"epochs": 60, "verbose": 0}, random_state=0)
    pipeline = make_pipeline(transformer, LinearRegression()).fit(X, y)
    assert pipeline[0].transform(X).shape == (60, 1)
    assert pipeline.score(X, y) > 0.9
