import io

import numpy as np
import pytest
from keras_core import Input, Model, ops, saving
from keras_export import Cond, Scan, WhileLoop
from keras_layers import Dense


def kept(made, *arrays):
    """What a model gives, which is what it gives when it has been saved and loaded."""
    saved = io.BytesIO()
    made.save(saved)
    given = [ops.convert_to_tensor(one) for one in arrays]
    again = saving.load_model(saved.getvalue())
    found, other = ([ops.convert_to_numpy(one) for one in model(given)] for model in (made, again))
    for a, b in zip(found, other, strict=True):
        np.testing.assert_array_equal(a, b)
    return found


def test_a_condition_chooses_a_model():
    x = Input((3,))
    then, otherwise = Model([x], [Dense(2)(x)]), Model([x], [x[:, :2]])
    inputs = Input((3,))
    made = Model([inputs], Cond(then, otherwise)([ops.sum(inputs) > 0, inputs, inputs]))
    a = np.ones((4, 3), "float32")
    assert len(made.trainable_weights) == 2
    np.testing.assert_allclose(kept(made, a)[0], a @ made.get_weights()[0], rtol=1e-5)
    np.testing.assert_array_equal(kept(made, -a)[0], -a[:, :2])


def test_axes_of_different_length_are_of_any():
    x = Input((3,))
    branches = [Model([x], [y]) for y in (x, ops.concatenate([x, x], 1))]
    assert Cond(*branches)([ops.sum(x) > 0, x, x])[0].shape == (None, None)


@pytest.mark.parametrize("reverse", [False, True])
def test_states_go_from_step_to_step(reverse):
    state, row, factor = Input((3,)), Input((3,)), Input((3,))
    body = Model([state, row, factor], [state * factor + row, state])
    xs, first, same = Input(batch_shape=(4, 2, 3)), Input(batch_shape=(2, 3)), Input(batch_shape=(2, 3))
    made = Model([first, xs, same], Scan(body, states=1, rows=1, reverse=reverse)([first, xs, same]))
    assert [one.shape for one in made.outputs] == [(2, 3), (4, 2, 3)]
    rng = np.random.default_rng(0)
    a, b, c = (rng.normal(size=shape).astype("float32") for shape in ((2, 3), (4, 2, 3), (2, 3)))
    last, rows = kept(made, a, b, c)
    for k in range(4)[:: -1 if reverse else 1]:
        np.testing.assert_allclose(rows[k], a, rtol=1e-5)
        a = a * c + b[k]
    np.testing.assert_allclose(last, a, rtol=1e-5)


def test_a_model_runs_while_it_says_so():
    number, state, most = Input(batch_shape=(), dtype="int64"), Input((3,)), Input(batch_shape=(), dtype="int64")
    body = Model([number, state, most], [number + 1 < most, state * 2])
    x, count = Input((3,)), Input(batch_shape=(), dtype="int64")
    made = Model([x, count], WhileLoop(body, states=1)([count > 0, x, count]))
    a = np.ones((2, 3), "float32")
    for steps in (0, 1, 5):
        np.testing.assert_array_equal(kept(made, a, np.int64(steps))[0], a * 2**steps)


def test_what_does_not_fit_is_refused():
    x = Input((3,))
    body = Model([x], [x])
    with pytest.raises(ValueError, match="ranks or dtypes differ"):
        Cond(body, Model([x], [ops.sum(x)]))
    with pytest.raises(ValueError, match="ranks or dtypes differ"):
        Cond(body, Model([x], [x, x]))
    with pytest.raises(ValueError, match=r"Scan takes models of symbolic tensors, got body=<Dense"):
        Scan(Dense(2), 1, 1)
    with pytest.raises(ValueError, match="rows=0, expected at least one"):
        Scan(body, 1, 0)
