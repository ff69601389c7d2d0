"""What steps, losses and optimizers of the user's own are given, and what they may leave out."""

from __future__ import annotations

import numpy as np
import pytest

keras = pytest.importorskip("keras")
layers, ops = keras.layers, keras.ops

X = np.arange(12, dtype="float32").reshape(4, 3) / 10
Y = X.sum(axis=1, keepdims=True)


class Scale(keras.Model):
    """One trained number; its steps note the form of their data."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.factor = self.add_weight(name="factor", shape=(), initializer="ones")
        self.forms = {}

    def call(self, inputs):
        return inputs * self.factor

    def _note(self, step, data):
        self.forms[step] = "x" if not isinstance(data, (tuple, list)) else f"tuple of {len(data)}"

    def train_step(self, data):
        self._note("train", data)
        return super().train_step(data)

    def test_step(self, data):
        self._note("test", data)
        return super().test_step(data)

    def predict_step(self, data):
        self._note("predict", data)
        return super().predict_step(data)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None):
        return ops.mean(ops.square(y_pred))


def batches_of(x):
    yield from (x[:2], x[2:])


@pytest.mark.needs_train
@pytest.mark.parametrize("source", [lambda: X, lambda: batches_of(X)], ids=["array", "generator"])
def test_steps_get_inputs_that_come_alone_as_they_are(source):
    model = Scale()
    model.compile("sgd")
    model.fit(source(), verbose=0)
    model.evaluate(source(), verbose=0)
    model.predict(source(), verbose=0)
    assert model.forms == {"train": "x", "test": "x", "predict": "x"}


@pytest.mark.needs_train
def test_steps_get_targets_and_weights_beside_the_inputs():
    model = Scale()
    model.compile("sgd")
    model.fit(X, X, verbose=0)
    model.test_on_batch(X, X, np.ones(4))
    assert model.forms == {"train": "tuple of 2", "test": "tuple of 3"}


def test_several_inputs_that_come_alone_are_not_taken_for_targets():
    seen = []

    class Sum(keras.Model):
        def call(self, inputs):
            return inputs[0] + inputs[1]

        def test_step(self, data):
            seen.append(len(data))
            return {"sum": ops.mean(self(data[0]))}

    model = Sum()
    model.compile()
    logs = model.evaluate([X, 2 * X], verbose=0, return_dict=True)
    assert seen[-1] == 1 and np.isclose(logs["sum"], 3 * X.mean())


@pytest.mark.needs_train
def test_compute_loss_and_compute_metrics_may_leave_out_parameters():
    class Brief(keras.Model):
        def call(self, inputs):
            return self.dense(inputs)

        def build(self, shape):
            self.dense = layers.Dense(1, use_bias=False, kernel_initializer="zeros")
            self.dense.build(shape)

        def compute_loss(self, y, y_pred):
            return ops.mean(ops.square(y - y_pred))

        def compute_metrics(self, x, y, y_pred):
            return {"largest": ops.max(y)}

    model = Brief()
    model.compile("sgd")
    logs = model.fit(X, Y, batch_size=4, verbose=0).history
    assert np.isclose(logs["largest"][0], Y.max())
    assert np.abs(model.get_weights()[0]).sum() > 0


@pytest.mark.needs_train
def test_a_loss_of_ones_own_is_evaluated_without_a_compiled_one():
    model = Scale()
    model.compile("sgd")
    history = model.fit(X, validation_data=(X,), verbose=0).history
    factor = float(model.factor.numpy())
    assert history["val_loss"] == [pytest.approx(factor**2 * (X**2).mean(), rel=1e-5)]
    assert model.evaluate(X, verbose=0) == pytest.approx(history["val_loss"][0])
    assert model.test_on_batch(X) == pytest.approx(history["val_loss"][0])


@pytest.mark.needs_train
@pytest.mark.parametrize("first", [True, False])
def test_the_loss_of_an_own_step_is_not_hidden_by_the_tracker_that_it_left_alone(first):
    class Own(keras.Model):
        def build(self, shape):
            self.dense = layers.Dense(1, use_bias=False, kernel_initializer="zeros")
            self.dense.build(shape)

        def call(self, inputs):
            return self.dense(inputs)

        def train_step(self, data):
            x, y = data
            loss = self.compute_loss(x=x, y=y, y_pred=self(x, training=True))
            metrics = self.compute_metrics(x, y, self(x))
            return {"loss": loss, **metrics} if first else {**metrics, "loss": loss}

    model = Own()
    model.compile("sgd", "mse", metrics=["mae"])
    history = model.fit(X, Y, batch_size=len(X), epochs=2, verbose=0).history
    np.testing.assert_allclose(history["loss"], 2 * [(Y**2).mean()], rtol=1e-5)
    np.testing.assert_allclose(history["mae"], 2 * [np.abs(Y).mean()], rtol=1e-5)
    logs = model.evaluate(X, Y, verbose=0, return_dict=True)  # a step of Keras, which tells the tracker
    np.testing.assert_allclose([logs["loss"], logs["mae"]], [(Y**2).mean(), np.abs(Y).mean()], rtol=1e-5)


@pytest.mark.needs_train
@pytest.mark.filterwarnings("ignore:.*has no trainable weights")
def test_the_tracker_of_the_loss_may_be_updated_by_an_own_step():
    class Own(keras.Model):
        def call(self, inputs):
            return inputs

        def train_step(self, data):
            x, y = data
            loss = self.compute_loss(x=x, y=y, y_pred=self(x, training=True))
            for metric in self.metrics:
                if metric.name == "loss":
                    metric.update_state(3 * loss)
            return self.compute_metrics(x, y, x)

    model = Own()
    model.compile(loss="mse")
    history = model.fit(X[:, :1], Y, batch_size=len(X), verbose=0).history
    np.testing.assert_allclose(history["loss"], 3 * ((X[:, :1] - Y) ** 2).mean(), rtol=1e-5)


@pytest.mark.needs_train
def test_an_own_step_that_is_run_eagerly_may_look_at_values():
    class Looks(keras.Model):
        def train_step(self, data):
            logs = super().train_step(data)
            seen.append(float(logs["loss"]))
            return logs

    class Late(keras.Model):
        """Its layer is built in the first step."""

        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(1, kernel_initializer="ones")

        def train_step(self, data):
            x, y = data
            if not self.dense.built:
                self.dense(x)
            loss, grads = keras.gradients(lambda: ops.mean(ops.square(self.dense(x) - y)), self.dense.trainable_weights)
            seen.append(float(loss))
            self.optimizer.apply(grads, self.dense.trainable_weights)
            return {"loss": loss}

    inputs = keras.Input((3,))
    results = []
    for model in (Looks(inputs, layers.Dense(1, kernel_initializer="ones")(inputs)), Late()):
        seen = []
        model.compile(keras.optimizers.SGD(0.1), "mse", run_eagerly=True)
        model.fit(X, Y + 1, batch_size=4, epochs=3, verbose=0)
        results.append(model.get_weights())
        assert len(seen) == 3 and np.isclose(seen[0], 1) and seen[2] < seen[0]
    for one, other in zip(*results, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5)


# -- state as an argument and a result


def dense_and_norm():
    model = keras.Sequential([keras.Input((3,)), layers.BatchNormalization(momentum=0.5), layers.Dense(1)])
    model.layers[-1].kernel_regularizer = None
    return model


def test_stateless_call_leaves_the_model_as_it_is():
    model = dense_and_norm()
    before = model.get_weights()
    trainable = [ops.ones_like(v) for v in model.trainable_variables]
    others = [v.value for v in model.non_trainable_variables]
    outputs, new = model.stateless_call(trainable, others, X, training=True)
    normal = (X - X.mean(0)) / np.sqrt(X.var(0) + 1e-3)
    np.testing.assert_allclose(ops.convert_to_numpy(outputs), (normal + 1).sum(1, keepdims=True) + 1, rtol=1e-3)
    np.testing.assert_allclose(ops.convert_to_numpy(new[0]), X.mean(0) / 2, rtol=1e-5)
    for now, then in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)
    with pytest.raises(ValueError, match=r"has 4 variables and got 1 values"):
        model.stateless_call(trainable[:1], others, X)
    with pytest.raises(ValueError, match="not built"):
        layers.Dense(1).stateless_call([], [], X)


def test_stateless_call_gives_the_losses_of_the_call():
    dense = layers.Dense(1, kernel_initializer="ones", kernel_regularizer="l2", activity_regularizer="l1")
    dense.build((None, 3))
    values = [2 * v.numpy() for v in dense.trainable_variables]
    _, state, losses = dense.stateless_call(values, [], X, return_losses=True)
    assert state == [] and dense.losses[-1] is not losses[-1]
    expected = [0.01 * 2 * X.sum() / 4, 0.01 * 3 * 2**2]
    np.testing.assert_allclose([float(one) for one in losses], expected, rtol=1e-5)


@pytest.mark.parametrize("name", ["SGD", "Adam"])
def test_stateless_apply_is_apply_on_given_values(name):
    rng = np.random.default_rng(0)
    grad = rng.normal(size=(2, 3)).astype("float32")
    made, held = (keras.Variable(np.ones((2, 3), "float32")) for _ in range(2))
    pure, plain = (getattr(keras.optimizers, name)(0.1) for _ in range(2))
    pure.build([made])
    plain.build([held])
    weights, state = [made.numpy()], [v.numpy() for v in pure.variables]
    for _ in range(2):
        weights, state = pure.stateless_apply(state, [grad], weights)
        plain.apply([grad], [held])
    np.testing.assert_allclose(ops.convert_to_numpy(weights[0]), held.numpy(), rtol=1e-6)
    for one, other in zip(state, plain.variables, strict=True):
        np.testing.assert_allclose(ops.convert_to_numpy(one), other.numpy(), rtol=1e-6)
    assert pure.iterations.numpy() == 0 and made.numpy().sum() == 6


def test_stateless_metrics():
    metric = keras.metrics.Mean()
    state = metric.stateless_reset_state()
    state = metric.stateless_update_state(state, np.array([1.0, 2.0, 6.0]))
    state = metric.stateless_update_state(state, np.array([9.0]), sample_weight=np.array([2.0]))
    assert np.isclose(float(metric.stateless_result(state)), 27 / 5)
    assert float(metric.result()) == 0


@pytest.mark.needs_train
def test_stateless_compute_loss_gives_loss_and_state():
    model = dense_and_norm()
    model.compile("sgd", "mse")
    model.test_on_batch(X, Y)
    state = [[v.value for v in group] for group in (model.trainable_variables, model.non_trainable_variables)]
    metrics = [v.value for v in model.metrics_variables]
    loss, new = model.stateless_compute_loss(*state, metrics, X, Y, Y + 2)
    assert np.isclose(float(loss), 4) and [len(group) for group in new] == [4, 2, len(metrics)]


class WithState(keras.Model):
    """Steps in Keras 3's form for JAX: the state comes as an argument, and is returned."""

    def loss_and_updates(self, trainable, others, x, y, training):
        y_pred, others = self.stateless_call(trainable, others, x, training=training)
        return self.compute_loss(x, y, y_pred), (y_pred, others)

    def value_and_gradients(self, trainable, others, x, y):
        import jax

        return jax.value_and_grad(self.loss_and_updates, has_aux=True)(trainable, others, x, y, training=True)

    def _updated(self, metrics_variables, loss, y, y_pred):
        logs, new = {}, []
        for metric in self.metrics:
            mine = metrics_variables[len(new) : len(new) + len(metric.variables)]
            given = (loss,) if metric.name == "loss" else (y, y_pred)
            mine = metric.stateless_update_state(mine, *given)
            logs[metric.name] = metric.stateless_result(mine)
            new += mine
        return logs, new

    def train_step(self, state, data):
        trainable, others, optimizer, metrics = state
        x, y = data
        (loss, (y_pred, others)), grads = self.value_and_gradients(trainable, others, x, y)
        trainable, optimizer = self.optimizer.stateless_apply(optimizer, grads, trainable)
        logs, metrics = self._updated(metrics, loss, y, y_pred)
        return logs, (trainable, others, optimizer, metrics)

    def test_step(self, state, data):
        trainable, others, metrics = state
        x, y = data
        loss, (y_pred, others) = self.loss_and_updates(trainable, others, x, y, training=False)
        logs, metrics = self._updated(metrics, loss, y, y_pred)
        return logs, (trainable, others, metrics)

    def predict_step(self, state, data):
        trainable, others = state
        outputs, others = self.stateless_call(trainable, others, data, training=False)
        return outputs + 100, others


def test_steps_with_state_train_as_others_do(needs_train, backend_name):
    if backend_name != "jax":
        pytest.skip("the step differentiates by jax")
    inputs = keras.Input((3,))
    outputs = layers.Dense(1)(layers.BatchNormalization()(inputs))
    own, plain = WithState(inputs, outputs), keras.Model(inputs, outputs)
    start = own.get_weights()
    results = []
    for model in (own, plain):
        model.set_weights(start)
        model.compile(keras.optimizers.Adam(0.1), "mse", metrics=["mae"])
        history = model.fit(X, Y, batch_size=2, epochs=3, shuffle=False, verbose=0).history
        results.append([*history["loss"], *history["mae"], *model.evaluate(X, Y, verbose=0)])
    np.testing.assert_allclose(*results, rtol=1e-4)
    np.testing.assert_allclose(own.predict(X, verbose=0), plain.predict(X, verbose=0) + 100, rtol=1e-5)
    assert own.optimizer.iterations.numpy() == 6


def test_a_test_step_with_state_runs_on_every_backend():
    inputs = keras.Input((3,))
    model = WithState(inputs, layers.Dense(1, kernel_initializer="ones")(inputs))
    model.compile(loss="mae", metrics=["mse"])
    loss, mse = model.evaluate(X, Y + 2, batch_size=2, verbose=0)
    assert np.isclose(loss, 2) and np.isclose(mse, 4)
    np.testing.assert_allclose(model.predict(X, verbose=0), Y + 100, rtol=1e-6)


# -- models whose parts change after they were made


def test_weights_load_where_the_optimizer_of_the_file_trained_others(tmp_path, needs_train):
    def network(frozen):
        model = keras.Sequential([keras.Input((3,)), layers.Dense(2), layers.Dense(1)])
        model.layers[0].trainable = not frozen
        model.compile(keras.optimizers.Adam(0.1), "mse")
        model.fit(X, Y, verbose=0)
        return model

    saved, other = network(frozen=True), network(frozen=False)
    for name in ("all.weights.h5", "all.keras"):
        (saved.save_weights if name.endswith("h5") else saved.save)(tmp_path / name)
        other.set_weights([w + 1 for w in other.get_weights()])
        state = other.optimizer.get_weights()
        with pytest.warns(UserWarning, match="optimizer's state in '.*' does not fit"):
            other.load_weights(tmp_path / name)
        for one, two in zip(saved.get_weights(), other.get_weights(), strict=True):
            np.testing.assert_array_equal(one, two)
        for one, two in zip(state, other.optimizer.get_weights(), strict=True):
            np.testing.assert_array_equal(one, two)
    other.train_on_batch(X, Y)


def test_a_softmax_is_taken_off_a_trained_model(needs_train):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(4, activation="softmax")])
    model.compile("sgd", "mse")
    model.train_on_batch(X, np.eye(4, dtype="float32"))
    kernel, bias = model.get_weights()
    assert np.allclose(model.predict(X, verbose=0).sum(1), 1)
    model.layers[-1].activation = None
    np.testing.assert_allclose(model.predict(X, verbose=0), X @ kernel + bias, rtol=1e-4, atol=1e-6)
    loss = model.test_on_batch(X, X @ kernel + bias)
    assert np.isclose(loss, 0, atol=1e-9)
