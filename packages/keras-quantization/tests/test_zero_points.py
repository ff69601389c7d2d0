import numpy as np
import pytest
from keras_core import ops
from keras_quantization import abs_max_quantize_grouped_with_zero_point

# Of upstream Keras 3.15.1, for np.random.default_rng(1).normal(size=(5, 3)) in groups of two.
INTEGERS = [[7, 7, 7], [-8, 7, 7], [-8, 7, 7], [7, -7, 7], [-8, -8, -8]]
SCALES = [
    [0.10991610586643219, 0.005582522135227919, 0.0077291736379265785],
    [0.05540572479367256, 0.036846403032541275, 0.01214271318167448],
    [0.04909694939851761, 0.010860671289265156, 0.032141294330358505],
]
ZEROS = [[4, -8, -8], [2, -8, -8], [7, 7, 7]]


def found(values, *args, **kwargs):
    parts = abs_max_quantize_grouped_with_zero_point(values, *args, **kwargs)
    return [np.asarray(ops.convert_to_numpy(part)) for part in parts]


def test_upstream_s_numbers():
    values = np.random.default_rng(1).normal(size=(5, 3)).astype("float32")
    integers, scales, zeros = found(values, 2)
    assert integers.tolist() == INTEGERS
    np.testing.assert_allclose(scales, SCALES, rtol=2e-6)
    assert zeros.tolist() == ZEROS
    assert (integers.dtype, zeros.dtype) == (np.int8, np.int8)


def test_values_come_back_within_a_step():
    values = np.random.default_rng(2).uniform(-1, 2, (64, 5)).astype("float32")
    integers, scales, zeros = found(values, 16)
    again = (integers.astype("float32") - np.repeat(zeros, 16, 0)) * np.repeat(scales, 16, 0)
    assert (np.abs(again - values) <= np.repeat(scales, 16, 0)).all()  # half of one is the zero point's


def test_a_group_of_equal_values_has_a_scale():
    integers, scales, zeros = found(np.zeros((4, 2), "float32"), 2)
    assert ((integers.astype("float32") - np.repeat(zeros, 2, 0)) * np.repeat(scales, 2, 0) == 0).all()


@pytest.mark.parametrize(("shape", "block", "message"), [((4,), 2, "of a matrix"), ((4, 2), 0, "block_size must be")])
def test_what_cannot_be_grouped(shape, block, message):
    with pytest.raises(ValueError, match=message):
        found(np.zeros(shape, "float32"), block)
