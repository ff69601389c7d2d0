"""Lambda layers made in a loop: each keeps what the loop's variable was when it was called."""

from __future__ import annotations

import numpy as np
import pytest

keras = pytest.importorskip("keras")
X = np.arange(8, dtype="float32").reshape(2, 4)


def columns():
    inputs = keras.Input((4,))
    parts = []
    for k in range(4):
        parts.append(keras.layers.Lambda(lambda t: t[:, k : k + 1] * 10**k)(inputs))  # noqa: B023 (it is what the test is about)
    return keras.Model(inputs, keras.layers.Concatenate()(parts))


def test_each_layer_takes_its_own_column():
    np.testing.assert_allclose(columns().predict(X, verbose=0), X * [1, 10, 100, 1000])


def test_a_global_variable_is_kept_too():
    scope = {"keras": keras}
    exec(
        "inputs = keras.Input((4,))\n"
        "outputs = []\n"
        "for k in (2, 3):\n"
        "    outputs.append(keras.layers.Lambda(lambda t: t * k)(inputs))\n"
        "model = keras.Model(inputs, outputs)",
        scope,
    )
    two, three = scope["model"].predict(X, verbose=0)
    np.testing.assert_allclose(two, 2 * X)
    np.testing.assert_allclose(three, 3 * X)


def test_a_copy_of_the_model_does_the_same():
    copy = keras.models.clone_model(columns())
    np.testing.assert_allclose(copy.predict(X, verbose=0), X * [1, 10, 100, 1000])


def test_what_a_function_counts_is_counted():
    calls = 0

    def count(t):
        nonlocal calls
        calls += 1
        return t

    inputs = keras.Input((4,))
    keras.layers.Lambda(count)(inputs)
    assert calls == 1


def doubled_and_added(b):
    layers = keras.layers
    inputs = keras.Input((4,))
    double = layers.Lambda(lambda t: t * 2, output_shape=lambda shape: shape, mask=lambda t, mask: mask)
    inner = keras.Model(inputs, double(inputs))
    return keras.Model(inputs, layers.Lambda(lambda t, b: t + b, arguments={"b": b})(inner(inputs)))


@pytest.mark.parametrize("b", [1, np.arange(4, dtype="float32")])
def test_models_are_made_again_from_their_configs_in_one_process(b):
    model = doubled_and_added(b)
    for again in (
        keras.Model.from_config(model.get_config()),
        keras.layers.deserialize(keras.layers.serialize(model)),
        keras.models.clone_model(model),
    ):
        np.testing.assert_allclose(again.predict(X, verbose=0), 2 * X + b)


def test_a_layer_is_made_again_from_its_config():
    k = 3
    layer = keras.layers.Lambda(lambda t: t * k, output_shape=lambda shape: shape, mask=lambda t, mask: mask)
    for safe in None, True, False:
        again = keras.layers.Lambda.from_config(layer.get_config(), safe_mode=safe)
        np.testing.assert_allclose(keras.ops.convert_to_numpy(again(X)), 3 * X)
        assert again.compute_output_shape((None, 4)) == (None, 4) and callable(again.mask)
    steps = keras.layers.TimeDistributed(layer)
    again = keras.layers.TimeDistributed.from_config(steps.get_config())
    np.testing.assert_allclose(keras.ops.convert_to_numpy(again(X[None])), 3 * X[None])


@pytest.mark.filterwarnings("ignore:Loading the model will need")
def test_a_file_holds_the_name_alone(tmp_path):
    inputs = keras.Input((4,))
    model = keras.Model(inputs, keras.layers.Lambda(lambda t: t * 2, name="double")(inputs))
    model.save(tmp_path / "model.keras")
    for load in (
        lambda **given: keras.models.load_model(tmp_path / "model.keras", **given),
        lambda **given: keras.models.model_from_json(model.to_json(), **given),
    ):
        with pytest.raises(ValueError, match="Code in a file is never run"):
            load()
        again = load(custom_objects={"double": lambda t: t * 2})
        np.testing.assert_allclose(again.predict(X, verbose=0), 2 * X)


def test_one_layer_is_one_function():
    k = 2
    layer = keras.layers.Lambda(lambda t: t * k)
    inputs = keras.Input((4,))
    first = layer(inputs)
    k = 5
    model = keras.Model(inputs, [first, layer(inputs)])
    for outputs in (*model.predict(X, verbose=0), keras.ops.convert_to_numpy(layer(X))):
        np.testing.assert_allclose(outputs, 2 * X)  # the value of its first call
    layer.function = lambda t: t * k
    np.testing.assert_allclose(keras.ops.convert_to_numpy(layer(X)), 5 * X)


def test_a_shape_that_is_none_is_refused():
    with pytest.raises(ValueError, match="Lambda 'mine': output_shape must be a list or tuple of sizes"):
        keras.layers.Lambda(lambda t: t, output_shape=5, name="mine")
