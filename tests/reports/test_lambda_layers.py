"""Lambda layers made in a loop: each keeps what the loop's variable was when it was called."""

from __future__ import annotations

import numpy as np
import pytest

keras = pytest.importorskip("keras")
X = np.arange(8, dtype="float32").reshape(2, 4)


def columns():
    inputs = keras.Input((4,))
    parts = []
    for k in range(4):
        parts.append(keras.layers.Lambda(lambda t: t[:, k : k + 1] * 10**k)(inputs))  # noqa: B023 (it is what the test is about)
    return keras.Model(inputs, keras.layers.Concatenate()(parts))


def test_each_layer_takes_its_own_column():
    np.testing.assert_allclose(columns().predict(X, verbose=0), X * [1, 10, 100, 1000])


def test_a_global_variable_is_kept_too():
    scope = {"keras": keras}
    exec(
        "inputs = keras.Input((4,))\n"
        "outputs = []\n"
        "for k in (2, 3):\n"
        "    outputs.append(keras.layers.Lambda(lambda t: t * k)(inputs))\n"
        "model = keras.Model(inputs, outputs)",
        scope,
    )
    two, three = scope["model"].predict(X, verbose=0)
    np.testing.assert_allclose(two, 2 * X)
    np.testing.assert_allclose(three, 3 * X)


def test_a_copy_of_the_model_does_the_same():
    copy = keras.models.clone_model(columns())
    np.testing.assert_allclose(copy.predict(X, verbose=0), X * [1, 10, 100, 1000])


def test_what_a_function_counts_is_counted():
    calls = 0

    def count(t):
        nonlocal calls
        calls += 1
        return t

    inputs = keras.Input((4,))
    keras.layers.Lambda(count)(inputs)
    assert calls == 1
