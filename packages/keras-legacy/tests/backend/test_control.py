import numpy as np
import pytest
from keras_legacy import backend as K

rng = np.random.default_rng(0)


def check(found, expected):
    np.testing.assert_allclose(K.get_value(found), expected, rtol=1e-5, atol=1e-6)


def test_switch_by_a_scalar():
    check(K.switch(np.array(True), lambda: K.constant(1.0), lambda: K.constant(2.0)), 1.0)
    check(K.switch(np.array(0), np.ones(3, "float32"), np.zeros(3, "float32")), np.zeros(3))


def test_switch_by_elements_and_rows():
    x = rng.normal(size=(3, 4)).astype("float32")
    check(K.switch(x > 0, x, -x), np.abs(x))
    check(K.switch(np.array([1, 0, 1]), x, -x), x * np.array([[1], [-1], [1]]))


def test_switch_in_a_graph():
    x = K.placeholder((None,))
    f = K.function([x], [K.switch(K.sum(x) > 0, lambda: x * 2, lambda: x - 1)])
    check(f([[1.0, 2.0]])[0], [2, 4])
    check(f([[-1.0, -2.0]])[0], [-2, -3])


def test_maps_and_folds():
    rows = np.arange(6, dtype="float32").reshape(3, 2)
    check(K.map_fn(lambda row: K.sum(row) * 2, rows), rows.sum(1) * 2)
    numbers = np.array([1.0, 2.0, 3.0], "float32")
    check(K.foldl(lambda total, n: total - n, numbers), 1 - 2 - 3)
    check(K.foldl(lambda total, n: total - n, numbers, np.float32(0)), -6)
    check(K.foldr(lambda total, n: total - n, numbers), 3 - 2 - 1)


def step(x, states):
    state = 0.5 * states[0] + x
    return state * 2, [state]


def reference(x, mask=None, backwards=False):
    times = range(x.shape[1])[:: -1 if backwards else 1]
    state, output, outputs = np.zeros(x[:, 0].shape), np.zeros(x[:, 0].shape), []
    for t in times:
        new = 0.5 * state + x[:, t]
        keep = np.ones((len(x), 1)) if mask is None else mask[:, t, None]
        output, state = np.where(keep, new * 2, output), np.where(keep, new, state)
        outputs.append(output)
    return output, np.stack(outputs, 1), state


@pytest.mark.parametrize("unroll", [False, True])
@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("masked", [False, True])
def test_rnn(masked, backwards, unroll):
    x = rng.normal(size=(2, 5, 3)).astype("float32")
    mask = np.array([[0, 1, 1, 0, 1], [1, 1, 0, 0, 0]], bool) if masked else None
    last, outputs, states = K.rnn(
        step, x, [np.zeros((2, 3), "float32")], go_backwards=backwards, mask=mask, unroll=unroll
    )
    expected = reference(x, mask, backwards)
    for found, wanted in zip((last, outputs, states[0]), expected, strict=True):
        check(found, wanted)


def test_rnn_in_a_graph_with_constants():
    def with_constant(x, states):
        return x + states[0] + states[1], [states[0] + 1]

    x = K.placeholder((None, 4, 3))
    last, outputs, states = K.rnn(with_constant, x, [K.zeros_like(x[:, 0])], constants=[np.float32(10)])
    assert K.int_shape(outputs) == (None, 4, 3)
    value = rng.normal(size=(2, 4, 3)).astype("float32")
    f = K.function([x], [last, outputs, states[0]])
    found = f([value])
    check(found[0], value[:, 3] + 3 + 10)
    check(found[1], value + np.arange(4).reshape(1, 4, 1) + 10)
    check(found[2], np.full((2, 3), 4.0))
