import itertools

import numpy as np
import pytest
import tensorflow as tf
from keras_backend_tf.ops import conv


def _reference(x: np.ndarray, kernel: np.ndarray, stride: int, dilation: int) -> np.ndarray:
    """Cross-correlation without padding, by its definition; channels last."""
    count = kernel.ndim - 2
    groups = x.shape[-1] // kernel.shape[-2]
    filters = kernel.shape[-1] // groups
    reach = [(w - 1) * dilation + 1 for w in kernel.shape[:count]]
    places = [(n - r) // stride + 1 for n, r in zip(x.shape[1:-1], reach, strict=True)]
    out = np.zeros((x.shape[0], *places, kernel.shape[-1]))
    for place in itertools.product(*map(range, places)):
        for window in itertools.product(*map(range, kernel.shape[:count])):
            point = tuple(p * stride + w * dilation for p, w in zip(place, window, strict=True))
            values = x[(slice(None), *point)]
            for g in range(groups):
                a = slice(g * kernel.shape[-2], (g + 1) * kernel.shape[-2])
                b = slice(g * filters, (g + 1) * filters)
                out[(slice(None), *place, b)] += values[:, a] @ kernel[window][:, b]
    return out


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize(("stride", "dilation", "groups"), [(1, 1, 1), (2, 2, 1), (1, 1, 2), (2, 2, 2)])
def test_conv_and_its_gradients(count: int, dtype: str, stride: int, dilation: int, groups: int) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, *(5, 6, 7)[:count], 4))
    kernel = rng.normal(size=(*(2, 2, 3)[:count], 4 // groups, 6))
    weights = rng.normal(size=_reference(x, kernel, stride, dilation).shape)
    given = tf.constant(x, dtype), tf.constant(kernel, dtype)
    with tf.GradientTape() as tape:
        tape.watch(given)
        out = conv.conv(*given, stride, "valid", "channels_last", dilation)
        loss = tf.reduce_sum(out * tf.constant(weights, dtype))
    np.testing.assert_allclose(out, _reference(x, kernel, stride, dilation), rtol=1e-4, atol=1e-4)
    for position, slope in enumerate(tape.gradient(loss, given)):
        step = np.zeros([x, kernel][position].shape)
        step.flat[rng.integers(step.size)] = 1.0
        moved = [x, kernel]
        moved[position] = moved[position] + step
        # The map is linear in each argument, so one difference is exact.
        change = np.sum(weights * (_reference(*moved, stride, dilation) - _reference(x, kernel, stride, dilation)))
        np.testing.assert_allclose(np.sum(slope.numpy() * step), change, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_channels_first_is_the_same_turned_round(count: int) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, *(5, 6, 7)[:count], 4)).astype("float32")
    kernel = rng.normal(size=(*(2, 2, 3)[:count], 4, 6)).astype("float32")
    last = conv.conv(tf.constant(x), tf.constant(kernel), 2, "same", "channels_last")
    first = conv.conv(tf.constant(np.moveaxis(x, -1, 1)), tf.constant(kernel), 2, "same", "channels_first")
    np.testing.assert_allclose(np.moveaxis(first.numpy(), 1, -1), last, rtol=1e-5)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(
    ("stride", "dilation", "dtype"), [(1, 1, "float32"), (2, 1, "float32"), (3, 1, "float64"), (1, 2, "float64")]
)
def test_conv_transpose_is_the_transpose(padding: str, stride: int, dilation: int, dtype: str) -> None:
    """<conv(x), y> = <x, conv_transpose(y)>, where the sizes of one are those of the other."""
    rng = np.random.default_rng(0)
    y = tf.constant(rng.normal(size=(1, 3, 4, 2)), dtype)
    kernel = tf.constant(rng.normal(size=(2, 3, 5, 2)), dtype)
    back = conv.conv_transpose(y, kernel, stride, padding, None, "channels_last", dilation)
    x = tf.constant(rng.normal(size=back.shape), dtype)
    there = conv.conv(x, kernel, stride, padding, "channels_last", dilation)[:, :3, :4]
    np.testing.assert_allclose(tf.reduce_sum(there * y), tf.reduce_sum(x * back), rtol=1e-4, atol=1e-4)


def test_conv_transpose_of_an_unknown_size() -> None:
    kernel = tf.ones((3, 3, 1, 1))
    f = tf.function(
        lambda x: conv.conv_transpose(x, kernel, 2, "same", None, "channels_last"),
        autograph=False,
        input_signature=[tf.TensorSpec((None, None, None, 1))],
    )
    x = tf.constant(np.random.default_rng(0).normal(size=(2, 3, 4, 1)), tf.float32)
    np.testing.assert_allclose(f(x), conv.conv_transpose(x, kernel, 2, "same", None, "channels_last"), rtol=1e-6)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_padding_does_not_count_in_pools(count: int) -> None:
    x = -tf.ones((1, *(3,) * count, 1))
    for pool in (conv.max_pool, conv.average_pool):
        out = pool(x, 2, None, "same", "channels_last")
        np.testing.assert_array_equal(out, -np.ones((1, *(2,) * count, 1)))
