"""What one call or program leaves behind does not reach the next."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")
from keras import layers  # noqa: E402

X = np.ones((4, 3), "float32")
Y = np.zeros((4, 2), "float32")


def penalized():
    """A model whose loss is the mean square of its outputs plus the sum of squares, divided by the batch size."""
    penalty = keras.regularizers.L2(1.0)
    return keras.Sequential([keras.Input((3,)), layers.Dense(2, activity_regularizer=penalty)])


def expected_loss(model):
    outputs = X @ model.get_weights()[0]
    return (outputs**2).mean() + (outputs**2).sum() / len(X)


@pytest.mark.parametrize("eagerly", [False, True])
def test_losses_of_earlier_calls_are_not_in_a_step(eagerly):
    model = penalized()
    model.compile(keras.optimizers.SGD(0.0), "mse", run_eagerly=eagerly)
    for _ in range(2):
        np.testing.assert_allclose(model.test_on_batch(X, Y), expected_loss(model), rtol=1e-5)
        np.testing.assert_allclose(model.train_on_batch(X, Y), expected_loss(model), rtol=1e-5)
        model(X * 10)
        model.layers[0](X * 10)
    np.testing.assert_allclose(model.evaluate(X, Y, verbose=0), expected_loss(model), rtol=1e-5)


def test_losses_of_a_call_are_those_of_the_last():
    model = penalized()
    for factor in (1, 10):
        outputs = factor * X @ model.get_weights()[0]
        model(factor * X)
        (loss,) = model.losses
        np.testing.assert_allclose(keras.ops.convert_to_numpy(loss), (outputs**2).sum() / len(X), rtol=1e-5)


def test_draws_go_on_after_a_failed_program():
    class Failing(layers.Layer):
        def call(self, inputs):
            noisy = inputs + keras.random.normal((3,))
            raise ArithmeticError("after a draw") if keras.ops.ndim(noisy) else None

    model = keras.Sequential([layers.Dense(3), Failing()])
    with pytest.raises(ArithmeticError):
        model.predict(X, verbose=0)
    assert np.isfinite(keras.ops.convert_to_numpy(keras.random.normal((3,)))).all()


class Counting(layers.Layer):
    """Writes to all it has in each call."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.seeds = keras.random.SeedGenerator(7)
        self.seen = keras.metrics.Mean(name="seen")
        self.calls = keras.metrics.Sum(name="calls")

    def build(self, input_shape):
        self.count = self.add_weight(shape=(), initializer="zeros", trainable=False, name="count")
        self.sums = self.add_weight(shape=(3,), initializer="zeros", trainable=False, name="sums")
        self.factor = self.add_weight(shape=(), initializer="ones", name="factor")

    def call(self, inputs):
        self.count.assign_add(1.0)
        self.sums.assign(keras.ops.sum(inputs, 0))
        self.seen.update_state(inputs)
        self.calls.update_state(1.0)
        self.add_loss(2.0)
        self.add_loss(keras.ops.square(self.factor))
        keras.ops.map(self.counted, inputs)
        return inputs * self.factor + 0 * keras.random.uniform((3,), seed=self.seeds)

    def counted(self, row):
        self.count.assign_add(100.0)
        return row

    def state(self):
        values = [self.count, self.calls.total, self.seen.total, self.seeds.state[1], keras.ops.sum(self.sums)]
        return [float(keras.ops.convert_to_numpy(value)) for value in values]


def test_what_a_symbolic_call_writes_is_undone():
    layer, draws = Counting(), keras.random.SeedGenerator(1)
    inputs = keras.Input((3,))
    model = keras.Model(inputs, layers.Lambda(lambda x: x + keras.random.normal((3,), seed=draws))(layer(inputs)))
    keras.models.clone_model(model)
    model.summary(print_fn=lambda line: None)
    assert layer.compute_output_shape((None, 3)) == (None, 3)
    model.compile(keras.optimizers.SGD(0.0))
    assert layer.state() == [0.0] * 5 and model.losses == []
    assert draws.state.numpy().tolist() == [1, 0]
    layer(X)
    assert layer.state() == [401.0, 1.0, 12.0, 1.0, 12.0]
    np.testing.assert_allclose([keras.ops.convert_to_numpy(one) for one in layer.losses], [2.0, 1.0])


def test_writes_of_real_calls_are_kept():
    layer = Counting()
    inputs = keras.Input((3,))
    model = keras.Model(inputs, layer(inputs))
    model.compile(keras.optimizers.SGD(0.0))
    np.testing.assert_allclose(model.train_on_batch(X)[0], 3.0)
    assert layer.count.numpy() == 401
    for done in (2, 3, 4):  # the later ones are compiled
        model(X)
        assert layer.count.numpy() == 401 * done
    model.predict(X, verbose=0)
    assert layer.count.numpy() == 401 * 5


def test_weights_that_are_given_in_a_symbolic_call_last():
    class Outer(layers.Layer):
        def __init__(self):
            super().__init__()
            self.inner = layers.Dense(2, weights=[np.ones((3, 2)), np.ones(2)])

        def call(self, inputs):
            return self.inner(inputs)

    inputs = keras.Input((3,))
    model = keras.Model(inputs, Outer()(inputs))
    np.testing.assert_allclose(model.predict(X, verbose=0), np.full((4, 2), 4.0))


def test_a_subclassed_model_does_not_count_what_looks_at_its_shapes():
    class Model(keras.Model):
        def __init__(self):
            super().__init__()
            self.inner = layers.Dense(2)
            self.count = self.add_weight(shape=(), initializer="zeros", trainable=False)

        def call(self, inputs):
            self.count.assign_add(1.0)
            return self.inner(inputs)

    model = Model()
    model.build((None, 3))
    model.compile("sgd", "mse")
    model.fit(X, Y, verbose=0)
    assert model.count.numpy() == 1
    model.predict(X, verbose=0)
    assert model.count.numpy() == 2


def test_writes_in_a_framework_s_own_trace_leave_nothing_behind():
    trace = {"jax": lambda f: __import__("jax").jit(f), "tensorflow": lambda f: __import__("tensorflow").function(f)}
    if keras.backend.backend() not in trace:
        pytest.skip("its values are there at once")
    x = keras.ops.convert_to_tensor(X)
    weight = keras.Variable(np.ones((4, 3), "float32"))
    optimizer = keras.optimizers.Adam()
    optimizer.build([weight])
    dropout, normalization, mean = layers.Dropout(0.5), layers.BatchNormalization(), keras.metrics.Mean()
    normalization.build((None, 3))
    programs = [
        lambda x: dropout(x, training=True),
        lambda x: normalization(x, training=True),
        lambda x: (mean.update_state(x), x)[1],
        lambda x: (optimizer.apply([x], [weight]), x)[1],
        lambda x: x + keras.random.normal((3,)),
    ]
    for program in programs:
        if keras.backend.backend() == "jax":
            with pytest.raises(RuntimeError, match="nothing was assigned"):
                trace["jax"](program)(x)
        else:
            trace["tensorflow"](program)(x)
        program(x)  # as if nothing had been
    variables = [dropout.seed_generator.state, *normalization.variables, *mean.variables, *optimizer.variables, weight]
    assert all(np.isfinite(variable.numpy()).all() for variable in variables)
    assert np.isfinite(keras.ops.convert_to_numpy(keras.random.normal((3,)))).all()
