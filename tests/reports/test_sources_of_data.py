"""Data in the forms of other libraries give the curve that their arrays give, where the libraries are installed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras.layers import Dense, Input
from keras.models import Sequential

X = np.random.default_rng(0).normal(size=(10, 3)).astype("float32")
Y = X.sum(1, keepdims=True)


def trained(x: Any, y: Any = None, **arguments: Any) -> tuple[list[float], np.ndarray]:
    """The losses of two epochs, in training and validation, and the weights."""
    model = Sequential([Input((3,)), Dense(1, kernel_initializer="ones")])
    model.compile("sgd", "mse")
    validation = x if y is None else (x, y)
    history = model.fit(x, y, epochs=2, shuffle=False, verbose=0, validation_data=validation, **arguments).history
    assert model.predict(x, verbose=0).shape == (10, 1)
    return history["loss"] + history["val_loss"], model.get_weights()[0]


@pytest.fixture(scope="module")
def of_arrays() -> tuple[list[float], np.ndarray]:
    return trained(X, Y, batch_size=4)


def tf_dataset() -> Any:
    return pytest.importorskip("tensorflow").data.Dataset.from_tensor_slices((X, Y)).batch(4)


def tf_dataset_of_sparse() -> Any:
    tf = pytest.importorskip("tensorflow")
    return tf.data.Dataset.from_tensor_slices((tf.sparse.from_dense(X), Y)).batch(4)


def torch_loader() -> Any:
    torch = pytest.importorskip("torch")
    data = torch.utils.data.TensorDataset(torch.tensor(X), torch.tensor(Y))
    return torch.utils.data.DataLoader(data, batch_size=4)


def grain_by_number() -> Any:
    return pytest.importorskip("grain").MapDataset.source(list(zip(X, Y))).batch(4)


def grain_iterable() -> Any:
    return pytest.importorskip("grain").MapDataset.source(list(zip(X, Y))).to_iter_dataset().batch(4)


@pytest.mark.parametrize("make", [tf_dataset, tf_dataset_of_sparse, torch_loader, grain_by_number, grain_iterable])
def test_sources_of_batches(make: Any, of_arrays: Any) -> None:
    losses, weights = trained(make())
    np.testing.assert_allclose(losses, of_arrays[0], rtol=1e-4)
    np.testing.assert_allclose(weights, of_arrays[1], rtol=1e-4)


def frames(library: str) -> Any:
    module = pytest.importorskip(library)
    return module.DataFrame({name: X[:, number] for number, name in enumerate("abc")}), module.Series(Y[:, 0])


def scipy_sparse() -> Any:
    return pytest.importorskip("scipy.sparse").coo_array(X), Y


def tf_sparse() -> Any:
    return pytest.importorskip("tensorflow").sparse.from_dense(X), Y


@pytest.mark.parametrize("make", [lambda: frames("pandas"), lambda: frames("polars"), scipy_sparse, tf_sparse])
def test_frames_and_sparse_data(make: Any, of_arrays: Any) -> None:
    losses, weights = trained(*make(), batch_size=4)
    np.testing.assert_allclose(losses, of_arrays[0], rtol=1e-4)
    np.testing.assert_allclose(weights, of_arrays[1], rtol=1e-4)


def test_a_data_set_without_end_needs_steps() -> None:
    endless = tf_dataset().repeat()
    with pytest.raises(ValueError, match=r"fit\(\): \w+ has no end\. .*steps_per_epoch"):
        trained(endless)
