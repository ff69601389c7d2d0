"""The active backend may change at any time; models keep theirs, and tensors of two do not mix."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

keras = pytest.importorskip("keras")
layers, ops = keras.layers, keras.ops


def model_on(name, units=1, **compile_arguments):
    with keras.use_backend(name):
        keras.utils.set_random_seed(4)
        model = keras.Sequential([keras.Input((6,)), layers.Dense(8, activation="relu"), layers.Dense(units)])
        model.compile(**{"optimizer": "adam", "loss": "mse", "metrics": ["mae"], **compile_arguments})
    return model


def tensor_on(name, value):
    with keras.use_backend(name):
        return ops.convert_to_tensor(np.asarray(value, "float32"))


def test_set_backend_in_the_middle(trainers):
    for name in [*trainers, *trainers[::-1]]:
        keras.set_backend(name)
        assert keras.backend.backend() == keras.config.backend() == name
        found = ops.add(ops.ones((2,)), np.ones(2, "float32"))
        from keras_core import backend

        assert backend.load(name).is_tensor(found)
        assert layers.Dense(2).backend_name == name


def test_use_backend_nests_and_ends(trainers):
    keras.set_backend(trainers[0])
    with keras.use_backend(trainers[1]):
        with keras.use_backend(trainers[0]):
            assert keras.config.backend() == trainers[0]
        assert keras.config.backend() == trainers[1]
    assert keras.config.backend() == trainers[0]
    with pytest.raises(RuntimeError), keras.use_backend(trainers[1]):
        raise RuntimeError
    assert keras.config.backend() == trainers[0]


def test_a_backend_that_is_not_there_changes_nothing(trainers):
    keras.set_backend(trainers[0])
    with pytest.raises(ValueError, match="nonsense"):
        keras.set_backend("nonsense")
    with pytest.raises(ValueError, match="nonsense"), keras.use_backend("nonsense"):
        pass
    assert keras.config.backend() == trainers[0]


def test_everything_about_a_model_runs_on_its_own_backend(trainer, trainers, problem, tmp_path):
    """Against the same model that never saw another backend active."""
    x, y = problem
    keras.set_backend(trainer)
    expected = life(model_on(trainer), x, y, tmp_path / "a")
    model = model_on(trainer)
    keras.set_backend(next(name for name in trainers if name != trainer))
    found = life(model, x, y, tmp_path / "b")
    for have, want in zip(found, expected, strict=True):
        np.testing.assert_array_equal(have, want)
    assert {v.backend_name for v in [*model.variables, *model.optimizer.variables, *model.metrics[0].variables]} == {
        trainer
    }


def life(model, x, y, folder):
    """Numbers from everything that a model can do."""
    folder.mkdir()
    keras.utils.set_random_seed(8)
    found = [model.fit(x, y, epochs=2, verbose=0, validation_split=0.2).history["val_loss"]]
    found.append(model.train_on_batch(x, y))
    found.append(model.evaluate(x, y, verbose=0))
    found.append(model.predict(x, verbose=0))
    found.append(model.predict_on_batch(x))
    found.append(ops.convert_to_numpy(model(x)))
    found.append(ops.convert_to_numpy(model(x, training=True)))
    model.compile("rmsprop", "mae", metrics=["mse"])
    found.append(model.fit(x, y, verbose=0).history["mse"])
    model.save_weights(folder / "all.weights.h5")
    model.fit(x, y, verbose=0)
    model.load_weights(folder / "all.weights.h5")
    found.append(model.evaluate(x, y, verbose=0))
    model.compile("sgd", "mse", run_eagerly=True)
    found.append(model.fit(x, y, verbose=0).history["loss"])
    return found


def test_a_file_is_loaded_on_the_active_backend(trainer, trainers, problem, tmp_path):
    x, y = problem
    model = model_on(trainer)
    model.fit(x, y, verbose=0)
    model.save(tmp_path / "m.keras")
    other = next(name for name in trainers if name != trainer)
    with keras.use_backend(other):
        loaded = keras.models.load_model(tmp_path / "m.keras")
    assert loaded.backend_name == other
    np.testing.assert_allclose(loaded.predict(x, verbose=0), model.predict(x, verbose=0), rtol=1e-4, atol=1e-5)
    assert int(loaded.optimizer.iterations.numpy()) == int(model.optimizer.iterations.numpy())


def test_copies_live_where_the_model_does_and_what_is_unpickled_where_it_is_wanted(trainer, trainers, problem):
    x, _ = problem
    model = model_on(trainer)
    other = next(name for name in trainers if name != trainer)
    with keras.use_backend(other):
        deep, clone, arrived = copy.deepcopy(model), keras.models.clone_model(model), pickle.loads(pickle.dumps(model))
    assert (deep.backend_name, clone.backend_name, arrived.backend_name) == (trainer, trainer, other)
    assert {v.backend_name for v in [*deep.variables, *clone.variables]} == {trainer}
    for one in (deep, arrived):
        np.testing.assert_allclose(one.predict(x, verbose=0), model.predict(x, verbose=0), rtol=1e-4, atol=1e-5)


def test_a_layer_is_built_on_the_backend_that_it_was_made_on(trainer, trainers):
    with keras.use_backend(trainer):
        model = keras.Sequential([layers.Dense(3), layers.BatchNormalization(), layers.Dropout(0.5)])
        model.compile("adam", "mse")
    with keras.use_backend(next(name for name in trainers if name != trainer)):
        history = model.fit(np.ones((8, 2), "float32"), np.ones((8, 3), "float32"), verbose=0)
    assert {v.backend_name for v in [*model.variables, *model.optimizer.variables]} == {trainer}
    assert np.isfinite(history.history["loss"]).all()


def test_metrics_and_optimizers_made_elsewhere_move_to_the_model(trainers, problem):
    x, y = problem
    with keras.use_backend(trainers[1]):
        metric, optimizer = keras.metrics.RootMeanSquaredError(), keras.optimizers.Adam(0.01)
        metric.update_state(np.ones((2, 1)), np.zeros((2, 1)))
        optimizer.learning_rate.value  # noqa: B018  (both live there now)
    model = model_on(trainers[0], optimizer=optimizer, metrics=[metric])
    history = model.fit(x, y, verbose=0).history
    assert set(history) == {"loss", "root_mean_squared_error"}
    assert {v.backend_name for v in [*optimizer.variables, *metric.variables]} == {trainers[0]}


def test_an_optimizer_that_trains_elsewhere_stays_there(trainers, problem):
    first, second = trainers[:2]
    model, other = model_on(first), model_on(second)
    model.fit(*problem, verbose=0)
    with pytest.raises(ValueError, match=both(first, second)):
        other.compile(model.optimizer, "mse")
    other.fit(*problem, verbose=0)
    model.compile(model.optimizer, "mse")
    model.fit(*problem, verbose=0)


# -- tensors of two backends


def owners(trainers):
    """Two backends whose concrete tensors are their own."""
    from keras_core import backend

    own = [name for name in trainers if "eager" in backend.load(name).capabilities]
    if len(own) < 2:
        pytest.skip("fewer than two backends with tensors of their own are installed")
    return own[0], own[-1]


def both(first, second):
    return rf"({first}.*{second}|{second}.*{first})"


def test_ops_refuse_to_mix(trainers):
    first, second = owners(trainers)
    a, b = tensor_on(first, [[1, 2], [3, 4]]), tensor_on(second, [[1, 2], [3, 4]])
    for call in (
        lambda: ops.add(a, b),
        lambda: ops.matmul(b, a),
        lambda: ops.concatenate([a, b]),
        lambda: ops.where(ops.greater(a, 0), a, b),
        lambda: ops.subtract(ops.relu6(a), ops.relu6(b)),
        lambda: keras.losses.mean_squared_error(a, b),
        lambda: keras.losses.MeanSquaredError()(a, b),
        lambda: keras.metrics.MeanSquaredError()(a, b),
    ):
        with pytest.raises(ValueError, match=both(first, second)):
            call()
    assert ops.convert_to_numpy(ops.add(a, ops.convert_to_numpy(b))).tolist() == [[2, 4], [6, 8]]


def test_an_op_runs_where_its_argument_lives(trainers):
    first, second = owners(trainers)
    from keras_core import backend

    keras.set_backend(second)
    a = tensor_on(first, [[1.0, -2.0], [3.0, 9.0]])
    for found in (ops.relu6(a), ops.zeros_like(a), ops.softmax(a), ops.add(a, np.ones((2, 2))), ops.linspace(a, 1, 3)):
        assert backend.load(first).is_tensor(found)


def test_layers_refuse_tensors_of_another_backend(trainers):
    first, second = owners(trainers)
    x = tensor_on(second, np.ones((2, 6)))
    with keras.use_backend(first):
        layer = layers.Dense(2, name="own")
    with pytest.raises(ValueError, match="own.*" + both(first, second)):
        layer(x)
    model = model_on(first)
    model(np.ones((2, 6), "float32"))
    with pytest.raises(ValueError, match=both(first, second)):
        model(x)


def test_variables_refuse_to_mix(trainers):
    first, second = trainers[:2]
    with keras.use_backend(first):
        v = keras.Variable([1.0, 2.0])
    with keras.use_backend(second):
        w = keras.Variable([3.0, 4.0], name="theirs")
    with pytest.raises(ValueError, match=both(first, second)):
        ops.add(v, w)
    from keras_core import stage

    with pytest.raises(ValueError, match=both(first, second)):
        stage(lambda: ops.add(v, w), [v])()
    with pytest.raises(ValueError, match="theirs"):
        stage(lambda: w.assign(v.value), [v])()
    v.assign(w.numpy())
    assert v.numpy().tolist() == [3.0, 4.0]


def test_a_staged_function_refuses_what_it_closes_over(trainers):
    first, second = owners(trainers)
    from keras_core import backend, stage

    foreign = tensor_on(second, [1.0])
    with pytest.raises(ValueError, match=both(first, second)):
        stage(lambda x: ops.multiply(x, foreign), [], backend.load(first))(np.ones(1, "float32"))


def test_data_may_come_from_any_backend(trainer, name, problem):
    x, y = problem
    model, same = model_on(trainer), model_on(trainer)
    keras.utils.set_random_seed(1)
    expected = same.fit(x, y, verbose=0).history["loss"]
    given = tensor_on(name, x), tensor_on(name, y)
    keras.utils.set_random_seed(1)
    assert model.fit(*given, verbose=0).history["loss"] == expected
    np.testing.assert_array_equal(model.predict(given[0], verbose=0), same.predict(x, verbose=0))
    np.testing.assert_array_equal(model.evaluate(*given, verbose=0), same.evaluate(x, y, verbose=0))
    np.testing.assert_array_equal(model.train_on_batch(*given), same.train_on_batch(x, y))
    batches = [(given[0][:32], given[1][:32]), (given[0][32:], given[1][32:])]
    arrays = [(x[:32], y[:32]), (x[32:], y[32:])]
    assert model.fit(iter(batches), verbose=0).history == same.fit(iter(arrays), verbose=0).history


def test_a_model_lives_where_its_layers_do(trainers, problem):
    first, second = trainers[:2]
    whole = model_on(first)
    with keras.use_backend(second):
        part = keras.Model(whole.inputs, whole.layers[0].output)
        stack = keras.Sequential([keras.Input((6,)), whole.layers[0]])
        part.compile("sgd", "mse")
    assert part.backend_name == stack.backend_name == first
    np.testing.assert_array_equal(part.predict(problem[0], verbose=0), stack.predict(problem[0], verbose=0))


def test_layers_of_two_backends_in_one_model_are_refused(trainers):
    first, second = trainers[:2]
    with keras.use_backend(first):
        inside = layers.Dense(2, name="inside")
    with keras.use_backend(second):
        inputs, outside = keras.Input((3,)), layers.Dense(2, name="outside")
        with pytest.raises(ValueError, match=f"'inside' on '{first}'.*'outside' on '{second}'"):
            keras.Model(inputs, outside(inside(inputs)))
        with pytest.raises(ValueError, match=f"'inside' on '{first}'.*'outside' on '{second}'"):
            keras.Sequential([inside, outside])
