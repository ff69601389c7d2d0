"""Base classes of Keras 2 that scripts ask for by isinstance and derive from.

Covers: backend/__init__.py, layers/convolutional.py, layers/pooling.py, legacy/interfaces.py, utils/conv_utils.py.
"""

import numpy as np
import pytest

keras = pytest.importorskip("keras")
from keras import backend as K  # noqa: E402
from keras.engine import InputSpec, Layer  # noqa: E402
from keras.layers.convolutional import Conv2D, Conv2DTranspose, _Conv  # noqa: E402
from keras.layers.pooling import (  # noqa: E402
    GlobalMaxPooling2D,
    MaxPooling1D,
    MaxPooling2D,
    _GlobalPooling1D,
    _GlobalPooling2D,
    _Pooling1D,
    _Pooling2D,
    _Pooling3D,
)
from keras.legacy import interfaces  # noqa: E402
from keras.utils import conv_utils  # noqa: E402


def test_bases_tell_layers_apart():
    pool, other = MaxPooling2D(), MaxPooling1D()
    assert isinstance(pool, _Pooling2D) and not isinstance(pool, (_Pooling1D, _Pooling3D, _GlobalPooling2D))
    assert isinstance(other, _Pooling1D) and not isinstance(Layer(), _Pooling1D)
    assert isinstance(GlobalMaxPooling2D(), _GlobalPooling2D) and not isinstance(pool, _GlobalPooling1D)
    assert issubclass(MaxPooling2D, _Pooling2D) and not issubclass(MaxPooling2D, _Pooling1D)
    assert isinstance(Conv2D(1, 1), _Conv) and not isinstance(pool, _Conv)


def test_pooling_of_ones_own():
    class Spread(_Pooling2D):
        """The largest less the mean of each window."""

        def _pooling_function(self, inputs, pool_size, strides, padding, data_format):
            largest = K.pool2d(inputs, pool_size, strides, padding, data_format, pool_mode="max")
            return largest - K.pool2d(inputs, pool_size, strides, padding, data_format, pool_mode="avg")

    x = np.arange(16, dtype="float32").reshape(1, 4, 4, 1)
    found = K.eval(Spread(pool_size=(2, 2), padding="valid")(K.constant(x)))
    np.testing.assert_allclose(found[0, :, :, 0], np.full((2, 2), 2.5))  # windows of 0, 1, 4, 5 and so on

    class Doubled(MaxPooling2D):
        def _pooling_function(self, inputs, **kwargs):
            return 2 * super()._pooling_function(inputs, **kwargs)

    assert K.eval(Doubled()(K.constant(x))).max() == 30


def test_a_convolution_of_ones_own():
    class Grouped(_Conv):
        """The same kernel on both halves of the channels."""

        def __init__(self, filters, kernel_size, **kwargs):
            super().__init__(rank=2, filters=filters, kernel_size=kernel_size, **kwargs)
            self.input_spec = InputSpec(ndim=4)

        def build(self, input_shape):
            shape = (*self.kernel_size, input_shape[-1] // 2, self.filters)
            self.kernel = self.add_weight(shape=shape, initializer="ones", name="kernel")
            self.built = True

        def call(self, inputs):
            half = K.int_shape(inputs)[-1] // 2
            outputs = [
                K.conv2d(one, self.kernel, self.strides, self.padding)
                for one in (inputs[..., :half], inputs[..., half:])
            ]
            return K.concatenate(outputs)

        def compute_output_shape(self, input_shape):
            sizes = [
                conv_utils.conv_output_length(n, k, self.padding, s)
                for n, k, s in zip(input_shape[1:3], self.kernel_size, self.strides, strict=True)
            ]
            return (input_shape[0], *sizes, 2 * self.filters)

    inputs = keras.Input((5, 5, 4))
    layer = Grouped(3, (3, 3), padding="valid")
    model = keras.Model(inputs, layer(inputs))
    assert model.output_shape == layer.compute_output_shape((None, 5, 5, 4)) == (None, 3, 3, 6)
    x = np.random.default_rng(0).random((2, 5, 5, 4)).astype("float32")
    found = model.predict(x, verbose=0)
    np.testing.assert_allclose(found[:, 1, 1, 0], x[:, 1:4, 1:4, :2].sum((1, 2, 3)), rtol=1e-5)
    np.testing.assert_allclose(found[:, 0, 0, 5], x[:, :3, :3, 2:].sum((1, 2, 3)), rtol=1e-5)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("size", "kernel", "stride"), [(7, 3, 1), (8, 3, 2), (9, 2, 3), (6, 4, 2)])
def test_lengths_are_those_of_the_layers(padding, size, kernel, stride):
    x = np.zeros((1, size, size, 1), "float32")
    forth = Conv2D(1, kernel, strides=stride, padding=padding)(x).shape[1]
    assert conv_utils.conv_output_length(size, kernel, padding, stride) == forth
    back = Conv2DTranspose(1, kernel, strides=stride, padding=padding)(x).shape[1]
    assert conv_utils.deconv_length(size, stride, kernel, padding, None) == back
    smallest = conv_utils.conv_input_length(forth, kernel, "valid", stride)
    assert conv_utils.conv_output_length(smallest, kernel, "valid", stride) == forth
    assert (
        conv_utils.conv_output_length(None, 3, padding, 1)
        is conv_utils.deconv_length(None, 1, 3, padding, None)
        is None
    )


def test_forms_of_arguments():
    assert conv_utils.normalize_tuple(np.int64(2), 2, "strides") == (2, 2)
    assert (
        conv_utils.normalize_padding("Valid") == "valid" and conv_utils.normalize_data_format(None) == "channels_last"
    )
    with pytest.raises(ValueError, match=r"strides must be an int or 2 ints, got \(1, 2, 3\)"):
        conv_utils.normalize_tuple((1, 2, 3), 2, "strides")
    with pytest.raises(ValueError, match="padding must be"):
        conv_utils.normalize_padding("mirror")
    kernel = np.arange(8).reshape(2, 2, 1, 2)
    np.testing.assert_array_equal(conv_utils.convert_kernel(kernel), kernel[::-1, ::-1])


def test_an_optimizer_with_the_decorator():
    class Plain(keras.optimizers.Optimizer):
        def __init__(self, lr=0.5, **kwargs):
            super().__init__(**kwargs)
            self.rate = K.variable(lr)

        @interfaces.legacy_get_updates_support
        def get_updates(self, loss, params):
            grads = self.get_gradients(loss, params)
            self.updates = [K.update(p, p - self.rate * g) for p, g in zip(params, grads, strict=True)]
            return self.updates

        def get_config(self):
            return {"lr": float(K.get_value(self.rate)), **super().get_config()}

    model = keras.Sequential([keras.layers.Dense(1, kernel_initializer="ones", use_bias=False, input_dim=1)])
    model.compile(Plain(lr=0.25), "mse")
    if "train" in keras.Variable(0.0).backend.capabilities:
        model.train_on_batch(np.ones((2, 1)), np.zeros((2, 1)))  # 1 - 0.25 * 2
        np.testing.assert_allclose(model.get_weights()[0], [[0.5]], rtol=1e-6)
