import numpy as np
import pytest
from keras_sklearn._classes import Classes

WORDS = np.array(["b", "a", "c", "a"])


@pytest.mark.parametrize(
    ("y", "kind"),
    [
        (WORDS, "multiclass"),
        (np.array([3, 5, 3]), "binary"),
        (np.array([[1, 0], [1, 1], [0, 0]]), "multilabel-indicator"),
        (np.array([[1, 2], [3, 1]]), "multiclass-multioutput"),
    ],
)
def test_kinds(y, kind):
    assert Classes(y).kind == kind


def test_numbers_are_no_classes():
    with pytest.raises(ValueError, match="continuous"):
        Classes(np.array([0.5, 1.25]))


@pytest.mark.parametrize(
    ("size", "loss", "expected"),
    [
        (3, "sparse_categorical_crossentropy", [1, 0, 2, 0]),
        (3, "categorical_crossentropy", [[0, 1, 0], [1, 0, 0], [0, 0, 1], [1, 0, 0]]),
        (4, "mse", [[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 1, 0], [1, 0, 0, 0]]),
        (None, "categorical_crossentropy", [[0, 1, 0], [1, 0, 0], [0, 0, 1], [1, 0, 0]]),
    ],
)
def test_encode(size, loss, expected):
    np.testing.assert_array_equal(Classes(WORDS).encode(WORDS, [size], [loss]), expected)


@pytest.mark.parametrize("size", [1, None])
def test_two_classes_of_one_output(size):
    y = np.array([7, 9, 7])
    classes = Classes(y)
    np.testing.assert_array_equal(classes.encode(y, [size], ["binary_crossentropy"]), [[0], [1], [0]])
    probabilities = classes.probabilities(np.array([[0.25], [0.75], [0.5]]), logits=False)
    np.testing.assert_array_equal(probabilities, [[0.75, 0.25], [0.25, 0.75], [0.5, 0.5]])
    assert classes.decode(probabilities).tolist() == [7, 9, 7]


def test_logits():
    classes = Classes(WORDS)
    np.testing.assert_allclose(classes.probabilities(np.log([[2.0, 1, 1]]), logits=True), [[0.5, 0.25, 0.25]])
    two = Classes(np.array([0, 1]))
    np.testing.assert_allclose(two.probabilities(np.log([[3.0]]), logits=True), [[0.25, 0.75]])
    labels = Classes(np.array([[0, 1], [1, 1]]))
    np.testing.assert_allclose(labels.probabilities(np.log([[3.0, 1]]), logits=True), [[0.75, 0.5]])


def test_one_class():
    classes = Classes(np.array(["a", "a"]))
    np.testing.assert_array_equal(classes.probabilities(np.array([[0.2], [0.9]]), logits=False), [[1], [1]])


def test_one_hot():
    np.testing.assert_array_equal(Classes(np.array([4, 2])).one_hot(np.array([2, 4])), [[1, 0], [0, 1]])
    parts = Classes(np.array([[1, 2], [3, 1]])).one_hot(np.array([[3, 2]]))
    assert [part.tolist() for part in parts] == [[[0, 1]], [[0, 1]]]
