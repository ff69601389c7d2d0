"""Sounds in folders: widths of samples, lengths, rates."""

import wave

import numpy as np
import pytest
from keras_preprocessing.folders import audio_dataset_from_directory


def write(path, levels, width=2, rate=8000):
    """Levels from -1 to 1, of shape (samples, channels), as PCM."""
    path.parent.mkdir(exist_ok=True)
    numbers = np.round(np.asarray(levels) * (2 ** (8 * width - 1) - 1)).astype("int64") + (128 if width == 1 else 0)
    with wave.open(str(path), "wb") as file:
        file.setparams((numbers.shape[1], width, rate, len(numbers), "NONE", ""))
        file.writeframes(b"".join(int(n).to_bytes(width, "little", signed=width > 1) for n in numbers.ravel()))


def load(folder, **arguments):
    return audio_dataset_from_directory(folder, shuffle=False, verbose=False, **arguments)


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_samples_of_any_width(tmp_path, width):
    levels = np.array([[0.0, 1.0], [-0.5, 0.25]])
    write(tmp_path / "a" / "1.wav", levels, width)
    x, y = load(tmp_path)[0]
    assert x.dtype == "float32" and y.tolist() == [0]
    np.testing.assert_allclose(x[0], levels, atol=2 / 2 ** (8 * width - 1))


def test_sounds_of_a_batch_have_one_length(tmp_path):
    write(tmp_path / "a" / "1.wav", np.full((3, 1), 0.5))
    write(tmp_path / "b" / "1.wav", np.full((5, 1), 0.5))
    for arguments, sizes in (
        ({}, (3, 5)),
        ({"output_sequence_length": 4}, (3, 4)),
        ({"output_sequence_length": 9}, (3, 5)),
    ):
        x, _ = load(tmp_path, **arguments)[0]
        assert x.shape == (2, arguments.get("output_sequence_length", 5), 1)
        assert tuple((x[:, :, 0] != 0).sum(1)) == sizes
    write(tmp_path / "b" / "2.wav", np.zeros((5, 2)))
    with pytest.raises(ValueError, match=r"have \[1, 2\] channels"):
        load(tmp_path)[0]


def test_resampling_keeps_the_tone(tmp_path):
    pytest.importorskip("scipy.signal")
    seconds = np.arange(800) / 8000
    write(tmp_path / "a" / "1.wav", 0.5 * np.sin(2 * np.pi * 100 * seconds)[:, None])
    x, _ = load(tmp_path, sampling_rate=4000)[0]
    expected = 0.5 * np.sin(2 * np.pi * 100 * np.arange(400) / 4000)
    np.testing.assert_allclose(x[0, 50:-50, 0], expected[50:-50], atol=5e-3)


def test_what_is_refused(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "1.wav").write_bytes(b"RIFF no sound")
    with pytest.raises(ValueError, match=r"cannot read .*1\.wav as PCM sound"):
        load(tmp_path)[0]
    write(tmp_path / "a" / "2.wav", np.full((3, 1), 0.5))
    with pytest.warns(UserWarning, match=r"cannot read .*1\.wav as PCM sound: .*[^.]\. It is left out\."):
        x, y = load(tmp_path, errors="skip")[0]
    assert x.shape == (1, 3, 1) and y.tolist() == [0]
    with pytest.raises(ValueError, match="ragged batches are not supported"):
        load(tmp_path, ragged=True)
    with pytest.raises(ValueError, match="sampling_rate must be a positive int or None, got 0"):
        load(tmp_path, sampling_rate=0)
