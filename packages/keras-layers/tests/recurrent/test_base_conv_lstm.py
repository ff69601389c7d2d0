"""What the convolutional LSTMs have in common."""

import numpy as np
import pytest
from keras_core import Input, Model
from keras_layers import ConvLSTM1D, ConvLSTM2D


def test_the_layer_goes_the_steps_of_its_cell():
    x = np.random.default_rng(0).normal(size=(2, 3, 5, 4, 1)).astype("float32")
    layer = ConvLSTM2D(2, 3, return_sequences=True, data_format="channels_last")
    outputs = np.asarray(layer(x))
    states = layer.cell.get_initial_state(batch_size=2)
    for t in range(3):
        output, states = layer.cell(x[:, t], states)
        np.testing.assert_allclose(outputs[:, t], np.asarray(output), rtol=1e-4, atol=1e-5)


def test_dropout_of_all():
    x = np.ones((2, 3, 5, 1), "float32")
    layer = ConvLSTM1D(2, 3, dropout=1.0, recurrent_dropout=1.0, use_bias=False)
    np.testing.assert_array_equal(np.asarray(layer(x, training=True)), np.zeros((2, 3, 2)))
    assert np.abs(np.asarray(layer(x))).max() > 0


def test_sizes_known_only_at_run_time():
    inputs = Input((None, None, None, 1))
    model = Model(inputs, ConvLSTM2D(2, 3, padding="same", data_format="channels_last")(inputs))
    assert model.output_shape == (None, None, None, 2)
    x = np.random.default_rng(0).normal(size=(2, 3, 5, 4, 1)).astype("float32")
    expected = np.asarray(model.layers[1](x))
    np.testing.assert_allclose(model.predict(x, verbose=0), expected, rtol=1e-4, atol=1e-5)


def test_masks_with_sizes_known_only_at_run_time():
    layer = ConvLSTM2D(2, 2, return_sequences=True, data_format="channels_last")
    inputs, mask = Input((None, None, None, 1)), Input((None,), dtype="bool")
    model = Model([inputs, mask], layer(inputs, mask=mask))
    x = np.random.default_rng(0).normal(size=(2, 3, 5, 4, 1)).astype("float32")
    here = np.array([[False, True, True], [True, False, True]])
    found = model.predict([x, here], verbose=0)
    np.testing.assert_allclose(found[0, 0], np.zeros((4, 3, 2)))
    np.testing.assert_allclose(found[0, 1:], np.asarray(layer(x[:1, 1:]))[0], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(found[1, [0, 2]], np.asarray(layer(x[1:, [0, 2]]))[0], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(found[1, 1], found[1, 0])


def test_stateful():
    x = np.random.default_rng(0).normal(size=(2, 4, 5, 1)).astype("float32")
    layer = ConvLSTM1D(2, 3, stateful=True)
    whole = ConvLSTM1D(2, 3)
    whole.build(x.shape)
    first = np.asarray(layer(x[:, :2]))
    whole.set_weights(layer.get_weights())
    second = np.asarray(layer(x[:, 2:]))
    np.testing.assert_allclose(second, np.asarray(whole(x)), rtol=1e-4, atol=1e-5)
    layer.reset_states()
    np.testing.assert_allclose(np.asarray(layer(x[:, :2])), first, rtol=1e-4, atol=1e-5)


def test_initial_states_as_symbols():
    inputs, h, c = Input((3, 5, 1)), Input((3, 2)), Input((3, 2))
    model = Model([inputs, h, c], ConvLSTM1D(2, 3)(inputs, initial_state=[h, c]))
    zeros = np.zeros((1, 3, 2), "float32")
    x = np.ones((1, 3, 5, 1), "float32")
    plain = np.asarray(model.layers[-1](x))
    np.testing.assert_allclose(model.predict([x, zeros, zeros], verbose=0), plain, rtol=1e-4, atol=1e-5)
    assert np.abs(model.predict([x, zeros, zeros + 1], verbose=0) - plain).max() > 0.01


@pytest.mark.needs_train
def test_it_learns():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(16, 3, 4, 4, 1)).astype("float32")
    inputs = Input((3, 4, 4, 1))
    model = Model(inputs, ConvLSTM2D(1, 3, padding="same", data_format="channels_last")(inputs))
    model.compile("adam", "mse")
    losses = model.fit(x, 0.3 * x[:, -1], epochs=3, verbose=0).history["loss"]
    assert losses[-1] < losses[0]


def test_other_ranks_are_refused():
    with pytest.raises(ValueError, match="expected an input of 5 dimensions"):
        ConvLSTM2D(2, 3)(np.zeros((2, 5, 5, 1), "float32"))
