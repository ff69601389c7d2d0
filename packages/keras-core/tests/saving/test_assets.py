import json
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
from keras_core import Input, Layer, Model, Sequential, saving
from keras_core.saving.assets import is_asset_name


class Folder(Layer):
    """Keeps text in files, as Keras 3's classes do."""

    seen: list[str] = []

    def __init__(self, text="", **kwargs):
        super().__init__(**kwargs)
        self.text = text

    def call(self, inputs):
        return inputs + 0.0

    def get_config(self):
        return super().get_config()

    def save_assets(self, dir_path):
        self.seen.append(dir_path)
        os.mkdir(os.path.join(dir_path, "below"))
        Path(dir_path, "one.txt").write_text(self.text)
        Path(dir_path, "below", "two.bin").write_bytes(b"\0\n")

    def load_assets(self, dir_path):
        self.seen.append(dir_path)
        self.text = Path(dir_path, "one.txt").read_text()
        self.files = sorted(str(p.relative_to(dir_path)) for p in Path(dir_path).rglob("*") if p.is_file())


class Mapped(Layer):
    """Keeps text in a mapping."""

    text = b""

    def call(self, inputs):
        return inputs + 0.0

    def get_assets(self):
        return {"text": self.text} if self.text else {}

    def set_assets(self, files):
        assert list(files) == ["text"]
        self.text = files["text"]


class MappedInFolder(Mapped):
    """A subclass that keeps Keras 3's way to itself."""

    def save_assets(self, dir_path):
        Path(dir_path, "mine").write_bytes(self.text)

    def load_assets(self, dir_path):
        self.text = Path(dir_path, "mine").read_bytes() + b" again"


CUSTOM = {one.__name__: one for one in (Folder, Mapped, MappedInFolder)}


def saved(layer, path):
    model = Sequential([Input((2,)), layer])
    with pytest.warns(UserWarning, match="Loading the model will need"):
        model.save(path)
    return path


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name.startswith("assets")}


def rewritten(path, extra):
    """The archive with more, or other, members."""
    with zipfile.ZipFile(path) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (kept | extra).items():
            archive.writestr(name, content)
    return path


def test_classes_of_keras_3_get_a_folder_that_is_gone_afterwards(tmp_path):
    Folder.seen.clear()
    path = saved(Folder("some text"), tmp_path / "m.keras")
    assert members(path) == {
        "assets/layers/folder/one.txt": b"some text",
        "assets/layers/folder/below/two.bin": b"\0\n",
    }
    layer = saving.load_model(path, CUSTOM).layers[0]
    assert layer.text == "some text" and layer.files == [os.path.join("below", "two.bin"), "one.txt"]
    assert len(Folder.seen) == 2 and not any(map(os.path.exists, Folder.seen))


def test_a_mapping_needs_no_folder(tmp_path):
    layer = Mapped()
    layer.text = b"\xff\0"
    path = saved(layer, tmp_path / "m.keras")
    assert members(path) == {"assets/layers/mapped/text": b"\xff\0"}
    assert saving.load_model(path, CUSTOM).layers[0].text == b"\xff\0"
    assert members(saved(Mapped(), tmp_path / "none.keras")) == {}
    assert saving.load_model(tmp_path / "none.keras", CUSTOM).layers[0].text == b""


def test_the_more_derived_class_decides(tmp_path):
    layer = MappedInFolder()
    layer.text = b"x"
    path = saved(layer, tmp_path / "m.keras")
    assert members(path) == {"assets/layers/mapped_in_folder/mine": b"x"}
    assert saving.load_model(path, CUSTOM).layers[0].text == b"x again"


def test_layers_inside_models_inside(tmp_path):
    inner = Sequential([Input((2,)), Folder("deep")])
    x = Input((2,))
    model = Model(x, inner(x))
    with pytest.warns(UserWarning, match="Loading the model will need"):
        model.save(tmp_path / "m.keras")
    assert "assets/layers/sequential/layers/folder/one.txt" in members(tmp_path / "m.keras")
    assert saving.load_model(tmp_path / "m.keras", CUSTOM).layers[1].layers[0].text == "deep"


def test_weights_alone_leave_assets_alone(tmp_path):
    path = saved(Folder("of the file"), tmp_path / "m.keras")
    model = Sequential([Input((2,)), Folder("of the model")])
    model.load_weights(path)
    assert model.layers[0].text == "of the model"


def test_links_are_not_written(tmp_path):
    class Linking(Folder):
        def save_assets(self, dir_path):
            os.symlink("/etc/hostname", os.path.join(dir_path, "link"))

    (tmp_path / "m.keras").write_bytes(b"old")
    with pytest.raises(ValueError, match=r"Linking 'linking': save_assets\(\) made 'link', which is a link"):
        Sequential([Input((2,)), Linking()]).save(tmp_path / "m.keras")
    assert (tmp_path / "m.keras").read_bytes() == b"old" and os.listdir(tmp_path) == ["m.keras"]


@pytest.mark.parametrize(
    "name", ["../up", "/abs", "a/../b", "", "a//b", "nul", "COM1.txt", "a\\b", "c:x", "end.", ".x", "a\n"]
)
def test_names_that_are_no_files(tmp_path, name):
    assert not is_asset_name(name)

    class Naming(Mapped):
        def get_assets(self):
            return {name: b"x"}

    with pytest.raises(ValueError, match="Naming 'naming' has an asset called"):
        Sequential([Input((2,)), Naming()]).save(tmp_path / "m.keras")


@pytest.mark.parametrize("name", ["vocabulary.txt", "a b/c-d_e.bin", "ä.txt", "x(1).tar.gz"])
def test_names_of_files(name):
    assert is_asset_name(name)


@pytest.mark.parametrize("name", ["nul", "x.", "com1.txt", ".hidden"])
def test_names_in_archives_that_a_system_takes_for_something_else(tmp_path, name):
    path = rewritten(saved(Folder("x"), tmp_path / "m.keras"), {f"assets/layers/folder/{name}": b"x"})
    with pytest.raises(saving.FileFormatError, match="has a name that no file may have"):
        saving.load_model(path, CUSTOM)


@pytest.mark.parametrize("name", ["assets/layers/folder/../../../x", "assets//x", "/assets/x"])
def test_names_in_archives_that_lead_elsewhere(tmp_path, name):
    path = rewritten(saved(Folder("x"), tmp_path / "m.keras"), {name: b"x"})
    with pytest.raises(saving.FileFormatError, match="is no plain relative name"):
        saving.load_model(path, CUSTOM)


def test_small_files_hold_no_large_assets(tmp_path):
    zeros = bytes(40 << 20)
    many = {f"assets/layers/folder/{number}": zeros for number in range(3)}
    path = rewritten(saved(Folder("x"), tmp_path / "m.keras"), many)
    assert path.stat().st_size < 1 << 20
    with pytest.raises(saving.FileFormatError, match="has in 'assets/' would have 125,8"):
        saving.load_model(path, CUSTOM)


def test_assets_of_no_layer_are_left_alone(tmp_path):
    path = rewritten(saved(Mapped(), tmp_path / "m.keras"), {"assets/layers/dense/words": b"x", "assets/x": b"y"})
    model = saving.load_model(path, CUSTOM)
    np.testing.assert_array_equal(model.predict(np.ones((1, 2), "float32"), verbose=0), [[1, 1]])


def test_only_what_a_file_keeps_may_be_left_out_of_a_config(tmp_path):
    class Telling(Mapped):
        def get_config(self):
            return {**super().get_config(), "kept": saving.has_assets_kept(self)}

    layer, empty = Telling(name="full"), Telling(name="empty")
    layer.text = b"x"
    assert layer.get_config()["kept"] is False
    model = Sequential([Input((2,)), layer, empty])
    with pytest.warns(UserWarning, match="Loading the model will need"):
        model.save(tmp_path / "m.keras")
    with zipfile.ZipFile(tmp_path / "m.keras") as archive:
        layers = json.loads(archive.read("config.json"))["config"]["layers"]
    assert [one["config"].get("kept") for one in layers] == [None, True, False]
    with pytest.warns(UserWarning, match="Loading the model will need"):
        assert json.loads(model.to_json())["config"]["layers"][1]["config"]["kept"] is False
