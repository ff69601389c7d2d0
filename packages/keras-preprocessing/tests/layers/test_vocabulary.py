import numpy as np
import pytest
from keras_preprocessing.layers.vocabulary import Vocabulary


def test_frequent_tokens_come_first_and_the_greater_of_equals():
    words = Vocabulary("it", "", "?", 2, None)
    words.learn([["b", "c", "a"], ["c", "d", "?", ""]])
    assert words.listed() == ["", "?", "?", "c", "d", "b", "a"] and words.listed(False) == ["c", "d", "b", "a"]
    assert len(words) == 7 and words.first_oov == 1
    assert words.indices(["", "c", "?", "x"], lambda token, n: n - 1) == [0, 3, 1, 2]


def test_weights_are_inverse_document_frequencies():
    words = Vocabulary("it", None, "?", 1, None, weighted=True)
    words.learn([["a", "a", "b"], ["a"], ["c"]])
    weights = np.log(3 / (1 + np.array([2, 1, 1])))
    np.testing.assert_allclose(words.idf, [weights.mean(), *weights])
    assert words.config()["vocabulary"] == ["a", "c", "b"]
    np.testing.assert_allclose(words.config()["idf_weights"], weights)


def test_no_more_than_max_tokens():
    words = Vocabulary("it", None, "?", 1, 3)
    words.learn([["a", "a", "b", "b", "c"]])
    assert words.listed() == ["?", "b", "a"]


def test_given_with_and_without_special_tokens():
    for given in (["", "?", "x", "y"], np.array(["x", "y"])):
        words = Vocabulary("it", "", "?", 1, 4)
        words.set(given)
        assert words.indices(["y", "z"], None) == [3, 1]
    words = Vocabulary("it", None, "?", 1, None, weighted=True)
    words.set(["?", "x"], [9.0, 2.0])
    assert words.idf.tolist() == [2, 2]


@pytest.mark.parametrize(
    ("options", "given", "message"),
    [
        (("", "?", 1, None), "words.txt", "a vocabulary is a list, got the string 'words.txt'"),
        (("", "?", 1, None), ["a", "a"], "holds 'a' more than once"),
        (("", "?", 1, None), ["a", "?"], r"the special token '\?' among the others"),
        (("", "?", 1, 3), ["a", "b"], "has 4 tokens, the special ones included; max_tokens is 3"),
        (("", "?", 1, None, True), ["a"], "has idf_weights with output_mode"),
    ],
)
def test_what_does_not_fit(options, given, message):
    with pytest.raises(ValueError, match=f"it: .*{message}"):
        Vocabulary("it", *options).set(given)
    with pytest.raises(ValueError, match="2 tokens and 1 idf_weights"):
        Vocabulary("it", None, "?", 1, None, True).set(["a", "b"], [1.0])
    with pytest.raises(ValueError, match="max_tokens=1 leaves no room"):
        Vocabulary("it", None, "?", 1, 1)
    with pytest.raises(ValueError, match="must not be negative"):
        Vocabulary("it", None, "?", -1, None)
    words = Vocabulary("it", None, "?", 0, None)
    words.set(["a"])
    with pytest.raises(ValueError, match="'z' is not in the vocabulary, and num_oov_indices=0"):
        words.indices(["z"], None)
