"""Masks: of the right shape or refused by name, and through merging and attention."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")
from keras import backend as K, layers  # noqa: E402, I001

X = np.arange(30, dtype="float32").reshape(2, 5, 3)
TOO_LONG = np.ones((2, 6), bool)


@pytest.mark.parametrize(
    "make",
    [
        lambda: layers.TimeDistributed(layers.Dense(2)),
        lambda: layers.GRU(2),
        lambda: layers.LSTM(2, unroll=True),
        lambda: layers.RNN(layers.SimpleRNNCell(2)),
        lambda: layers.Bidirectional(layers.GRU(2)),
        layers.GlobalAveragePooling1D,
        layers.Softmax,
    ],
    ids=["TimeDistributed", "GRU", "LSTM", "RNN", "Bidirectional", "GlobalAveragePooling1D", "Softmax"],
)
def test_a_mask_of_another_length_is_refused_by_name(make):
    layer = make()
    with pytest.raises(ValueError, match=r"mask must have shape \(.*, got shape \(2, 6\)"):
        layer(X, mask=TOO_LONG)
    with pytest.raises(ValueError, match="mask must have shape"):
        make()(keras.Input((5, 3)), mask=keras.Input((6,), dtype="bool"))


def test_softmax_refuses_a_mask_of_steps():
    mask = np.array([[True, False, True], [True, True, True]])
    with pytest.raises(ValueError, match=r"mask must have shape \(2, 3, 3\)"):
        layers.Softmax()(np.zeros((2, 3, 3), "float32"), mask=mask)
    found = K.eval(layers.Softmax()(np.zeros((2, 4, 3), "float32"), mask=mask[:, None]))
    np.testing.assert_allclose(found[0], [[0.5, 0, 0.5]] * 4, rtol=1e-6)


def test_masks_of_attention_are_checked():
    query, value = np.ones((2, 3, 4), "float32"), np.ones((2, 5, 4), "float32")
    for layer in (layers.Attention(), layers.AdditiveAttention()):
        with pytest.raises(ValueError, match=r"query_mask must have shape \(2, 3\)"):
            layer([query, value], mask=[np.ones((2, 5), bool), None])
        with pytest.raises(ValueError, match=r"value_mask must have shape \(2, 5\)"):
            layer([query, value], mask=[None, np.ones((2, 3), bool)])
    heads = layers.MultiHeadAttention(2, 4)
    for name, shape in {"query_mask": (2, 5), "key_mask": (2, 3), "attention_mask": (2, 5, 3)}.items():
        with pytest.raises(ValueError, match=f"{name} must have shape"):
            heads(query, value, **{name: np.ones(shape, bool)})


def softmax(scores):
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def test_attention_over_more_axes():
    random = np.random.default_rng(0)
    query, value = random.random((2, 3, 4, 8), "float32"), random.random((2, 3, 5, 8), "float32")
    kept = np.array([[1, 1, 0, 1, 0], [0, 1, 1, 1, 1]], bool)
    scores = query @ value.swapaxes(2, 3)
    masked = np.where(kept[:, None, None], scores, -1e9)
    for mask in (kept, np.repeat(kept[:, None], 3, 1)):
        found, weights = layers.Attention()([query, value], mask=[None, mask], return_attention_scores=True)
        np.testing.assert_allclose(K.eval(weights), softmax(masked), atol=1e-5)
        np.testing.assert_allclose(K.eval(found), softmax(masked) @ value, atol=1e-5)
    causal = np.where(np.tri(4, 5, dtype=bool), scores, -1e9)
    np.testing.assert_allclose(
        K.eval(layers.Attention()([query, value], use_causal_mask=True)), softmax(causal) @ value, atol=1e-5
    )
    sums = np.tanh(query[:, :, :, None] + value[:, :, None]).sum(-1)
    additive = layers.AdditiveAttention(use_scale=False)
    np.testing.assert_allclose(K.eval(additive([query, value])), softmax(sums) @ value, atol=1e-5)
    model_input = keras.Input((3, 4, 8))
    assert K.int_shape(layers.Attention()([model_input, model_input])) == (None, 3, 4, 8)


A = np.array([[[4.0], [1.0], [7.0], [3.0]]], "float32")
B = np.array([[[2.0], [5.0], [8.0], [6.0]]], "float32")
OF_A = np.array([[True, True, False, False]])
OF_B = np.array([[True, False, True, False]])


@pytest.mark.parametrize(
    ("name", "masks", "expected"),
    [
        # A masked element gives way to the other one; where all are masked, the first input's stands.
        ("Maximum", [OF_A, OF_B], [4, 1, 8, 3]),
        ("Minimum", [OF_A, OF_B], [2, 1, 8, 3]),
        ("Maximum", [OF_A, None], [4, 5, 8, 6]),
        ("Minimum", [OF_A, None], [2, 1, 8, 6]),
        ("Minimum", [None, OF_B], [2, 1, 7, 3]),
        ("Multiply", [OF_A, OF_B], [8, 1, 8, 0]),
        ("Multiply", [OF_A, None], [8, 5, 8, 6]),
    ],
)
def test_masked_elements_do_not_count(name, masks, expected):
    found = getattr(layers, name)()([A, B], mask=masks)
    np.testing.assert_allclose(K.eval(found).ravel(), expected)


def test_the_mask_after_merging():
    for name in ("Add", "Average", "Maximum", "Minimum", "Multiply"):
        layer = getattr(layers, name)()
        np.testing.assert_array_equal(K.eval(layer.compute_mask([A, B], [OF_A, OF_B])), OF_A | OF_B)
        assert layer.compute_mask([A, B], [OF_A, None]) is None
        assert layer.compute_mask([A, B], None) is None


@pytest.mark.parametrize("name", ["Add", "Subtract", "Multiply", "Maximum", "Concatenate"])
def test_compute_mask_checks_what_it_gets(name):
    layer = getattr(layers, name)()
    with pytest.raises(ValueError, match=rf"{name} .*mask must be a list .* 2 inputs, got one of shape \(1, 4\)"):
        layer.compute_mask([A, B], OF_A)
    with pytest.raises(ValueError, match="2 inputs, got a list of 3"):
        layer.compute_mask([A, B], [OF_A, OF_B, None])
    with pytest.raises(ValueError, match=r"takes a list of .*inputs, got a single one"):
        layer.compute_mask(A, [OF_A, OF_B])
    with pytest.raises(ValueError, match="mask must have shape"):
        layer.compute_mask([A, B], [OF_A, TOO_LONG])
