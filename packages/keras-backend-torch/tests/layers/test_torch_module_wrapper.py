"""Modules of PyTorch as layers."""

import numpy as np
import pytest
from keras_backend_torch import TorchModuleWrapper
from keras_backend_torch.framework import torch
from keras_core import Input, Model, Sequential, backend, ops

X = np.random.default_rng(0).normal(size=(6, 3)).astype("float32")


def module():
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.Tanh(), torch.nn.Linear(4, 2))


def test_it_computes_what_the_module_does():
    inner = module()
    layer = TorchModuleWrapper(inner)
    assert [tuple(w.shape) for w in layer.trainable_weights] == [(4, 3), (4,), (4,), (4,), (2, 4), (2,)]
    found = ops.convert_to_numpy(layer(X))
    np.testing.assert_allclose(found, inner.eval()(torch.tensor(X)).detach().numpy(), rtol=1e-5, atol=1e-6)


def test_statistics_are_updated_in_training_alone():
    inner = module()
    layer = TorchModuleWrapper(inner)
    mean, _, count = layer.non_trainable_weights
    layer(X)
    assert int(count.numpy()) == 0 and not mean.numpy().any()
    layer(X, training=True)
    inner.train()(torch.tensor(X))
    np.testing.assert_allclose(mean.numpy(), inner[1].running_mean.numpy(), rtol=1e-5)
    assert int(count.numpy()) == 1


def test_it_is_trained_in_a_graph():
    inputs = Input((3,))
    model = Model(inputs, TorchModuleWrapper(torch.nn.Linear(3, 1), name="linear")(inputs))
    assert model.output_shape == (None, 1)
    model.compile("sgd", "mse")
    kernel, bias = model.get_weights()
    target = X.sum(1, keepdims=True)
    error = X @ kernel.T + bias - target
    model.fit(X, target, batch_size=6, epochs=1, verbose=0, shuffle=False)
    expected = kernel - 0.01 * (2 * error.T @ X / 6)
    np.testing.assert_allclose(model.get_weights()[0], expected, rtol=1e-4, atol=1e-6)


def test_frozen_parameters_and_a_given_output_shape():
    inner = torch.nn.Linear(3, 2)
    inner.bias.requires_grad_(False)
    layer = TorchModuleWrapper(inner, output_shape=(2,))
    assert len(layer.trainable_weights) == 1 and layer.compute_output_shape((5, 3)) == (5, 2)
    assert Sequential([Input((3,)), layer]).output_shape == (None, 2)


def test_what_is_no_module_and_another_backend():
    with pytest.raises(TypeError, match=r"takes a torch.nn.Module, got 5"):
        TorchModuleWrapper(5)
    with pytest.raises(ValueError, match="parameter 'weight' has no size yet"):
        TorchModuleWrapper(torch.nn.LazyLinear(3))
    with (
        backend.use_backend("numpy"),
        pytest.raises(ValueError, match="runs on PyTorch, and the active backend is 'numpy'"),
    ):
        TorchModuleWrapper(torch.nn.Linear(3, 2))
