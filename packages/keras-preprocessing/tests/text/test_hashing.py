import hashlib

import pytest
from keras_preprocessing.text import hashing_trick, one_hot

TEXT = "The cat sat on the mat."
WORDS = ["the", "cat", "sat", "on", "the", "mat"]


def test_md5_is_the_same_everywhere():
    expected = [int.from_bytes(hashlib.md5(word.encode()).digest(), "big") % 19 + 1 for word in WORDS]
    assert hashing_trick(TEXT, 20, hash_function="md5") == expected


def test_python_s_hashes():
    assert one_hot(TEXT, 20) == hashing_trick(TEXT, 20) == [hash(word) % 19 + 1 for word in WORDS]


def test_a_function_and_the_options_of_words():
    assert hashing_trick("Aa,b cccc", 4, hash_function=len, filters="", split=",") == [3, 1]
    assert hashing_trick("Aa,b", 100, hash_function=lambda word: ord(word[0]), lower=False) == [66, 99]
    assert hashing_trick("ab", 300, hash_function=ord, analyzer=list) == [98, 99]
    assert one_hot("a b", 2, analyzer=str.split) == [1, 1]


def test_what_does_not_fit():
    with pytest.raises(ValueError, match="n must be at least 2"):
        one_hot(TEXT, 1)
    with pytest.raises(ValueError, match="must be a function, \"md5\" or None, got 'sha'"):
        hashing_trick(TEXT, 9, hash_function="sha")
