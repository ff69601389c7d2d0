import numpy as np
import pytest
from keras_conformance import Descent
from keras_core import Layer, Variable, ops
from keras_core.layers import Input
from keras_legacy import backend as K


class Scale(Layer):
    def build(self, input_shape):
        self.factor = self.add_weight(name="factor", shape=(input_shape[-1],), initializer="ones")
        self.calls = self.add_weight(name="calls", shape=(), initializer="zeros", trainable=False)

    def call(self, inputs, training=None):
        if training:
            self.calls.assign_add(1.0)
        return K.in_train_phase(inputs * self.factor * 10, inputs * self.factor, training=training)


def test_outputs_keep_their_structure():
    x = K.placeholder((None, 2))
    value = np.array([[1.0, 2.0]])
    assert [v.tolist() for v in K.function([x], [x + 1, x * 2])([value])] == [[[2, 3]], [[2, 4]]]
    assert K.function([x], x + 1)([value]).tolist() == [[2, 3]]
    assert K.function(x, {"a": x + 1})(value)["a"].tolist() == [[2, 3]]
    constant = K.variable(7.0)
    assert float(K.function([x], [constant])([value])[0]) == 7.0


def test_inner_tensors_may_be_inputs():
    x = K.placeholder((None, 2))
    y = x + 1
    assert K.function([y], [y * 2])([[[1.0, 1.0]]])[0].tolist() == [[2, 2]]


def test_values_of_a_layer_in_both_phases():
    x = Input((2,))
    layer = Scale()
    f = K.function([x, K.learning_phase()], [layer(x)])
    assert f([[[1.0, 2.0]], 0])[0].tolist() == [[1, 2]]
    assert f([[[1.0, 2.0]], 1])[0].tolist() == [[10, 20]]
    assert float(layer.calls) == 0.0, "only updates of K.function are kept"
    K.set_value(layer.factor, [2.0, 2.0])
    assert f([[[1.0, 2.0]], 0])[0].tolist() == [[2, 4]]


def test_updates():
    x, total, count = K.placeholder((None,)), K.variable(0.0), Variable(0, dtype="int32")
    f = K.function([x], [K.sum(x) + total], updates=[K.update_add(total, K.sum(x)), (count, K.shape(x)[0])])
    assert float(f([[1.0, 2.0]])[0]) == 3.0
    assert float(f([[1.0, 2.0]])[0]) == 6.0
    assert (float(total), int(count)) == (6.0, 2)


@pytest.mark.needs_train
def test_gradients_of_inputs_and_weights():
    x = Input((2,))
    layer = Scale()
    loss = K.sum(K.square(layer(x)))
    by_input, by_weight = K.gradients(loss, [x, layer.factor])
    value = np.array([[1.0, 2.0], [3.0, 4.0]])
    found = K.function([x], [loss, by_input, by_weight])([value])
    np.testing.assert_allclose(found[0], np.sum(value**2), rtol=1e-6)
    np.testing.assert_allclose(found[1], 2 * value, rtol=1e-6)
    np.testing.assert_allclose(found[2], 2 * np.sum(value**2, 0), rtol=1e-6)


@pytest.mark.needs_train
def test_ascent_on_the_input_as_for_feature_visualization():
    x = Input((3,))
    kernel = np.array([1.0, -2.0, 3.0], "float32")
    loss = K.mean(K.sum(x * kernel, axis=-1))
    grads = K.gradients(loss, x)[0]
    grads /= K.sqrt(K.mean(K.square(grads))) + 1e-5
    iterate = K.function([x], [loss, grads])
    image = np.zeros((1, 3), "float32")
    losses = []
    for _ in range(3):
        loss_value, grads_value = iterate([image])
        losses.append(float(loss_value))
        image += grads_value
    np.testing.assert_allclose(grads_value, kernel[None] / np.sqrt(np.mean(kernel**2)), rtol=1e-4)
    assert losses[0] < losses[1] < losses[2]


@pytest.mark.needs_train
def test_a_tensor_is_printed_when_a_function_computes_it(capsys):
    x = Input((2,))
    twice = K.function([x], [K.print_tensor(2 * x, message="twice:")])
    for first in (1.0, 2.0):
        (found,) = twice([np.array([[first, 0]], "float32")])
        np.testing.assert_array_equal(found, [[2 * first, 0]])
    assert capsys.readouterr().out == "twice: [[2. 0.]]\ntwice: [[4. 0.]]\n"


@pytest.mark.needs_train
def test_no_gradient_flows_through_stop_gradient():
    x = K.placeholder((2,))
    loss = K.sum(x * K.stop_gradient(x)) + K.sum(K.stop_gradient([x, x])[1])
    assert K.function([x], K.gradients(loss, x))([[1.0, 2.0]])[0].tolist() == [1, 2]


@pytest.mark.needs_train
def test_an_optimizer_s_updates_train():
    from keras_core.optimizers import Optimizer

    class Descent(Optimizer):
        def update_step(self, gradient, variable, learning_rate):
            self.assign_sub(variable, ops.multiply(gradient, learning_rate))

    w = K.variable([1.0, 2.0])
    x = K.placeholder((2,))
    optimizer = Descent(0.5)
    step = K.function([x], [], updates=optimizer.get_updates(K.sum(x * w), [w]))
    step([[1.0, 3.0]])
    step([[1.0, 3.0]])
    assert K.get_value(w).tolist() == [0.0, -1.0]
    assert int(optimizer.iterations) == 2


def test_wrong_calls():
    x = K.placeholder((2,))
    y = K.placeholder((2,))
    with pytest.raises(ValueError, match="not among the inputs"):
        K.function([x], [x + y])
    with pytest.raises(ValueError, match="takes 1 inputs, got 2"):
        K.function([x], [x * 2])([[1.0, 2.0], 3])
    with pytest.raises(ValueError, match="does not take feed_dict"):
        K.function([x], [x], feed_dict={})
    with pytest.raises(ValueError, match="must be symbolic tensors, got 3"):
        K.function([3], [x])
    with pytest.raises(ValueError, match=r"an update is what K\.update"):
        K.function([x], [x], updates=[3])
    with pytest.raises(TypeError, match="need a symbolic loss"):
        K.gradients(np.float32(1), [x])
    with pytest.raises(TypeError, match="need a symbolic loss"):
        Descent(0.1).get_updates(np.float32(1), [K.variable(1.0)])
