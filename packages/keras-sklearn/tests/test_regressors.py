import keras_layers as layers
import numpy as np
import pytest
from keras_core import Model, Sequential
from keras_core.layers import Input
from keras_optimizers import Adam
from keras_sklearn import KerasRegressor, SKLearnRegressor
from sklearn.metrics import r2_score

pytestmark = pytest.mark.usefixtures("needs_train")
X = np.random.default_rng(0).normal(size=(50, 3)).astype("float32")
Y = X @ np.array([[1.0, -1], [2, 0], [0, 3]], "float32") + 1


def make(meta):
    return Sequential([layers.Dense(meta["n_outputs_"])])


@pytest.mark.parametrize("y", [Y, Y[:, 0], Y[:, :1]], ids=["two", "flat", "column"])
def test_shapes(y):
    regressor = KerasRegressor(make, optimizer=Adam(0.3), epochs=60, verbose=0, random_state=0).fit(X, y)
    found = regressor.predict(X)
    assert found.shape == y.shape
    assert regressor.score(X, y) == r2_score(y, found) > 0.95


def test_a_model_with_several_outputs():
    def build():
        inputs = Input((3,))
        return Model(inputs, layers.Dense(2)(inputs))

    regressor = KerasRegressor(build, loss="mae", optimizer="sgd", verbose=0).fit(X, Y)
    np.testing.assert_allclose(regressor.predict(X), regressor.model_.predict(X, verbose=0))
    assert regressor.model_.loss == "mae"


def test_keras_3s_regressor():
    model = Sequential([Input((3,)), layers.Dense(1)])
    model.compile(Adam(0.3), "mse")
    regressor = SKLearnRegressor(model, fit_kwargs={"epochs": 60, "verbose": 0}, random_state=0).fit(X, Y[:, 0])
    assert regressor.predict(X).shape == (50,) and regressor.score(X, Y[:, 0]) > 0.95
    assert model.get_weights()[1] == 0


def test_keras_3s_functions_see_columns():
    shapes = []

    def build(X, y, units):
        shapes.append((X.shape, y.shape))
        model = Sequential([Input((3,)), layers.Dense(units)])
        model.compile("sgd", "mse")
        return model

    SKLearnRegressor(build, model_kwargs={"units": 1}, fit_kwargs={"verbose": 0}).fit(X, Y[:, 0])
    assert shapes == [((50, 3), (50, 1))]


def test_pictures():
    def build(meta):
        return Sequential([Input(meta["X_shape_"][1:]), layers.Flatten(), layers.Dense(1)])

    pictures = X[:48].reshape(-1, 4, 3)
    regressor = KerasRegressor(build, verbose=0).fit(pictures, Y[:12, 0])
    assert regressor.predict(pictures).shape == (12,)
