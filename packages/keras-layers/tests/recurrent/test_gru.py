import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_core import Input, KerasTensor, Model, backend
from keras_layers import GRU, RNN, GRUCell
from layer_references import gru_step, run_over_time

MASK = np.array([[True, False, True], [False, True, False]])


class TestGRU(LayerContract):
    layer = GRU
    tolerance = 1e-4
    cases = [
        Case((2, 3, 4), {"units": 2}),
        Case((2, 3, 4), {"units": 2, "return_sequences": True, "return_state": True}),
        Case((2, 3, 4), {"units": 2, "go_backwards": True, "return_sequences": True, "unroll": True}),
        Case((2, 3, 4), {"units": 2, "return_state": True}, {"mask": MASK}),
        Case((2, 3, 4), {"units": 2, "return_sequences": True, "go_backwards": True}, {"mask": MASK}),
        Case((2, 3, 4), {"units": 2, "reset_after": False}),
        Case((2, 3, 4), {"units": 2, "reset_after": False, "go_backwards": True}, {"mask": MASK}),
    ]

    def reference(
        self,
        inputs,
        weights,
        units,
        return_sequences=False,
        return_state=False,
        go_backwards=False,
        unroll=False,
        mask=None,
        reset_after=True,
    ):
        start = [np.zeros((len(inputs), units))] * 1
        outputs, states = run_over_time(gru_step(weights, reset_after), inputs, start, mask, go_backwards)
        result = outputs if return_sequences else outputs[:, -1]
        return [result, *states] if return_state else result


X = np.random.default_rng(2).normal(size=(2, 3, 4)).astype("float32")


@pytest.mark.parametrize("options", [{}, {"return_sequences": True, "return_state": True}, {"go_backwards": True}])
@pytest.mark.parametrize("mask", [None, MASK])
def test_one_op_gives_what_the_cell_gives_step_by_step(options, mask):
    layer, steps = GRU(3, **options), RNN(GRUCell(3), **options)
    layer(X)
    steps(X)
    steps.set_weights(layer.get_weights())
    found, expected = layer(X, mask=mask), steps(X, mask=mask)
    if not options.get("return_state"):
        found, expected = [found], [expected]
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(np.asarray(one), np.asarray(other), rtol=1e-5, atol=1e-6)


def test_other_activations():
    layer, steps = GRU(3, activation="relu"), RNN(GRUCell(3, activation="relu"))
    layer(X)
    steps(X)
    steps.set_weights(layer.get_weights())
    np.testing.assert_allclose(np.asarray(layer(X)), np.asarray(steps(X)), rtol=1e-5, atol=1e-6)


def test_initial_states_as_argument_in_a_list_and_symbolic():
    layer = GRU(3)
    states = list(np.random.default_rng(1).normal(size=(1, 2, 3)).astype("float32"))
    expected = np.asarray(layer(X, initial_state=states))
    np.testing.assert_allclose(np.asarray(layer([X, *states])), expected, rtol=1e-6)
    assert np.abs(np.asarray(layer(X)) - expected).max() > 1e-3
    inputs, given = Input((3, 4)), [Input((3,)) for _ in states]
    model = Model([inputs, *given], layer(inputs, initial_state=given))
    np.testing.assert_allclose(np.asarray(model([X, *states])), expected, rtol=1e-6)


def test_a_wrong_number_of_states_is_refused():
    with pytest.raises(ValueError, match="initial_state must hold 1 tensors"):
        GRU(3)(X, initial_state=[np.zeros((2, 3), "float32")] * 2)


def test_stateful_layers_go_on_where_they_ended():
    layer = GRU(3, stateful=True, return_sequences=True)
    whole = GRU(3, return_sequences=True)
    layer(X[:, :1])
    whole(X)
    layer.set_weights(whole.get_weights())
    layer.reset_states()
    parts = [np.asarray(layer(X[:, t : t + 1])) for t in range(3)]
    np.testing.assert_allclose(np.concatenate(parts, axis=1), np.asarray(whole(X)), rtol=1e-5, atol=1e-6)
    assert len(layer.weights) == 3
    assert all(any(state is v for v in layer.variables) for state in layer.states)
    layer.reset_states([np.ones((2, 3))] * 1)
    np.testing.assert_array_equal(layer.states[0].numpy(), np.ones((2, 3)))


def test_stateful_layers_need_a_fixed_batch_size():
    with pytest.raises(ValueError, match=r"stateful and needs a fixed batch size, got input shape \(None, 3, 4\)"):
        GRU(3, stateful=True).build((None, 3, 4))
    with pytest.raises(ValueError, match="keeps no states to reset"):
        GRU(3).reset_states()


def test_dropout_uses_one_mask_a_sequence_and_only_in_training():
    layer = GRU(3, dropout=0.5, recurrent_dropout=0.5, seed=1)
    plain = np.asarray(layer(X))
    np.testing.assert_array_equal(np.asarray(layer(X, training=False)), plain)
    dropped = np.asarray(layer(X, training=True))
    assert np.abs(dropped - plain).max() > 1e-3
    assert layer.cell.seed_generator.state.numpy()[1] == 2


def test_dropout_of_inputs_alone_is_dropout_of_features():
    layer = GRU(3, dropout=0.5, seed=1)
    layer(X)
    ones = np.ones((2, 4), "float32")
    mask = np.asarray(GRUCell(3, dropout=0.5, seed=1).dropout_masks(ones, [ones], True)[0])
    expected = np.asarray(layer(X * mask[:, None]))
    np.testing.assert_allclose(np.asarray(layer(X, training=True)), expected, rtol=1e-5, atol=1e-6)


def test_masked_outputs_can_be_zero():
    layer = GRU(3, return_sequences=True, zero_output_for_mask=True)
    outputs = np.asarray(layer(X, mask=MASK))
    assert (outputs[~MASK] == 0).all()
    assert (outputs[MASK] != 0).any()


def test_unknown_lengths():
    assert GRU(3, return_sequences=True)(KerasTensor((None, None, 4))).shape == (None, None, 3)
    if "static-shapes" in backend.active().capabilities:
        return  # every length is known by the time that it is unrolled
    with pytest.raises(ValueError, match="unroll=True needs sequences of known length"):
        GRU(3, unroll=True)(KerasTensor((None, None, 4)))


def test_the_mask_goes_on_with_sequences_only():
    assert GRU(3).compute_mask(X, MASK) is None
    assert GRU(3, return_sequences=True).compute_mask(X, MASK) is MASK
    states = [None] * 1
    assert GRU(3, return_sequences=True, return_state=True).compute_mask(X, MASK) == [MASK, *states]


def test_options_of_the_cell_can_be_read_from_the_layer():
    layer = GRU(3, kernel_regularizer="l2", input_dim=4, input_length=3)
    assert (layer.units, layer.dropout) == (3, 0.0)
    assert layer.batch_input_shape == (None, 3, 4)
    layer.build((None, 3, 4))
    assert layer.kernel is layer.cell.kernel
    assert [w.name for w in layer.weights] == ["kernel", "recurrent_kernel", "bias"]
    with pytest.raises(AttributeError, match="colour"):
        layer.colour  # noqa: B018


def test_old_names():
    assert GRU(3, implementation=1).units == 3
    with pytest.warns(DeprecationWarning) as seen:
        layer = GRU(output_dim=3, inner_init="zeros", dropout_W=0.1, dropout_U=0.2)
    assert (layer.dropout, layer.recurrent_dropout) == (0.1, 0.2)
    assert any("inner_init is a Keras 1 argument" in str(one.message) for one in seen)


def test_sequences_have_three_axes():
    with pytest.raises(ValueError, match="3 dimensions"):
        GRU(3, name="reader")(np.zeros((2, 4), "float32"))


def test_the_bias_has_a_row_for_the_state_only_with_reset_after():
    for reset_after, shape in ((True, (2, 9)), (False, (9,))):
        layer = GRU(3, reset_after=reset_after)
        layer.build((None, 3, 4))
        assert layer.cell.bias.shape == shape
