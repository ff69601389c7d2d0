"""Open files, bytes and HDF5 groups serve where a path does."""

from __future__ import annotations

import io
import tempfile

import h5py
import numpy as np
import pytest
from keras_core.saving import FileFormatError, load_model


class OnlyWrites:
    """A stream that can do nothing else, as a socket."""

    def __init__(self):
        self.content = b""

    def write(self, part):
        self.content += bytes(part)
        return len(part)


class OnlyReads:
    """A stream that can do nothing else."""

    def __init__(self, content):
        self._inner = io.BytesIO(content)

    def read(self, size=-1):
        return self._inner.read(size)


class TestOpenFiles:
    def test_a_model(self, toys):
        model, stream = toys.scrambled(toys.functional()), io.BytesIO()
        model.save(stream)
        assert stream.getvalue().startswith(b"PK")
        stream.seek(0)
        toys.same(load_model(stream), model)
        for content in (stream.getvalue(), bytearray(stream.getvalue()), memoryview(stream.getvalue())):
            toys.same(load_model(content), model)

    def test_weights(self, toys):
        model, stream = toys.scrambled(toys.functional()), io.BytesIO()
        model.save_weights(stream)
        assert stream.getvalue().startswith(b"\x89HDF")
        for source in (io.BytesIO(stream.getvalue()), stream.getvalue()):
            other = toys.functional()
            other.load_weights(source)
            toys.same(other, model)

    def test_weights_of_a_whole_model(self, toys):
        model, other, stream = toys.scrambled(toys.functional()), toys.functional(), io.BytesIO()
        model.save(stream)
        other.load_weights(stream.getvalue())
        toys.same(other, model)

    def test_streams_that_cannot_seek(self, toys):
        model, stream = toys.scrambled(toys.sequential()), OnlyWrites()
        model.save(stream)
        toys.same(load_model(OnlyReads(stream.content)), model)

    def test_a_file_on_disk_keeps_what_is_before_and_after(self, toys, tmp_path):
        model, other = toys.scrambled(toys.sequential()), toys.sequential()
        with open(tmp_path / "w.weights.h5", "wb") as file:
            model.save_weights(file)
        other.load_weights(tmp_path / "w.weights.h5")
        toys.same(other, model)
        with open(tmp_path / "w.weights.h5", "rb") as file:
            other.load_weights(file)
            assert file.read() == b"" and not file.closed
        toys.same(other, model)

    def test_messages_name_the_file_and_no_temporary_one(self, toys, tmp_path):
        stream = io.BytesIO()
        toys.sequential().save(stream)
        content = stream.getvalue()
        for source, name in ((content[:-40], "bytes"), (io.BytesIO(content[:-40]), "<BytesIO>")):
            with pytest.raises(FileFormatError, match=f"{name}>?' is truncated or damaged") as caught:
                load_model(source)
            assert tempfile.gettempdir() not in str(caught.value)
        (tmp_path / "my.weights.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + b"x" * 99)
        with (
            open(tmp_path / "my.weights.h5", "rb") as file,
            pytest.raises(FileFormatError, match=r"my\.weights\.h5' is truncated or damaged"),
        ):
            toys.sequential().load_weights(file)

    def test_what_is_no_binary_file(self, toys, tmp_path):
        with pytest.raises(TypeError, match="open as text; open it in binary mode"):
            toys.sequential().save(io.StringIO())
        with pytest.raises(FileFormatError, match=r"nothing to read in '<BytesIO>'.*seek\(0\)"):
            load_model(io.BytesIO())
        with pytest.raises(FileFormatError, match=r"'<5 bytes>' holds is of no format .*b'hello'"):
            load_model(b"hello")
        for wrong in (None, 3, ["m.keras"]):
            with pytest.raises(TypeError, match=r"load_model\(\) takes a path, bytes, an open .* of type"):
                load_model(wrong)
            with pytest.raises(TypeError, match=r"save_weights\(\) takes a path, an open .* of type"):
                toys.sequential().save_weights(wrong)


class TestGroups:
    def test_weights(self, toys, tmp_path):
        model, other = toys.scrambled(toys.functional()), toys.functional()
        with h5py.File(tmp_path / "many.h5", "w") as file:
            file["mine"] = np.arange(3)
            model.save_weights(file.create_group("runs/first"))
            other.load_weights(file["runs/first"])
            assert file["mine"][:].tolist() == [0, 1, 2]
        toys.same(other, model)

    def test_a_file_in_memory(self, toys):
        model, other = toys.scrambled(toys.functional()), toys.functional()
        with h5py.File("none.h5", "w", driver="core", backing_store=False) as file:
            model.save_weights(file)
            other.load_weights(file)
        toys.same(other, model)

    def test_saving_again_replaces_and_what_is_not_ours_is_kept(self, toys, tmp_path):
        first, second, other = toys.sequential(), toys.scrambled(toys.sequential()), toys.sequential()
        with h5py.File(tmp_path / "w.h5", "w") as file:
            first.save_weights(file)
            second.save_weights(file)
            other.load_weights(file)
            with pytest.raises(ValueError, match="is not empty"):
                second.save_weights(file, overwrite=False)
            group = file.create_group("taken")
            group["data"] = 1
            with pytest.raises(ValueError, match=r"group '/taken' of '.*w.h5' is not empty: it has data"):
                second.save_weights(group)
            assert group["data"][()] == 1
        toys.same(other, second)

    def test_links_are_refused_here_too(self, toys, tmp_path):
        model = toys.sequential()
        model.save_weights(tmp_path / "other.weights.h5")
        with h5py.File(tmp_path / "w.h5", "w") as file:
            file["layers"] = h5py.ExternalLink(str(tmp_path / "other.weights.h5"), "/layers")
            with pytest.raises(FileFormatError, match="/layers is a link to another place"):
                model.load_weights(file)

    def test_a_closed_file(self, toys, tmp_path):
        file = h5py.File(tmp_path / "w.h5", "w")
        file.close()
        with pytest.raises(ValueError, match="closed"):
            toys.sequential().save_weights(file)


class TestSaveFormat:
    def test_the_name_of_a_format_goes_before_the_ending(self, toys, tmp_path):
        model = toys.scrambled(toys.sequential())
        model.save(tmp_path / "model", save_format="keras")
        toys.same(load_model(tmp_path / "model"), model)

    @pytest.mark.parametrize("name", ["tf", "tensorflow"])
    def test_a_framework_s_own_format_is_refused(self, toys, tmp_path, name):
        with pytest.raises(ValueError, match=r"only its framework reads, and is not written.*'.keras'"):
            toys.sequential().save(tmp_path / "model", save_format=name)
        with pytest.raises(ValueError, match=r"not written.*'.weights.h5'"):
            toys.sequential().save_weights(tmp_path / "model", save_format=name)

    def test_one_that_nothing_writes(self, toys, tmp_path):
        with pytest.raises(ValueError, match=r"ends in '.keras'.* got '.pickle'"):
            toys.sequential().save(tmp_path / "m.keras", save_format="pickle")
        with (
            h5py.File(tmp_path / "w.h5", "w") as file,
            pytest.raises(ValueError, match="An HDF5 group cannot hold the format 'keras'"),
        ):
            toys.sequential().save(file, save_format="keras")
