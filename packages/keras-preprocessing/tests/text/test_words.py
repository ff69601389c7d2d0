import pytest
from keras_preprocessing.text import text_to_word_sequence


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        ("hello! ? world!", {}, ["hello", "world"]),
        ("It's NOT\tso\nbad", {}, ["it's", "not", "so", "bad"]),
        ("It's NOT", {"lower": False}, ["It's", "NOT"]),
        ("a-b c", {"filters": ""}, ["a-b", "c"]),
        ("helloXXworldXX!", {"split": "XX", "filters": "!", "lower": False}, ["hello", "world"]),
        ("a,b;c", {"split": "<>", "filters": ",;"}, ["a", "b", "c"]),
        ("ali! veli? kırk dokuz elli", {}, ["ali", "veli", "kırk", "dokuz", "elli"]),
        ("你好，世界", {"filters": "，"}, ["你好", "世界"]),
        ("", {}, []),
    ],
)
def test_words(text, options, expected):
    assert text_to_word_sequence(text, **options) == expected


def test_what_is_no_text():
    with pytest.raises(TypeError, match="takes a str, got int: 5"):
        text_to_word_sequence(5)
    with pytest.raises(TypeError, match=r"Decode it first: text.decode\('utf-8'\)"):
        text_to_word_sequence(b"bytes")
