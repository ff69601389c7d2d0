"""Shape and dtype rules of complex numbers and Fourier transforms."""

import pytest
from keras_core import KerasTensor, Spec
from keras_core.ops.rules import complex as rules


def test_parts():
    assert rules.view_as_complex(KerasTensor((None, 2), "float64")) == Spec((None,), "complex128")
    assert rules.view_as_complex(KerasTensor((3, None), "float16")) == Spec((3,), "complex64")
    assert rules.view_as_real(KerasTensor((3,), "complex128")) == Spec((3, 2), "float64")
    with pytest.raises(ValueError, match="expected complex64 or complex128"):
        rules.view_as_real(KerasTensor((3,)))
    with pytest.raises(ValueError, match="expected a last axis of length 2"):
        rules.view_as_complex(KerasTensor(()))


def test_transforms_and_eigenvalues():
    part = Spec((2, 4), "float32")
    assert rules.fourier(KerasTensor((2, 4)), KerasTensor((1, 4)), False) == (part, part)
    with pytest.raises(ValueError, match="expected a last axis with at least one element"):
        rules.fourier(KerasTensor((2, 0)), KerasTensor((2, 0)), False)
    with pytest.raises(ValueError, match="got dtype complex64"):
        rules.fourier(KerasTensor((2,), "complex64"), KerasTensor((2,), "complex64"), False)
    assert rules.eig(KerasTensor((5, 3, 3))) == (Spec((5, 3), "complex64"), Spec((5, 3, 3), "complex64"))
    with pytest.raises(ValueError, match="expected square matrices"):
        rules.eig(KerasTensor((3,)))
