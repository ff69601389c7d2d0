import numpy as np
import pytest
from keras_core import Variable, gradients, ops
from keras_core.backend import active
from keras_quantization import fake_quant_with_min_max_vars

VALUES = np.array([-10, -6, -5.2, -0.3, 0, 0.26, 3.3, 5.9, 7, 12], "float32")
# Of tf.quantization by way of upstream Keras 3.15.1.
EXPECTED = {
    (8, False): [
        -6.0235295,
        -5.9764705,
        -5.1764708,
        -0.28235295,
        0,
        0.28235295,
        3.2941177,
        5.8823528,
        5.9764705,
        5.9764705,
    ],
    (4, False): [-6.4, -5.6, -4.8, 0, 0, 0, 3.2, 5.6, 5.6, 5.6],
    (8, True): [-6, -6, -5.19685, -0.28346455, 0, 0.28346455, 3.3070867, 5.9055119, 6, 6],
}


def array(tensor):
    return np.asarray(ops.convert_to_numpy(tensor))


@pytest.mark.parametrize(("bits", "narrow"), EXPECTED)
def test_upstream_s_numbers(bits, narrow):
    found = fake_quant_with_min_max_vars(VALUES, -6.0, 6.0, num_bits=bits, narrow_range=narrow)
    np.testing.assert_allclose(array(found), EXPECTED[bits, narrow], rtol=1e-6, atol=1e-6)


def test_ends_of_one_sign_begin_at_zero():
    found = array(fake_quant_with_min_max_vars(VALUES, 0.1, 6.0))
    np.testing.assert_allclose(found[[0, 5, 9]], [0, 0.2545098, 5.9], rtol=1e-6)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_channels_have_ends_of_their_own(axis):
    both = np.stack([VALUES, VALUES], axis % 2)
    found = array(fake_quant_with_min_max_vars(both, [-6.0, -1.0], [6.0, 3.0], axis=axis))
    for channel, (low, high) in enumerate([(-6.0, 6.0), (-1.0, 3.0)]):
        alone = array(fake_quant_with_min_max_vars(VALUES, low, high))
        np.testing.assert_allclose(np.take(found, channel, axis), alone, rtol=1e-6, atol=1e-6)


@pytest.mark.skipif("train" not in active().capabilities, reason="has no gradients")
def test_the_gradient_passes_inside_and_goes_to_the_ends_outside():
    x, low, high = Variable(VALUES), Variable(-6.0), Variable(6.0)
    weights = np.arange(1, 11, dtype="float32")

    def loss():
        return ops.sum(fake_quant_with_min_max_vars(x, low, high, num_bits=4) * weights)

    _, (of_x, of_low, of_high) = gradients(loss, [x, low, high])
    assert array(of_x).tolist() == [0, 2, 3, 4, 5, 6, 7, 0, 0, 0]
    assert (float(of_low), float(of_high)) == (1, 27)


def test_arguments():
    with pytest.raises(ValueError, match="num_bits must be 2 to 16, got 17"):
        fake_quant_with_min_max_vars(VALUES, -1.0, 1.0, num_bits=17)
    with pytest.raises(ValueError, match="axis 1 is not one of a tensor of 1 axes"):
        fake_quant_with_min_max_vars(VALUES, [-1.0], [1.0], axis=1)
