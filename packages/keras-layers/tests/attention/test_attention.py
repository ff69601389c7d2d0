"""Attention, and what it shares with AdditiveAttention.

Covers: base_attention.py
"""

import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_core import Input, KerasTensor, Model
from keras_layers import Attention, Dense, Embedding

RNG = np.random.default_rng(2)
QUERY, VALUE, KEY = (RNG.normal(size=(2, n, 3)).astype("float32") for n in (4, 5, 5))
VALUE_MASK = np.array([[1, 1, 1, 0, 0], [1, 0, 1, 0, 1]], bool)
QUERY_MASK = np.array([[1, 1, 0, 1], [1, 1, 1, 0]], bool)


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def averaged(scores, value, mask=None, causal=False):
    """The rest of the layer, from its scores on."""
    allowed = np.ones(scores.shape, bool)
    if mask is not None and mask[1] is not None:
        allowed &= mask[1][:, None]
    if causal:
        allowed &= np.tri(*scores.shape[1:], dtype=bool)
    weights = softmax(np.where(allowed, scores, -1e30))
    outputs = weights @ value
    if mask is not None and mask[0] is not None:
        outputs = outputs * mask[0][..., None]
    return outputs, weights


class TestAttention(LayerContract):
    layer = Attention
    cases = [
        Case([(2, 4, 3), (2, 5, 3)]),
        Case([(2, 4, 3), (2, 5, 3), (2, 5, 3)], {"use_scale": True}),
        Case([(2, 4, 3), (2, 5, 3)], {"use_scale": True, "score_mode": "concat"}),
        Case([(2, 4, 3), (2, 5, 3)], {"score_mode": "concat"}, {"return_attention_scores": True}),
        Case([(2, 4, 3), (2, 5, 3)], call={"mask": [QUERY_MASK, VALUE_MASK]}),
        Case([(2, 4, 3), (2, 5, 3)], call={"use_causal_mask": True, "mask": [None, VALUE_MASK]}),
    ]

    def reference(
        self,
        inputs,
        weights,
        use_scale=False,
        score_mode="dot",
        mask=None,
        use_causal_mask=False,
        return_attention_scores=False,
    ):
        query, value, key = (*inputs, inputs[1])[:3]
        scale = weights[0] if use_scale else 1.0
        if score_mode == "dot":
            scores = scale * query @ key.transpose(0, 2, 1)
        else:
            scores = weights[-1] * np.tanh(scale * (query[:, :, None] + key[:, None])).sum(-1)
        found = averaged(scores, value, mask, use_causal_mask)
        return list(found) if return_attention_scores else found[0]


def test_dropout_falls_on_the_weights_while_training():
    ones = np.ones((2, 400, 1), "float32")
    layer = Attention(dropout=0.5, seed=1)
    np.testing.assert_allclose(np.asarray(layer([ones, ones])), 1, rtol=1e-5)
    outputs, weights = (np.asarray(x) for x in layer([ones, ones], training=True, return_attention_scores=True))
    assert set(np.round(np.unique(weights) * 400, 3)) == {0.0, 2.0}
    np.testing.assert_allclose(outputs[..., 0], weights.sum(-1), rtol=1e-4)


def test_masks_come_with_the_inputs_and_that_of_the_query_goes_on():
    ids = np.array([[1, 2, 0], [3, 0, 0]], "int32")
    start = Input((3,), dtype="int32")
    embedded = Embedding(5, 2, mask_zero=True)(start)
    outputs, weights = Attention()([embedded, embedded], return_attention_scores=True)
    assert isinstance(outputs._keras_mask, KerasTensor) and weights._keras_mask is None
    values, found = (np.asarray(x) for x in Model(start, [outputs, weights])(ids))
    assert not found[:, :, 2].any() and not found[1, :, 1].any()
    assert not values[ids == 0].any() and values[ids != 0].all()


def test_wrong_inputs_are_refused():
    with pytest.raises(ValueError, match=r"takes the list \[query, value\] or .*got one of shape"):
        Attention()(QUERY)
    with pytest.raises(ValueError, match="got a list of 1"):
        Attention()([QUERY])
    with pytest.raises(ValueError, match=r"mask must be the list \[query_mask, value_mask\]"):
        Attention()([QUERY, VALUE], mask=VALUE_MASK)
    with pytest.raises(ValueError, match="score_mode must be one of 'dot', 'concat', got 'sum'"):
        Attention(score_mode="sum")


def test_in_a_model(needs_train):
    start = Input((4, 3))
    model = Model(start, Dense(1)(Attention(use_scale=True)([start, start])))
    model.compile("adam", "mse")
    targets = QUERY.sum(-1, keepdims=True)
    first = model.evaluate(QUERY, targets, verbose=0)
    model.fit(QUERY, targets, epochs=30, verbose=0)
    assert model.evaluate(QUERY, targets, verbose=0) < first
