from typing import ClassVar

import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_preprocessing.layers import STFTSpectrogram


def framed(signals, length, step, padding):
    """Frames of signals (batch, channels, samples): (batch, channels, frames, length)."""
    samples = signals.shape[-1]
    if padding == "same":
        frames = -(-samples // step)
        missing = max((frames - 1) * step + length - samples, 0)
        signals = np.pad(signals, ((0, 0), (0, 0), (missing // 2, missing - missing // 2)))
    windows = np.lib.stride_tricks.sliding_window_view(signals, length, axis=-1)
    return windows[:, :, ::step]


class TestSTFTSpectrogram(LayerContract):
    layer = STFTSpectrogram
    tolerance = 2e-5
    ulps = 64
    cases: ClassVar = [
        Case((2, 20, 1), {"frame_length": 8, "window": "hamming"}),
        Case((2, 20, 2), {"mode": "psd", "frame_length": 5, "frame_step": 3, "fft_length": 8, "padding": "same"}),
        Case((2, 2, 20), {"mode": "stft", "frame_length": 4, "expand_dims": True, "data_format": "channels_first"}),
        Case((2, 12, 2), {"mode": "imag", "frame_length": 6, "expand_dims": True, "scaling": "spectrum"}),
        Case((1, 2, 12), {"mode": "magnitude", "frame_length": 6, "scaling": None, "data_format": "channels_first"}),
    ]

    def reference(self, inputs, weights, **options):
        mode, length = options.get("mode", "log"), options["frame_length"]
        step = options.get("frame_step") or length // 2
        fft = options.get("fft_length") or 2 ** int(np.ceil(np.log2(length)))
        first = options.get("data_format") == "channels_first"
        frames = framed(inputs if first else inputs.transpose(0, 2, 1), length, step, options.get("padding", "valid"))
        kernels = [kernel[:, 0] for kernel in weights]
        if mode == "imag":
            found = frames @ kernels[0]
        else:
            real, imag = (frames @ kernel for kernel in kernels)
            power = real**2 + imag**2
            found = {
                "stft": np.concatenate([real, imag], -1),
                "psd": power * np.r_[1, np.full(fft // 2 - 1, 2), 1],
                "magnitude": np.sqrt(np.maximum(power, 1e-7)),
                "log": np.log(np.sqrt(np.maximum(power, 1e-7))),
            }[mode]
        if options.get("expand_dims"):
            return found if first else found.transpose(0, 2, 3, 1)
        flat = found.transpose(0, 1, 3, 2).reshape(len(found), -1, found.shape[2])
        return flat if first else flat.transpose(0, 2, 1)


@pytest.mark.parametrize(("mode", "part"), [("real", np.real), ("angle", np.angle)])
def test_kernels_begin_as_the_transform(mode, part):
    x = np.random.default_rng(0).normal(size=(1, 16, 1)).astype("float32")
    layer = STFTSpectrogram(mode, frame_length=8, window="hann", periodic=True, scaling=None)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(8) / 8)
    frames = np.lib.stride_tricks.sliding_window_view(x[0, :, 0], 8)[::4]
    expected, found = part(np.fft.rfft(frames * window)), np.asarray(layer(x))[0]
    # The angles of real numbers may come out as pi or -pi.
    np.testing.assert_allclose(np.cos(found), np.cos(expected), atol=1e-4)
    np.testing.assert_allclose(found[:, 1:-1], expected[:, 1:-1], atol=1e-4)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"mode": "power"}, "mode must be one of"),
        ({"frame_step": 9, "frame_length": 8}, "frame_step must be from 1 to frame_length"),
        ({"fft_length": 8}, "fft_length must not be below frame_length=256"),
        ({"scaling": "none"}, "scaling must be"),
        ({"window": [1.0, 1.0]}, "a frame of 256 needs"),
    ],
)
def test_what_does_not_fit(options, message):
    with pytest.raises(ValueError, match=message):
        STFTSpectrogram(**options)
    with pytest.raises(ValueError, match="100 samples are fewer than frame_length=256"):
        STFTSpectrogram()(np.zeros((1, 100, 1), "float32"))
    with pytest.raises(ValueError, match=r"takes \(batch, samples, channels\)"):
        STFTSpectrogram()(np.zeros((1, 300), "float32"))
