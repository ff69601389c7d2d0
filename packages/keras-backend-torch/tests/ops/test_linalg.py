import numpy as np
import pytest
from keras_backend_torch.framework import torch
from keras_backend_torch.ops import OPS

A = np.array([[4.0, 1.0], [1.0, 3.0]], "float32")


def test_products_of_booleans_and_integers() -> None:
    x = torch.tensor([[True, False], [True, True]])
    assert OPS["matmul"](x, x).tolist() == [[True, False], [True, True]]
    n = torch.tensor([[1, 2], [3, 4]])
    assert OPS["contract"]("ij,jk->ik", [n, n]).tolist() == [[7, 10], [15, 22]]


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("name", ["inv", "det", "cholesky", "qr", "svd", "eigh"])
def test_narrow_floats_are_factorized_in_float32(name: str, dtype: str) -> None:
    results = [OPS[name](torch.tensor(A).to(kind)) for kind in (torch.float32, getattr(torch, dtype))]
    exact, narrow = (one if isinstance(one, tuple) else (one,) for one in results)
    for a, b in zip(exact, narrow, strict=True):
        assert b.dtype is getattr(torch, dtype)
        np.testing.assert_allclose(b.float(), a, rtol=0.02, atol=0.02)


@pytest.mark.parametrize("name", ["solve", "solve_triangular"])
def test_one_right_hand_side_or_several(name: str) -> None:
    a, b = torch.tensor(np.tril(A)), torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    options = {"lower": True} if name == "solve_triangular" else {}
    many, one = OPS[name](a, b, **options), OPS[name](a, b[:, 0], **options)
    np.testing.assert_allclose(a @ many, b, rtol=1e-5)
    np.testing.assert_allclose(one, many[:, 0], rtol=1e-5)
