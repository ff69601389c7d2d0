"""STFTSpectrogram: how strong each frequency of a signal is from frame to frame, by trainable kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import Layer, config, initializers, ops
from keras_core.plain_arguments import listed

from keras_preprocessing.layers.encoding import config_of, describe

if TYPE_CHECKING:
    from keras_core.typing import ArrayLike, Shape, Tensor

_MODES = ("log", "magnitude", "psd", "real", "imag", "angle", "stft")


class STFTSpectrogram(Layer):
    """Short-time Fourier transform of signals by convolution with kernels, which may be trained.

    Args:
        mode: what is given for each frame and frequency: "magnitude"; "log": its logarithm; "psd": the power of both
            halves of the spectrum; "real", "imag", "angle" of the complex number; "stft": all real parts, then all
            imaginary ones. Defaults to "log".
        frame_length: samples of a frame. Defaults to 256.
        frame_step: samples from one frame to the next; None is half a frame. Defaults to None.
        fft_length: length of the transform, at least a frame; None is the next power of two. Defaults to None.
        window: "hann", "hamming", another name that SciPy knows, an array of the frame's length, or None. Defaults to
            "hann".
        periodic: whether a named window is one period of an endless one, instead of symmetric. Defaults to False.
        scaling: "density" divides by the root of the window's sum of squares, "spectrum" by the sum of its absolute
            values, None by nothing. Defaults to "density".
        padding: "valid": frames that lie in the signal; "same": one at every step, with zeros outside. Defaults to
            "valid".
        expand_dims: whether the frequencies of each channel have an axis of their own. Defaults to False.
        data_format: "channels_last" or "channels_first"; None is that of `keras.config`. Defaults to None.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, samples, channels)``, or ``(batch, channels, samples)`` with "channels_first". Samples and channels
        are known.

    Output shape:
        ``(batch, frames, channels * frequencies)`` or ``(batch, channels * frequencies, frames)``; with `expand_dims`
        ``(batch, frames, frequencies, channels)`` or ``(batch, channels, frames, frequencies)``. There are
        ``fft_length // 2 + 1`` frequencies, twice as many with "stft".

    Raises:
        ValueError: for unknown options and lengths that do not fit.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import STFTSpectrogram
        >>> layer = STFTSpectrogram("magnitude", frame_length=4, scaling=None, window=None)
        >>> np.asarray(layer(np.ones((1, 6, 1), "float32"))).round(2).tolist()
        [[[4.0, 0.0, 0.0], [4.0, 0.0, 0.0]]]

    Reference: Allen and Rabiner, "A Unified Approach to Short-Time Fourier Analysis and Synthesis", 1977.
    """

    def __init__(
        self,
        mode: str = "log",
        frame_length: int = 256,
        frame_step: int | None = None,
        fft_length: int | None = None,
        window: ArrayLike | str | None = "hann",
        periodic: bool = False,
        scaling: str | None = "density",
        padding: str = "valid",
        expand_dims: bool = False,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        for option, value, known in (("mode", mode, _MODES), ("padding", padding, ("valid", "same"))):
            if value not in known:
                raise ValueError(
                    f"{describe(self)}: {option} must be one of {', '.join(map(repr, known))}, got {value!r}."
                )
        if frame_length < 1 or (frame_step is not None and not 1 <= frame_step <= frame_length):
            raise ValueError(
                f"{describe(self)}: frame_step must be from 1 to frame_length, got frame_step={frame_step!r}, "
                f"frame_length={frame_length!r}."
            )
        if fft_length is not None and fft_length < frame_length:
            raise ValueError(
                f"{describe(self)}: fft_length must not be below frame_length={frame_length}, got {fft_length!r}."
            )
        # The initializer checks scaling and window.
        initializers.STFT("real", window, scaling, periodic)((frame_length, 1, 1))
        self.mode = mode
        self.frame_length = frame_length
        self.frame_step = frame_step
        self.fft_length = fft_length
        self.window = listed(window)
        self.periodic = periodic
        self.scaling = scaling
        self.padding = padding
        self.expand_dims = expand_dims
        self.data_format = config.standardize_data_format(data_format)
        self._step = frame_step or max(frame_length // 2, 1)
        self._frequencies = (fft_length or 1 << (frame_length - 1).bit_length()) // 2 + 1

    def build(self, input_shape: Shape) -> None:
        samples, channels = self._sizes(input_shape)
        if samples is None or channels is None or len(input_shape) != 3:
            raise ValueError(
                f"{describe(self)} takes (batch, samples, channels), or (batch, channels, samples) with "
                f'"channels_first", of known samples and channels; got {tuple(input_shape)}.'
            )
        if self.padding == "valid" and samples < self.frame_length:
            raise ValueError(f"{describe(self)}: {samples} samples are fewer than frame_length={self.frame_length}.")
        for side in ("real", "imag"):
            if self.mode not in {"real", "imag"} - {side}:
                initializer = initializers.STFT(side, self.window, self.scaling, self.periodic)
                shape = (self.frame_length, 1, self._frequencies)
                setattr(self, f"{side}_kernel", self.add_weight(shape, initializer, name=f"{side}_kernel"))

    def _sizes(self, input_shape: Shape) -> tuple[int | None, int | None]:
        """Samples and channels."""
        samples, channels = input_shape[1:3] if len(input_shape) == 3 else (None, None)
        return (samples, channels) if self.data_format == "channels_last" else (channels, samples)

    def call(self, inputs: Tensor) -> Tensor:
        signals = inputs if self.data_format == "channels_first" else ops.transpose(inputs, (0, 2, 1))
        if self.mode in ("real", "imag"):
            return self._arranged(self._part(signals, self.mode))
        real, imag = self._part(signals, "real"), self._part(signals, "imag")
        if self.mode == "stft":
            return self._arranged(ops.concatenate([real, imag], axis=-1))
        if self.mode == "angle":
            return self._arranged(ops.arctan2(imag, real))
        power = ops.add(ops.square(real), ops.square(imag))
        if self.mode == "psd":
            last = self._frequencies - 1
            once = [1.0 if index in (0, last) else 2.0 for index in range(last + 1)]
            return self._arranged(ops.multiply(power, ops.cast(once, self.compute_dtype)))
        magnitude = ops.sqrt(ops.maximum(power, config.epsilon()))
        return self._arranged(magnitude if self.mode == "magnitude" else ops.log(magnitude))

    def _part(self, signals: Tensor, side: str) -> Tensor:
        """One part of the transform of signals (batch, channels, samples): (batch, channels, frames, frequencies)."""
        channels, samples = ops.shape(signals)[1:]
        rows = ops.reshape(signals, (-1, samples, 1))
        kernel = getattr(self, f"{side}_kernel")
        found = ops.conv(rows, kernel, strides=self._step, padding=self.padding, data_format="channels_last")
        return ops.reshape(found, (-1, channels, *ops.shape(found)[1:]))

    def _arranged(self, x: Tensor) -> Tensor:
        """(batch, channels, frames, frequencies) as the options say."""
        first = self.data_format == "channels_first"
        if self.expand_dims:
            return x if first else ops.transpose(x, (0, 2, 3, 1))
        channels, frames, frequencies = ops.shape(x)[1:]
        flat = ops.reshape(ops.transpose(x, (0, 1, 3, 2)), (-1, channels * frequencies, frames))
        return flat if first else ops.transpose(flat, (0, 2, 1))

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        samples, channels = self._sizes(input_shape)
        frequencies = self._frequencies * (2 if self.mode == "stft" else 1)
        frames = None
        if samples is not None:
            frames = -(-samples // self._step)
            if self.padding == "valid":
                frames = (samples - self.frame_length) // self._step + 1
        if self.expand_dims:
            last = (frames, frequencies, channels)
            return (input_shape[0], *(last if self.data_format == "channels_last" else (channels, frames, frequencies)))
        flat = None if channels is None else channels * frequencies
        return (input_shape[0], *((frames, flat) if self.data_format == "channels_last" else (flat, frames)))

    def get_config(self) -> dict[str, Any]:
        names = ("mode", "frame_length", "frame_step", "fft_length", "window", "periodic", "scaling", "padding")
        return {**super().get_config(), **config_of(self, *names, "expand_dims", "data_format")}
