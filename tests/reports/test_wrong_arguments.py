"""Arguments that are wrong are refused before anything is trained, with what came and what was expected."""

import re

import keras
import numpy as np
import pytest
from keras import layers, ops

X, Y = np.ones((8, 4), "float32"), np.ones((8, 1), "float32")


@pytest.fixture(scope="module")
def model():
    found = keras.Sequential([keras.Input((4,), name="x"), layers.Dense(1)])
    found.compile("sgd", "mse")
    return found


def refused(message, function, *args, kind=ValueError, **kwargs):
    with pytest.raises(kind, match=re.escape(message)):
        function(*args, **kwargs)


def test_fit_checks_its_arguments_and_trains_nothing(model):
    before = model.get_weights()
    for argument in ("batch_size", "steps_per_epoch", "validation_steps", "validation_batch_size", "validation_freq"):
        for wrong in ("3", 1.5, 0):
            expected = f"fit(): {argument} must be a positive integer"
            refused(expected, model.fit, X, Y, **{argument: wrong})
    for wrong in ("three", 1.5, -1, None):
        refused(f"fit(): epochs must be an integer of at least 0, got {wrong!r}", model.fit, X, Y, epochs=wrong)
        refused(f"fit(): epochs must be an integer of at least 0, got {wrong!r}", model.fit, X, Y, nb_epoch=wrong)
    refused("epochs must be an integer of at least 0, got '3'. Give the number 3.", model.fit, X, Y, epochs="3")
    refused("steps_per_epoch must be a positive integer, got 2.5. Round it", model.fit, X, Y, steps_per_epoch=2.5)
    refused("initial_epoch must be an integer of at least 0", model.fit, X, Y, initial_epoch=None)
    refused("verbose must be 0, 1, 2 or 'auto', got '1'", model.fit, X, Y, verbose="1")
    refused("shuffle must be True or False or 'batch', got 'batches'", model.fit, X, Y, shuffle="batches")
    refused("validation_freq must be a positive integer or a list", model.fit, X, Y, validation_freq=None)
    for wrong in ("0.1", 1, -0.5):
        refused("validation_split must be", model.fit, X, Y, validation_split=wrong)
    for wrong in (5, "xy", X):
        refused("validation_data must be (x, y), (x, y, sample_weight)", model.fit, X, Y, validation_data=wrong)
    refused("class_weight has 'heavy' for class 1, expected a number", model.fit, X, Y, class_weight={1: "heavy"})
    refused("class_weight must be a dict of class -> weight, got 'balanced'", model.fit, X, Y, class_weight="balanced")
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_whole_floats_and_numbers_of_numpy_are_taken(model):
    history = model.fit(X, Y, epochs=np.int64(2), batch_size=4.0, steps_per_epoch=np.float32(2), verbose=0)
    assert len(history.history["loss"]) == 2


def test_the_other_methods(model):
    for method, data in ((model.evaluate, (X, Y)), (model.predict, (X,))):
        for argument, wrong in (("batch_size", "3"), ("steps", 1.5), ("steps", 0)):
            refused(f"{method.__name__}(): {argument} must be a positive integer", method, *data, **{argument: wrong})
        refused("verbose must be 0, 1, 2 or 'auto', got None", method, *data, verbose=None)
    refused("evaluate(): return_dict must be True or False, got 'yes'", model.evaluate, X, Y, return_dict="yes")
    refused("train_on_batch(): return_dict must be True or False", model.train_on_batch, X, Y, return_dict="yes")
    refused("get_layer(): index must be an integer, got '0'", model.get_layer, index="0")
    refused("save_model() takes a path, an open binary file or an h5py.Group, got 5", model.save, 5, kind=TypeError)
    refused("summary(): line_length must be an integer, got 'wide'", model.summary, line_length="wide")
    refused("set_weights() takes a list of arrays", model.set_weights, 5)


def test_a_dict_of_other_names(model):
    for method in (model.predict, model.predict_on_batch):
        refused("has the inputs ['x']; the dict given has no 'x' (it has ['y'])", method, {"y": X})
    assert model.predict({"x": X, "more": X}, verbose=0).shape == (8, 1)


def test_compile_checks_its_arguments():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
    refused("metrics must be metrics, functions or names such as 'accuracy', got [5]", model.compile, metrics=[5])
    refused("run_eagerly must be True or False, got 'no'", model.compile, run_eagerly="no")
    refused("jit_compile must be True or False or 'auto', got 'maybe'", model.compile, jit_compile="maybe")
    refused("steps_per_execution must be a positive integer or 'auto', got 0", model.compile, steps_per_execution=0)
    refused("loss_weights must be finite numbers, got 'heavy'", model.compile, "sgd", "mse", loss_weights="heavy")
    refused("loss_weights must be finite numbers, got nan", model.compile, "sgd", "mse", loss_weights=float("nan"))
    refused("sample_weight_mode must be None or 'temporal'", model.compile, "sgd", "mse", sample_weight_mode="time")
    assert not model.compiled


@pytest.mark.parametrize("shape", [(-1,), "x", ("a",), (1.5,), (None, "3"), [[1]], 1.5])
def test_shapes_of_inputs(shape):
    refused(
        f"Input() takes a shape of integers of at least 0, and None for sizes that vary, got {shape!r}",
        keras.Input,
        shape,
    )


@pytest.mark.parametrize(
    "normalization", [layers.BatchNormalization, layers.LayerNormalization, layers.RMSNormalization]
)
def test_an_axis_that_there_is_not(normalization):
    layer = normalization(axis=7, name="norm")
    refused("'norm': axis must be an integer from -3 to 2 for an input", layer, keras.Input((4, 3)))


def test_layers_check_their_arguments():
    refused("Dense 'd': units must be a positive integer, got '3'. Give the number 3.", layers.Dense, "3", name="d")
    refused("Dense: use_bias must be True or False, got 'no'", layers.Dense, 3, use_bias="no")
    refused("LSTM: return_sequences must be True or False, got 'yes'", layers.LSTM, 3, return_sequences="yes")
    refused("BatchNormalization: epsilon must be a number, got None", layers.BatchNormalization, epsilon=None)


def test_a_loss_a_metric_and_a_layer_that_return_nothing(model):
    class Nothing(layers.Layer):
        def call(self, inputs):
            inputs * 2

    def nothing(y_true, y_pred):
        y_pred - y_true

    for arguments in ({"loss": nothing}, {"loss": "mse", "metrics": [nothing]}):
        tried = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
        tried.compile("sgd", **arguments)
        refused("'nothing' returned None, expected a tensor with a value for each sample", tried.fit, X, Y, verbose=0)
    refused("Layer 'empty': call() returned None", Nothing(name="empty"), keras.Input((4,)), kind=TypeError)


class Branch(layers.Layer):
    def call(self, inputs):
        if ops.sum(inputs) > 0:
            return inputs
        return -inputs


class Sine(layers.Layer):
    def call(self, inputs):
        return ops.multiply(inputs, float(np.sin(inputs[0, 0])))


@pytest.mark.parametrize("layer", [Branch, Sine])
def test_values_that_a_compiled_call_has_not(layer):
    class Outer(keras.Model):
        def __init__(self):
            super().__init__()
            self.inner = layer(name="inner")

        def call(self, inputs):
            return self.inner(inputs)

    message = f"Layer 'inner' ({layer.__name__}): its call() asks a tensor for its value"
    for called in (layer(name="inner"), Outer()):
        with pytest.raises(TypeError, match=re.escape(message)) as caught:
            called(keras.Input((4,)))
        assert "test_wrong_arguments.py, line" in str(caught.value) and "keras.ops" in str(caught.value)


def test_batches_of_other_lengths(model):
    with pytest.raises(ValueError, match="all data must have the same number of samples, got x: 3, y: 4"):
        model.fit(iter([(X[:3], Y[:4])]), steps_per_epoch=1, verbose=0)


def test_dates(model):
    dates = np.zeros((8, 4), "datetime64[D]")
    refused("x holds dates or times (datetime64[D]) where numbers are expected", model.fit, dates, Y)
    refused("y holds dates or times (datetime64[D]) where numbers are expected", model.fit, X, dates[:, :1])


def test_indices_out_of_range():
    refused(
        "take() got index 5, expected indices from -3 to 2 for the flat tensor", ops.take, X[0, :3], 5, kind=IndexError
    )
    refused(
        "got index -4, expected indices from -3 to 2 for axis 1", ops.take, X[:, :3], [0, -4], axis=1, kind=IndexError
    )
    assert ops.convert_to_numpy(ops.take(np.arange(3), [-3, 2])).tolist() == [0, 2]
    assert ops.take(X, np.zeros((2, 0), "int32"), axis=0).shape == (2, 0, 4)


def test_arguments_for_workers_are_checked_with_every_kind_of_data(model):
    for method, data in ((model.fit, (X, Y)), (model.evaluate, (X, Y)), (model.predict, (X,))):
        for wrong in ("2", 1.5, -1, None, True):
            refused("workers must be an int of at least 0, got", method, *data, verbose=0, workers=wrong)
        refused("max_queue_size must be an int of at least 1, got 0", method, *data, verbose=0, max_queue_size=0)
        refused("use_multiprocessing must be True or False, got 'no'", method, *data, use_multiprocessing="no")
        refused("callbacks must be Callback objects, one or a list of them, got {}", method, *data, callbacks={})
        refused("verbose must be 0, 1, 2 or 'auto', got array", method, *data, verbose=np.ones(2))


def test_keras_2_methods_name_themselves(model):
    batches = keras.utils.Sequence
    refused("fit_generator(): steps_per_epoch must be a positive integer", model.fit_generator, batches(), "3")
    refused("evaluate_generator(): steps must be a positive integer", model.evaluate_generator, batches(), steps=0)
    refused("predict_generator(): steps must be a positive integer", model.predict_generator, batches(), steps=1.5)
    refused("predict_proba(): batch_size must be a positive integer", model.predict_proba, X, batch_size="3")
    refused("predict_classes(): verbose must be 0, 1, 2 or 'auto'", model.predict_classes, X, verbose="1")


def test_no_inputs_and_inputs_that_are_no_arrays(model):
    missing = "input 'x' is None, expected an array of shape (None, 4). Give data, or declare it Input(..., optional"
    for method in (model.fit, model.evaluate, model.train_on_batch, model.test_on_batch):
        refused(missing, method, None, Y)
    refused(missing, model.predict_on_batch, None)
    refused(missing, model.fit, X, Y, validation_data=(None, Y), verbose=0)
    refused("input 'x' has shape (None, 4), got an array of shape ()", model, 5)
    refused("y has no entry. Give one entry for each output", model.fit, X, {})


@pytest.mark.parametrize("method", ["fit", "evaluate", "train_on_batch", "test_on_batch"])
def test_complex_numbers_and_missing_ones(model, method):
    method = getattr(model, method)
    complex_x, complex_y = X.astype("complex64"), Y.astype("complex64")
    refused("input 'x' takes float32, got complex numbers. Give their real and imaginary parts", method, complex_x, Y)
    refused("y for output", method, X, complex_y)
    refused("x holds None where numbers are expected", method, np.full((8, 4), None), Y)
    refused("y holds None where numbers are expected", method, X, np.array([1.0, None] * 4))


def test_a_batch_without_samples(model):
    batches = [(X, Y), (X[:0], Y[:0])]
    before = model.get_weights()
    for method in (model.fit, model.evaluate):
        refused(f"{method.__name__}(): the data source yields a batch of 0 samples", method, iter(batches), verbose=0)
    model.set_weights(before)
    assert model.predict(iter([x for x, _ in batches]), verbose=0).shape == (8, 1)


class NothingMeasured(keras.metrics.Metric):
    def update_state(self, y_true, y_pred, sample_weight=None):
        pass

    def result(self):
        pass


@pytest.mark.parametrize(
    ("made_with", "compiled_with", "message"),
    [
        ({"kernel_regularizer": lambda w: None}, {}, "The regularizer of 'net/out/kernel' returned None"),
        ({"activity_regularizer": lambda y: None}, {}, "Layer 'out': activity_regularizer returned None"),
        ({"kernel_constraint": lambda w: None}, {}, "The constraint of 'net/out/kernel' returned None"),
        (
            {"kernel_initializer": lambda shape, dtype=None: None},
            {},
            "The initializer of 'net/out/kernel' returned None",
        ),
        (
            {"kernel_initializer": lambda shape, dtype=None: np.ones((2, 2))},
            {},
            "The initializer of 'net/out/kernel' returned an array of shape (2, 2), expected shape (4, 1)",
        ),
        ({}, {"metrics": [NothingMeasured(name="found")]}, "Metric 'found': result() returned None"),
        ({}, {"optimizer": keras.optimizers.SGD(lambda: None)}, "learning_rate returned None, expected a number"),
    ],
)
def test_parts_that_return_nothing(made_with, compiled_with, message):
    def train():
        tried = keras.Sequential([keras.Input((4,)), layers.Dense(1, name="out", **made_with)], name="net")
        tried.compile(**{"optimizer": "sgd", "loss": "mse", **compiled_with})
        tried.fit(X, Y, verbose=0)

    refused(message, train)


def test_steps_of_models_that_return_nothing():
    class Silent(keras.Model):
        def compute_loss(self, *args, **kwargs):
            pass

        def predict_step(self, data):
            pass

    inputs = keras.Input((4,))
    silent = Silent(inputs, layers.Dense(1)(inputs), name="silent")
    silent.compile("sgd", "mse")
    refused("Model 'silent': compute_loss() returned None, expected a scalar tensor", silent.fit, X, Y, verbose=0)
    refused("Model 'silent': predict_step() returned None, expected the outputs", silent.predict, X, verbose=0)


@pytest.mark.parametrize("name", ["flip", "roll", "median", "norm", "unstack", "array_split", "diff", "std", "softmax"])
def test_ops_name_themselves_and_an_axis_that_there_is_not(name):
    arguments = {"roll": [1], "array_split": [2]}.get(name, [])
    for tensor in (X, keras.Input((4,))):
        with pytest.raises(ValueError, match=rf"{name}\(\) got axis 7, expected one from -2 to 1 for 2 axes"):
            getattr(ops, name)(tensor, *arguments, axis=7)
