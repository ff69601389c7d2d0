"""Functions of Keras 2's `keras.utils`."""

import numpy as np
import pytest
from keras_core import Input, Layer, Model
from keras_legacy import convert_all_kernels_in_model, multi_gpu_model, print_summary


def test_print_summary():
    inputs = Input((3,))
    model = Model(inputs, inputs, name="nothing")
    found, expected = [], []
    print_summary(model, 60, [0.5, 0.8, 1.0], found.append)
    model.summary(line_length=60, positions=[0.5, 0.8, 1.0], print_fn=expected.append)
    assert found == expected and found[0] == 'Model: "nothing"'


@pytest.mark.parametrize("gpus", [1, 77, [0, 77]])
def test_devices_that_are_not_there_are_refused_with_what_to_do(gpus):
    inputs = Input((3,))
    with pytest.raises(
        ValueError, match=r"multi_gpu_model\('m', gpus=.*\) needs two or more devices, all of them here"
    ):
        multi_gpu_model(Model(inputs, inputs, name="m"), gpus=gpus)


def test_kernels_of_convolutions_are_turned_around():
    class Conv2D(Layer):
        def build(self, input_shape):
            self.kernel = self.add_weight(name="kernel", shape=(2, 3, 1, 1))
            self.bias = self.add_weight(name="bias", shape=(1,))

        def call(self, x):
            return x

    class Dense(Conv2D):
        pass

    inputs = Input((4, 4, 1))
    model = Model(inputs, Dense()(Conv2D()(inputs)))
    before = model.get_weights()
    convert_all_kernels_in_model(model)
    after = model.get_weights()
    np.testing.assert_array_equal(after[0], before[0][::-1, ::-1])
    for one, expected in zip(after[1:], before[1:], strict=True):
        np.testing.assert_array_equal(one, expected)
