import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_core import Input, KerasTensor, Sequential, ops, set_random_seed
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


@pytest.mark.parametrize("as_given", [np.asarray, ops.convert_to_tensor])
def test_indices_out_of_range_are_refused_in_a_call(as_given, backend_name):
    layer = Embedding(4, 2, name="words")
    assert tuple(layer(as_given(INDICES)).shape)[-1] == 2
    for wrong in (4, -1):
        with pytest.raises(ValueError, match=f"'words' got index {wrong}, but it has rows 0 to 3"):
            layer(as_given(np.array([[0, wrong]], "int32")))


@pytest.mark.parametrize("method", ["predict", "predict_on_batch"])
def test_every_call_of_a_model_looks_at_the_indices(method):
    model = Sequential([Input((3,), dtype="int32"), Embedding(4, 2, name="words")])
    for _ in range(2):
        getattr(model, method)(INDICES)
        with pytest.raises(ValueError, match="'words' got index 9, but it has rows 0 to 3"):
            getattr(model, method)(INDICES + 6)


LARGE = 2**17  # rows of 8: enough elements for steps of single rows


def trained(optimizer, rows, **options):
    """The table before and after two steps of the mean square on a batch with a word twice."""
    model = Sequential([Input((2,), dtype="int32"), Embedding(rows, 8, **options)])
    model.compile(optimizer=optimizer, loss="mse")
    x = np.array([[1, 3], [3, rows - 1]], "int32")
    before = model.get_weights()[0]
    model.fit(np.concatenate([x, x]), np.zeros((4, 2, 8), "float32"), batch_size=2, epochs=1, shuffle=False, verbose=0)
    model.train_on_batch(x, np.zeros((2, 2, 8), "float32"))
    return before, model.get_weights()[0], x


@pytest.mark.needs_train
def test_a_step_of_plain_descent_changes_the_rows_of_its_batch_and_no_other():
    before, after, x = trained("sgd", LARGE)
    expected = before.astype("float64")
    for _ in range(3):
        step = 0.01 * 2 * expected[x] / (x.size * 8)
        np.subtract.at(expected, x, step)
    np.testing.assert_allclose(after[np.unique(x)], expected[np.unique(x)], rtol=1e-5)
    others = np.setdiff1d(np.arange(LARGE), x)
    np.testing.assert_array_equal(after[others], before[others])


@pytest.mark.needs_train
def test_steps_of_rows_are_steps_of_the_whole_table():
    """A constraint that changes nothing makes every step one of the whole table."""
    set_random_seed(1)
    _, by_rows, _ = trained("sgd", LARGE)
    set_random_seed(1)
    _, whole, _ = trained("sgd", LARGE, embeddings_constraint=lambda table: table)
    np.testing.assert_allclose(by_rows, whole, rtol=1e-6)
