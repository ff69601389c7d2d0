import numpy as np
import pytest
from keras_core import Input, Model, Sequential, ops
from keras_core.saving import load_model
from keras_preprocessing.layers import IntegerLookup, StringLookup

NUMBERS = [12, 36, 1138, 42]


def called(layer, x):
    return ops.convert_to_numpy(layer(np.array(x))).tolist()


def test_the_documented_examples():
    x = [[12, 1138, 42], [42, 1000, 36]]
    assert called(IntegerLookup(vocabulary=NUMBERS), x) == [[1, 3, 4], [4, 0, 2]]
    layer = IntegerLookup()
    layer.adapt([[12, 1138, 42], [42, 1000, 36]])
    assert layer.get_vocabulary() == [-1, 42, 1138, 1000, 36, 12]
    assert called(layer, x) == [[5, 2, 1], [1, 3, 4]]
    layer = IntegerLookup(vocabulary=NUMBERS, num_oov_indices=2)
    assert called(layer, [[12, 1138, 42], [37, 1000, 36]]) == [[2, 4, 5], [1, 0, 3]]
    one_hot = IntegerLookup(vocabulary=NUMBERS, output_mode="one_hot")
    assert called(one_hot, [12, 36, 7]) == [[0, 1, 0, 0, 0], [0, 0, 1, 0, 0], [1, 0, 0, 0, 0]]
    x = [[12, 1138, 42, 42], [42, 7, 36, 7]]
    multi_hot = IntegerLookup(vocabulary=NUMBERS, output_mode="multi_hot")
    assert called(multi_hot, x) == [[0, 1, 0, 1, 1], [1, 0, 1, 0, 1]]
    count = IntegerLookup(vocabulary=NUMBERS, output_mode="count")
    assert called(count, x) == [[0, 1, 0, 1, 2], [2, 0, 1, 0, 1]]
    tf_idf = IntegerLookup(vocabulary=NUMBERS, idf_weights=[0.25, 0.75, 0.6, 0.4], output_mode="tf_idf")
    np.testing.assert_allclose(called(tf_idf, x), [[0, 0.25, 0, 0.6, 0.8], [1, 0, 0.75, 0, 0.4]], rtol=1e-6)
    inverse = IntegerLookup(vocabulary=NUMBERS, invert=True)
    assert called(inverse, [[1, 3, 4], [4, 0, 2]]) == [[12, 1138, 42], [42, -1, 36]]
    assert called(inverse, [9, -3]) == [-1, -1]


def test_masks_padding_and_no_index_for_unknown_numbers():
    masked = IntegerLookup(vocabulary=NUMBERS, mask_token=0)
    assert called(masked, [0, 12, 5]) == [0, 2, 1]
    strict = IntegerLookup(vocabulary=NUMBERS, num_oov_indices=0)
    assert called(strict, [12, 5]) == [0, -1]
    padded = IntegerLookup(9, vocabulary=NUMBERS, output_mode="count", pad_to_max_tokens=True)
    assert np.shape(called(padded, [[12, 12]])) == (1, 9)
    assert called(IntegerLookup(vocabulary=[]), [3]) == [0]


def test_unknown_numbers_by_their_hash():
    x = [7, -31, 12, 7]
    for salt in (None, 5):
        layer = IntegerLookup(vocabulary=[12], num_oov_indices=3, oov_method="farmhash", salt=salt)
        strings = StringLookup(vocabulary=["12"], num_oov_indices=3, salt=salt)
        expected = ops.convert_to_numpy(strings(list(map(str, x)))).tolist()
        assert called(IntegerLookup.from_config(layer.get_config()), x) == expected
    with pytest.raises(TypeError, match="Call the layer on the data"):
        layer(Input((2,), dtype="int32"))


def test_in_a_saved_model(tmp_path):
    layer = IntegerLookup(output_mode="tf_idf")
    x = np.random.default_rng(0).integers(0, 50, (30, 4))
    layer.adapt(x)
    model = Sequential([Input((4,), dtype="int32"), layer])
    expected = called(layer, x)
    assert model.output_shape == (None, layer.vocabulary_size())
    np.testing.assert_allclose(model.predict(x, verbose=0), expected, rtol=1e-6)
    model.save(tmp_path / "m.keras")
    loaded = load_model(tmp_path / "m.keras")
    np.testing.assert_allclose(loaded.predict(x, verbose=0), expected, rtol=1e-6)
    assert loaded.layers[-1].get_vocabulary() == layer.get_vocabulary()


def test_symbolic_shapes():
    for mode, shape in (("int", (None, 3)), ("one_hot", (None, 3, 5)), ("count", (None, 5))):
        x = Input((3,), dtype="int64")
        layer = IntegerLookup(vocabulary=NUMBERS, output_mode=mode)
        assert Model(x, layer(x)).output_shape == shape == layer.compute_output_shape((None, 3))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: IntegerLookup()(np.array([1])), "has no vocabulary. Call adapt"),
        (lambda: IntegerLookup.from_config({"vocabulary": "numbers.txt"}), "names a file, 'numbers.txt', as its"),
        (lambda: IntegerLookup(vocabulary=[2**40]), "must fit 32 bits"),
        (lambda: IntegerLookup(vocabulary_dtype="float32"), "vocabulary_dtype is"),
        (lambda: IntegerLookup(invert=True, output_mode="count"), "invert=True goes with"),
        (lambda: IntegerLookup(pad_to_max_tokens=True), "needs max_tokens"),
        (lambda: IntegerLookup(salt="x"), "salt must be an int or two of them"),
        (lambda: IntegerLookup(oov_method="hash"), "oov_method is 'floormod' or 'farmhash', got 'hash'"),
    ],
)
def test_what_does_not_fit(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("dtype", ["int64", "uint32", "uint64"])
def test_numbers_beyond_32_bits_are_unknown(dtype):
    large = [12 + 2**32, 2**31 + 5] if dtype != "uint32" else [2**32 - 7, 2**31 + 5]
    layer = IntegerLookup(vocabulary=[12, -7], mask_token=5)
    tensor = ops.convert_to_tensor(np.array([12, 5, *large], dtype))
    np.testing.assert_array_equal(ops.convert_to_numpy(layer(tensor)), [2, 0, 1, 1])
    several = IntegerLookup(vocabulary=[12], num_oov_indices=3)
    expected = [3] + [number % 3 for number in large]
    np.testing.assert_array_equal(
        ops.convert_to_numpy(several(ops.convert_to_tensor(np.array([12, *large], dtype)))), expected
    )
