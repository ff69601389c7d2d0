import numpy as np
import pytest
from keras_core import ops
from keras_preprocessing.layers import StringLookup

WORDS = ["a", "b", "c", "d"]


def called(layer, x):
    found = layer(x)
    return found.tolist() if isinstance(found, np.ndarray) else ops.convert_to_numpy(found).tolist()


def test_the_documented_examples():
    x = [["a", "c", "d"], ["d", "z", "b"]]
    assert called(StringLookup(vocabulary=WORDS), x) == [[1, 3, 4], [4, 0, 2]]
    layer = StringLookup()
    layer.adapt([["a", "c", "d"], ["d", "z", "b"]])
    assert layer.get_vocabulary() == ["[UNK]", "d", "z", "c", "b", "a"]
    # two indices for unknown strings, chosen by FarmHash as in Keras 3
    layer = StringLookup(vocabulary=WORDS, num_oov_indices=2)
    assert called(layer, [["a", "c", "d"], ["m", "z", "b"]]) == [[2, 4, 5], [0, 1, 3]]
    one_hot = StringLookup(vocabulary=WORDS, output_mode="one_hot")
    assert called(one_hot, ["a", "b", "z"]) == [[0, 1, 0, 0, 0], [0, 0, 1, 0, 0], [1, 0, 0, 0, 0]]
    multi_hot = StringLookup(vocabulary=WORDS, output_mode="multi_hot")
    assert called(multi_hot, [["a", "c", "d", "d"], ["d", "z", "b", "z"]]) == [[0, 1, 0, 1, 1], [1, 0, 1, 0, 1]]
    count = StringLookup(vocabulary=WORDS, output_mode="count")
    assert called(count, [["a", "c", "d", "d"], ["d", "z", "b", "z"]]) == [[0, 1, 0, 1, 2], [2, 0, 1, 0, 1]]
    tf_idf = StringLookup(vocabulary=WORDS, idf_weights=[0.25, 0.75, 0.6, 0.4], output_mode="tf_idf")
    found = called(tf_idf, [["a", "c", "d", "d"], ["d", "z", "b", "z"]])
    np.testing.assert_allclose(found, [[0, 0.25, 0, 0.6, 0.8], [1, 0, 0.75, 0, 0.4]], rtol=1e-6)
    inverse = StringLookup(vocabulary=WORDS, invert=True)
    assert called(inverse, [[1, 3, 4], [4, 0, 2]]) == [["a", "c", "d"], ["d", "[UNK]", "b"]]


def test_masks_and_padding():
    layer = StringLookup(vocabulary=WORDS, mask_token="")
    assert called(layer, ["", "a", "x"]) == [0, 2, 1] and layer.vocabulary_size() == 6
    padded = StringLookup(8, vocabulary=WORDS, output_mode="count", pad_to_max_tokens=True, mask_token="")
    assert np.shape(called(padded, [["a"]])) == (1, 8)
    assert called(padded, "a") == [0, 1, 0, 0, 0, 0, 0, 0]
    assert called(StringLookup(vocabulary=WORDS, output_mode="one_hot"), [["b"], ["c"]]) == [
        [0, 0, 1, 0, 0],
        [0, 0, 0, 1, 0],
    ]


def test_salts_choose_other_indices_of_unknown_strings():
    layer = StringLookup(vocabulary=["a"], num_oov_indices=3, salt=[133, 137])
    again = StringLookup.from_config(layer.get_config())
    # the buckets of Hashing(3, salt=[133, 137]) in Keras 3's documentation
    assert called(again, ["A", "B", "C", "D", "E", "a"]) == [1, 2, 1, 0, 2, 3]


def test_encodings():
    layer = StringLookup(vocabulary=["é"], encoding="latin-1")
    assert called(layer, np.array([b"\xe9", b"e"])) == [1, 0]


def test_sparse_vectors():
    dense = StringLookup(vocabulary=WORDS, output_mode="count")
    sparse = StringLookup(vocabulary=WORDS, output_mode="count", sparse=True)
    x = [["a", "c", "d", "d"], ["d", "z", "b", "z"]]
    found = sparse(x)
    assert found.nnz == 6 and found.dtype == "float32" and found.toarray().tolist() == called(dense, x)
    with pytest.raises(ValueError, match="sparse=True gives matrices, of two axes"):
        StringLookup(vocabulary=WORDS, output_mode="one_hot", sparse=True)(x)


def test_configs_of_keras_3():
    config = StringLookup(vocabulary=WORDS).get_config() | {"oov_method": "floormod", "vocabulary_size": 5}
    assert called(StringLookup.from_config(config), ["b", "?"]) == [2, 0]


def test_config_holds_the_vocabulary():
    layer = StringLookup(output_mode="tf_idf")
    layer.adapt([["a", "b"], ["b", "c"]])
    again = StringLookup.from_config(layer.get_config())
    assert again.get_vocabulary() == layer.get_vocabulary()
    x = [["a", "b", "b"], ["q", "c", "a"]]
    np.testing.assert_allclose(called(again, x), called(layer, x))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: StringLookup()(["a"]), "has no vocabulary. Call adapt"),
        (lambda: StringLookup.from_config({"vocabulary": "words.txt"}), "names a file, 'words.txt', as its vocabulary"),
        (lambda: StringLookup(output_mode="tf_idf", vocabulary=["a"]), "has idf_weights with output_mode"),
        (lambda: StringLookup(invert=True, output_mode="count"), "invert=True goes with"),
        (lambda: StringLookup(pad_to_max_tokens=True), "needs max_tokens"),
        (lambda: StringLookup(salt="x"), "salt must be an int or two of them"),
        (lambda: StringLookup(encoding="no-such"), "encoding='no-such' is none that Python knows"),
        (lambda: StringLookup(sparse=True), "sparse=True is for vectors"),
    ],
)
def test_what_does_not_fit(call, message):
    with pytest.raises(ValueError, match=message):
        call()
