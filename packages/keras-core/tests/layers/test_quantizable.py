import numpy as np
import pytest
from keras_core import Input, Layer, Model, Operand, ops
from keras_core.backend import active


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


@pytest.mark.parametrize(
    ("in_place", "order"), [(1, ["a", "bias", "b"]), (2, ["a", "b", "bias"]), (0, ["bias", "a", "b"])]
)
def test_an_operand_takes_the_place_of_a_weight(in_place, order):
    layer, x = Product(), np.ones((4, 3), "float32")
    before = ops.convert_to_numpy(layer(x))
    parts = halves(layer)
    layer.replace_weight("kernel", Halves(parts), parts, in_place)
    assert [weight.name for weight in layer.weights] == order
    assert [weight.name for weight in layer.trainable_weights] == ["bias"]
    np.testing.assert_allclose(ops.convert_to_numpy(layer(x)), before, rtol=1e-6)
    store = {}
    layer.save_own_variables(store)
    assert [np.shape(store[str(k)]) for k in range(3)] == [v.shape for v in layer.weights]


def test_programs_are_made_again():
    layer, x = Product(), np.ones((4, 3), "float32")
    given = Input((3,))
    model = Model(given, layer(given))
    before = model.predict(x, verbose=0)
    layer.replace_weight("kernel", Halves([layer.kernel, layer.kernel]), [layer.kernel])
    np.testing.assert_allclose(model.predict(x, verbose=0), 2 * before, rtol=1e-6)


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


@pytest.mark.skipif("train" not in active().capabilities, reason="has no gradients")
def test_a_step_may_overwrite_a_variable_with_its_gradient():
    class Largest(Layer):
        def build(self, input_shape):
            self.factor = self.add_weight((), "ones", name="factor")
            self.largest = self.add_weight((), "zeros", name="largest", overwrite_with_gradient=True)

        def call(self, inputs):
            @ops.custom_gradient
            def followed(x, largest):
                return x, lambda upstream: (upstream, ops.max(ops.abs(upstream)))

            return followed(ops.multiply(inputs, self.factor), self.largest)

    x = Input((2,))
    model = Model(x, Largest()(x))
    model.compile("adam", lambda y, p: ops.multiply(y, p))
    model.train_on_batch(np.ones((4, 2), "float32"), np.array([[1, 2], [3, -8], [2, 0], [1, 1]], "float32"))
    assert float(model.layers[1].largest.numpy()) == 1.0  # 8 by the mean over 4 rows of 2
    assert float(model.layers[1].factor.numpy()) != 1.0
