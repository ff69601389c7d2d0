import inspect

import numpy as np
import pytest
from keras_legacy import backend as K

rng = np.random.default_rng(0)
X = rng.normal(size=(4, 5)).astype("float32") * 3


def check(found, expected, tolerance=1e-4):
    np.testing.assert_allclose(K.get_value(found), expected, rtol=tolerance, atol=tolerance)


def softmax(x, axis=-1):
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


def test_activations():
    check(K.relu(X), np.maximum(X, 0))
    check(K.relu(X, alpha=0.1, max_value=2.0), np.minimum(np.where(X > 0, X, 0.1 * X), 2))
    check(K.relu(X, alpha=0.1, threshold=1.0), np.where(X >= 1, X, 0.1 * (X - 1)))
    check(K.elu(X, 0.5), np.where(X > 0, X, 0.5 * np.expm1(X)))
    check(K.softmax(X), softmax(X))
    check(K.softmax(X, axis=0), softmax(X, 0))
    check(K.softplus(X), np.log1p(np.exp(X)))
    check(K.softsign(X), X / (1 + np.abs(X)))
    check(K.sigmoid(X), 1 / (1 + np.exp(-X)))
    check(K.hard_sigmoid(X), np.clip(0.2 * X + 0.5, 0, 1))


def test_dropout_scales_what_it_keeps():
    dropped = K.get_value(K.dropout(np.ones((100, 100), "float32"), 0.25, seed=1))
    assert set(np.unique(dropped.round(4))) == {0.0, np.float32(1.3333)}
    np.testing.assert_allclose(dropped.mean(), 1.0, atol=0.03)


def test_l2_normalize():
    check(K.l2_normalize(X, axis=1), X / np.linalg.norm(X, axis=1, keepdims=True))
    check(K.l2_normalize(X), X / np.linalg.norm(X))
    check(K.l2_normalize(np.zeros((2, 2), "float32"), 1), np.zeros((2, 2)))


def test_in_top_k():
    found = K.in_top_k(np.array([[0.1, 0.7, 0.2], [0.5, 0.3, 0.2]], "float32"), np.array([2, 2]), 2)
    assert K.get_value(found).tolist() == [True, False]


@pytest.mark.parametrize("axis", [-1, 1])
def test_batch_normalization(axis):
    x = rng.normal(size=(2, 3, 3)).astype("float32")
    mean, var, beta, gamma = (rng.uniform(0.5, 1.5, 3).astype("float32") for _ in range(4))
    shape = (1, 1, 3) if axis == -1 else (1, 3, 1)
    m, v, b, g = (p.reshape(shape) for p in (mean, var, beta, gamma))
    check(K.batch_normalization(x, mean, var, beta, gamma, axis=axis), (x - m) / np.sqrt(v + 1e-3) * g + b)
    check(K.batch_normalization(x, mean, var, None, None, axis=axis), (x - m) / np.sqrt(v + 1e-3))


def test_normalize_batch_in_training():
    gamma, beta = np.full(5, 2.0, "float32"), np.full(5, 1.0, "float32")
    normed, mean, var = K.normalize_batch_in_training(X, gamma, beta, [0])
    check(mean, X.mean(0))
    check(var, X.var(0))
    check(normed, (X - X.mean(0)) / np.sqrt(X.var(0) + 1e-3) * 2 + 1)


def test_bias_add():
    images, bias = rng.normal(size=(2, 3, 4, 5)).astype("float32"), np.arange(5, dtype="float32")
    check(K.bias_add(images, bias), images + bias)
    first = images.transpose(0, 3, 1, 2)
    check(K.bias_add(first, bias, "channels_first"), first + bias[:, None, None])
    full = rng.normal(size=(3, 4, 5)).astype("float32")
    check(K.bias_add(images, full), images + full)
    check(K.bias_add(first, full, "channels_first"), first + full.transpose(2, 0, 1))
    with pytest.raises(ValueError, match="bias of 1 or 3 axes for x of 4, got 2"):
        K.bias_add(images, full[0])


def test_crossentropies():
    p = softmax(X)
    classes = np.array([0, 4, 2, 1])
    hot = np.eye(5, dtype="float32")[classes]
    expected = -np.log(p[np.arange(4), classes])
    check(K.categorical_crossentropy(hot, p), expected)
    check(K.categorical_crossentropy(hot, X, from_logits=True), expected)
    check(K.sparse_categorical_crossentropy(classes, p), expected)
    check(K.sparse_categorical_crossentropy(classes, X, from_logits=True), expected)
    q = 1 / (1 + np.exp(-X))
    expected = -(hot * np.log(q) + (1 - hot) * np.log(1 - q))
    check(K.binary_crossentropy(hot, X, from_logits=True), expected)
    check(K.binary_crossentropy(hot, q), expected, 1e-3)


def windows(x, size, stride=1):
    """(batch, places, size, channels) of a tensor (batch, length, channels)."""
    starts = range(0, x.shape[1] - size + 1, stride)
    return np.stack([x[:, s : s + size] for s in starts], 1)


def test_conv1d():
    x, kernel = rng.normal(size=(2, 7, 3)).astype("float32"), rng.normal(size=(3, 3, 4)).astype("float32")
    check(K.conv1d(x, kernel), np.einsum("btsc,scf->btf", windows(x, 3), kernel))
    check(K.conv1d(x, kernel, strides=2), np.einsum("btsc,scf->btf", windows(x, 3, 2), kernel))
    past = np.pad(x, ((0, 0), (2, 0), (0, 0)))
    causal = np.einsum("btsc,scf->btf", windows(past, 3), kernel)
    check(K.conv1d(x, kernel, padding="causal"), causal)
    assert K.get_value(K.conv1d(x, kernel, padding="causal", dilation_rate=2)).shape == (2, 7, 4)


def test_convolutions_of_a_window_of_one_are_products():
    x = rng.normal(size=(2, 4, 4, 3)).astype("float32")
    kernel = rng.normal(size=(1, 1, 3, 5)).astype("float32")
    check(K.conv2d(x, kernel), x @ kernel[0, 0])
    check(K.conv3d(x[:, None], kernel[None]), (x @ kernel[0, 0])[:, None])
    check(K.conv2d(x, kernel, strides=(2, 2)), (x @ kernel[0, 0])[:, ::2, ::2])
    depth = rng.normal(size=(1, 1, 3, 2)).astype("float32")
    spread = (x[..., None] * depth[0, 0]).reshape(2, 4, 4, 6)
    check(K.depthwise_conv2d(x, depth), spread)
    point = rng.normal(size=(1, 1, 6, 4)).astype("float32")
    check(K.separable_conv2d(x, depth, point), spread @ point[0, 0])
    check(K.separable_conv1d(x[:, 0], depth[0], point[0]), (spread @ point[0, 0])[:, 0])


@pytest.mark.parametrize(("padding", "sizes"), [("valid", (7, 8)), ("same", (5, 6))])
def test_conv2d_transpose_gives_the_size_asked_for(padding, sizes):
    """It is the transpose of conv2d: <conv(y), x> = <y, transpose(x)>."""
    kernel = rng.normal(size=(3, 3, 2, 4)).astype("float32")
    for size in sizes:
        y = rng.normal(size=(1, size, size, 2)).astype("float32")
        forward = K.get_value(K.conv2d(y, kernel, strides=(2, 2), padding=padding))
        x = rng.normal(size=forward.shape).astype("float32")
        back = K.get_value(K.conv2d_transpose(x, kernel, (1, size, size, 2), strides=(2, 2), padding=padding))
        assert back.shape == y.shape
        np.testing.assert_allclose(np.sum(forward * x), np.sum(y * back), rtol=1e-4)


def test_conv3d_transpose():
    x = rng.normal(size=(1, 2, 2, 2, 3)).astype("float32")
    kernel = rng.normal(size=(1, 1, 1, 2, 3)).astype("float32")
    check(K.conv3d_transpose(x, kernel, (1, 2, 2, 2, 2)), x @ kernel[0, 0, 0].T)


def test_pooling():
    x = rng.normal(size=(2, 4, 6, 3)).astype("float32")
    blocks = x.reshape(2, 2, 2, 3, 2, 3)
    check(K.pool2d(x, (2, 2), (2, 2)), blocks.max((2, 4)))
    check(K.pool2d(x, (2, 2), (2, 2), pool_mode="avg"), blocks.mean((2, 4)))
    check(K.pool3d(x[:, None], (1, 2, 2), (1, 2, 2)), blocks.max((2, 4))[:, None])
    assert K.get_value(K.pool2d(x, (2, 2))).shape == (2, 3, 5, 3)
    with pytest.raises(ValueError, match="'max' or 'avg', got 'sum'"):
        K.pool2d(x, (2, 2), pool_mode="sum")


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_local_conv1d(data_format):
    x = rng.normal(size=(2, 7, 3)).astype("float32")
    kernel = rng.normal(size=(3, 9, 4)).astype("float32")
    expected = np.einsum("btk,tkf->btf", windows(x, 3, 2).reshape(2, 3, 9), kernel)
    if data_format == "channels_first":
        x, expected = x.transpose(0, 2, 1), expected.transpose(0, 2, 1)
    check(K.local_conv1d(x, kernel, (3,), (2,), data_format), expected)


def test_local_conv2d():
    x = rng.normal(size=(2, 4, 5, 3)).astype("float32")
    kernel = rng.normal(size=(3 * 2, 2 * 2 * 3, 4)).astype("float32")
    expected = np.zeros((2, 3, 2, 4))
    for i in range(3):
        for j in range(2):
            expected[:, i, j] = x[:, i : i + 2, 2 * j : 2 * j + 2].reshape(2, -1) @ kernel[2 * i + j]
    check(K.local_conv2d(x, kernel, (2, 2), (1, 2), (3, 2)), expected)


def test_crossentropies_take_both_names():
    target, output = np.float32([[0.0, 1.0]]), np.float32([[0.25, 0.75]])
    for function, other in (
        (K.binary_crossentropy, target),
        (K.categorical_crossentropy, target),
        (K.sparse_categorical_crossentropy, np.int32([1])),
    ):
        expected = K.eval(function(other, output))
        np.testing.assert_array_equal(K.eval(function(y_true=other, y_pred=output)), expected)
        np.testing.assert_array_equal(K.eval(function(target=other, output=output)), expected)
        assert {"target", "y_true"} <= set(inspect.signature(function).parameters)


def test_label_smoothing_by_hand():
    target, output = np.float32([[0.0, 1.0]]), np.float32([[0.25, 0.75]])
    binary = K.eval(K.binary_crossentropy(y_true=target, y_pred=output, label_smoothing=0.2))
    np.testing.assert_allclose(binary, [[-(0.1 * np.log(0.25) + 0.9 * np.log(0.75))] * 2], rtol=1e-5)
    categorical = K.eval(K.categorical_crossentropy(target, output, label_smoothing=0.2))
    np.testing.assert_allclose(categorical, [-(0.1 * np.log(0.25) + 0.9 * np.log(0.75))], rtol=1e-5)
