"""Files with bytes changed or their end cut off, in every format: they load, or end in an error that names the file.

The damages are the same in every run. `test_untrusted_files.py` has what attackers try.
"""

from __future__ import annotations

import io
import random
import sys
import warnings
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import h5py
import keras_core
import keras_layers
import numpy as np
import pytest
from keras_core import Sequential
from keras_core.layers import Input
from keras_core.saving import FileFormatError, file_content, load_model, needed_objects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FORMATS = ("m.keras", "m.h5", "w.weights.h5", "w.h5", "w.safetensors", "w.npz")
DAMAGES = 40  # of each format


def model() -> Any:
    layers = [keras_layers.Dense(3, name="dense"), keras_layers.BatchNormalization(name="norm")]
    made = Sequential([Input((4,)), *layers, keras_layers.Dense(2, name="last")], name="plain")
    made.compile("adam", "mse")
    return made


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> dict[str, bytes]:
    """A sound file of each format."""
    folder = tmp_path_factory.mktemp("whole")
    made = model()
    for name in FORMATS:
        (made.save if name.startswith("m.") else made.save_weights)(folder / name)
    return {name: (folder / name).read_bytes() for name in FORMATS}


@contextmanager
def little_memory() -> Iterator[None]:
    """What is done takes less than a gigabyte of memory; not measured on Windows."""
    try:
        import resource
    except ImportError:
        yield
        return
    unit = 1 if sys.platform == "darwin" else 1024
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * unit < 1 << 30


def damaged(content: bytes, seed: str) -> Iterator[bytes]:
    """Copies with the end cut off, or with one or a few bytes changed."""
    draw = random.Random(seed)
    for number in range(DAMAGES):
        if number % 4 == 0:
            yield content[: draw.randrange(1, len(content))]
            continue
        changed = bytearray(content)
        for _ in range(draw.choice([1, 1, 4])):
            place = draw.randrange(len(changed))
            changed[place] = draw.choice([0, 255, draw.randrange(256), changed[place] ^ 1 << draw.randrange(8)])
        yield bytes(changed)


def repacked(archive: bytes, member: str, change: Callable[[bytes], bytes]) -> bytes:
    """An archive in which one member is another, with the checksum that it needs."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == member else old.read(name))
    return packed.getvalue()


def read_everything(path: Any) -> None:
    with file_content(path) as content:
        needed_objects([content.config, content.training])
        for array in content.arrays():
            assert array.read().shape == array.shape


def check(path: Any, target: Any) -> int:
    """Read a file in every way; how many failed, each with a clean error."""
    readers = [read_everything, target.load_weights, lambda p: target.load_weights(p, by_name=True)]
    readers += [load_model] if path.name.startswith("m.") else []
    failed = 0
    for reader in readers:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                reader(path)
        except ValueError as error:
            assert str(path) in str(error), f"{error!r} does not name the file"
            failed += 1
    return failed


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", FORMATS)
def test_changed_bytes_and_cut_ends(name, whole, tmp_path):
    target, failed = model(), 0
    for number, content in enumerate(damaged(whole[name], name)):
        path = tmp_path / f"{name[:2]}{number}.{name[2:]}"
        path.write_bytes(content)
        failed += check(path, target)
    assert failed > DAMAGES // 4


@pytest.mark.timeout(120)
@pytest.mark.parametrize("member", ["config.json", "metadata.json", "model.weights.h5"])
def test_changed_members_of_an_archive(member, whole, tmp_path):
    target, failed = model(), 0
    with zipfile.ZipFile(io.BytesIO(whole["m.keras"])) as archive:
        sound = archive.read(member)
    for number, content in enumerate(damaged(sound, member)):
        path = tmp_path / f"m.{number}.keras"
        path.write_bytes(repacked(whole["m.keras"], member, lambda _, content=content: content))
        failed += check(path, target)
    assert failed > DAMAGES // 8


# --- what the library of HDF5 does not withstand --------------------------------------------------


def free_entry_of_heap(content: bytes) -> int:
    """Where the first heap of strings has its last entry, the one of free bytes."""
    place = content.index(b"GCOL\1") + 16
    while content[place : place + 2] != b"\0\0":
        place += 16 + -(-int.from_bytes(content[place + 8 : place + 16], "little") // 8) * 8
    return place


@pytest.mark.timeout(60)
@pytest.mark.parametrize("size", [0, 8, 1 << 40], ids=["none", "too_small", "too_large"])
def test_a_heap_of_strings_that_is_searched_for_ever(size, whole, tmp_path):
    """An entry of no bytes in the heap of names: the library reads it again and again."""
    content = bytearray(whole["w.weights.h5"])
    place = free_entry_of_heap(whole["w.weights.h5"])
    content[place + 8 : place + 16] = size.to_bytes(8, "little")
    path = tmp_path / "bad.weights.h5"
    path.write_bytes(content)
    with pytest.raises(FileFormatError, match=r"bad\.weights\.h5.* heap of strings at byte .* cannot be"):
        model().load_weights(path, by_name=True)
    packed = tmp_path / "bad.keras"
    packed.write_bytes(repacked(whole["m.keras"], "model.weights.h5", lambda _: bytes(content)))
    with pytest.raises(FileFormatError, match=r"bad\.keras.* heap of strings at byte .* cannot be"):
        read_everything(packed)


@pytest.mark.parametrize("name", ["w.weights.h5", "w.h5"])
def test_a_string_that_says_it_has_gigabytes(name, whole, tmp_path):
    """The library takes memory for the length beside the reference to the heap, and then sees that it is none."""
    content = bytearray(whole[name])
    heap = content.index(b"GCOL\1").to_bytes(8, "little")
    places = [at for at in range(4, len(content), 8) if content[at : at + 8] == heap and 0 < content[at - 4] < 50]
    place = places[0]
    content[place - 4 : place] = (0xFF000000).to_bytes(4, "little")
    path = tmp_path / f"bad{name[1:]}"
    path.write_bytes(content)
    with little_memory(), pytest.raises(FileFormatError, match="says it is longer than its heap"):
        read_everything(path)


@pytest.mark.parametrize("name", ["w.weights.h5", "w.h5"])
@pytest.mark.parametrize("damage", ["place", "all places", "heap"])
def test_a_string_that_says_it_has_gigabytes_in_a_heap_that_is_none(name, damage, whole, tmp_path):
    content = bytearray(whole[name])
    heap = content.index(b"GCOL\1")
    words = heap.to_bytes(8, "little")
    places = [at for at in range(4, len(content), 8) if content[at : at + 8] == words and 0 < content[at - 4] < 50]
    for place in places if damage == "all places" else places[:1]:
        content[place - 4 : place] = (0xFF000000).to_bytes(4, "little")
        content[place : place + 8] = (heap + 8).to_bytes(8, "little") if damage != "heap" else words
    if damage == "heap":
        content[heap : heap + 4] = b"XXXX"
    path = tmp_path / f"bad{name[1:]}"
    path.write_bytes(content)
    with little_memory(), pytest.raises(FileFormatError, match="says it is longer than its heap"):
        read_everything(path)


def test_a_member_that_cannot_be_looked_up_is_a_clean_error(whole, tmp_path):
    """A changed byte in the table of a group's members: `in` of an h5py.Group raises RuntimeError."""
    content = bytearray(whole["w.weights.h5"])
    signature = content.index(b"SNOD")
    content[signature : signature + 4] = b"XXXX"
    path = tmp_path / "bad.weights.h5"
    path.write_bytes(content)
    with h5py.File(path) as file, pytest.raises(RuntimeError):
        "layers" in file  # noqa: B015
    for reading in (read_everything, model().load_weights):
        with pytest.raises(FileFormatError, match=r"bad\.weights\.h5' is truncated or damaged"):
            reading(path)


def test_weights_are_as_before_where_a_file_is_damaged(whole, tmp_path):
    target = model()
    before = [np.copy(one) for one in target.get_weights()]
    path = tmp_path / "w.weights.h5"
    path.write_bytes(whole["w.weights.h5"][:-100])
    with pytest.raises(keras_core.saving.FileFormatError):
        target.load_weights(path)
    for old, new in zip(before, target.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
