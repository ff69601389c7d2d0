"""Which scores a tensor of probabilities remembers."""

import numpy as np
from keras_core.ops.logits import _TABLE, scores_of, with_scores


class Tensorlike(np.ndarray):
    """An array that takes attributes, as the tensors of frameworks do."""


def probabilities():
    return np.full((2, 3), 1 / 3).view(Tensorlike)


def test_scores_are_found_for_their_function_and_axis():
    scores = np.zeros((2, 3))
    known = with_scores(probabilities(), "softmax", scores, 1)
    assert scores_of(known, "softmax", -1) is scores
    assert scores_of(known, "softmax", 1) is scores
    assert scores_of(known, "softmax", 0) is None
    assert scores_of(known, "sigmoid") is None
    assert scores_of(with_scores(probabilities(), "softmax", scores, (0, 1)), "softmax", -1) is None
    assert scores_of(with_scores(probabilities(), "sigmoid", scores), "sigmoid") is scores


def test_plain_arrays_remember_nothing():
    plain = np.full((2, 3), 1 / 3)
    assert with_scores(plain, "softmax", plain) is plain
    assert scores_of(plain, "softmax") is None


class Slotted:
    """A tensor that takes no attributes, as those of some frameworks while a function is traced."""

    __slots__ = ("__weakref__", "shape")

    def __init__(self, shape):
        self.shape = shape


def test_tensors_without_attributes_remember_while_they_are_in_use():
    known, scores = Slotted(()), np.zeros(())
    assert scores_of(with_scores(known, "sigmoid", scores), "sigmoid") is scores
    count = len(_TABLE)
    del known
    assert len(_TABLE) == count - 1
