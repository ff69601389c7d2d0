"""Arguments in the names, places and forms that Keras 1 and 2 took."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")
from keras import backend as K, layers  # noqa: E402, I001


def test_an_int_is_a_shape():
    assert K.int_shape(K.zeros(1, name="slot")) == (1,)
    assert K.get_value(K.ones(3)).tolist() == [1, 1, 1]
    assert K.get_value(K.zeros(np.int64(2))).tolist() == [0, 0]


def test_relu_with_tensors_for_slope_threshold_and_limit():
    x = np.array([[-2.0, -1.0, 0.5, 3.0]], "float32")
    slopes = np.array([0.1, 0.2, 0.3, 0.4], "float32")
    expected = np.where(x > 0, x, x * slopes)
    np.testing.assert_allclose(K.eval(K.relu(x, K.variable(slopes))), expected, rtol=1e-6)
    np.testing.assert_allclose(K.eval(keras.activations.leaky_relu(x, K.constant(slopes))), expected, rtol=1e-6)
    one = K.constant(1.0)
    np.testing.assert_allclose(K.eval(K.relu(x, 0.5, max_value=one)), [[-1, -0.5, 0.5, 1]], rtol=1e-6)
    np.testing.assert_allclose(K.eval(K.relu(x, threshold=one)), [[0, 0, 0, 3]], atol=1e-6)


def test_a_learned_slope_is_trained():
    class Leaky(keras.layers.Layer):
        def build(self, input_shape):
            self.slope = self.add_weight(name="slope", shape=(input_shape[-1],), initializer="zeros")
            super().build(input_shape)

        def call(self, x):
            return K.relu(x, self.slope)

    model = keras.Sequential([Leaky(input_shape=(2,))])
    model.compile(keras.optimizers.SGD(0.5), "mse")
    x = np.array([[-1.0, 1.0]], "float32")
    model.train_on_batch(x, np.array([[-1.0, 1.0]], "float32"))  # d/ds mean((s * -1 + 1)^2) = -1 at s = 0
    np.testing.assert_allclose(model.get_weights()[0], [0.5, 0.0], atol=1e-6)


def test_input_with_shape_and_batch_shape():
    assert K.int_shape(keras.Input(shape=(None, None), batch_shape=(None, None))) == (None, None)
    assert K.int_shape(keras.Input(shape=(3,), batch_shape=(4, 3))) == (4, 3)


def test_a_placeholder_without_shape_takes_any_value():
    x, factor = K.placeholder((None, 2)), K.placeholder()
    scaled = K.function([x, factor], [x * factor])
    ones = np.ones((3, 2), "float32")
    np.testing.assert_allclose(scaled([ones, 2.0])[0], 2 * ones)
    np.testing.assert_allclose(scaled([ones, [1.0, 3.0]])[0], ones * [1, 3])


@pytest.mark.parametrize(
    "make",
    [
        lambda: layers.UpSampling2D((2, 2), "th"),
        lambda: layers.UpSampling2D((2, 2), dim_ordering="th"),
        lambda: layers.ZeroPadding2D((1, 1), "th"),
        lambda: layers.ZeroPadding3D((1, 1, 1), dim_ordering="th"),
        lambda: layers.Cropping2D(((1, 1), (1, 1)), "th"),
        lambda: layers.Cropping3D(((1, 1), (1, 1), (1, 1)), dim_ordering="th"),
        lambda: layers.MaxPooling2D((2, 2), (2, 2), "same", "th"),
        lambda: layers.AveragePooling3D((2, 2, 2), (2, 2, 2), "same", dim_ordering="th"),
        lambda: layers.GlobalAveragePooling2D("th"),
        lambda: layers.SpatialDropout2D(0.1, "th"),
        lambda: layers.Conv2D(8, (3, 3), (1, 1), "same", "th"),
        lambda: layers.DepthwiseConv2D((3, 3), (1, 1), "same", 1, "th"),
        lambda: layers.Conv2DTranspose(8, (3, 3), border_mode="same", dim_ordering="th"),
    ],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_data_formats_of_keras_1_by_name_and_by_place(make):
    assert make().data_format == "channels_first"
    with pytest.raises(TypeError, match="older name of data_format"):
        layers.UpSampling2D((2, 2), "channels_last", dim_ordering="th")


@pytest.mark.parametrize(
    ("make", "kernel_size", "strides", "padding"),
    [
        (lambda: layers.Convolution2D(8, 3, 5, border_mode="same"), (3, 5), (1, 1), "same"),
        (lambda: layers.Convolution2D(8, 3, 5, "he_normal", "relu"), (3, 5), (1, 1), "valid"),
        (lambda: layers.Convolution2D(8, 3, 3, subsample=(2, 2), init="normal", bias=False), (3, 3), (2, 2), "valid"),
        (lambda: layers.Convolution3D(8, 3, 4, 5), (3, 4, 5), (1, 1, 1), "valid"),
        (lambda: layers.SeparableConv2D(8, 3, 3, border_mode="same"), (3, 3), (1, 1), "same"),
        (lambda: layers.Conv2DTranspose(8, 3, 3, output_shape=None, border_mode="same"), (3, 3), (1, 1), "same"),
        (lambda: layers.Conv2D(8, 3, 3), (3, 3), (3, 3), "valid"),  # as Keras 3 reads it
        (lambda: layers.Conv2D(8, 3, 2, "same"), (3, 3), (2, 2), "same"),
        (lambda: layers.Conv1D(8, 3, border_mode="causal", subsample_length=2), (3,), (2,), "causal"),
    ],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_sizes_of_a_kernel_one_after_the_other(make, kernel_size, strides, padding):
    layer = make()
    assert (layer.filters, layer.kernel_size, layer.strides, layer.padding) == (8, kernel_size, strides, padding)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_arguments_that_are_gone_or_have_other_names():
    assert layers.LSTM(4, consume_less="gpu", forget_bias_init="one").units == 4
    assert layers.Reshape(dims=(3, 4)).target_shape == (3, 4)
    layer = layers.Embedding(10, 4, input_length=5, input_shape=(5,), dropout=0.2)
    assert layer.batch_input_shape == (None, 5)
    assert layers.Embedding(10, 4, input_length=(5, 6)).batch_input_shape == (None, 5, 6)
    assert layers.Embedding(10, 4, batch_input_shape=(2, 7)).batch_input_shape == (2, 7)


def test_an_embedding_as_first_layer_is_built_at_once():
    model = keras.Sequential([layers.Embedding(50, 4), layers.LSTM(3)])
    assert model.built and model.input_shape == (None, None) and model.output_shape == (None, 3)
    assert model.count_params() == 200 + 4 * 3 * (4 + 3 + 1)
    lines = []
    model.summary(print_fn=lines.append)
    assert "200" in " ".join(map(str, lines))
    model.layers[0].set_weights([np.ones((50, 4))])
    model.compile("sgd", "mse")
    model.fit(np.array([[1, 2, 3], [4, 5, 6]]), np.zeros((2, 3)), verbose=0)
    assert model.predict(np.array([[1, 2]]), verbose=0).shape == (1, 3)


def test_large_ids_keep_every_digit():
    class Rest(layers.Embedding):
        def build(self, input_shape):
            pass

        def call(self, inputs):
            return K.cast(inputs - 2**24, "float32")

    ids = np.array([[2**24 + 1, 2**24 + 3]])
    for options in {}, {"input_length": 2}:
        model = keras.Sequential([Rest(2**24 + 9, 1, **options)])
        assert model.predict(ids, verbose=0).tolist() == [[1, 3]]


def test_reshape_to_sizes_in_one_tensor():
    x = np.arange(12, dtype="float32").reshape(3, 4)
    assert K.eval(K.reshape(x, K.constant([2, 6], dtype="int32"))).shape == (2, 6)

    def halves(x):
        sizes = [K.shape(x)[0], K.cast(2, "int32"), K.int_shape(x)[1] // 2]
        return K.mean(K.reshape(x, K.stack(sizes)), axis=1)

    inputs = keras.Input((4,))
    output = layers.Lambda(halves, output_shape=(2,))(inputs)
    assert K.int_shape(output) == (None, 2)
    found = keras.Model(inputs, output).predict(x, verbose=0)
    np.testing.assert_allclose(found, (x[:, :2] + x[:, 2:]) / 2)


def test_draws_and_fills_of_sizes_in_one_tensor():
    shape = K.constant([2, 3], dtype="int32")
    assert K.int_shape(K.random_uniform(shape)) == K.int_shape(K.zeros(shape)) == (2, 3)
    assert K.int_shape(K.random_normal(4)) == (4,)


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (
            lambda: layers.Dense(8, "uniform", "relu"),
            {"units": 8, "kernel_initializer": "RandomUniform", "activation": "relu"},
        ),
        (lambda: layers.Dense(8, "he_normal"), {"kernel_initializer": "HeNormal", "activation": "linear"}),
        (lambda: layers.Dense(8, "relu"), {"kernel_initializer": "GlorotUniform", "activation": "relu"}),
        (
            lambda: layers.LSTM(8, "he_normal", "orthogonal", "zero", "relu", "sigmoid", dropout_W=0.2),
            {
                "kernel_initializer": "HeNormal",
                "recurrent_initializer": "Orthogonal",
                "unit_forget_bias": False,
                "activation": "relu",
                "recurrent_activation": "sigmoid",
                "dropout": 0.2,
            },
        ),
        (
            lambda: layers.GRU(8, "glorot_normal", "identity", "tanh", "hard_sigmoid"),
            {"kernel_initializer": "GlorotNormal", "recurrent_initializer": "Identity", "activation": "tanh"},
        ),
        (
            lambda: layers.SimpleRNN(8, "normal", "orthogonal", "relu"),
            {"kernel_initializer": "RandomNormal", "recurrent_initializer": "Orthogonal", "activation": "relu"},
        ),
        (
            lambda: layers.Convolution1D(8, 3, "uniform", "relu", None, "same", 2),
            {"kernel_size": (3,), "activation": "relu", "padding": "same", "strides": (2,)},
        ),
        (
            lambda: layers.Convolution2D(8, 3, 5, "uniform", "relu", None, "same", (2, 2), "th"),
            {"kernel_size": (3, 5), "activation": "relu", "padding": "same", "strides": (2, 2)},
        ),
        (lambda: layers.Embedding(10, 4, "uniform"), {"output_dim": 4, "embeddings_initializer": "RandomUniform"}),
        (lambda: layers.MaxPooling1D(2, 1, "same"), {"pool_size": (2,), "strides": (1,), "padding": "same"}),
    ],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_arguments_in_the_order_of_keras_1(make, expected):
    config = make().get_config()
    found = {name: config[name] for name in expected}
    for name, value in found.items():
        found[name] = value["class_name"] if isinstance(value, dict) else value
    assert {name: tuple(one) if isinstance(one, list) else one for name, one in found.items()} == expected


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_an_argument_by_place_and_by_name():
    with pytest.raises(TypeError, match="'activation' by place and by name"):
        layers.Dense(8, "uniform", "relu", activation="tanh")


def test_whether_a_variable_is_true():
    assert not K.variable(0.0) and K.variable([2.0]) and keras.Variable(True)
    with pytest.raises(ValueError, match=r"has shape \(2,\): whether it is true is not clear.*is not None"):
        bool(K.variable([1.0, 2.0]))


def test_the_framework_of_the_backend():
    if K.backend() == "tensorflow":
        np.testing.assert_allclose(K.eval(K.tf.nn.relu(K.constant([-1.0, 2.0]))), [0, 2])
    else:
        assert not hasattr(K, "tf")
        with pytest.raises(AttributeError, match=r"is another one than K.tf"):
            K.tf.nn  # noqa: B018
    assert "tf" not in dir(K)


def test_a_model_says_whether_training_makes_a_difference():
    plain = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    dropped = keras.Sequential([plain, layers.Dropout(0.5)])
    assert not plain.uses_learning_phase and dropped.uses_learning_phase
    inputs = [dropped.input, K.learning_phase()]
    assert K.function(inputs, [dropped.output])([np.ones((3, 2)), 0])[0].shape == (3, 1)
