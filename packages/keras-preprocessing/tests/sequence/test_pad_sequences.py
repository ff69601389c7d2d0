import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras_preprocessing.sequence import pad_sequences


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [[0, 0, 1], [0, 1, 2], [1, 2, 3]]),
        ({"padding": "post"}, [[1, 0, 0], [1, 2, 0], [1, 2, 3]]),
        ({"value": 7}, [[7, 7, 1], [7, 1, 2], [1, 2, 3]]),
        ({"maxlen": 2}, [[0, 1], [1, 2], [2, 3]]),
        ({"maxlen": 2, "truncating": "post"}, [[0, 1], [1, 2], [1, 2]]),
        ({"maxlen": 4, "padding": "post"}, [[1, 0, 0, 0], [1, 2, 0, 0], [1, 2, 3, 0]]),
        ({"maxlen": 0}, [[], [], []]),
    ],
)
def test_options(options, expected):
    found = pad_sequences([[1], [1, 2], [1, 2, 3]], **options)
    np.testing.assert_array_equal(found, np.array(expected, "int32"), strict=True)


def padded_by_hand(rows, maxlen, padding, truncating, value):
    result = []
    for row in rows:
        kept = row[:maxlen] if truncating == "post" else row[max(0, len(row) - maxlen) :]
        rest = [value] * (maxlen - len(kept))
        result.append(kept + rest if padding == "post" else rest + kept)
    return np.array(result, "int32").reshape(len(rows), maxlen)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.integers(-9, 9), max_size=12), max_size=8),
    st.integers(0, 90),
    st.sampled_from(["pre", "post"]),
    st.sampled_from(["pre", "post"]),
    st.sampled_from([list, tuple, np.array]),
    st.booleans(),
)
def test_against_a_loop(rows, maxlen, padding, truncating, kind, long):
    rows = [row * 40 for row in rows] if long else rows
    options = {"maxlen": maxlen, "padding": padding, "truncating": truncating, "value": 5}
    found = pad_sequences([kind(row) for row in rows], **options)
    np.testing.assert_array_equal(found, padded_by_hand(rows, **options))


def test_steps_with_axes_of_their_own():
    found = pad_sequences([[[1, 2]], np.ones((3, 2))], maxlen=2, dtype="float32", value=-1.0)
    np.testing.assert_array_equal(found, np.array([[[-1, -1], [1, 2]], [[1, 1], [1, 1]]], "float32"), strict=True)
    assert pad_sequences([[], [[1, 2, 3]]]).shape == (2, 1, 3)


def test_strings_and_objects():
    found = pad_sequences([["a"], ["b", "cc"]], dtype=object, value="<pad>")
    assert found.tolist() == [["<pad>", "a"], ["b", "cc"]]
    assert pad_sequences([["a"], ["b", "cc"]], dtype="U2", value="?", padding="post").tolist() == [
        ["a", "?"],
        ["b", "cc"],
    ]


def test_values_become_the_dtype():
    assert pad_sequences([[1.7], [2, 3]]).tolist() == [[0, 1], [2, 3]]
    assert pad_sequences([[1.5]], dtype="float16").dtype == "float16"
    assert pad_sequences([np.array([2**33]), [1]], dtype="int64").tolist() == [[2**33], [1]]


def test_no_sequences_and_empty_ones():
    assert pad_sequences([]).shape == (0, 0)
    assert pad_sequences([[], []], maxlen=2, value=3).tolist() == [[3, 3], [3, 3]]
    assert sorted(pad_sequences([{3, 4}], maxlen=2)[0]) == [3, 4]


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ([[1], 2], {}, r"sequences\[1\] is 2. Put a single sequence into a list"),
        (iter([]), {}, "takes a list of sequences, got list_iterator"),
        ([[1]], {"padding": "left"}, 'padding must be "pre" or "post", got \'left\''),
        ([[1]], {"truncating": "last"}, "truncating must be"),
        ([[1]], {"value": "x"}, "give dtype=object"),
        ([[1]], {"maxlen": -1}, "maxlen must not be negative"),
        ([[1, 2], [[3], [4]]], {}, r"sequences\[1\] does not fit"),
        ([[1], [[3]]], {}, r"sequences\[1\] does not fit: its steps have shape \(1,\), those of the first one \(\)"),
        ([np.ones((2, 3)), np.ones((2, 1))], {}, r"sequences\[1\] does not fit: its steps have shape \(1,\)"),
        ([[1, 2], [3, None]], {}, r"sequences\[1\] does not fit: int\(\) argument must be"),
    ],
)
def test_what_does_not_fit(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        pad_sequences(arguments, **options)
