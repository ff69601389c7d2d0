from typing import ClassVar

import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_preprocessing.layers import MelSpectrogram
from scipy import signal


class TestMelSpectrogram(LayerContract):
    layer = MelSpectrogram
    tolerance = 2e-4
    ulps = 64
    base: ClassVar = {"fft_length": 32, "sequence_stride": 16, "sampling_rate": 8000, "num_mel_bins": 4}
    cases: ClassVar = [
        Case((2, 64), base, differentiable=False),
        Case(
            (2, 70),
            {**base, "sequence_length": 20, "window": "hamming", "power_to_db": False, "max_freq": 3000.0},
        ),
        Case((1, 80), {**base, "mag_exp": 1.0, "ref_power": 2.0, "top_db": 3.0, "window": None}, differentiable=False),
    ]

    def reference(self, inputs, weights, **options):
        fft, step = options["fft_length"], options["sequence_stride"]
        length, name = options.get("sequence_length") or fft, options.get("window", "hann")
        window = signal.get_window(name or "boxcar", length)
        before = (fft - length) // 2
        window = np.pad(window, (before, fft - length - before))
        edge = [(0, 0)] * (inputs.ndim - 1) + [(fft // 2, fft // 2)]
        windows = np.lib.stride_tricks.sliding_window_view(np.pad(inputs, edge, "reflect"), fft, axis=-1)
        strength = np.abs(np.fft.rfft(windows[..., ::step, :] * window)) ** options.get("mag_exp", 2.0)
        bands = strength @ triangles(fft // 2 + 1, options.get("max_freq") or 4000.0, options["num_mel_bins"])
        if options.get("power_to_db", True):
            bands = 10 * np.log10(np.maximum(bands, 1e-10) / options.get("ref_power", 1.0))
            bands = np.maximum(bands, bands.max() - options.get("top_db", 80.0))
        return np.swapaxes(bands, -1, -2)


def triangles(count, highest, bands, lowest=20.0, nyquist=4000.0):
    """Bands of HTK's mel scale, each drawn by interpolation."""

    def mel(hertz):
        return 2595 * np.log10(1 + hertz / 700)

    edges = np.linspace(mel(lowest), mel(highest), bands + 2)
    pitches = mel(np.linspace(0, nyquist, count))
    columns = [np.interp(pitches, edges[k : k + 3], [0, 1, 0]) for k in range(bands)]
    return np.stack(columns, -1)


def test_one_signal():
    x = np.random.default_rng(0).normal(size=(1, 64)).astype("float32")
    layer = MelSpectrogram(**TestMelSpectrogram.base)
    np.testing.assert_allclose(layer(x[0]), np.asarray(layer(x))[0], rtol=1e-5)
    assert layer.compute_output_shape((64,)) == (4, 5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sequence_length": 4096}, "sequence_length must be from 1 to fft_length=2048"),
        ({"min_freq": 9000.0}, "bands run from min_freq up to max_freq"),
        ({"num_mel_bins": 0}, "there is at least one"),
    ],
)
def test_what_does_not_fit(options, message):
    with pytest.raises(ValueError, match=message):
        MelSpectrogram(**options)
    with pytest.raises(ValueError, match="got rank 3"):
        MelSpectrogram()(np.zeros((1, 4000, 1), "float32"))
