import numpy as np
import pytest
from keras_core import Input
from keras_export.from_onnx.sizes import MAX_TERMS, Size, as_sizes, divided, is_sizes, larger, same, smaller

X = Input((None, 6))
N, T = Size("length", (X, 0)), Size("length", (X, 1))


def test_arithmetic_is_done_as_far_as_it_can_be():
    assert N * 1 is N and N + 0 is N and 0 + N is N and N - 0 is N and N // 1 is N and N * 0 == 0
    assert same(N * T * 6 // (N * 2), T * 3) and same((T * N) // T, N) and divided(N * 6, 6) is N
    assert divided(N, T) is None and divided(N, 0) is None and divided(N + 1, 2) is None
    assert larger(N, N) is N and smaller(T, T) is T and not same(larger(N, 1), N)


def test_arrays_of_sizes_are_those_of_numpy_where_all_are_known():
    sizes = as_sizes([N, 2, T])
    assert is_sizes(sizes) and not is_sizes(as_sizes([1, 2])) and as_sizes([1, 2]).dtype == "int64"
    assert as_sizes(N).shape == () and is_sizes(as_sizes(N))
    assert same(np.prod(sizes), N * 2 * T)


def test_configs_name_the_places_of_tensors():
    y = Input((3,))
    size = (N + 2) * Size("length", (y, 0))
    assert [one.args for one in size.leaves()] == [(X, 0), (y, 0)]
    assert size.config([X, y]) == ["multiply", ["add", ["length", 0, 0], 2], ["length", 1, 0]]


def test_sizes_do_not_grow_without_end():
    size = N
    with pytest.raises(ValueError, match=f"more than {MAX_TERMS} steps"):
        for _ in range(20):
            size = size + size
