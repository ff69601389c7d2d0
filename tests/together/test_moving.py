"""`model.to_backend`: a copy goes on exactly where the model was."""

from __future__ import annotations

import numpy as np
import pytest

keras = pytest.importorskip("keras")
layers, ops = keras.layers, keras.ops


def other_than(name, trainers):
    return next(one for one in trainers if one != name)


def state(model):
    """All values that a model consists of."""
    variables = [*model.variables, *model.optimizer.variables, *(v for m in model.metrics for v in m.variables)]
    return [v.numpy() for v in dict.fromkeys(variables)]


def assert_same_state(model, copy):
    old, new = state(model), state(copy)
    assert len(old) == len(new)
    for a, b in zip(old, new, strict=True):
        np.testing.assert_array_equal(a, b)


def stacked():
    return keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(8, activation="relu", kernel_regularizer="l2"),
            layers.BatchNormalization(),
            layers.Dropout(0.3),
            layers.Dense(1),
        ]
    )


def branched():
    inputs = keras.Input((6,))
    shared = layers.Dense(6, activation="tanh")
    x = shared(shared(inputs)) * 2 + inputs
    return keras.Model(inputs, layers.Dense(1)(layers.Dropout(0.2)(x)))


class Twice(keras.Model):
    """A subclass with a layer that counts its calls."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.inner, self.outer, self.counter = layers.Dense(units), layers.Dense(1), Counter()

    def call(self, inputs, training=False):
        return self.outer(self.counter(ops.tanh(self.inner(inputs))))

    def get_config(self):
        return {**super().get_config(), "units": self.units}


class Counter(layers.Layer):
    def build(self, input_shape):
        self.count = self.add_weight(name="count", shape=(), initializer="zeros", trainable=False)

    def call(self, inputs, training=None):
        if training:
            self.count.assign_add(1.0)
        return inputs


KINDS = {"sequential": stacked, "functional": branched, "subclass": lambda: Twice(5)}


@pytest.mark.parametrize("kind", KINDS)
def test_training_goes_on_where_it_was(trainer, trainers, kind, problem):
    keras.config.set_rng("portable")
    x, y = problem
    with keras.use_backend(trainer):
        keras.utils.set_random_seed(1)
        model = KINDS[kind]()
        model.compile(keras.optimizers.Adam(0.02), "mse", metrics=["mae"])
        model.fit(x, y, batch_size=16, epochs=2, verbose=0)
    model.optimizer.learning_rate = 0.01
    target = other_than(trainer, trainers)
    copy = model.to_backend(target)
    assert type(copy) is type(model) and copy.name == model.name
    assert (model.backend_name, copy.backend_name) == (trainer, target)
    assert {v.backend_name for v in [*copy.variables, *copy.optimizer.variables]} == {target}
    assert_same_state(model, copy)
    np.testing.assert_allclose(copy.predict(x, verbose=0), model.predict(x, verbose=0), rtol=1e-4, atol=1e-5)
    histories = [m.fit(x, y, batch_size=16, epochs=2, shuffle=False, verbose=0).history for m in (model, copy)]
    for name, values in histories[0].items():
        np.testing.assert_allclose(histories[1][name], values, rtol=1e-3, atol=1e-5)
    assert int(copy.optimizer.iterations.numpy()) == int(model.optimizer.iterations.numpy()) == 20


def test_round_trip_over_all_backends(trainers, problem):
    x, y = problem
    with keras.use_backend(trainers[0]):
        first = stacked()
        first.compile("rmsprop", "mse")
        first.fit(x, y, verbose=0)
    model = first
    for name in [*trainers[1:], trainers[0]]:
        model = model.to_backend(name)
    assert_same_state(first, model)
    assert model is not first and model.backend_name == trainers[0]


def test_a_copy_is_independent(trainer, trainers, problem):
    x, y = problem
    with keras.use_backend(trainer):
        model = stacked()
        model.compile("sgd", "mse")
        model.fit(x, y, verbose=0)
    before = state(model)
    model.to_backend(other_than(trainer, trainers)).fit(x, y, verbose=0)
    for a, b in zip(before, state(model), strict=True):
        np.testing.assert_array_equal(a, b)


def test_inference_without_a_framework(trainer, problem):
    if "numpy" not in keras_backends():
        pytest.skip("the numpy backend is not installed")
    x, y = problem
    with keras.use_backend(trainer):
        model = stacked()
        model.compile("adam", "mse", metrics=["mae"])
        model.fit(x, y, verbose=0)
    plain = model.to_backend("numpy")
    np.testing.assert_allclose(plain.evaluate(x, y, verbose=0), model.evaluate(x, y, verbose=0), rtol=1e-4)
    with pytest.raises(NotImplementedError, match="numpy"):
        plain.fit(x, y, verbose=0)


def keras_backends():
    from keras_core import backend

    return backend.available()


def test_weights_move_by_get_and_set(trainer, trainers, problem):
    x, _ = problem
    with keras.use_backend(trainer):
        model = stacked()
    with keras.use_backend(other_than(trainer, trainers)):
        copy = stacked()
    copy.set_weights(model.get_weights())
    np.testing.assert_allclose(copy.predict(x, verbose=0), model.predict(x, verbose=0), rtol=1e-4, atol=1e-5)


def test_what_was_added_to_the_graph_goes_along(trainers, problem):
    x, y = problem
    with keras.use_backend(trainers[0]):
        inputs = keras.Input((6,))
        hidden = layers.Dense(4)(inputs)
        model = keras.Model(inputs, layers.Dense(1)(hidden))
        model.add_loss(ops.mean(ops.square(hidden)))
        model.add_metric(ops.max(hidden), name="largest")
        model.compile("adam", "mse")
    model.fit(x, y, verbose=0)
    copy = model.to_backend(trainers[1])
    found, expected = [one.evaluate(x, y, return_dict=True, verbose=0) for one in (copy, model)]
    assert found.keys() == expected.keys() == {"loss", "largest"}
    np.testing.assert_allclose(list(found.values()), list(expected.values()), rtol=1e-4)


def test_random_state_goes_with_the_copy(trainers):
    keras.config.set_rng("portable")
    x = np.ones((4, 50), "float32")
    with keras.use_backend(trainers[0]):
        model = keras.Sequential([keras.Input((50,)), layers.Dropout(0.5, seed=5)])
        first = ops.convert_to_numpy(model(x, training=True))
    copy = model.to_backend(trainers[1])
    second = [ops.convert_to_numpy(one(x, training=True)) for one in (model, copy)]
    np.testing.assert_array_equal(second[0], second[1])
    assert not np.array_equal(first, second[0])


def test_states_of_stateful_layers_go_with_the_copy(trainers):
    x = np.random.default_rng(0).normal(size=(3, 4, 2)).astype("float32")
    with keras.use_backend(trainers[0]):
        model = keras.Sequential([keras.Input(batch_shape=(3, 4, 2)), layers.LSTM(5, stateful=True)])
        model.predict(x, batch_size=3, verbose=0)
    copy = model.to_backend(trainers[1])
    np.testing.assert_allclose(
        copy.predict(x, batch_size=3, verbose=0), model.predict(x, batch_size=3, verbose=0), rtol=1e-4, atol=1e-6
    )


def test_frozen_layers_stay_frozen_and_their_list_fixed(trainers, problem):
    x, y = problem
    with keras.use_backend(trainers[0]):
        model = stacked()
        model.layers[0].trainable = False
        model.compile("adam", "mse")
        model.fit(x, y, verbose=0)
        model.layers[0].trainable = True  # acts at the next compile()
    copy = model.to_backend(trainers[1])
    frozen = copy.layers[0].get_weights()
    assert len(copy.optimizer.variables) == len(model.optimizer.variables)
    with pytest.warns(UserWarning, match="compile"):
        copy.fit(x, y, verbose=0)
    np.testing.assert_array_equal(copy.layers[0].get_weights()[0], frozen[0])


def test_a_model_that_is_not_built_or_compiled(trainers, problem):
    x, y = problem
    with keras.use_backend(trainers[0]):
        model = keras.Sequential([layers.Dense(1)])
    copy = model.to_backend(trainers[1])
    assert not copy.built and copy.backend_name == trainers[1]
    copy.compile("sgd", "mse")
    assert np.isfinite(copy.fit(x, y, verbose=0).history["loss"]).all()


def test_functions_of_the_users_own_go_along(trainers, problem):
    x, y = problem

    def half(inputs):
        return inputs * 0.5

    def cubed(y_true, y_pred):
        return ops.mean(ops.abs(y_true - y_pred) ** 3)

    with keras.use_backend(trainers[0]):
        model = keras.Sequential([keras.Input((6,)), layers.Lambda(half), layers.Dense(1, activation=half)])
        model.compile("sgd", cubed, metrics=[cubed])
        model.fit(x, y, verbose=0)
    copy = model.to_backend(trainers[1])
    np.testing.assert_allclose(copy.evaluate(x, y, verbose=0), model.evaluate(x, y, verbose=0), rtol=1e-4)


def test_a_class_without_config_says_what_it_needs(trainers):
    class Own(keras.Model):
        def __init__(self, inner):
            super().__init__()
            self.inner = inner

        def call(self, inputs):
            return self.inner(inputs)

    with keras.use_backend(trainers[0]):
        model = Own(layers.Dense(2))
        model(np.ones((1, 3), "float32"))
    with pytest.raises(ValueError, match=r"Own.*get_config"):
        model.to_backend(trainers[1])


def test_a_layer_added_after_the_constructor_is_missed(trainers):
    with keras.use_backend(trainers[0]):
        model = Twice(3)
        model.extra = layers.Dense(2)
        model(np.ones((1, 4), "float32"))
        model.extra(np.ones((1, 4), "float32"))
    with pytest.raises(ValueError, match="weights"):
        model.to_backend(trainers[1])


def test_a_copy_takes_no_seeds_from_the_script(trainers):
    with keras.use_backend(trainers[0]):
        keras.utils.set_random_seed(9)
        expected = [layers.Dense(2), keras.random.uniform((3,)), keras.Sequential([keras.Input((3,)), layers.Dense(2)])]
        keras.utils.set_random_seed(9)
        model = layers.Dense(2), keras.random.uniform((3,))
        keras.Sequential([keras.Input((1,)), model[0]]).to_backend(trainers[1])
        after = keras.Sequential([keras.Input((3,)), layers.Dense(2)])
    np.testing.assert_array_equal(after.get_weights()[0], expected[2].get_weights()[0])


def test_an_unknown_backend_is_named(trainers):
    with keras.use_backend(trainers[0]):
        model = stacked()
    with pytest.raises(ValueError, match="nonsense"):
        model.to_backend("nonsense")
