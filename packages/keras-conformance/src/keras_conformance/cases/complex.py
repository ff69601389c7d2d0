"""Cases of complex numbers and of what gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_conformance.inputs import Case, Inputs


def _complex(draw: Inputs, shape: Sequence[int]) -> Any:
    """Complex numbers away from the negative axis, where the angle jumps."""
    real = draw.floats(shape)
    return (real + 1j * (np.abs(draw.floats(shape)) + 0.1)).astype("complex64")


def _either(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape()
    return {"x": draw.pick(_complex(draw, shape), draw.floats(shape))}


def _pairs(draw: Inputs) -> dict[str, Any]:
    return {"x": draw.floats((*draw.shape(0, 2), 2))}


def _view_as_real(draw: Inputs) -> dict[str, Any]:
    return {"x": _complex(draw, draw.shape())}


def _polar(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape()
    return {"abs_": draw.floats(shape, 0.1, 2), "angle": draw.floats(shape)}


def _fourier(draw: Inputs) -> dict[str, Any]:
    shape = (*draw.shape(0, 2), draw.size(1, 6))
    return {"real": draw.floats(shape), "imag": draw.floats(shape), "inverse": draw.pick(True, False)}


def _eig(draw: Inputs) -> dict[str, Any]:
    n = draw.size(1, 3)
    return {"x": draw.floats((*draw.pick((), (2,)), n, n)) + np.diag(np.arange(n) * 5).astype("float32")}


def _rfft(draw: Inputs) -> dict[str, Any]:
    return {"x": draw.floats((*draw.shape(0, 2), draw.size(1, 6))), "fft_length": draw.pick(None, 4, 7)}


def _stft(draw: Inputs) -> dict[str, Any]:
    return {
        "x": draw.floats((*draw.shape(0, 1), draw.size(12, 17))),
        "sequence_length": draw.pick(4, 6),
        "sequence_stride": draw.pick(2, 3),
        "fft_length": draw.pick(6, 8),
        "window": draw.pick("hann", "hamming", None),
        "center": draw.pick(True, False),
    }


CASES: dict[str, Case] = {
    **dict.fromkeys(["real", "imag", "conj", "conjugate", "angle", "isreal"], _either),
    "view_as_complex": _pairs,
    "view_as_real": _view_as_real,
    "polar": _polar,
    "fourier": _fourier,
    "eig": _eig,
    "rfft": _rfft,
    "stft": _stft,
}
