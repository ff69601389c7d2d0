"""Which logits a tensor of probabilities remembers, and for how long."""

import numpy as np
from keras_core import Trace
from keras_core.ops.logits import logits_of, with_logits


class Tensorlike(np.ndarray):
    """An array that takes attributes, as the tensors of frameworks do."""


def probabilities():
    return np.full((2, 3), 1 / 3).view(Tensorlike)


def test_logits_are_found_for_their_function_and_axis():
    logits = np.zeros((2, 3))
    known = with_logits(probabilities(), "softmax", logits, 1)
    assert logits_of(known, "softmax", -1) is logits
    assert logits_of(known, "softmax", 1) is logits
    assert logits_of(known, "softmax", 0) is None
    assert logits_of(known, "sigmoid") is None
    assert logits_of(with_logits(probabilities(), "softmax", logits, (0, 1)), "softmax", -1) is None
    assert logits_of(with_logits(probabilities(), "sigmoid", logits), "sigmoid") is logits


def test_plain_arrays_remember_nothing():
    plain = np.full((2, 3), 1 / 3)
    assert with_logits(plain, "softmax", plain) is plain
    assert logits_of(plain, "softmax") is None
    with Trace(Backend()):
        assert logits_of(with_logits(plain, "softmax", plain), "softmax") is None


class Slotted:
    """A tensor that takes no attributes, as those of some frameworks while a function is traced."""

    __slots__ = ("shape",)

    def __init__(self, shape):
        self.shape = shape


class Backend:
    """A backend of such tensors, as far as a trace asks it."""

    def is_tensor(self, value):
        return isinstance(value, Slotted)

    def shape(self, tensor):
        return tensor.shape


def test_tensors_without_attributes_remember_while_they_are_traced():
    known, logits, backend = Slotted(()), np.zeros(()), Backend()
    with Trace(backend):
        assert logits_of(with_logits(known, "sigmoid", logits), "sigmoid") is logits
        assert logits_of(Slotted(()), "sigmoid") is None
        with Trace(backend):
            assert logits_of(known, "sigmoid") is logits
    assert logits_of(known, "sigmoid") is None


def test_an_attribute_that_is_not_ours_is_no_origin():
    known = probabilities()
    known._keras_logits = np.zeros((2, 3))
    assert logits_of(known, "softmax") is None
