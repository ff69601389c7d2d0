"""What is computed again is not kept: the memory of the compiled gradient."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from keras_backend_jax.remat import remat

X, WEIGHTS = jnp.ones((512, 32)), [jnp.full((32, 32), 0.1)] * 6


def block(x, weights):
    for _ in range(4):
        x = jnp.sin(x @ weights)
    return [x, jnp.argmax(x)]


def gradient(fn):
    def loss(x, all_weights):
        for weights in all_weights:
            x, _ = fn(x, weights)
        return jnp.sum(x**2)

    return jax.jit(jax.grad(loss, argnums=1))


def test_a_gradient_takes_less_memory_and_is_the_same():
    kept, again = (gradient(fn).lower(X, WEIGHTS).compile() for fn in (block, remat(block)))
    sizes = [program.memory_analysis().temp_size_in_bytes for program in (kept, again)]
    assert sizes[1] < 0.6 * sizes[0]
    for one, expected in zip(again(X, WEIGHTS), kept(X, WEIGHTS), strict=True):
        np.testing.assert_allclose(one, expected, rtol=1e-4)


def test_what_comes_from_outside_is_differentiated_too():
    def loss(x):
        (found,) = remat(lambda y: [jnp.sin(y) * x])(2.0 * x)
        return found

    x = 0.7
    assert float(jax.grad(loss)(x)) == pytest.approx(2 * np.cos(2 * x) * x + np.sin(2 * x), rel=1e-5)


def test_gradients_of_gradients():
    assert float(jax.grad(jax.grad(lambda x: remat(lambda y: [y**3])(x)[0]))(2.0)) == pytest.approx(12)
