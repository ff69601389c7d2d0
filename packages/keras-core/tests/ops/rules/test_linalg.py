"""Shapes of products and factorizations."""

import pytest
from keras_core import Spec
from keras_core.ops.rules import linalg as linalg_rules


@pytest.mark.parametrize(
    "a, b, expected",
    [
        ((2, 3), (3, 4), (2, 4)),
        ((5, 2, 3), (3, 4), (5, 2, 4)),
        ((3,), (3, 4), (4,)),
        ((3,), (3,), ()),
        ((None, 3), (3,), (None,)),
    ],
)
def test_matmul(a, b, expected):
    assert linalg_rules.matmul(Spec(a), Spec(b)) == Spec(expected)


def test_matmul_of_shapes_that_do_not_fit():
    with pytest.raises(ValueError, match=r"\(2, 3\)"):
        linalg_rules.matmul(Spec((2, 3)), Spec((4, 2)))


def test_contract():
    assert linalg_rules.contract("ij,jk->ki", [Spec((2, 3)), Spec((3, 4))]) == Spec((4, 2))


def test_factorizations_are_of_square_matrices_where_they_must():
    assert linalg_rules.det(Spec((5, 3, 3))) == Spec((5,))
    with pytest.raises(ValueError, match=r"\(2, 3\)"):
        linalg_rules.det(Spec((2, 3)))
    q, r = linalg_rules.qr(Spec((4, 3)), "reduced")
    assert (q.shape, r.shape) == ((4, 3), (3, 3))
