"""SavedModels of TensorFlow as layers."""

import numpy as np
import pytest
import tensorflow as tf
from keras_backend_tf import TFSMLayer
from keras_core import Input, Model, backend, ops, saving

X = np.random.default_rng(0).normal(size=(8, 3)).astype("float32")
KERNEL = np.random.default_rng(1).normal(size=(3, 2)).astype("float32")


class Saved(tf.Module):
    """A dense layer that counts the batches it is trained on and adds their mean."""

    def __init__(self):
        super().__init__()
        self.kernel = tf.Variable(KERNEL, name="kernel")
        self.mean = tf.Variable(0.0, trainable=False, name="mean")

    @tf.function(input_signature=[tf.TensorSpec((None, 3))])
    def serve(self, x):
        return x @ self.kernel + self.mean

    @tf.function(input_signature=[tf.TensorSpec((None, 3))])
    def train(self, x):
        self.mean.assign_add(1.0)
        return x @ self.kernel + self.mean

    @tf.function(input_signature=[{"a": tf.TensorSpec((None, 3)), "b": tf.TensorSpec((None, 1))}])
    def several(self, inputs):
        return {"sum": inputs["a"] @ self.kernel + inputs["b"], "b": inputs["b"]}

    @tf.function(input_signature=[tf.TensorSpec((None, 3), name="a"), tf.TensorSpec((None, 1), name="b")])
    def signature(self, a, b):
        return {"out": a @ self.kernel + b}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("saved")
    module = Saved()
    tf.saved_model.save(module, str(path), signatures={"serving_default": module.serve, "two": module.signature})
    return path


def test_a_function_and_its_weights(folder):
    layer = TFSMLayer(folder)
    assert [w.shape for w in layer.trainable_weights] == [(3, 2)]
    assert [w.name for w in layer.weights] == ["kernel", "mean"] and layer.built
    np.testing.assert_allclose(ops.convert_to_numpy(layer(X)), X @ KERNEL, rtol=1e-5, atol=1e-6)
    layer.set_weights([2 * KERNEL, np.float32(3)])
    np.testing.assert_allclose(ops.convert_to_numpy(layer(X)), 2 * X @ KERNEL + 3, rtol=1e-5, atol=1e-6)


def test_nested_inputs_and_signatures(folder):
    b = X[:, :1]
    given = {"a": X, "b": b}
    out = TFSMLayer(folder, "several")(given)
    np.testing.assert_allclose(ops.convert_to_numpy(out["sum"]), X @ KERNEL + b, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(ops.convert_to_numpy(out["b"]), b)
    (one,) = TFSMLayer(folder, "serving_default")(X).values()
    np.testing.assert_allclose(ops.convert_to_numpy(one), X @ KERNEL, rtol=1e-5, atol=1e-6)
    two = TFSMLayer(folder, "two")(given)["out"]
    np.testing.assert_allclose(ops.convert_to_numpy(two), X @ KERNEL + b, rtol=1e-5, atol=1e-6)


def expected_after(steps, rate):
    """The kernel and the state after steps of gradient descent on the mean square, by hand."""
    kernel, mean = KERNEL.astype("float64"), 0.0
    for _ in range(steps):
        mean += 1
        out = X @ kernel + mean
        kernel = kernel - rate * X.T @ (2 * out / out.size)
    return kernel, mean


@pytest.mark.parametrize("jit", [False, None])
@pytest.mark.parametrize("steps_per_execution", [1, 5])
def test_it_trains_with_its_training_endpoint(folder, jit, steps_per_execution):
    inputs = Input((3,))
    layer = TFSMLayer(folder, call_training_endpoint="train")
    model = Model(inputs, layer(inputs))
    assert model.output_shape == (None, 2)
    model.compile("sgd", "mse", jit_compile=jit, steps_per_execution=steps_per_execution)
    model.fit(np.tile(X, (5, 1)), np.zeros((40, 2), "float32"), batch_size=8, epochs=2, shuffle=False, verbose=0)
    kernel, mean = expected_after(10, 0.01)
    np.testing.assert_allclose(layer.weights[0].numpy(), kernel, rtol=1e-4)
    assert layer.weights[1].numpy() == mean
    np.testing.assert_allclose(model.predict(X, verbose=0), X @ kernel + mean, rtol=1e-4)


def test_gradients_by_inputs_pass_through(folder):
    layer = TFSMLayer(folder, trainable=False)
    assert not layer.trainable_weights
    x = tf.constant(X)
    with tf.GradientTape() as tape:
        tape.watch(x)
        out = tf.reduce_sum(layer(x))
    np.testing.assert_allclose(tape.gradient(out, x), np.tile(KERNEL.sum(1), (8, 1)), rtol=1e-5)


@pytest.mark.filterwarnings("ignore:Loading the model will need")
def test_files_name_no_program(folder, tmp_path):
    inputs = Input((3,))
    layer = TFSMLayer(str(folder), name="served")
    model = Model(inputs, layer(inputs))
    assert "filepath" not in layer.get_config() and "filepath" not in TFSMLayer(folder).get_config()
    model.save(tmp_path / "model.keras")
    for safe_mode in (True, False):
        with pytest.raises(ValueError, match=r"'served' runs a SavedModel.*Derive a class named TFSMLayer"):
            saving.load_model(tmp_path / "model.keras", safe_mode=safe_mode)
    with pytest.raises(ValueError, match="runs a SavedModel"):
        TFSMLayer.from_config({"name": "x", "filepath": str(folder)})

    class Served(TFSMLayer):
        """Named as the layer in the file is, by which its weights are found."""

        def __init__(self, **kwargs):
            super().__init__(folder, **kwargs)

    Served.__name__ = "TFSMLayer"
    layer.set_weights([2 * KERNEL, np.float32(1)])
    model.save(tmp_path / "model.keras")
    loaded = saving.load_model(tmp_path / "model.keras", custom_objects={"TFSMLayer": Served})
    np.testing.assert_allclose(loaded.predict(X, verbose=0), 2 * X @ KERNEL + 1, rtol=1e-5, atol=1e-6)
    with pytest.raises(ValueError, match="runs a SavedModel"):
        Served.from_config({"name": "x", "filepath": "/somewhere"})


def test_wrong_arguments(folder, tmp_path):
    with pytest.raises(ValueError, match=r"has no function 'call'. It has 'serve', 'several', 'signature', 'train'"):
        TFSMLayer(folder, "call")
    with pytest.raises(ValueError, match="holds no SavedModel"):
        TFSMLayer(tmp_path / "nothing")
    with backend.use_backend("numpy"), pytest.raises(ValueError, match="TFSMLayer runs on TensorFlow"):
        TFSMLayer(folder)
