"""Models made of a part of a graph: from any of its tensors to any other, with the layers of the whole."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")
from keras import layers  # noqa: E402

X = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")


def close(found, expected):
    flat, wanted = keras.tree.flatten(found), keras.tree.flatten(expected)
    assert len(flat) == len(wanted)
    for one, other in zip(flat, wanted, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)


def check_copies(model, x, folder):
    """What is saved and loaded, or cloned with the same weights, computes the same."""
    expected = model.predict(x, verbose=0)
    model.save(folder / "slice.keras")
    loaded = keras.models.load_model(folder / "slice.keras")
    close(loaded.predict(x, verbose=0), expected)
    assert loaded.input_names == model.input_names
    clone = keras.models.clone_model(model)
    clone.set_weights(model.get_weights())
    close(clone.predict(x, verbose=0), expected)


def three_layers():
    start = keras.Input((3,))
    hidden = layers.Dense(5, name="second")(layers.Dense(4, activation="tanh", name="first")(start))
    return keras.Model(start, layers.Dense(2, name="third")(hidden))


@pytest.mark.parametrize("make", [three_layers, lambda: keras.models.clone_model(three_layers())])
def test_from_the_output_of_a_layer(tmp_path, make):
    model = make()
    inner = model.get_layer("first").output
    tail = keras.Model(inputs=inner, outputs=model.output)
    hidden = keras.Model(model.input, inner).predict(X, verbose=0)
    close(tail.predict(hidden, verbose=0), model.predict(X, verbose=0))
    close(tail(hidden), model.predict(X, verbose=0))
    assert tail.input is inner and tail.input_shape == (None, 4)
    assert [type(layer).__name__ for layer in tail.layers] == ["InputLayer", "Dense", "Dense"]
    assert all(one is other for one, other in zip(tail.weights, model.weights[2:], strict=True))
    lines = []
    tail.summary(print_fn=lines.append)
    assert " Total params: 37" in "\n".join(lines)
    check_copies(tail, hidden, tmp_path)


def test_training_a_slice_trains_the_whole():
    model = three_layers()
    tail = keras.Model(model.get_layer("first").output, model.output)
    first, third = model.get_layer("first").get_weights(), model.get_layer("third").get_weights()
    tail.compile("sgd", "mse")
    tail.fit(np.ones((4, 4), "float32"), np.zeros((4, 2)), verbose=0)
    close(model.get_layer("first").get_weights(), first)
    assert not np.allclose(model.get_layer("third").get_weights()[0], third[0])


def test_from_several_tensors(tmp_path):
    start = keras.Input((3,))
    one, two = layers.Dense(4, name="one")(start), layers.Dense(4, name="two")(start)
    added = layers.Add()([one, two])
    end = layers.Dense(2)(layers.Concatenate()([added, one]))
    whole = keras.Model(start, end).predict(X, verbose=0)
    values = dict(
        zip(("one", "two", "added"), keras.Model(start, [one, two, added]).predict(X, verbose=0), strict=True)
    )
    for inputs, given in (
        ([one, two], [values["one"], values["two"]]),
        ([two, one], [values["two"], values["one"]]),
        ([added, one], [values["added"], values["one"]]),
        ({"u": one, "v": two}, {"u": values["one"], "v": values["two"]}),
    ):
        part = keras.Model(inputs, end)
        close(part.predict(given, verbose=0), whole)
        check_copies(part, given, tmp_path)


def test_from_an_input_and_a_tensor_behind_it(tmp_path):
    start = keras.Input((3,))
    inner = layers.Dense(2)(start)
    part = keras.Model([start, inner], layers.Concatenate()([inner, start]))
    given = [X, np.ones((4, 2), "float32")]
    close(part.predict(given, verbose=0), np.concatenate([given[1], X], axis=1))
    check_copies(part, given, tmp_path)


def test_from_what_an_operation_gave(tmp_path):
    start = keras.Input((3,))
    inner = keras.ops.relu(layers.Dense(4)(start) * 2)
    end = layers.Dense(2)(inner + 1)
    part = keras.Model(inner, end)
    values = keras.Model(start, inner).predict(X, verbose=0)
    close(part.predict(values, verbose=0), keras.Model(start, end).predict(X, verbose=0))
    assert part.input_names == ["relu"]
    check_copies(part, values, tmp_path)


def test_from_some_outputs_of_a_layer(tmp_path):
    start = keras.Input((5, 3))
    _, hidden, cell = layers.LSTM(4, return_sequences=True, return_state=True, name="lstm")(start)
    end = layers.Dense(2)(layers.Concatenate()([hidden, cell]))
    x = np.ones((2, 5, 3), "float32")
    whole = keras.Model(start, end).predict(x, verbose=0)
    states = keras.Model(start, [hidden, cell]).predict(x, verbose=0)
    part = keras.Model([hidden, cell], end)
    assert part.input_names == ["lstm", "lstm_1"]
    close(part.predict(states, verbose=0), whole)
    check_copies(part, states, tmp_path)
    close(keras.Model([cell, hidden], end).predict(states[::-1], verbose=0), whole)


def test_a_given_tensor_counts_where_its_layer_runs_again(tmp_path):
    start = keras.Input((5, 3))
    sequence, hidden, _ = layers.LSTM(4, return_sequences=True, return_state=True)(start)
    part = keras.Model([start, hidden], [layers.Flatten()(sequence), hidden + 1])
    x, given = np.ones((2, 5, 3), "float32"), np.full((2, 4), 7.0, "float32")
    flat, other = part.predict([x, given], verbose=0)
    close(other, given + 1)
    close(flat, keras.Model(start, sequence).predict(x, verbose=0).reshape(2, -1))
    check_copies(part, [x, given], tmp_path)


def test_of_a_nested_model_and_of_a_sequential(tmp_path):
    inner = three_layers()
    start = keras.Input((3,))
    between = inner(start)
    end = layers.Dense(1)(between)
    model = keras.Model(start, end)
    part = keras.Model(between, end)
    middle = inner.predict(X, verbose=0)
    close(part.predict(middle, verbose=0), model.predict(X, verbose=0))
    check_copies(part, middle, tmp_path)
    features = keras.Model(inner.input, inner.get_layer("second").output)
    assert features.predict(X, verbose=0).shape == (4, 5)
    stack = keras.Sequential([keras.Input((3,)), layers.Dense(4), layers.Dense(2)])
    tail = keras.Model(stack.layers[0].output, stack.output)
    hidden, outputs = keras.Model(stack.inputs, [layer.output for layer in stack.layers]).predict(X, verbose=0)
    close(tail.predict(hidden, verbose=0), outputs)
    check_copies(tail, hidden, tmp_path)


def test_between_two_calls_of_one_layer(tmp_path):
    start = keras.Input((3,))
    shared = layers.Dense(3, name="shared")
    first = shared(start)
    second = shared(first)
    part = keras.Model(first, second)
    close(part.predict(X, verbose=0), shared(X))
    assert part.input_names == ["shared_1"] and part.get_layer("shared") is shared
    check_copies(part, X, tmp_path)
    again = keras.Model(first, [first, second])
    close(again.predict(X, verbose=0)[0], X)
    check_copies(again, X, tmp_path)


def test_a_slice_of_a_slice_and_inside_another_model(tmp_path):
    model = three_layers()
    tail = keras.Model(model.get_layer("first").output, model.output)
    last = keras.Model(tail.get_layer("second").output, tail.output)
    assert last.count_params() == 12
    middle = keras.Model(tail.input, tail.get_layer("second").output)
    hidden = np.ones((2, 4), "float32")
    close(last.predict(middle.predict(hidden, verbose=0), verbose=0), tail.predict(hidden, verbose=0))
    start = keras.Input((4,))
    outer = keras.Model(start, tail(start) * 2)
    close(outer.predict(hidden, verbose=0), 2 * tail.predict(hidden, verbose=0))
    check_copies(outer, hidden, tmp_path)


def test_after_a_layer_that_makes_a_mask(tmp_path):
    ids = np.array([[1, 2, 0, 0, 0], [1, 2, 3, 4, 5]])
    start = keras.Input((5,))
    embedding = layers.Embedding(6, 3, mask_zero=True)
    embedded = embedding(start)
    lstm = layers.LSTM(4, return_sequences=True)
    head = layers.GlobalAveragePooling1D()
    model = keras.Model(start, head(lstm(embedded)))
    part = keras.Model(embedded, model.output)
    values = keras.ops.convert_to_numpy(embedding(ids))
    # Plain values have no mask; those that a layer gave bring theirs along.
    close(part.predict(values, verbose=0), keras.ops.convert_to_numpy(head(lstm(values))))
    close(part(embedding(ids)), model.predict(ids, verbose=0))
    check_copies(part, values, tmp_path)
    outer = keras.Model(start, part(embedded))
    close(outer.predict(ids, verbose=0), model.predict(ids, verbose=0))


def test_what_is_not_between_is_refused():
    start, other = keras.Input((3,)), keras.Input((3,), name="other")
    inner = layers.Dense(3)(start)
    with pytest.raises(ValueError, match=r"Graph disconnected.*name=other.*Add it to inputs"):
        keras.Model(inner, layers.Add()([inner, other]))
    with pytest.raises(ValueError, match="Graph disconnected"):
        keras.Model(inner, layers.Dense(2)(start))


def test_a_k_function_from_inner_tensors():
    K = keras.backend
    start = keras.Input((5,))
    embedding = layers.Embedding(6, 3, mask_zero=True)
    embedded = embedding(start)
    summed = layers.GlobalAveragePooling1D()(embedded)
    values = np.ones((2, 5, 3), "float32")
    close(K.function([embedded], [summed])([values])[0], values.mean(1))
    hidden = layers.Dense(4)(summed)
    end = layers.Dense(2)(hidden)
    given = np.ones((2, 4), "float32")
    close(K.function([hidden], [end])([given])[0], keras.Model(hidden, end).predict(given, verbose=0))


def test_calls_of_a_nested_model():
    inner = three_layers()
    start = keras.Input((3,))
    model = keras.Model(start, layers.Dense(1)(inner(start)))
    nested = model.get_layer(inner.name)
    assert nested.get_output_at(0) is nested.output and nested.get_input_at(0) is nested.input
    assert nested.get_input_at(1) is start and nested.get_output_shape_at(1) == (None, 2)
    close(keras.Model(start, nested.get_output_at(1)).predict(X, verbose=0), inner.predict(X, verbose=0))
    other = keras.Input((3,), batch_size=2)
    again = nested(other)
    assert nested.get_output_at(2) is nested.get_output_at(-1) is again and nested.get_input_shape_at(2) == (2, 3)
    assert len(nested.inbound_nodes) == 2 and nested.output_shape == (None, 2)
    with pytest.raises(ValueError, match=r"was called 2 times; its own graph.*Asked for call 3"):
        nested.get_output_at(3)
    stack = keras.Sequential([keras.Input((3,)), layers.Dense(2)])
    called = stack(start)
    assert stack.get_output_at(0) is stack.output and stack.get_output_at(1) is called


def test_calls_of_a_shared_layer():
    one, two = keras.Input((5, 3)), keras.Input((7, 3))
    shared = layers.LSTM(4, return_sequences=True)
    outputs = [shared(one), shared(two)]
    assert [shared.get_output_at(index) for index in (0, 1, -1)] == [*outputs, outputs[1]]
    assert [shared.get_input_shape_at(index) for index in range(2)] == [(None, 5, 3), (None, 7, 3)]
    assert [shared.get_output_shape_at(index) for index in range(2)] == [(None, 5, 4), (None, 7, 4)]
    assert shared.get_input_mask_at(0) is shared.get_output_mask_at(1) is None
    assert [node.input_tensors for node in shared.inbound_nodes] == [[one], [two]]
    with pytest.raises(AttributeError, match=r"called 2 times.*get_output_at"):
        _ = shared.output
    for index in (2, -3):
        with pytest.raises(ValueError, match=f"called 2 times, asked for call {index}"):
            shared.get_output_at(index)
    named = layers.Dense(2)
    result = named(inputs=one)
    assert named.input is one and named.output is result
