"""Gradients derived by hand, against those that JAX finds of the op's own body."""

import logging
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from keras_core import ops

GATES = {"simple_rnn": 1, "lstm": 4, "gru": 3}


def _weights(name: str, rows: int = 3, seed: int = 0) -> list[Any]:
    random, units, gates = np.random.default_rng(seed), 4, GATES[name]
    bias = (2, 12) if name == "gru" else (units * gates,)
    states = [(rows, units)] * (2 if name == "lstm" else 1)
    shapes = [(rows, 6, 5), *states, (5, units * gates), (units, units * gates), bias]
    return [jnp.asarray(random.normal(size=shape).astype("float32")) for shape in shapes]


def _loss(op: Any, weights: list[Any], **options: Any) -> Any:
    outputs, *states = op(*weights, **options)
    return jnp.sum(jnp.sin(outputs)) + sum(jnp.sum(state**2) for state in states)


# One row is projected before the loop, several in it.
@pytest.mark.parametrize(
    ("rows", "backwards", "masked"), [(1, False, False), (1, True, True), (3, True, False), (3, False, True)]
)
@pytest.mark.parametrize("name", sorted(GATES))
def test_gradients_are_those_of_the_body(name: str, rows: int, backwards: bool, masked: bool) -> None:
    weights = _weights(name, rows)
    options: dict[str, Any] = {"go_backwards": backwards}
    if masked:
        options["mask"] = jnp.asarray(np.random.default_rng(1).random((rows, 6)) < 0.6)
    fast, slow = getattr(ops, name), getattr(ops, name).op.body
    found, expected = (jax.jit(jax.grad(lambda w, op=op: _loss(op, w, **options)))(weights) for op in (fast, slow))
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("name", sorted(GATES))
def test_gradients_without_bias(name: str) -> None:
    weights = _weights(name)[:-1]
    fast, slow = getattr(ops, name), getattr(ops, name).op.body
    found, expected = (jax.jit(jax.grad(lambda w, op=op: _loss(op, w)))(weights) for op in (fast, slow))
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("name", sorted(GATES))
def test_gradients_of_gradients(name: str) -> None:
    weights = _weights(name)

    def slope(op: Any) -> Any:
        first = jax.grad(lambda w: _loss(op, w))
        return jax.jit(jax.grad(lambda w: sum(jnp.sum(g**2) for g in first(w))))(weights)

    for one, other in zip(slope(getattr(ops, name)), slope(getattr(ops, name).op.body), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-2, atol=1e-3)


@pytest.mark.parametrize("name", sorted(GATES))
def test_an_eager_call_uses_the_program_of_an_earlier_one(name: str, caplog: pytest.LogCaptureFixture) -> None:
    op, weights = getattr(ops, name), _weights(name, rows=2)

    def compiled(**options: Any) -> int:
        caplog.clear()
        with jax.log_compiles(), caplog.at_level(logging.WARNING):
            op(*weights, **options)
        return sum("Compiling" in record.message for record in caplog.records)

    assert compiled() > 0
    assert compiled() == 0
    assert compiled(go_backwards=True) > 0
