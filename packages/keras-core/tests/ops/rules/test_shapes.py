"""Shape rules that the families share, against NumPy where it has the function."""

import numpy as np
import pytest
from keras_core import Spec
from keras_core.ops.rules import shapes as rules

X = np.zeros((4, 3, 2), "float32")
S = Spec((4, 3, 2))


@pytest.mark.parametrize(
    "found, expected",
    [
        (lambda: rules.reshape(S, (2, -1)), lambda: X.reshape(2, -1)),
        (lambda: rules.transpose(S, None), lambda: X.T),
        (lambda: rules.transpose(S, (1, 0, 2)), lambda: X.transpose(1, 0, 2)),
        (lambda: rules.expand_dims(S, -1), lambda: X[..., None]),
        (lambda: rules.concatenate([S, S], 1), lambda: np.concatenate([X, X], 1)),
        (lambda: rules.tile(S, (2, 1, 3)), lambda: np.tile(X, (2, 1, 3))),
        (lambda: rules.repeat(S, 2, 1), lambda: np.repeat(X, 2, 1)),
        (lambda: rules.diagonal(S, 1, 0, 1), lambda: np.diagonal(X, 1)),
        (lambda: rules.take_along_axis(S, Spec((4, 3, 1), "int32"), 2), lambda: X[..., :1]),
        (lambda: rules.reduce(S, (0, 2), True), lambda: X.sum((0, 2), keepdims=True)),
    ],
)
def test_the_shape_is_that_of_numpy(found, expected):
    assert found().shape == expected().shape


def test_what_is_unknown_stays_unknown():
    x = Spec((None, 3))
    assert rules.reshape(x, (-1, 3, 1)).shape == (None, 3, 1)
    assert rules.concatenate([x, x], 0).shape == (None, 3)
    assert rules.concatenate([x, Spec((2, None))], 1).shape == (2, None)
    assert rules.broadcast_shapes((None, 3), (1,)) == (None, 3)


@pytest.mark.parametrize(
    "rule",
    [
        lambda: rules.broadcast_shapes((2, 3), (4, 3)),
        lambda: rules.reshape(S, (5, -1)),
        lambda: rules.squeeze(S, 0),
        lambda: rules.concatenate([S, Spec((1, 2))], 0),
        lambda: rules.split(S, 3, 0),
        lambda: rules.top_k(S, 3, True),
    ],
)
def test_arguments_that_do_not_fit_are_refused(rule):
    with pytest.raises(ValueError, match="got"):
        rule()
