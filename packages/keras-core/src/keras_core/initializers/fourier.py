"""Fixed kernels that make a convolution a short-time Fourier transform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import dtypes
from keras_core.initializers.initializer import Initializer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.typing import DType

_WINDOWS: dict[str, Callable[[int], np.ndarray]] = {
    "hann": np.hanning,
    "hamming": np.hamming,
    "blackman": np.blackman,
    "bartlett": np.bartlett,
    "boxcar": np.ones,
}


class STFT(Initializer):
    """The real or imaginary part of the Fourier transform of a windowed frame.

    The kernel has shape (frame length, channels, frequencies), for a Conv1D whose steps are frames;
    ``frequencies = fft_length // 2 + 1``. Every channel has the same kernel.

    Args:
        side: "real" or "imag".
        window: "hann", "hamming", "blackman", "bartlett", "boxcar", another name that SciPy knows (with
            SciPy installed), an array of the frame's length, or None.
        scaling: "density" divides by the root of the window's sum of squares, "spectrum" by the sum of
            its absolute values, None by nothing.
        periodic: whether a named window is one period of an endless one, instead of symmetric.

    Raises:
        ValueError: for unknown arguments, or a window of another length.

    Example:
        >>> import numpy as np
        >>> from keras_core import initializers
        >>> frame = np.array([1.0, 2.0, 3.0, 4.0])
        >>> kernel = initializers.STFT("real", None)((4, 1, 3), "float64")
        >>> bool(np.allclose(frame @ kernel[:, 0], np.fft.rfft(frame).real))
        True
    """

    def __init__(
        self,
        side: str = "real",
        window: Any = "hann",
        scaling: str | None = "density",
        periodic: bool = False,
    ) -> None:
        if side not in ("real", "imag"):
            raise ValueError(f"STFT: side must be 'real' or 'imag', got {side!r}.")
        if scaling not in ("density", "spectrum", None):
            raise ValueError(f"STFT: scaling must be 'density', 'spectrum' or None, got {scaling!r}.")
        self.side = side
        self.window = window
        self.scaling = scaling
        self.periodic = periodic

    def __call__(self, shape: Sequence[int], dtype: DType | None = None, **kwargs: Any) -> np.ndarray:
        if len(shape) != 3:
            raise ValueError(f"STFT makes kernels of shape (frame length, channels, frequencies), got {tuple(shape)}.")
        length, channels, frequencies = shape
        turns = np.outer(np.arange(length), np.arange(frequencies)) / max(1, 2 * (frequencies - 1))
        kernel = np.cos(2 * np.pi * turns) if self.side == "real" else -np.sin(2 * np.pi * turns)
        if self.window is not None:
            kernel *= self._window(length)[:, None]
        return np.repeat(kernel[:, None], channels, axis=1).astype(dtypes.numpy_dtype(dtype))

    def _window(self, length: int) -> np.ndarray:
        """The window, divided by its scale."""
        given = self.window
        if isinstance(given, str) and given in _WINDOWS:
            given = _WINDOWS[given](length + self.periodic)[:length]
        elif isinstance(given, (str, tuple)):
            given = _from_scipy(given, length, self.periodic)
        window: np.ndarray = np.array(given, "float64")
        if window.shape != (length,):
            raise ValueError(f"STFT: the window has shape {window.shape}; a frame of {length} needs ({length},).")
        if self.scaling == "density":
            window /= np.sqrt((window**2).sum())
        elif self.scaling == "spectrum":
            window /= np.abs(window).sum()
        return window

    def get_config(self) -> dict[str, Any]:
        """All arguments."""
        window = self.window.tolist() if isinstance(self.window, np.ndarray) else self.window
        return {
            "side": self.side,
            "window": window,
            "periodic": self.periodic,
            "scaling": self.scaling,
        }


def _from_scipy(window: Any, length: int, periodic: bool) -> np.ndarray:
    try:
        from scipy.signal import get_window
    except ImportError as error:
        raise ValueError(
            f"STFT: the window {window!r} needs SciPy, which is not installed: pip install scipy. "
            f"Known without it: {', '.join(_WINDOWS)}."
        ) from error
    return np.asarray(get_window(window, length, periodic))


STFTInitializer = STFT
stft = STFT
