"""LSTM and GRU on arrays, in graphs, and with activations that the kernels do not have."""

import numpy as np
import pytest
from keras_core import ops, stage
from keras_core.backend import use_backend


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize(
    ("name", "gates", "states", "bias"), [("lstm", 4, 2, (8,)), ("gru", 3, 1, (2, 6)), ("gru", 3, 1, None)]
)
def test_arrays_and_graphs_agree_with_the_body(name, gates, states, bias, masked):
    rng = np.random.default_rng(0)
    x, *state = (rng.normal(size=s).astype("float32") for s in ((3, 5, 4), *[(3, 2)] * states))
    mask = rng.random((3, 5)) > 0.4 if masked else None
    weights = [rng.normal(size=s).astype("float32") for s in ((4, 2 * gates), (2, 2 * gates), bias) if s is not None]
    op = getattr(ops, name)

    def run(*tensors, **options):
        return op(*tensors, mask=mask, **options)

    with use_backend("numpy"):
        expected = run(x, *state, *weights, go_backwards=True)
        other = run(x, *state, *weights, activation="relu")
    eager = run(x, *state, *weights, go_backwards=True)
    graph = stage(lambda *t: run(*t, go_backwards=True), [])(x, *state, *weights)
    body = stage(lambda *t: run(*t, activation="relu"), [])(x, *state, *weights)
    for a, b, d in zip(eager, graph, expected, strict=True):
        np.testing.assert_allclose(a, d, atol=1e-6)
        np.testing.assert_allclose(b, d, atol=1e-6)
    for a, b in zip(body, other, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)
