import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_core import Input, KerasTensor, Sequential
from keras_layers import Embedding

INDICES = np.array([[1, 0, 3], [2, 2, 0]], "int32")


class TestEmbedding(LayerContract):
    layer = Embedding
    cases = [
        Case(INDICES, {"input_dim": 4, "output_dim": 3}),
        Case(INDICES[0], {"input_dim": 4, "output_dim": 3, "mask_zero": True}),
    ]

    def reference(self, inputs, weights, input_dim, output_dim, mask_zero=False):
        return weights[0][inputs]


def test_zeros_are_masked_on_request():
    mask = Embedding(4, 2, mask_zero=True).compute_mask(INDICES)
    np.testing.assert_array_equal(np.asarray(mask), INDICES != 0)
    assert Embedding(4, 2).compute_mask(INDICES) is None
    output = Embedding(4, 2, mask_zero=True)(Input((3,), dtype="int32"))
    assert isinstance(output._keras_mask, KerasTensor)


def test_float_indices_are_converted():
    layer = Embedding(4, 2)
    np.testing.assert_array_equal(np.asarray(layer(INDICES.astype("float32"))), np.asarray(layer(INDICES)))


def test_initial_weights():
    table = np.arange(8, dtype="float32").reshape(4, 2)
    layer = Embedding(4, 2, weights=[table])
    np.testing.assert_array_equal(np.asarray(layer(INDICES)), table[INDICES])


def test_input_length_gives_the_input_shape():
    assert Embedding(4, 2, input_length=7).batch_input_shape == (None, 7)
    assert Embedding(4, 2).batch_input_shape == (None, None)


@pytest.mark.parametrize(("indices", "wrong"), [([[0, 4]], 4), ([[-1, 2]], -1)])
def test_indices_out_of_range_are_refused_on_the_host(indices, wrong):
    layer = Embedding(4, 2, name="words")
    layer.check_host_inputs(INDICES)
    with pytest.raises(ValueError, match=f"'words' got index {wrong}, but it has rows 0 to 3"):
        layer.check_host_inputs(np.array(indices))


@pytest.mark.parametrize("method", ["predict", "predict_on_batch"])
def test_every_call_of_a_model_looks_at_the_indices(method):
    model = Sequential([Input((3,), dtype="int32"), Embedding(4, 2, name="words")])
    for _ in range(2):
        getattr(model, method)(INDICES)
        with pytest.raises(ValueError, match="'words' got index 9, but it has rows 0 to 3"):
            getattr(model, method)(INDICES + 6)
