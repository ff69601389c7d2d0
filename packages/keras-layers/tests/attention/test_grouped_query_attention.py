import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_layers import GroupedQueryAttention, GroupQueryAttention

VALUE = np.random.default_rng(2).normal(size=(2, 5, 4)).astype("float32")
VALUE_MASK = np.array([[1, 1, 1, 0, 0], [1, 0, 1, 0, 1]], bool)
HEADS = {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2}


class TestGroupedQueryAttention(LayerContract):
    layer = GroupedQueryAttention
    cases = [
        Case((2, 3, 6), HEADS, {"value": VALUE}),
        Case((2, 3, 6), {**HEADS, "use_bias": False}, {"value": VALUE, "value_mask": VALUE_MASK}),
        Case((2, 3, 6), {**HEADS, "num_key_value_heads": 1}, {"value": VALUE, "return_attention_scores": True}),
    ]

    def reference(
        self,
        inputs,
        weights,
        value,
        head_dim,
        num_query_heads,
        num_key_value_heads,
        use_bias=True,
        value_mask=None,
        return_attention_scores=False,
    ):
        kernels = weights[::2] if use_bias else weights
        biases = weights[1::2] if use_bias else [0, 0, 0, 0]
        q, k, v = (
            np.einsum("btf,fhd->bthd", x, kernel) + bias
            for x, kernel, bias in zip((inputs, value, value), kernels, biases, strict=False)
        )
        batch, steps = q.shape[:2]
        grouped = q.reshape(batch, steps, num_key_value_heads, -1, head_dim)
        scores = np.einsum("btkgd,bskd->bkgts", grouped, k) / np.sqrt(head_dim)
        if value_mask is not None:
            scores = np.where(value_mask[:, None, None, None], scores, -1e30)
        e = np.exp(scores - scores.max(-1, keepdims=True))
        shares = e / e.sum(-1, keepdims=True)
        result = np.einsum("bkgts,bskd->btkgd", shares, v).reshape(batch, steps, num_query_heads, head_dim)
        outputs = np.tensordot(result, kernels[3], 2) + biases[3]
        shares = shares.reshape(batch, num_query_heads, steps, -1)
        return [outputs, shares] if return_attention_scores else outputs


def test_weights_have_the_names_and_shapes_of_keras_files():
    layer = GroupQueryAttention(**HEADS, name="gqa")
    layer.build((None, 3, 6), (None, 5, 4))
    assert [(w.path, w.shape) for w in layer.weights] == [
        ("gqa/query/kernel", (6, 4, 3)),
        ("gqa/query/bias", (4, 3)),
        ("gqa/key/kernel", (4, 2, 3)),
        ("gqa/key/bias", (2, 3)),
        ("gqa/value/kernel", (4, 2, 3)),
        ("gqa/value/bias", (2, 3)),
        ("gqa/attention_output/kernel", (4, 3, 6)),
        ("gqa/attention_output/bias", (6,)),
    ]


def test_heads_that_do_not_divide_are_refused():
    with pytest.raises(ValueError, match="num_query_heads must be a multiple of num_key_value_heads, got 5 and 2"):
        GroupedQueryAttention(4, 5, 2)
