"""Fourier kernels against NumPy's FFT."""

import numpy as np
import pytest
from keras_core import initializers

FRAME = np.random.default_rng(0).normal(size=8)


def kernels(frequencies=5, channels=2, **arguments):
    shape = (8, channels, frequencies)
    return [initializers.STFT(side, **arguments)(shape, "float64") for side in ("real", "imag")]


@pytest.mark.parametrize("channel", [0, 1])
def test_kernels_give_the_transform_of_the_windowed_frame(channel):
    window = np.hanning(8)
    expected = np.fft.rfft(FRAME * window / np.sqrt((window**2).sum()))
    real, imag = kernels()
    np.testing.assert_allclose(FRAME @ real[:, channel], expected.real, atol=1e-12)
    np.testing.assert_allclose(FRAME @ imag[:, channel], expected.imag, atol=1e-12)


def test_a_longer_transform_pads_the_frame():
    real, imag = kernels(frequencies=9, window=None)
    np.testing.assert_allclose(FRAME @ real[:, 0], np.fft.rfft(FRAME, 16).real, atol=1e-12)
    np.testing.assert_allclose(FRAME @ imag[:, 0], np.fft.rfft(FRAME, 16).imag, atol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "window"),
    [
        ({"periodic": True, "scaling": None}, np.hanning(9)[:8]),
        ({"window": "hamming", "scaling": None}, np.hamming(8)),
        ({"window": "blackman", "scaling": "spectrum"}, np.blackman(8) / np.blackman(8).sum()),
        ({"window": np.arange(8.0), "scaling": None}, np.arange(8.0)),
    ],
)
def test_windows_and_scalings(arguments, window):
    real, _ = kernels(**arguments)
    np.testing.assert_allclose(FRAME @ real[:, 0], np.fft.rfft(FRAME * window).real, atol=1e-12)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: initializers.STFT("left"), "'real' or 'imag'"),
        (lambda: initializers.STFT(scaling="power"), "spectrum"),
        (lambda: initializers.STFT()((8, 5)), "frequencies"),
        (lambda: initializers.STFT(window=np.ones(3))((8, 1, 5)), r"\(3,\)"),
    ],
)
def test_errors_say_what_was_wrong(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_names_and_config():
    first = initializers.STFT("imag", "hamming", None, True)
    again = initializers.deserialize(initializers.serialize(first))
    assert again.get_config() == first.get_config()
    assert initializers.get("stft").side == "real"
    assert type(initializers.get("STFTInitializer")) is initializers.STFT
