"""Gradients derived by hand, against those that TensorFlow finds of the op's own body."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from keras_core import ops

GATES = {"simple_rnn": 1, "lstm": 4, "gru": 3}


def _weights(name: str, bias: bool = True) -> list[Any]:
    random, rows, units, gates = np.random.default_rng(0), 3, 4, GATES[name]
    states = [(rows, units)] * (2 if name == "lstm" else 1)
    shapes = [(rows, 6, 5), *states, (5, units * gates), (units, units * gates)]
    shapes += [(2, 12) if name == "gru" else (units * gates,)] if bias else []
    return [tf.constant(random.normal(size=shape).astype("float32")) for shape in shapes]


def _loss(op: Callable[..., Any], weights: Any, **options: Any) -> Any:
    outputs, *states = op(*weights, **options)
    return tf.reduce_sum(tf.sin(outputs)) + sum(tf.reduce_sum(state**2) for state in states)


def _slopes(op: Callable[..., Any], weights: Any, **options: Any) -> Any:
    with tf.GradientTape() as tape:
        tape.watch(weights)
        loss = _loss(op, weights, **options)
    return tape.gradient(loss, weights)


def _both(name: str, weights: list[Any], jit: bool = False, **options: Any) -> None:
    own, body = getattr(ops, name), getattr(ops, name).op.body
    found, expected = (
        tf.function(lambda *w, op=op: _slopes(op, w, **options), autograph=False, jit_compile=jit)(*weights)
        for op in (own, body)
    )
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize(("backwards", "masked"), [(False, False), (True, True)])
@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize("name", sorted(GATES))
def test_gradients_are_those_of_the_body(name: str, jit: bool, backwards: bool, masked: bool) -> None:
    options: dict[str, Any] = {"go_backwards": backwards}
    if masked:
        options["mask"] = tf.constant(np.random.default_rng(1).random((3, 6)) < 0.6)
    _both(name, _weights(name), jit, **options)


@pytest.mark.parametrize("name", sorted(GATES))
def test_gradients_without_bias(name: str) -> None:
    _both(name, _weights(name, bias=False))


@pytest.mark.parametrize("name", sorted(GATES))
def test_gradients_of_the_last_state_alone(name: str) -> None:
    op = getattr(ops, name)

    def last(*given: Any) -> tuple[Any, Any]:
        return tf.zeros(()), op(*given)[1]

    def last_of_body(*given: Any) -> tuple[Any, Any]:
        return tf.zeros(()), op.op.body(*given)[1]

    found, expected = (
        tf.function(lambda *w, f=f: _slopes(f, w), autograph=False)(*_weights(name)) for f in (last, last_of_body)
    )
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-5)


def test_sequences_of_unknown_length() -> None:
    weights = _weights("lstm")
    spec = tf.TensorSpec((None, None, 5), "float32")

    @tf.function(autograph=False, input_signature=[spec])
    def slopes(inputs: Any) -> Any:
        return _slopes(ops.lstm, [inputs, *weights[1:]])

    expected = tf.function(lambda *w: _slopes(ops.lstm.op.body, w), autograph=False)(*weights)  # type: ignore[attr-defined]
    for one, other in zip(slopes(weights[0]), expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("name", sorted(GATES))
def test_gradients_of_gradients(name: str) -> None:
    weights = _weights(name)

    def second(op: Callable[..., Any]) -> Any:
        @tf.function(autograph=False)
        def run(*given: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(given)
                total = sum(tf.reduce_sum(slope**2) for slope in _slopes(op, given))
            return tape.gradient(total, given)

        return run(*weights)

    for one, other in zip(second(getattr(ops, name)), second(getattr(ops, name).op.body), strict=True):
        np.testing.assert_allclose(one, other, rtol=2e-3, atol=1e-4)
