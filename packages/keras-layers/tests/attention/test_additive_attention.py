import numpy as np
from keras_conformance import Case, LayerContract
from keras_layers import AdditiveAttention

VALUE_MASK = np.array([[1, 1, 1, 0, 0], [1, 0, 1, 0, 1]], bool)


class TestAdditiveAttention(LayerContract):
    layer = AdditiveAttention
    cases = [
        Case([(2, 4, 3), (2, 5, 3)]),
        Case([(2, 4, 3), (2, 5, 3), (2, 5, 3)], {"use_scale": False}),
        Case([(2, 4, 3), (2, 5, 3)], call={"mask": [None, VALUE_MASK], "return_attention_scores": True}),
    ]

    def reference(self, inputs, weights, use_scale=True, mask=None, return_attention_scores=False):
        query, value, key = (*inputs, inputs[1])[:3]
        scale = weights[0] if use_scale else 1.0
        scores = (scale * np.tanh(query[:, :, None] + key[:, None])).sum(-1)
        if mask is not None:
            scores = np.where(mask[1][:, None], scores, -1e30)
        e = np.exp(scores - scores.max(-1, keepdims=True))
        shares = e / e.sum(-1, keepdims=True)
        return [shares @ value, shares] if return_attention_scores else shares @ value


def test_the_scale_is_one_number_a_feature():
    layer = AdditiveAttention()
    layer.build([(None, 4, 3), (None, 5, 3)])
    assert [(w.name, w.shape) for w in layer.weights] == [("scale", (3,))]
