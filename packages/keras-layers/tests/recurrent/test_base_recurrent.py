"""What SimpleRNN, LSTM and GRU have in common; what each has alone is in a file of its own."""

import inspect
from typing import NamedTuple

import numpy as np
import pytest
from keras_core import Input, KerasTensor, Model, backend
from keras_layers import GRU, LSTM, RNN, GRUCell, LSTMCell, SimpleRNN, SimpleRNNCell
from recurrent_contract import MASK

X = np.random.default_rng(2).normal(size=(2, 3, 4)).astype("float32")


class Kind(NamedTuple):
    layer: type
    cell: type
    states: int


@pytest.fixture(
    params=[Kind(SimpleRNN, SimpleRNNCell, 1), Kind(LSTM, LSTMCell, 2), Kind(GRU, GRUCell, 1)],
    ids=lambda kind: kind.layer.__name__,
)
def kind(request):
    return request.param


@pytest.mark.parametrize("options", [{}, {"return_sequences": True, "return_state": True}, {"go_backwards": True}])
@pytest.mark.parametrize("mask", [None, MASK])
def test_one_op_gives_what_the_cell_gives_step_by_step(kind, options, mask):
    layer, steps = kind.layer(3, **options), RNN(kind.cell(3), **options)
    layer(X)
    steps(X)
    steps.set_weights(layer.get_weights())
    found, expected = layer(X, mask=mask), steps(X, mask=mask)
    if not options.get("return_state"):
        found, expected = [found], [expected]
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(np.asarray(one), np.asarray(other), rtol=1e-5, atol=1e-6)


def test_other_activations(kind):
    layer, steps = kind.layer(3, activation="relu"), RNN(kind.cell(3, activation="relu"))
    layer(X)
    steps(X)
    steps.set_weights(layer.get_weights())
    np.testing.assert_allclose(np.asarray(layer(X)), np.asarray(steps(X)), rtol=1e-5, atol=1e-6)


def test_initial_states_as_argument_in_a_list_and_symbolic(kind):
    layer = kind.layer(3)
    states = list(np.random.default_rng(1).normal(size=(kind.states, 2, 3)).astype("float32"))
    expected = np.asarray(layer(X, initial_state=states))
    np.testing.assert_allclose(np.asarray(layer([X, *states])), expected, rtol=1e-6)
    assert np.abs(np.asarray(layer(X)) - expected).max() > 1e-3
    inputs, given = Input((3, 4)), [Input((3,)) for _ in states]
    model = Model([inputs, *given], layer(inputs, initial_state=given))
    np.testing.assert_allclose(np.asarray(model([X, *states])), expected, rtol=1e-6)


def test_a_wrong_number_of_states_is_refused(kind):
    with pytest.raises(ValueError, match=f"initial_state must hold {kind.states} tensors"):
        kind.layer(3)(X, initial_state=[np.zeros((2, 3), "float32")] * (kind.states + 1))


def test_stateful_layers_go_on_where_they_ended(kind):
    layer = kind.layer(3, stateful=True, return_sequences=True)
    whole = kind.layer(3, return_sequences=True)
    layer(X[:, :1])
    whole(X)
    layer.set_weights(whole.get_weights())
    layer.reset_states()
    parts = [np.asarray(layer(X[:, t : t + 1])) for t in range(3)]
    np.testing.assert_allclose(np.concatenate(parts, axis=1), np.asarray(whole(X)), rtol=1e-5, atol=1e-6)
    assert len(layer.weights) == 3
    assert all(any(state is v for v in layer.variables) for state in layer.states)
    layer.reset_states([np.ones((2, 3))] * kind.states)
    np.testing.assert_array_equal(layer.states[0].numpy(), np.ones((2, 3)))


def test_stateful_layers_need_a_fixed_batch_size(kind):
    with pytest.raises(ValueError, match=r"stateful and needs a fixed batch size, got input shape \(None, 3, 4\)"):
        kind.layer(3, stateful=True).build((None, 3, 4))
    with pytest.raises(ValueError, match="keeps no states to reset"):
        kind.layer(3).reset_states()


def test_dropout_uses_one_mask_a_sequence_and_only_in_training(kind):
    layer = kind.layer(3, dropout=0.5, recurrent_dropout=0.5, seed=1)
    plain = np.asarray(layer(X))
    np.testing.assert_array_equal(np.asarray(layer(X, training=False)), plain)
    dropped = np.asarray(layer(X, training=True))
    assert np.abs(dropped - plain).max() > 1e-3
    assert layer.cell.seed_generator.state.numpy()[1] == 2


def test_dropout_of_inputs_alone_is_dropout_of_features(kind):
    layer = kind.layer(3, dropout=0.5, seed=1)
    layer(X)
    ones = np.ones((2, 4), "float32")
    mask = np.asarray(kind.cell(3, dropout=0.5, seed=1).dropout_masks(ones, [ones], True)[0])
    expected = np.asarray(layer(X * mask[:, None]))
    np.testing.assert_allclose(np.asarray(layer(X, training=True)), expected, rtol=1e-5, atol=1e-6)


def test_masked_outputs_can_be_zero(kind):
    layer = kind.layer(3, return_sequences=True, zero_output_for_mask=True)
    outputs = np.asarray(layer(X, mask=MASK))
    assert (outputs[~MASK] == 0).all()
    assert (outputs[MASK] != 0).any()


def test_unknown_lengths(kind):
    assert kind.layer(3, return_sequences=True)(KerasTensor((None, None, 4))).shape == (None, None, 3)
    if "static-shapes" in backend.active().capabilities:
        return  # every length is known by the time that it is unrolled
    with pytest.raises(ValueError, match="unroll=True needs sequences of known length"):
        kind.layer(3, unroll=True)(KerasTensor((None, None, 4)))


def test_the_mask_goes_on_with_sequences_only(kind):
    assert kind.layer(3).compute_mask(X, MASK) is None
    assert kind.layer(3, return_sequences=True).compute_mask(X, MASK) is MASK
    states = [None] * kind.states
    assert kind.layer(3, return_sequences=True, return_state=True).compute_mask(X, MASK) == [MASK, *states]


def test_options_of_the_cell_can_be_read_from_the_layer(kind):
    layer = kind.layer(3, kernel_regularizer="l2", input_dim=4, input_length=3)
    assert (layer.units, layer.dropout) == (3, 0.0)
    assert layer.batch_input_shape == (None, 3, 4)
    layer.build((None, 3, 4))
    assert layer.kernel is layer.cell.kernel
    assert [w.name for w in layer.weights] == ["kernel", "recurrent_kernel", "bias"]
    with pytest.raises(AttributeError, match="colour"):
        layer.colour  # noqa: B018


def test_old_names(kind):
    assert kind.layer(3, implementation=1).units == 3
    with pytest.warns(DeprecationWarning) as seen:
        layer = kind.layer(output_dim=3, inner_init="zeros", dropout_W=0.1, dropout_U=0.2)
    assert (layer.dropout, layer.recurrent_dropout) == (0.1, 0.2)
    assert any("inner_init is a Keras 1 argument" in str(one.message) for one in seen)


def test_sequences_have_three_axes(kind):
    with pytest.raises(ValueError, match="3 dimensions"):
        kind.layer(3, name="reader")(np.zeros((2, 4), "float32"))


def test_arguments_are_known_by_name_and_position(kind):
    parameters = inspect.signature(kind.layer).parameters
    assert list(parameters)[:2] == ["units", "activation"]
    of_cell = [name for name in inspect.signature(kind.cell).parameters if name != "kwargs"]
    assert set(of_cell) < set(parameters)
    layer = kind.layer(3, "relu", dtype="float64", trainable=False)
    assert (layer.units, layer.activation.__name__) == (3, "relu")
    assert (layer.cell.dtype, layer.cell.trainable, layer.cell.name) == ("float64", False, kind.layer.cell_name)
    with pytest.raises(TypeError, match="colour"):
        kind.layer(3, colour="red")
