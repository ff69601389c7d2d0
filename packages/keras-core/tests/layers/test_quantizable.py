import numpy as np
import pytest
from keras_core import Layer, Operand, ops


class Halves(Operand):
    def __init__(self, parts):
        self.parts, self.shape, self.dtype = parts, parts[0].shape, "float32"

    @property
    def value(self):
        return ops.add(*self.parts)


class Product(Layer):
    def build(self, input_shape):
        self.kernel = self.add_weight((input_shape[-1], 2), name="kernel")
        self.bias = self.add_weight((2,), name="bias", initializer="zeros")

    def call(self, inputs):
        return ops.add(ops.matmul(inputs, self.kernel), self.bias)


def halves(layer):
    kernel = layer.kernel.numpy() / 2
    return [layer.add_weight((3, 2), initializer=lambda s, dtype: kernel, name=n, trainable=False) for n in "ab"]


@pytest.mark.parametrize(("beside", "order"), [(False, ["a", "bias", "b"]), (True, ["a", "b", "bias"])])
def test_an_operand_takes_the_place_of_a_weight(beside, order):
    layer, x = Product(), np.ones((4, 3), "float32")
    before = ops.convert_to_numpy(layer(x))
    parts = halves(layer)
    layer.replace_weight("kernel", Halves(parts), parts, beside)
    assert [weight.name for weight in layer.weights] == order
    assert [weight.name for weight in layer.trainable_weights] == ["bias"]
    np.testing.assert_allclose(ops.convert_to_numpy(layer(x)), before, rtol=1e-6)
    store = {}
    layer.save_own_variables(store)
    assert [np.shape(store[str(k)]) for k in range(3)] == [v.shape for v in layer.weights]


def test_without_quantization():
    layer = Product()
    assert layer.quantization_mode is None
    assert layer.quantization_config is None
    assert "quantization_config" not in layer.get_config()
    np.testing.assert_allclose(
        ops.convert_to_numpy(layer(np.ones((1, 3), "float32"))),
        ops.convert_to_numpy(layer.quantized_call(ops.ones((1, 3)))),
        rtol=1e-6,
    )


def test_what_is_no_config():
    with pytest.raises(ValueError, match="Product: quantization_config must be a QuantizationConfig or None, got 4"):
        Product(quantization_config=4)
