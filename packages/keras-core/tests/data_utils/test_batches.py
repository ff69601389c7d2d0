import numpy as np
import pytest
from keras_core import ops
from keras_core.data_utils import batches_of, tables_of


class Numbered:
    def __len__(self):
        return 2

    def __getitem__(self, index):
        return np.full(2, index)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (np.array([[1, 2]]), [[[1, 2]]]),
        ([1, 2], [[1, 2]]),
        (["a", "b"], [["a", "b"]]),
        (iter([[1], np.array([2, 3])]), [[1], [2, 3]]),
        (Numbered(), [[0, 0], [1, 1]]),
    ],
)
def test_arrays_and_batches(data, expected):
    assert [batch.tolist() for batch in batches_of(data, "adapt")] == expected


def test_tensors():
    (found,) = batches_of(ops.convert_to_tensor(np.array([1.0, 2.0], "float32")), "adapt")
    assert isinstance(found, np.ndarray) and found.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("text", "adapt takes an array or batches of arrays, got str"),
        ({"x": [1]}, "got dict"),
        (5, "got int"),
        (iter([([1], [2])]), "got a tuple. Leave out the targets"),
        ([[1], [2, 3]], "rows of one differ in length"),
    ],
)
def test_what_does_not_fit(data, message):
    with pytest.raises(TypeError, match=message):
        list(batches_of(data, "adapt"))


class Unwanted:
    def __array__(self, *args, **kwargs):
        raise AssertionError("a column that is not wanted became an array")


def test_only_wanted_columns_become_arrays():
    table = {"a": [1, 2], "b": Unwanted()}
    assert [one["a"].tolist() for one in tables_of(table, "adapt", ["a"])] == [[1, 2]]
    assert [list(one) for one in tables_of([(table, 0)], "adapt", [])] == [[]]
    with pytest.raises(ValueError, match=r"adapt: the data have no column 'c'; they have \['a', 'b'\]"):
        list(tables_of(table, "adapt", ["c"]))
