import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_core import Input, Model, backend, ops
from keras_layers import ReversibleEmbedding

INDICES = np.array([[1, 0, 3], [2, 6, 0]], "int32")


class TestReversibleEmbedding(LayerContract):
    layer = ReversibleEmbedding
    cases = [
        Case(INDICES, {"input_dim": 7, "output_dim": 4}),
        Case(INDICES, {"input_dim": 7, "output_dim": 4, "tie_weights": False, "logit_soft_cap": 5.0}),
    ]

    def reference(self, inputs, weights, input_dim, output_dim, tie_weights=True, logit_soft_cap=None):
        return weights[0][inputs]


@pytest.mark.parametrize("tied", [True, False])
def test_scores_by_hand(tied):
    layer = ReversibleEmbedding(5, 3, tie_weights=tied, logit_soft_cap=2.0, embeddings_initializer="normal")
    layer(np.array([[1]]))
    vectors = np.random.default_rng(0).normal(size=(2, 4, 3)).astype("float32")
    table = layer.embeddings.numpy().T if tied else layer.reverse_embeddings.numpy()
    assert len(layer.weights) == (1 if tied else 2) and table.shape == (3, 5)
    scores = np.asarray(layer(vectors, reverse=True))
    np.testing.assert_allclose(scores, 2 * np.tanh(vectors @ table / 2), rtol=1e-4, atol=1e-5)


def test_scores_in_their_own_dtype():
    if "float16" not in backend.active().capabilities:
        pytest.skip("the backend does not compute in float16")
    layer = ReversibleEmbedding(5, 3, dtype="mixed_float16", reverse_dtype="float32")
    vectors = layer(np.array([[1, 2]]))
    assert ops.dtype(vectors) == "float16"
    assert ops.dtype(layer(vectors, reverse=True)) == "float32"


def test_it_ends_a_model_that_it_begins():
    layer = ReversibleEmbedding(5, 3)
    ids = Input((4,), dtype="int32")
    model = Model(ids, layer(layer(ids), reverse=True))
    assert model.output_shape == (None, 4, 5)
    assert model.predict(np.zeros((2, 4), "int32"), verbose=0).shape == (2, 4, 5)


def test_a_cap_must_be_positive():
    with pytest.raises(ValueError, match="logit_soft_cap must be above 0 or None, got 0"):
        ReversibleEmbedding(5, 3, logit_soft_cap=0)
