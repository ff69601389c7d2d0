"""MelSpectrogram: how strong the bands of the mel scale are in a signal, from moment to moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import Layer, ops
from keras_core.plain_arguments import listed

from keras_preprocessing.layers.encoding import config_of, describe

if TYPE_CHECKING:
    from keras_core.typing import ArrayLike, Shape, Tensor


class MelSpectrogram(Layer):
    """Signals as the strength of each band of the mel scale, in decibels or not.

    Args:
        fft_length: samples that are transformed at a time. Defaults to 2048.
        sequence_stride: samples from one moment to the next. Defaults to 512.
        sequence_length: samples of the window; None is `fft_length`. Defaults to None.
        window: "hann", "hamming", an array of `sequence_length` numbers, or None. Defaults to "hann".
        sampling_rate: samples of a second. Defaults to 16000.
        num_mel_bins: number of bands. Defaults to 128.
        min_freq: lower end of the lowest band, in hertz. Defaults to 20.
        max_freq: upper end of the highest band; None is half the sampling rate. Defaults to None.
        power_to_db: whether the result is in decibels. Defaults to True.
        top_db: decibels below the loudest value of the call at which values are cut off. Defaults to 80.
        mag_exp: power of the magnitude: 1 for magnitudes, 2 for powers. Defaults to 2.
        min_power: the least power, and the least `ref_power`, in decibels. Defaults to 1e-10.
        ref_power: the power that has 0 decibels. Defaults to 1.
        **kwargs: `name`, `dtype` and the other arguments of `Layer`.

    Input shape:
        ``(samples,)`` or ``(batch, samples)``.

    Output shape:
        ``(num_mel_bins, moments)`` or ``(batch, num_mel_bins, moments)``.

    Raises:
        ValueError: for lengths, frequencies and numbers of bands that do not fit, and inputs of another rank.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import MelSpectrogram
        >>> layer = MelSpectrogram(64, 32, sampling_rate=8000, num_mel_bins=8)
        >>> np.asarray(layer(np.zeros((2, 320), "float32")))[:, 0, 0].tolist()
        [-100.0, -100.0]

    Reference: Stevens, Volkmann and Newman, "A Scale for the Measurement of the Psychological Magnitude Pitch", 1937.
    """

    def __init__(
        self,
        fft_length: int = 2048,
        sequence_stride: int = 512,
        sequence_length: int | None = None,
        window: ArrayLike | str | None = "hann",
        sampling_rate: int = 16000,
        num_mel_bins: int = 128,
        min_freq: float = 20.0,
        max_freq: float | None = None,
        power_to_db: bool = True,
        top_db: float = 80.0,
        mag_exp: float = 2.0,
        min_power: float = 1e-10,
        ref_power: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        length = sequence_length or fft_length
        highest = max_freq or sampling_rate // 2
        if not 1 <= length <= fft_length or sequence_stride < 1:
            raise ValueError(
                f"{describe(self)}: sequence_length must be from 1 to fft_length={fft_length} and sequence_stride at "
                f"least 1; got {length} and {sequence_stride}."
            )
        if not 0 <= min_freq < highest or num_mel_bins < 1:
            raise ValueError(
                f"{describe(self)}: bands run from min_freq up to max_freq, and there is at least one; got "
                f"min_freq={min_freq}, max_freq={highest}, num_mel_bins={num_mel_bins}."
            )
        self.fft_length = fft_length
        self.sequence_stride = sequence_stride
        self.sequence_length = length
        self.window = listed(window)
        self.sampling_rate = sampling_rate
        self.num_mel_bins = num_mel_bins
        self.min_freq = min_freq
        self.max_freq = highest
        self.power_to_db = power_to_db
        self.top_db = top_db
        self.mag_exp = mag_exp
        self.min_power = min_power
        self.ref_power = ref_power

    def call(self, inputs: Tensor) -> Tensor:
        if ops.ndim(inputs) not in (1, 2):
            raise ValueError(f"{describe(self)} takes (samples,) or (batch, samples), got rank {ops.ndim(inputs)}.")
        dtype = "float64" if self.compute_dtype == "float64" else "float32"
        signals = ops.cast(inputs, dtype)
        real, imag = ops.stft(signals, self.sequence_length, self.sequence_stride, self.fft_length, self.window)
        power = ops.add(ops.square(real), ops.square(imag))
        strength = power if self.mag_exp == 2 else ops.power(power, self.mag_exp / 2)
        bands = ops.matmul(strength, ops.cast(self._bands(), dtype))
        if self.power_to_db:
            bands = ops.multiply(ops.log10(ops.maximum(bands, self.min_power)), 10.0)
            bands = ops.subtract(bands, 10 * float(np.log10(max(abs(self.ref_power), self.min_power))))
            bands = ops.maximum(bands, ops.subtract(ops.max(bands), self.top_db))
        return ops.cast(ops.swapaxes(bands, -1, -2), self.compute_dtype)

    def _bands(self) -> np.ndarray:
        """How much of each frequency each band gets: triangles on the mel scale, each from peak to peak of others."""
        frequencies = np.linspace(0, self.sampling_rate / 2, self.fft_length // 2 + 1)
        edges = np.linspace(_mel(self.min_freq), _mel(self.max_freq), self.num_mel_bins + 2)
        pitches = _mel(frequencies)[:, None]
        rising = (pitches - edges[:-2]) / (edges[1:-1] - edges[:-2])
        falling = (edges[2:] - pitches) / (edges[2:] - edges[1:-1])
        weights: np.ndarray = np.maximum(0, np.minimum(rising, falling))
        weights[0] = 0  # the constant part of a signal is no tone
        return weights

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        samples = input_shape[-1]
        padded = None if samples is None else samples + 2 * (self.fft_length // 2) - self.fft_length
        moments = None if padded is None else padded // self.sequence_stride + 1
        return (*input_shape[:-1], self.num_mel_bins, moments)

    def get_config(self) -> dict[str, Any]:
        names = ("fft_length", "sequence_stride", "sequence_length", "window", "sampling_rate", "num_mel_bins")
        more = ("min_freq", "max_freq", "power_to_db", "top_db", "mag_exp", "min_power", "ref_power")
        return {**super().get_config(), **config_of(self, *names, *more)}


def _mel(hertz: Any) -> Any:
    """Pitch in mel of frequencies in hertz."""
    return 1127.0 * np.log1p(np.asarray(hertz, "float64") / 700.0)
