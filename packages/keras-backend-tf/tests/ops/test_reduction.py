import numpy as np
import pytest
import tensorflow as tf
from keras_backend_tf.ops import reduction

X = np.array([[1, 0, 3], [0, 2, 2]])


@pytest.mark.parametrize("axis", [None, 0, -1, (0, 1)])
@pytest.mark.parametrize("name", ["sum", "prod", "mean", "max", "min", "any", "all"])
def test_axes_against_numpy(name: str, axis: object) -> None:
    x = X.astype(bool if name in ("any", "all") else "float32")
    for keepdims in (False, True):
        found = getattr(reduction, name)(tf.constant(x), axis, keepdims)
        np.testing.assert_allclose(found, getattr(np, name)(x, axis, keepdims=keepdims), rtol=1e-6)


def test_truth_values_are_counted_and_have_extremes() -> None:
    x = tf.constant(X.astype(bool))
    assert reduction.sum(x).dtype == tf.int32 and int(reduction.sum(x)) == 4
    assert reduction.max(x, 0).numpy().tolist() == [True, True, True]
    assert reduction.min(x, 0, initial=True).numpy().tolist() == [False, False, True]
    assert int(reduction.argmax(x, 1)[1]) == 1
    assert reduction.cumsum(x, 1).numpy().tolist() == [[1, 1, 2], [0, 1, 2]]


def test_an_initial_value_takes_part_and_an_empty_axis_needs_one() -> None:
    assert reduction.max(tf.constant(X), 1, initial=2).numpy().tolist() == [3, 2]
    empty = tf.zeros((2, 0))
    with pytest.raises(ValueError, match=r"got shape \(2, 0\), which has no element along axis 1; give initial="):
        reduction.max(empty, 1)
    assert reduction.max(empty, 1, initial=5.0).numpy().tolist() == [5, 5]


@pytest.mark.parametrize("axis", [None, 0, -1])
def test_places_of_extremes(axis: int | None) -> None:
    for name in ("argmax", "argmin"):
        for keepdims in (False, True):
            found = getattr(reduction, name)(tf.constant(X), axis, keepdims)
            assert found.dtype == tf.int32
            np.testing.assert_array_equal(found, getattr(np, name)(X, axis, keepdims=keepdims))


@pytest.mark.parametrize("axis", [None, 0, -1])
def test_running_totals(axis: int | None) -> None:
    for name in ("cumsum", "cumprod"):
        found = getattr(reduction, name)(tf.constant(X), axis, "float32")
        assert found.dtype == tf.float32
        np.testing.assert_array_equal(found, getattr(np, name)(X, axis))
