"""File formats: the core's own and those of packages, chosen by ending or content."""

from __future__ import annotations

import json
import sys
from types import ModuleType, SimpleNamespace

import h5py
import keras_core.saving.formats as formats
import numpy as np
import pytest
from keras_core.saving import FileFormatError, FormatSpec, load_model, model_from_json, model_to_json


def write_model(model, path, include_optimizer):
    """A line of JSON, then the weights as NumPy writes them."""
    with open(path, "wb") as file:
        file.write(b"LINE" + model_to_json(model).encode() + b"\n")
        np.savez(file, *model.get_weights())


def read_model(file):
    if file.read(4) != b"LINE":
        raise FileFormatError("This is no file of the format 'line'.")
    model = model_from_json(file.readline())
    with np.load(file, allow_pickle=False) as arrays:
        model.set_weights([arrays[name] for name in arrays.files])
    return model


def write_weights(model, path):
    with open(path, "wb") as file:
        np.savez(file, *model.get_weights())


def read_weights(model, archive, skip_mismatch, by_name, reshape):
    """As an archive, which the core has opened: each member is one array."""
    assert not (skip_mismatch or by_name or reshape)
    names = [f"arr_{index}.npy" for index in range(len(model.weights))]
    headers = [archive.read(name) for name in names]
    model.set_weights(
        [
            np.frombuffer(content[10 + int.from_bytes(content[8:10], "little") :], "float32").reshape(weight.shape)
            for content, weight in zip(headers, model.weights, strict=True)
        ]
    )


LINE = FormatSpec(
    "line",
    "model",
    (".line", ".line.model"),
    magic=(b"LINE",),
    reader="line_format:read_model",
    writer="line_format:write_model",
)
ARRAYS = FormatSpec(
    "arrays",
    "weights",
    (".arrays",),
    container="zip",
    reader="line_format:read_weights",
    writer="line_format:write_weights",
)


@pytest.fixture
def contributed(monkeypatch):
    """Make formats look as if installed packages had entry points for them: {distribution: spec}."""
    module, entry_points = ModuleType("line_format"), formats.importlib.metadata.entry_points
    vars(module).update(
        read_model=read_model, write_model=write_model, read_weights=read_weights, write_weights=write_weights
    )
    monkeypatch.setitem(sys.modules, "line_format", module)

    def add(**given):
        def loader(spec):
            def load():
                if isinstance(spec, Exception):
                    raise spec
                return spec

            return load

        points = [
            SimpleNamespace(name=name, dist=SimpleNamespace(name=name.replace("_", "-")), load=loader(spec))
            for name, spec in given.items()
        ]
        monkeypatch.setattr(
            formats.importlib.metadata,
            "entry_points",
            lambda group: points if group == formats.GROUP else entry_points(group=group),
        )
        formats.installed.cache_clear()

    yield add
    monkeypatch.undo()
    formats.installed.cache_clear()


class TestContributed:
    @pytest.mark.parametrize("ending", [".line", ".line.model"])
    def test_a_model_is_saved_and_loaded(self, toys, tmp_path, contributed, ending):
        contributed(keras_line=LINE)
        model, path = toys.scrambled(toys.functional()), tmp_path / f"model{ending}"
        model.save(path)
        assert path.read_bytes().startswith(b"LINE")
        toys.same(load_model(path), model)

    def test_a_file_is_known_by_its_first_bytes(self, toys, tmp_path, contributed):
        contributed(keras_line=LINE)
        model = toys.scrambled(toys.sequential())
        for ending in (".line", ".keras"):
            model.save(tmp_path / f"model{ending}")
            unnamed = (tmp_path / f"model{ending}").rename(tmp_path / f"was{ending}.bak")
            toys.same(load_model(unnamed), model)

    def test_weights_are_saved_and_loaded_from_a_checked_archive(self, toys, tmp_path, contributed):
        contributed(keras_line=ARRAYS)
        model, other, path = toys.scrambled(toys.sequential()), toys.sequential(), tmp_path / "w.arrays"
        model.save_weights(path)
        other.load_weights(path)
        toys.same(other, model)
        path.write_bytes(path.read_bytes()[:-30])
        with pytest.raises(ValueError, match=r"w\.arrays' is truncated or damaged"):
            other.load_weights(path)

    def test_the_old_file_survives_a_failed_write(self, toys, tmp_path, contributed, monkeypatch):
        contributed(keras_line=LINE)
        path = tmp_path / "model.line"
        path.write_bytes(b"old")

        def fail(model, path, include_optimizer):
            path.write_bytes(b"half")
            raise OSError("No space left on device")

        monkeypatch.setattr(sys.modules["line_format"], "write_model", fail)
        with pytest.raises(OSError, match="No space"):
            toys.sequential().save(path)
        assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]
        with pytest.raises(FileExistsError):
            toys.sequential().save(path, overwrite=False)

    def test_what_a_reader_returns_must_be_a_model(self, tmp_path, contributed, monkeypatch):
        contributed(keras_line=LINE)
        monkeypatch.setattr(sys.modules["line_format"], "read_model", lambda file: file.read())
        (tmp_path / "model.line").write_bytes(b"LINE")
        with pytest.raises(ValueError, match="holds a bytes, not a model"):
            load_model(tmp_path / "model.line")

    def test_the_distribution_comes_from_the_entry_point(self, contributed):
        contributed(keras_line=LINE)
        assert [spec.distribution for spec in formats.installed()] == ["keras-core"] * 6 + ["keras-line"]

    def test_two_packages_with_one_ending_are_both_named(self, toys, tmp_path, contributed):
        contributed(keras_line=LINE, other_line=LINE)
        with pytest.raises(ValueError, match="line of keras-line and line of other-line"):
            toys.sequential().save(tmp_path / "model.line")

    def test_a_broken_package_is_left_out_with_a_warning(self, contributed):
        contributed(keras_broken=ImportError("no such module"), keras_line=LINE)
        with pytest.warns(UserWarning, match="'keras_broken' of keras-broken is left out"):
            assert formats.installed()[-1].name == "line"


class TestEndingsThatNothingKnows:
    def test_saving_lists_the_formats(self, toys, tmp_path, contributed):
        contributed(keras_line=LINE, keras_arrays=ARRAYS)
        with pytest.raises(ValueError, match=r"ends in '.keras' or '.line' or '.line.model', got '.*model.xyz'\.$"):
            toys.sequential().save(tmp_path / "model.xyz")
        with pytest.raises(
            ValueError, match=r"ends in '.weights.h5' or '.weights.json' or '.arrays', got '.*model.xyz'\.$"
        ):
            toys.sequential().save_weights(tmp_path / "model.xyz")

    def test_loading_lists_the_formats(self, toys, tmp_path, contributed):
        contributed()
        (tmp_path / "model.xyz").write_bytes(b"something")
        with pytest.raises(FileFormatError, match=r"A model is loaded from a path that ends in '.keras', got '.*xyz'"):
            load_model(tmp_path / "model.xyz")
        with pytest.raises(ValueError, match=r"ends in '.weights.h5' or '.keras' or '.weights.json'"):
            toys.sequential().load_weights(tmp_path / "model.xyz")
        with pytest.raises(FileNotFoundError, match="nothing"):
            load_model(tmp_path / "nothing.xyz")

    def test_the_package_that_has_it_is_named(self, toys, tmp_path, contributed, monkeypatch):
        contributed()
        monkeypatch.setattr(formats, "_known", lambda: {".line": "keras-line", ".gone": None})
        with pytest.raises(ValueError, match=r"'.line' is provided by keras-line, which is not .*packages/keras-line"):
            toys.sequential().save(tmp_path / "model.line")
        with pytest.raises(ValueError, match=r"No package of Keras has the format '.gone'"):
            toys.sequential().save(tmp_path / "model.gone")

    def test_the_other_method_is_named(self, toys, tmp_path, contributed):
        contributed()
        model = toys.sequential()
        with pytest.raises(ValueError, match=r"weights alone: use model.save_weights\(\)"):
            model.save(tmp_path / "x.weights.h5")
        with pytest.raises(ValueError, match=r"whole models: use model.save\(\)"):
            model.save_weights(tmp_path / "x.keras")
        model.save_weights(tmp_path / "x.weights.h5")
        with pytest.raises(ValueError, match=r"is an HDF5 file\. .*use model.load_weights\(\)"):
            load_model(tmp_path / "x.weights.h5")


@pytest.mark.parametrize(
    "wrong",
    [
        {"extensions": ("line",)},
        {"extensions": ".line"},
        {"holds": "pictures"},
        {"container": "tar"},
        {"reader": None, "writer": None},
    ],
)
def test_specs_that_make_no_sense_are_refused(wrong):
    given = {"name": "line", "holds": "model", "extensions": (".line",), "reader": "line_format:read_model"}
    with pytest.raises(ValueError, match="Format 'line'"):
        FormatSpec(**given | wrong)


def test_the_longest_ending_decides(contributed):
    short = FormatSpec("short", "weights", (".h5",), reader="line_format:read_weights")
    contributed(short=short)
    assert formats.for_reading("a.weights.h5", "weights").name == "weights.h5"
    assert formats.for_reading("a.h5", "weights").name == "short"


def test_the_formats_of_the_core_are_in_the_data_file():
    known = json.loads(formats.Path(formats.__file__).with_name("known_formats.json").read_text("utf-8"))
    own = {ending for spec in (formats.ARCHIVE, formats.WEIGHTS, formats.SHARDS) for ending in spec.extensions}
    assert {ending for ending, package in known.items() if package == "keras-core"} == own


def test_the_content_of_an_hdf5_file_decides_against_its_ending(contributed, toys, tmp_path):
    marked = FormatSpec("marked", "weights", (".h5",), "hdf5", marks=("layer_names",), reader="line_format:read_hdf5")
    contributed(marked=marked)
    seen = []
    sys.modules["line_format"].read_hdf5 = lambda model, file, *options: seen.append(
        (file.text("layer_names"), options)
    )
    model = toys.sequential()
    with h5py.File(tmp_path / "a.weights.h5", "w") as file:
        file.attrs["layer_names"] = "first"
    model.load_weights(tmp_path / "a.weights.h5", by_name=True, reshape=True)
    assert seen == [("first", (False, True, True))]
    model.save_weights(tmp_path / "b.weights.h5")
    model.load_weights((tmp_path / "b.weights.h5").rename(tmp_path / "b.h5"))
    assert len(seen) == 1
