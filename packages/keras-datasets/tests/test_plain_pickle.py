import codecs
import collections
import fractions
import os
import pickle

import numpy as np
import pytest
from keras_core.saving import FileFormatError
from keras_datasets._plain_pickle import read_plain

VALUES = [
    None, True, [1, 255, 256, 65535, 65536, -1, 2**40, -(2**80)], 2.5, "wörds", b"bytes \xff", (),
    (1,), (1, 2), (1, 2, 3),
    (1, 2, 3, 4), {"a": [1], "b": {"c": (None, False)}}, [[]], [], {},
]  # fmt: skip


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_plain_values(value, protocol):
    content = pickle.dumps(value, protocol)
    assert read_plain(content, "x") == value
    assert type(read_plain(content, "x")) is type(value)


def test_one_list_in_two_places_stays_one():
    shared = [1]
    first, second = read_plain(pickle.dumps([shared, shared]), "x")
    assert first is second


@pytest.mark.parametrize("protocol", range(5))
@pytest.mark.parametrize("dtype", ["uint8", "<i8", ">f4", "bool", "float16"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays(dtype, order, protocol):
    array = np.asarray(np.arange(6).reshape(2, 3), dtype, order)
    again, same = read_plain(pickle.dumps([array, array], protocol), "x")
    np.testing.assert_array_equal(again, array)
    assert again.dtype == array.dtype and same is again


@pytest.mark.parametrize("protocol", range(5))
def test_arrays_of_lists(protocol):
    array = np.empty((2, 2), object)
    array[0, 0], array[0, 1], array[1, 0], array[1, 1] = [1, 2], [], [3], [4]
    again = read_plain(pickle.dumps(array, protocol), "x")
    assert again.tolist() == array.tolist() and again.shape == (2, 2)


def test_what_python_2_wrote(python_2_batch, random):
    data = random.integers(0, 256, (300, 7), np.uint8)
    found = read_plain(python_2_batch(data, labels=[1, 700], filenames=[b"a.png"]), "x")
    np.testing.assert_array_equal(found.pop(b"data"), data)
    assert found == {b"batch_label": b"training batch", b"labels": [1, 700], b"filenames": [b"a.png"]}


class Evil:
    def __init__(self, function, *arguments):
        self.called = function, arguments

    def __reduce__(self):
        return self.called


NASTY = {
    "a function of a module": Evil(os.system, "exit 1"),
    "a builtin": Evil(eval, "1"),
    "another function of numpy": Evil(np.zeros, 3),
    "another codec": Evil(codecs.encode, "a", "rot13"),
    "a class": collections.OrderedDict(a=1),
    "an object": fractions.Fraction(1, 2),
    "a set": {1, 2},
    "a bytearray": bytearray(b"1"),
    "a structured array": np.zeros(2, [("a", "u1")]),
    "an array of texts": np.array(["a"]),
    "a function": len,
}


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("kind", NASTY)
def test_everything_else_is_refused(kind, protocol, monkeypatch):
    content = pickle.dumps([NASTY[kind]], protocol)
    monkeypatch.setattr(os, "system", pytest.fail)
    with pytest.raises(FileFormatError, match=r"^'the file' is (refused|damaged)"):
        read_plain(content, "the file")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"(i__main__\nx\n.", "INST"),
        (b"Pname\n.", "PERSID"),
        (b"\x82\x01.", "EXT1"),
        (b"cos\nsystem\n.", "names 'os.system'"),
        (b"cnumpy\nndarray\n.", "holds no value"),
        (b"cnumpy\nndarray\n)R.", "calls 'ndarray'"),
        (b"]]R.", "calls what is no function"),
        (b"]]b.", "changes what is no array"),
        (b"}K\x01a.", "adds to a dict as to a list"),
        (b"]K\x01K\x02s.", "adds to a list as to a dict"),
    ],
)
def test_opcodes_that_are_refused(content, why):
    with pytest.raises(FileFormatError, match=f"'x' is refused: .*{why}"):
        read_plain(content, "x")


@pytest.mark.parametrize(
    "content", [b"", b".", b"K", b"M\x01", b"a.", b"h\x01.", b"\xff", b"(.", b"e.", b"]]}s.", b"X\xff"]
)
def test_damage(content):
    with pytest.raises(FileFormatError, match=r"'x' is (damaged|refused)"):
        read_plain(content, "x")


def test_every_beginning_of_a_file_is_damaged(python_2_batch):
    content = python_2_batch(np.zeros((2, 3), np.uint8), labels=[1, 2])
    for end in range(len(content)):
        with pytest.raises(FileFormatError):
            read_plain(content[:end], "x")


def test_shapes_that_lie(python_2_batch):
    content = python_2_batch(np.zeros((2, 3), np.uint8), labels=[1, 2])
    with pytest.raises(FileFormatError, match=r"shape \(2, 200\) has 6 numbers"):
        read_plain(content.replace(b"K\x02K\x03\x86", b"K\x02K\xc8\x86"), "x")
    lists = pickle.dumps(np.array([[1], None], object), 2)
    with pytest.raises(FileFormatError, match="another number of items"):
        read_plain(lists.replace(b"K\x02\x85", b"K\x09\x85"), "x")
