"""Backends in threads: each with its own scope, and several threads on one."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

keras = pytest.importorskip("keras")
layers, ops = keras.layers, keras.ops


def make(seed=1):
    model = keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(8, activation="tanh", kernel_initializer=keras.initializers.GlorotUniform(seed)),
            layers.Dropout(0.2, seed=seed),
            layers.Dense(1, kernel_initializer=keras.initializers.GlorotUniform(seed + 100)),
        ]
    )
    model.compile(keras.optimizers.Adam(0.01), "mse")
    return model


def together(jobs):
    """Run functions at the same time, each beginning when all are there; their results in order."""
    barrier = threading.Barrier(len(jobs))

    def begin(job):
        barrier.wait(60)
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result(240) for future in [pool.submit(begin, job) for job in jobs]]


def trained(name, x, y, seed=1):
    """Losses and predictions of a model that a thread makes, trains and asks."""
    with keras.use_backend(name):
        model = make(seed)
        losses = model.fit(x, y, batch_size=10, epochs=4, shuffle=False, verbose=0).history["loss"]
        assert model.backend_name == name and keras.config.backend() == name
        return losses, model.predict(x, verbose=0)


def test_each_thread_trains_on_its_own_backend(trainers, problem):
    x, y = problem
    expected = [trained(name, x, y) for name in trainers]
    found = together([lambda name=name: trained(name, x, y) for name in trainers])
    for (losses, outputs), (other_losses, other_outputs), name in zip(found, expected, trainers, strict=True):
        np.testing.assert_allclose(losses, other_losses, rtol=1e-4, err_msg=name)
        np.testing.assert_allclose(outputs, other_outputs, rtol=1e-3, atol=1e-5, err_msg=name)


def test_four_threads_train_four_models_on_one_backend(trainer, problem):
    x, y = problem
    expected = [trained(trainer, x, y, seed) for seed in range(1, 5)]
    found = together([lambda seed=seed: trained(trainer, x, y, seed) for seed in range(1, 5)])
    for (losses, _), (other, _) in zip(found, expected, strict=True):
        np.testing.assert_allclose(losses, other, rtol=1e-4)


def test_four_threads_share_one_model(trainer, problem):
    """Two train it and two read it: every step counts once, and what is read is finite."""
    x, y = problem
    with keras.use_backend(trainer):
        model = make()
        model.fit(x, y, batch_size=10, verbose=0)
    begun = int(model.optimizer.iterations.numpy())

    def train():
        for _ in range(5):
            model.fit(x, y, batch_size=10, verbose=0)
        return True

    def read():
        return all(np.isfinite(model.predict(x, verbose=0)).all() for _ in range(15))

    assert together([train, read, train, read]) == [True] * 4
    assert int(model.optimizer.iterations.numpy()) == begun + 2 * 5 * 7


def test_set_backend_of_another_thread_does_not_reach_a_scope(trainers):
    first, second = trainers[:2]
    keras.set_backend(first)
    seen = []
    with keras.use_backend(first):
        thread = threading.Thread(target=lambda: (keras.set_backend(second), seen.append(keras.config.backend())))
        thread.start()
        thread.join()
        assert seen == [second] and keras.config.backend() == first
    assert keras.config.backend() == second


def test_ops_in_threads_of_all_backends(trainers):
    x = np.random.default_rng(0).normal(size=(40, 40)).astype("float32")
    expected = np.tanh(x @ x)

    def work(name):
        with keras.use_backend(name):
            for _ in range(20):
                found = ops.convert_to_numpy(ops.tanh(ops.matmul(x, ops.convert_to_tensor(x))))
                np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4)
        return name

    assert together([lambda name=name: work(name) for name in trainers * 2]) == trainers * 2
