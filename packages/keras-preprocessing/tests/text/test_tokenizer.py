import json

import numpy as np
import pytest
from keras_preprocessing.text import Tokenizer, tokenizer_from_json

TEXTS = ["The cat sat on the mat.", "The dog sat on the log.", "Dogs and cats living together."]


def fitted(*args, **kwargs):
    tokenizer = Tokenizer(*args, **kwargs)
    tokenizer.fit_on_texts(TEXTS)
    return tokenizer


def test_counts_and_indices():
    tokenizer = fitted()
    assert tokenizer.document_count == 3
    assert tokenizer.word_counts == dict(
        the=4, cat=1, sat=2, on=2, mat=1, dog=1, log=1, dogs=1, cats=1, living=1, together=1, **{"and": 1}
    )
    assert tokenizer.word_docs["the"] == 2 and tokenizer.word_docs["together"] == 1
    words = ["the", "sat", "on", "cat", "mat", "dog", "log", "dogs", "and", "cats", "living", "together"]
    assert list(tokenizer.word_index) == words and list(tokenizer.word_index.values()) == list(range(1, 13))
    assert tokenizer.index_word == dict(enumerate(words, 1))
    assert tokenizer.index_docs[1] == 2


def test_texts_and_sequences_are_each_other_s_inverse():
    tokenizer = fitted()
    assert tokenizer.texts_to_sequences(["the cat sat on the mat"]) == [[1, 4, 2, 3, 1, 5]]
    assert tokenizer.sequences_to_texts([[1, 4, 2, 3, 1, 5]]) == ["the cat sat on the mat"]
    assert list(tokenizer.texts_to_sequences_generator(["the zebra"])) == [[1]]
    assert list(tokenizer.sequences_to_texts_generator([[1, 99, 0]])) == ["the"]


@pytest.mark.parametrize("char_level", [False, True])
def test_unknown_and_rare_words_are_the_oov_token(char_level):
    tokenizer = fitted(num_words=4, oov_token="<?>", char_level=char_level)
    sequences = tokenizer.texts_to_sequences([*TEXTS, "zebra"])
    assert {index for sequence in sequences for index in sequence} <= {1, 2, 3}
    assert tokenizer.texts_to_matrix(TEXTS).shape == (3, 4)
    if not char_level:
        assert tokenizer.word_index["<?>"] == 1 and tokenizer.word_index["the"] == 2
        assert tokenizer.texts_to_sequences(["the zebra sat"]) == [[2, 1, 3]]
        assert tokenizer.sequences_to_texts([[2, 77, 3, 5]]) == ["the <?> sat <?>"]


def test_rare_words_are_left_out_without_one():
    tokenizer = fitted(num_words=3)
    assert tokenizer.texts_to_sequences(TEXTS) == [[1, 2, 1], [1, 2, 1], []]
    assert tokenizer.sequences_to_texts([[1, 2, 3]]) == ["the sat"]
    assert len(tokenizer.word_index) == 12


def test_an_oov_token_that_occurs():
    tokenizer = Tokenizer(oov_token="unk", filters="")
    tokenizer.fit_on_texts(["unk a unk", "b"])
    assert tokenizer.word_index == {"unk": 1, "a": 2, "b": 3} and len(tokenizer.index_word) == 3


def test_characters():
    tokenizer = Tokenizer(char_level=True)
    tokenizer.fit_on_texts("abba A")  # one text: each character is a document, too
    assert tokenizer.word_index == {"a": 1, "b": 2, " ": 3} and tokenizer.document_count == 6
    assert tokenizer.texts_to_sequences(["Ab"]) == [[1, 2]]
    assert tokenizer.texts_to_sequences([["B", "a"]]) == [[2, 1]]
    kept = Tokenizer(char_level=True, lower=False)
    kept.fit_on_texts(["aA"])
    assert kept.word_index == {"a": 1, "A": 2}


def test_lists_of_words_keep_their_words():
    tokenizer = Tokenizer()
    tokenizer.fit_on_texts([["New York", "a,b"], ("new york",)])
    assert tokenizer.word_index == {"new york": 1, "a,b": 2}
    tokenizer = Tokenizer(lower=False)
    tokenizer.fit_on_texts([["New York"], np.array(["new york"])])
    assert tokenizer.word_index == {"New York": 1, "new york": 2}


def test_words_of_one_s_own():
    tokenizer = Tokenizer(filters="", split="|", lower=False)
    tokenizer.fit_on_texts(["A|b c|A"])
    assert tokenizer.word_index == {"A": 1, "b c": 2}
    tokenizer = Tokenizer(analyzer=lambda text: text.split("-"))
    tokenizer.fit_on_texts(["x-Y-x"])
    assert tokenizer.word_index == {"x": 1, "Y": 2}


def test_matrices():
    tokenizer = Tokenizer(num_words=4)
    tokenizer.fit_on_texts(["a b a c d", "a b", "e"])
    sequences = [[1, 1, 2, 9, 3], [2], []]
    matrix = tokenizer.sequences_to_matrix
    np.testing.assert_array_equal(matrix(sequences, "count"), [[0, 2, 1, 1], [0, 0, 1, 0], [0, 0, 0, 0]])
    np.testing.assert_array_equal(matrix(sequences), [[0, 1, 1, 1], [0, 0, 1, 0], [0, 0, 0, 0]])
    np.testing.assert_allclose(matrix(sequences, "freq"), [[0, 0.4, 0.2, 0.2], [0, 0, 1, 0], [0, 0, 0, 0]])
    weights = np.log(1 + 3 / (1 + np.array([2, 2, 1])))  # a and b are in two texts of three, c in one
    expected = np.zeros((3, 4))
    expected[0, 1:] = [(1 + np.log(2)) * weights[0], weights[1], weights[2]]
    expected[1, 2] = weights[1]
    np.testing.assert_allclose(matrix(sequences, "tfidf"), expected)
    assert tokenizer.texts_to_matrix(["a e"], "count").tolist() == [[0, 1, 0, 0]]


def test_counts_of_sequences():
    tokenizer = Tokenizer(num_words=4)
    tokenizer.fit_on_sequences([[1, 1, 2], [1]])
    assert tokenizer.document_count == 2 and tokenizer.index_docs == {1: 2, 2: 1}
    found = tokenizer.sequences_to_matrix([[1, 2]], "tfidf")
    np.testing.assert_allclose(found, [[0, np.log(1 + 2 / 3), np.log(2), 0]])


def test_json_goes_on_counting():
    tokenizer = fitted(num_words=np.int64(6), oov_token="<?>")
    again = tokenizer_from_json(tokenizer.to_json(sort_keys=True))
    assert again.get_config() == tokenizer.get_config()
    for one in (tokenizer, again):
        one.fit_on_texts(["a dog, a log, a new word"])
    assert again.word_index == tokenizer.word_index and again.index_docs == tokenizer.index_docs
    assert again.texts_to_sequences(TEXTS) == tokenizer.texts_to_sequences(TEXTS)


def test_the_dialect_of_keras_2():
    config = {
        "num_words": None,
        "filters": "",
        "lower": True,
        "split": " ",
        "char_level": False,
        "oov_token": None,
        "document_count": 1,
        "word_counts": '{"a": 2, "b": 1}',
        "word_docs": '{"b": 1, "a": 1}',
        "index_docs": '{"2": 1, "1": 1}',
        "index_word": '{"1": "a", "2": "b"}',
        "word_index": '{"a": 1, "b": 2}',
    }
    text = json.dumps({"class_name": "Tokenizer", "config": config})
    tokenizer = tokenizer_from_json(text)
    assert tokenizer.sequences_to_texts(tokenizer.texts_to_sequences(["b a"])) == ["b a"]
    written = json.loads(tokenizer.to_json())
    assert written["class_name"] == "Tokenizer" and written["config"].keys() == config.keys()
    for name, value in config.items():
        found = written["config"][name]
        assert (json.loads(found) == json.loads(value)) if name.startswith(("word_", "index_")) else found == value


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: fitted().fit_on_texts("a b"), TypeError, r"takes a list of texts, got one str: write \[text\]"),
        (lambda: fitted().texts_to_sequences(["a", 3]), TypeError, r"lists of words; texts\[1\] is 3"),
        (lambda: fitted().fit_on_texts([b"a"]), TypeError, "Decode it first"),
        (lambda: fitted().fit_on_texts([[1, 2]]), TypeError, "holds more than strings"),
        (lambda: Tokenizer(words=3), TypeError, "Tokenizer does not take 'words'"),
        (lambda: Tokenizer().texts_to_matrix(["a"]), ValueError, "Give num_words, or call fit_on_texts"),
        (lambda: Tokenizer(9).sequences_to_matrix([[1]], "tfidf"), ValueError, "needs counts"),
        (lambda: Tokenizer(9).sequences_to_matrix([[1]], "tf"), ValueError, "mode must be one of"),
        (lambda: Tokenizer(9).sequences_to_matrix([[-1]]), ValueError, "negative index -1"),
        (lambda: tokenizer_from_json("{}"), ValueError, r"takes what Tokenizer.to_json\(\) wrote"),
    ],
)
def test_what_does_not_fit(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_keras_1_s_name():
    with pytest.warns(DeprecationWarning, match="write num_words="):
        assert Tokenizer(nb_words=7).num_words == 7
