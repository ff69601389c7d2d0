"""Complex numbers, against NumPy and finite differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core import KerasTensor, backend, gradients, ops

Z = np.array([[1 + 2j, -3j], [-1.5, 2 - 1j]], "complex64")
W = np.array([0.5 - 1j, 2 + 0.25j], "complex64")


def numbers(tensor: Any) -> np.ndarray:
    return backend.to_numpy(tensor)


@pytest.mark.parametrize("x", [Z, Z.astype("complex128"), Z.real, np.array([1, -2], "int32")])
def test_parts(x: np.ndarray) -> None:
    for name in ("real", "imag", "conj", "conjugate", "isreal"):
        found, expected = numbers(getattr(ops, name)(x)), getattr(np, name)(x)
        assert found.dtype == expected.dtype, name
        np.testing.assert_array_equal(found, expected)
        assert getattr(ops, name)(KerasTensor(x.shape, str(x.dtype))).dtype == str(expected.dtype)
    np.testing.assert_allclose(numbers(ops.angle(x)), np.angle(x), rtol=1e-6)
    assert numbers(ops.abs(x)).dtype == np.abs(x).dtype
    np.testing.assert_allclose(numbers(ops.abs(x)), np.abs(x), rtol=1e-6)
    assert ops.iscomplexobj(x) == np.iscomplexobj(x) and ops.iscomplexobj(2j) and not ops.iscomplexobj([1.0])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_views_and_polar(dtype: str) -> None:
    pairs = np.arange(12).reshape(3, 2, 2).astype(dtype)
    whole = ops.view_as_complex(pairs)
    expected = pairs[..., 0] + 1j * pairs[..., 1]
    np.testing.assert_array_equal(numbers(whole), expected)
    assert numbers(whole).dtype == expected.dtype
    np.testing.assert_array_equal(numbers(ops.view_as_real(whole)), pairs)
    r, phi = np.array([1.0, 2.0, 0.0], dtype), np.array([[0.5], [-2.0]], dtype)
    np.testing.assert_allclose(numbers(ops.polar(r, phi)), r * np.exp(1j * phi), rtol=1e-6)


def test_arithmetic() -> None:
    for name in ("add", "subtract", "multiply", "divide"):
        np.testing.assert_allclose(numbers(getattr(ops, name)(Z, W)), getattr(np, name)(Z, W), rtol=1e-5, atol=1e-6)
    for name in ("exp", "sum", "negative", "square", "mean"):
        expected = getattr(np, name)(Z)
        np.testing.assert_allclose(numbers(getattr(ops, name)(Z)), expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(numbers(ops.matmul(Z, W)), Z @ W, rtol=1e-5)
    np.testing.assert_allclose(numbers(ops.multiply(Z, 2j)), Z * 2j)
    np.testing.assert_allclose(numbers(ops.add(Z.real, 1j)), Z.real + 1j)
    assert numbers(ops.equal(Z, Z.T)).tolist() == (Z == Z.T).tolist()
    assert numbers(ops.cast(Z.real, "complex64")).dtype == "complex64"


def test_eigenvalues_that_are_complex() -> None:
    x = np.array([[0.0, 1.0], [-1.0, 0.0]], "float32")
    values, vectors = map(numbers, ops.eig(x))
    assert sorted(values.imag.tolist()) == pytest.approx([-1, 1])
    np.testing.assert_allclose(x @ vectors, vectors * values, atol=1e-6)
    assert values.dtype == vectors.dtype == "complex64"


def test_gradients_go_through(backend_name: str) -> None:
    if "train" not in backend.load(backend_name).capabilities:
        pytest.skip("no gradients")

    def loss(pairs: Any) -> Any:
        z = ops.view_as_complex(pairs)
        y = ops.multiply(ops.exp(ops.multiply(z, 0.5j)), ops.conj(z))
        return ops.sum(
            ops.add(ops.add(ops.abs(y), ops.multiply(ops.angle(ops.add(y, 9)), 2)), ops.real(ops.multiply(z, z)))
        )

    def by_hand(pairs: np.ndarray) -> float:
        z = pairs[..., 0] + 1j * pairs[..., 1]
        y = np.exp(0.5j * z) * z.conj()
        return float(np.sum(np.abs(y) + 2 * np.angle(y + 9) + (z * z).real))

    x = np.array([[0.3, -0.7], [1.1, 0.4]], "float32")
    try:
        value, (slope,) = gradients(loss, [backend.load(backend_name).tensor(x)])
    except NotImplementedError as error:
        pytest.skip(str(error))
    assert float(numbers(value)) == pytest.approx(by_hand(x.astype("float64")), rel=1e-5)
    for place in np.ndindex(*x.shape):
        step = np.zeros(x.shape)
        step[place] = 1e-6
        expected = (by_hand(x + step) - by_hand(x - step)) / 2e-6
        assert numbers(slope)[place] == pytest.approx(expected, rel=1e-3, abs=1e-3)


def test_what_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a last axis of length 2"):
        ops.view_as_complex(KerasTensor((3,)))
    with pytest.raises(ValueError, match="got dtype complex64, expected real and imaginary parts"):
        ops.view_as_complex(KerasTensor((2,), "complex64"))
    with pytest.raises(ValueError, match="expected complex64 or complex128"):
        ops.view_as_real(KerasTensor((2,)))
    with pytest.raises(ValueError, match="expected square matrices"):
        ops.eig(KerasTensor((2, 3)))
