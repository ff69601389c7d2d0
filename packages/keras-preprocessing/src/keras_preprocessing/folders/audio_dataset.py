"""Sounds in folders as a data set."""

from __future__ import annotations

import math
import wave
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np

from keras_preprocessing.folders.file_dataset import datasets_of
from keras_preprocessing.folders.labelled_files import Labels, labelled_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from keras_core.typing import PathLike

    from keras_preprocessing.folders.file_dataset import FileDataset

_WHO = "audio_dataset_from_directory()"


def audio_dataset_from_directory(
    directory: PathLike,
    labels: Labels = "inferred",
    label_mode: str | None = "int",
    class_names: Sequence[str] | None = None,
    batch_size: int | None = 32,
    sampling_rate: int | None = None,
    output_sequence_length: int | None = None,
    ragged: bool = False,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    verbose: bool = True,
    *,
    errors: str = "raise",
) -> FileDataset | list[FileDataset]:
    """Batches of sounds in files ``.wav`` (PCM of 8, 16, 24 or 32 bits), read when they are needed.

    Args:
        directory: with labels "inferred", a folder with a folder for each class.
        labels: "inferred", None, or a number for each file in the order of paths. Defaults to "inferred".
        label_mode: "int" (numbers), "binary" (a column of 0.0 and 1.0), "categorical" (rows with a 1) or None (no
            targets). Defaults to "int".
        class_names: the classes' folders in the order of their numbers; by name when None.
        batch_size: how many sounds a batch has; None gives them one by one. Defaults to 32.
        sampling_rate: samples a second that sounds are resampled to, by SciPy; their own when None.
        output_sequence_length: how many samples each sound has: zeros are added, or the rest is cut off. Those of
            the longest one of a batch when None.
        ragged: accepted as False: sounds of a batch have one length.
        shuffle: whether each pass has a new order; otherwise files come by name. Defaults to True.
        seed: for order and split.
        validation_split: the fraction of the files that is for validation.
        subset: "training", "validation" or "both", a list of two data sets then.
        follow_links: whether links to folders are followed. Defaults to False.
        verbose: whether it is printed how many files there are. Defaults to True.
        errors: "raise" for sounds that cannot be read, or "skip" to leave them out, with a warning that names them.
            Defaults to "raise".

    Returns:
        A data set whose batches are float arrays from -1 to 1 of shape (sounds, samples, channels), with targets unless
        there are none.

    Raises:
        ValueError: for arguments that do not fit the folder or each other, and files that are no such sounds.
        FileNotFoundError: for a folder that does not exist.
        ImportError: where SciPy is needed and not installed.

    Example:
        >>> import pathlib, tempfile, wave
        >>> from keras_preprocessing.folders import audio_dataset_from_directory
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     pathlib.Path(folder, "low").mkdir()
        ...     with wave.open(f"{folder}/low/1.wav", "wb") as file:
        ...         file.setparams((1, 2, 8000, 3, "NONE", ""))
        ...         file.writeframes(bytes([0, 64, 0, 192, 0, 0]))
        ...     x, y = audio_dataset_from_directory(folder, verbose=False)[0]
        >>> x.tolist(), y.tolist()
        ([[[0.5], [-0.5], [0.0]]], [0])
    """
    if ragged:
        raise ValueError(f"{_WHO}: ragged batches are not supported; give output_sequence_length, or leave ragged out.")
    for name, value in (("sampling_rate", sampling_rate), ("output_sequence_length", output_sequence_length)):
        if value is not None and (not isinstance(value, (int, np.integer)) or value < 1):
            raise ValueError(f"{_WHO}: {name} must be a positive int or None, got {value!r}.")
    files = labelled_files(_WHO, directory, labels, label_mode, class_names, (".wav",), follow_links)
    read = partial(_sound, rate=sampling_rate)
    collate = partial(_together, length=output_sequence_length)
    return datasets_of(
        _WHO, files, label_mode, read, collate, batch_size, shuffle, seed, validation_split, subset, verbose, errors
    )


def _sound(path: str, rate: int | None) -> np.ndarray:
    """A sound as floats from -1 to 1, of shape (samples, channels)."""
    try:
        with wave.open(path, "rb") as file:
            width, channels, own = file.getsampwidth(), file.getnchannels(), file.getframerate()
            frames = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as error:
        raise ValueError(f"{_WHO} cannot read {path} as PCM sound: {error}") from error
    levels = _levels(frames, width).reshape(-1, channels)
    if rate is None or rate == own:
        return levels
    try:
        signal = import_module("scipy.signal")
    except ImportError:
        raise ImportError(f"{_WHO} needs SciPy to resample: pip install scipy.") from None
    common = math.gcd(rate, own)
    resampled: np.ndarray = signal.resample_poly(levels, rate // common, own // common, axis=0)
    return resampled.astype("float32")


def _levels(frames: bytes, width: int) -> np.ndarray:
    """Samples of so many bytes as floats from -1 to 1; those of one byte are unsigned."""
    if width == 1:
        return (np.frombuffer(frames, "u1").astype("float32") - 128) / 128
    wide = np.zeros((len(frames) // width, 4), "u1")  # little endian, in the upper bytes
    wide[:, 4 - width :] = np.frombuffer(frames, "u1").reshape(-1, width)
    return (wide.view("<i4")[:, 0] / 2.0**31).astype("float32")


def _together(given: Iterable[np.ndarray], count: int, length: int | None) -> np.ndarray:
    sounds = list(given)
    channels = {sound.shape[1] for sound in sounds}
    if len(channels) > 1:
        raise ValueError(f"{_WHO}: sounds of a batch have {sorted(channels)} channels; expected the same number.")
    size = max(len(sound) for sound in sounds) if length is None else length
    batch = np.zeros((count, size, *channels), "float32")
    for row, sound in zip(batch, sounds, strict=True):
        row[: len(sound)] = sound[:size]
    return batch
