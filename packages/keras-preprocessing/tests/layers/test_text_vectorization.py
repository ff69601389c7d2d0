import numpy as np
import pytest
from keras_core import ops
from keras_preprocessing.layers import TextVectorization


def called(layer, x):
    return ops.convert_to_numpy(layer(x)).tolist()


def test_the_documented_examples():
    layer = TextVectorization(max_tokens=5000, output_sequence_length=4, vocabulary=["earth", "wind", "and", "fire"])
    assert called(layer, [["earth, wind & fire"], ["michael"]]) == [[2, 3, 5, 0], [1, 0, 0, 0]]
    layer = TextVectorization()
    layer.adapt(["foo bar", "bar baz", "baz bada boom"])
    assert layer.get_vocabulary() == ["", "[UNK]", "baz", "bar", "foo", "boom", "bada"]
    assert called(layer, ["bada bar qux"]) == [[6, 3, 1]]


@pytest.mark.parametrize(
    ("options", "text", "words"),
    [
        ({}, "Don't STOP!\tNow\n", ["dont", "stop", "now"]),
        ({"standardize": "lower"}, "Don't ÉTÉ!", ["don't", "ÉtÉ!"]),
        ({"standardize": "strip_punctuation"}, "A-B c.", ["AB", "c"]),
        ({"standardize": None}, "A-B  c", ["A-B", "c"]),
        ({"standardize": lambda texts: np.char.replace(texts.astype(str), "x", " ")}, "axb", ["a", "b"]),
        ({"split": "character"}, "Ab c", ["a", "b", " ", "c"]),
        ({"split": None}, "A b.", ["a b"]),
        ({"split": lambda text: text.split("|"), "standardize": None}, "a b|c", ["a b", "c"]),
        ({"ngrams": 2}, "a b c", ["a", "b", "c", "a b", "b c"]),
        ({"ngrams": (2, 3)}, "a b c", ["a b", "b c", "a b c"]),
    ],
)
def test_texts_become_words(options, text, words):
    layer = TextVectorization(**options)
    layer.adapt([text])
    names = layer.get_vocabulary()
    assert [names[index] for index in called(layer, [text])[0]] == words


def test_vectors():
    texts = ["a b b", "b c"]
    rows = {"multi_hot": [[0, 1, 0, 1], [1, 1, 0, 0]], "count": [[0, 2, 0, 1], [1, 1, 0, 0]]}
    for mode, expected in rows.items():
        layer = TextVectorization(output_mode=mode)
        layer.adapt(texts)
        assert layer.get_vocabulary() == ["[UNK]", "b", "c", "a"]
        assert called(layer, ["a b b", "b new"]) == (expected if mode == "multi_hot" else [[0, 2, 0, 1], [1, 1, 0, 0]])
    layer = TextVectorization(6, output_mode="tf_idf", pad_to_max_tokens=True)
    layer.adapt(texts)
    weights = np.log(2 / (1 + np.array([2, 1, 1])))
    expected = [[0, 2 * weights[0], 0, weights[2], 0, 0], [weights.mean(), weights[0], 0, 0, 0, 0]]
    np.testing.assert_allclose(called(layer, ["a b b", "b new"]), expected, rtol=1e-6)


def test_sparse_vectors_and_encodings():
    layer = TextVectorization(output_mode="count", sparse=True, encoding="latin-1")
    layer.adapt(["a é é".encode("latin-1")])
    assert layer(["é é a c"]).toarray().tolist() == [[1, 2, 1]]


def test_lengths():
    layer = TextVectorization(vocabulary=["a", "b"])
    assert called(layer, ["a b a", "b"]) == [[2, 3, 2], [3, 0, 0]]
    assert called(layer, "a b") == [2, 3]
    assert called(TextVectorization(vocabulary=["a"], output_sequence_length=2), ["a a a", ""]) == [[2, 2], [0, 0]]
    ragged = TextVectorization(vocabulary=["a", "b"], ragged=True)(["a b a", "b"])
    assert [row.tolist() for row in ragged] == [[2, 3, 2], [3]]


def test_data_in_batches():
    layer = TextVectorization(3)
    layer.adapt(iter([["a a"], np.array([["b"]], object), [b"c c c"]]))
    assert layer.get_vocabulary() == ["", "[UNK]", "c"]


def test_config_holds_the_vocabulary():
    layer = TextVectorization(output_mode="tf_idf", ngrams=2)
    layer.adapt(["a b b", "b c"])
    again = TextVectorization.from_config(layer.get_config())
    assert again.get_vocabulary(False) == layer.get_vocabulary(False) and again.vocabulary_size() == 7
    np.testing.assert_allclose(called(again, ["a b c"]), called(layer, ["a b c"]))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: TextVectorization()(["a"]), ValueError, "has no vocabulary. Call adapt"),
        (
            lambda: TextVectorization.from_config({"vocabulary": "w.txt"}),
            ValueError,
            "names a file, 'w.txt', as its vocabulary",
        ),
        (lambda: TextVectorization(standardize="upper"), ValueError, "standardize must be one of"),
        (lambda: TextVectorization(split="words"), ValueError, "split must be 'whitespace'"),
        (lambda: TextVectorization(ngrams=0), ValueError, "ngrams must be a positive int"),
        (lambda: TextVectorization(encoding="x"), ValueError, "encoding='x' is none that Python knows"),
        (lambda: TextVectorization(output_mode="count", ragged=True), ValueError, "go with output_mode"),
        (lambda: TextVectorization(pad_to_max_tokens=True), ValueError, "needs max_tokens"),
        (lambda: TextVectorization(vocabulary=["a"])([["a", "b"]]), ValueError, r"shape \(batch,\) or \(batch, 1\)"),
        (lambda: TextVectorization(vocabulary=["a"])([3]), TypeError, "takes texts, got int: 3"),
    ],
)
def test_what_does_not_fit(call, error, message):
    with pytest.raises(error, match=message):
        call()
