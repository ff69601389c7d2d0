import numpy as np
import pytest
from keras_core.backend.toolkit import ProductAxes, contract_in_pairs, contraction_axes


def reduce(letters, result, x):
    return np.einsum(f"{letters}->{result}", x)


def product(axes, x, y):
    assert sorted(axes.first + axes.second) == sorted([*2 * (axes.batch + axes.inner), *axes.left, *axes.right])
    assert set(axes.result) == {*axes.batch, *axes.left, *axes.right}
    return np.einsum(f"{axes.first},{axes.second}->{axes.result}", x, y)


@pytest.mark.parametrize(
    ("subscripts", "shapes"),
    [
        ("ij->ji", [(2, 3)]),
        ("ij", [(2, 3)]),
        ("ij->j", [(2, 3)]),
        ("ij,jk", [(2, 3), (3, 4)]),
        ("bij, bjk -> bki", [(5, 2, 3), (5, 3, 4)]),
        ("ijx,jky->ik", [(2, 3, 6), (3, 4, 7)]),
        ("i,j->ji", [(2,), (3,)]),
        ("ab,bc,cd,d->a", [(2, 3), (3, 4), (4, 5), (5,)]),
        ("...ij,...jk->...ik", [(6, 5, 2, 3), (5, 3, 4)]),
        ("i...,j", [(2, 5, 6), (3,)]),
    ],
)
def test_pairs_give_what_einsum_does(subscripts, shapes):
    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=shape) for shape in shapes]
    found = contract_in_pairs(subscripts, arrays, reduce, product)
    np.testing.assert_allclose(found, np.einsum(subscripts, *arrays))


def test_axes_of_a_product():
    axes = ProductAxes("bij", "bjk", "bki")
    assert (axes.batch, axes.inner, axes.left, axes.right) == (["b"], ["j"], ["i"], ["k"])


def test_subscripts_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="names 1 operands, with 2"):
        contraction_axes("ij", [2, 2])
    with pytest.raises(ValueError, match="operand of 3 axes for 'ij'"):
        contraction_axes("ij->i", [3])
