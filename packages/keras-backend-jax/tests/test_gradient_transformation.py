"""Gradient transformations of optax, which are known by their two functions."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from keras_core import Variable, stage
from keras_core.optimizers import NativeOptimizer

RNG = np.random.default_rng(0)
GRADIENTS = [[RNG.normal(size=2).astype("float32"), RNG.normal(size=1).astype("float32")] for _ in range(4)]
FIRST = [np.array([1.0, 2.0], "float32"), np.array([3.0], "float32")]


class Transformation(NamedTuple):
    """What optax has as GradientTransformation."""

    init: object
    update: object


class Kept(NamedTuple):
    count: object
    hyperparams: dict
    trace: object


def momentum(rate):
    """Momentum whose learning rate falls with the number of steps, in the form of optax.inject_hyperparams."""

    def init(params):
        return Kept(jnp.zeros((), "int32"), {"learning_rate": jnp.float32(rate)}, jax.tree.map(jnp.zeros_like, params))

    def update(updates, state, params=None):
        trace = jax.tree.map(lambda m, g: 0.9 * m + g, state.trace, updates)
        factor = -state.hyperparams["learning_rate"] / (1 + state.count)
        return jax.tree.map(lambda m: factor * m, trace), Kept(state.count + 1, state.hyperparams, trace)

    return Transformation(init, update)


def test_steps_in_a_compiled_function():
    trained = [Variable(value, name=name) for value, name in zip(FIRST, ("kernel", "bias"))]
    optimizer = NativeOptimizer(momentum(0.1))
    optimizer.build(trained)
    assert [v.name for v in optimizer.variables] == [
        "iteration",
        "learning_rate",
        "count",
        "hyperparams_learning_rate",
        "trace_0",
        "trace_1",
    ]

    def step(*gradients):
        optimizer.apply(gradients, trained)
        return trained[0].value

    run = stage(step, [*trained, *optimizer.variables])
    expected, traces = [v.astype("float64") for v in FIRST], [0.0, 0.0]
    for t, (gradients, rate) in enumerate(zip(GRADIENTS, (0.1, 0.1, 0.3, 0.3), strict=True)):
        optimizer.learning_rate = rate
        run(*gradients)
        traces = [0.9 * m + g for m, g in zip(traces, gradients)]
        expected = [w - rate / (1 + t) * m for w, m in zip(expected, traces)]
    for variable, value in zip(trained, expected, strict=True):
        np.testing.assert_allclose(variable.numpy(), value, rtol=1e-5)
    assert run.program_count == 1
    assert int(optimizer.variables[2]) == 4


def test_steps_are_those_of_optax():
    optax = pytest.importorskip("optax")
    trained = [Variable(value) for value in FIRST]
    chain = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(0.1, weight_decay=0.1))
    optimizer = NativeOptimizer(chain)
    params = [jnp.asarray(value) for value in FIRST]
    state = chain.init(params)
    for gradients in GRADIENTS:
        optimizer.apply(gradients, trained)
        updates, state = chain.update([jnp.asarray(g) for g in gradients], state, params)
        params = optax.apply_updates(params, updates)
    for variable, value in zip(trained, params, strict=True):
        np.testing.assert_allclose(variable.numpy(), value, rtol=1e-5)
