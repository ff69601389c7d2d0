"""Gradients of Ops against finite differences in float64."""

import numpy as np
import pytensor
import pytensor.tensor as pt
import pytest
from keras_backend_theano.compiler.compile import compile_graph


def draw(*shape, seed=0):
    return np.random.default_rng([seed, *shape]).normal(size=shape)


@pytest.fixture
def normal():
    return draw


@pytest.fixture
def check():
    return compare_gradients


def compare_gradients(build, values, order=1, mask=None):
    """Compare the gradient of a weighted sum of `build(*inputs)` with central differences.

    For second order the same is done for a weighted sum of that gradient.
    """
    inputs = [pt.tensor(dtype="float64", shape=v.shape) for v in values]
    scalar = weighted(build(*inputs))
    for _ in range(order - 1):
        scalar = weighted(pytensor.grad(scalar, inputs))
    gradients = pytensor.grad(scalar, inputs, disconnected_inputs="ignore")
    run = compile_graph(inputs, [scalar, *gradients])
    _, *found = run(*values)
    step = 1e-5
    for number, value in enumerate(values):
        direction = draw(*value.shape, seed=9)
        ends = []
        for sign in (1, -1):
            moved = list(values)
            moved[number] = value + sign * step * direction
            ends.append(run(*moved)[0])
        assert np.vdot(found[number], direction) == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-5, abs=1e-6)


def weighted(outputs):
    outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    return sum((o * pt.cos(pt.arange(o.size, dtype="float64").reshape(o.shape))).sum() for o in outputs)
