"""What a file, JSON or config made by an attacker may try, against every way of loading it.

Each class is a kind of attack that loaders have fallen for; the CVE numbers are of upstream Keras. The
readers are `load_model`, `load_weights`, `model_from_json`, `layers.deserialize`, `Model.from_config`,
and, for what reaches a living model, `clone_model`.
"""

from __future__ import annotations

import base64
import io
import json
import marshal
import os
import pickle
import socket
import subprocess
import zipfile
from typing import TYPE_CHECKING, Any

import h5py
import keras_core
import keras_layers
import numpy as np
import pytest
from keras_core import Sequential
from keras_core.layers import Input, deserialize
from keras_core.models import clone_model
from keras_core.saving import (
    deserialize_keras_object,
    load_model,
    model_from_config,
    model_from_json,
)

if TYPE_CHECKING:
    from collections.abc import Callable

MARK = "KERAS_TEST_CODE_HAS_RUN"
CODE = f"import os; os.environ['{MARK}'] = '1'"


@pytest.fixture(autouse=True)
def nothing_happens(monkeypatch):
    """No reader starts a process, opens a connection, unpickles, or reads or runs code that a file brings."""

    def forbidden(name):
        def refuse(*args, **kwargs):
            raise AssertionError(f"{name} was called while loading")

        return refuse

    read = marshal.loads

    def guarded(data, *args):  # imports of Python's own use it too
        assert MARK.encode() not in bytes(data), "marshal read what a file holds"
        return read(data, *args)

    monkeypatch.delenv(MARK, raising=False)
    monkeypatch.setattr(marshal, "loads", guarded)
    for module, name in (
        (os, "system"),
        (subprocess, "Popen"),
        (socket, "create_connection"),
        (pickle, "loads"),
        (pickle, "load"),
    ):
        monkeypatch.setattr(module, name, forbidden(name))
    yield
    assert MARK not in os.environ


def plain_model() -> Any:
    return Sequential([Input((4,)), keras_layers.Dense(3, name="dense")], name="plain")


def layer_config(class_name: str, config: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"module": "keras.layers", "class_name": class_name, "config": config, "registered_name": None, **more}


def in_model(layer: dict[str, Any]) -> dict[str, Any]:
    """A Sequential model's config with that layer in it."""
    start = layer_config("InputLayer", {"batch_shape": [None, 4], "dtype": "float32", "name": "start"})
    config = {"name": "model", "layers": [start, layer]}
    return {"module": "keras", "class_name": "Sequential", "config": config, "registered_name": None}


def in_keras_2_model(layer: dict[str, Any]) -> dict[str, Any]:
    """The same as Keras 2 writes it: no modules."""
    inner = {key: layer[key] for key in ("class_name", "config")}
    return {"class_name": "Sequential", "config": {"name": "model", "layers": [inner]}, "keras_version": "2.3.1"}


def in_graph(layer: dict[str, Any]) -> dict[str, Any]:
    """A functional model's config with that layer in it."""
    start = layer_config("InputLayer", {"batch_shape": [None, 4], "dtype": "float32", "name": "start"})
    tensor = {"shape": [None, 4], "dtype": "float32", "keras_history": ["start", 0, 0]}
    call = {"args": [{"class_name": "__keras_tensor__", "config": tensor}], "kwargs": {}}
    return {
        "module": "keras.src.models.functional",
        "class_name": "Functional",
        "registered_name": "Functional",
        "config": {
            "name": "graph",
            "trainable": True,
            "input_layers": ["start", 0, 0],
            "output_layers": ["bad", 0, 0],
            "layers": [
                {**start, "name": "start", "inbound_nodes": []},
                {**layer, "name": "bad", "inbound_nodes": [call]},
            ],
        },
    }


def archive_of(path: Any, config: Any, weights: bytes | None = None, **members: bytes) -> Any:
    """A `.keras` file with that config."""
    if weights is None:
        buffer = io.BytesIO()
        with h5py.File(buffer, "w"):
            pass
        weights = buffer.getvalue()
    content = {
        "metadata.json": json.dumps({"keras_version": "3.15.1"}),
        "config.json": json.dumps(config),
        "model.weights.h5": weights,
        **members,
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, value in content.items():
            archive.writestr(name, value)
    return path


def hdf5_of(path: Any, config: Any) -> Any:
    """A model's file of Keras 2 with that config."""
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(config)
        file.attrs["keras_version"], file.attrs["backend"] = "2.3.1", "tensorflow"
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = np.array([], "S1")
    return path


READERS: dict[str, Callable[..., Any]] = {
    "load_model": lambda layer, tmp, **k: load_model(archive_of(tmp / "bad.keras", in_model(layer)), **k),
    "load_model_graph": lambda layer, tmp, **k: load_model(archive_of(tmp / "bad.keras", in_graph(layer)), **k),
    "load_model_keras_2": lambda layer, tmp, **k: load_model(
        archive_of(tmp / "bad.keras", in_keras_2_model(layer)), **k
    ),
    "load_model_h5": lambda layer, tmp, **k: load_model(hdf5_of(tmp / "bad.h5", in_keras_2_model(layer)), **k),
    "model_from_json": lambda layer, tmp, **k: model_from_json(json.dumps(in_model(layer)), **_known(k)),
    "model_from_json_keras_2": lambda layer, tmp, **k: model_from_json(
        json.dumps(in_keras_2_model(layer)), **_known(k)
    ),
    "model_from_config": lambda layer, tmp, **k: model_from_config(in_graph(layer), **_known(k)),
    "layers_deserialize": lambda layer, tmp, **k: deserialize(layer, **_known(k)),
    "deserialize_keras_object": lambda layer, tmp, **k: deserialize_keras_object(layer, **k),
    "sequential_from_config": lambda layer, tmp, **k: Sequential.from_config(in_model(layer)["config"], **_known(k)),
    "functional_from_config": lambda layer, tmp, **k: keras_core.Model.from_config(
        in_graph(layer)["config"], **_known(k)
    ),
}


def _known(arguments: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in arguments.items() if key == "custom_objects"}


@pytest.fixture(params=list(READERS))
def reader(request, tmp_path):
    """A way of loading a layer's config: called with it and arguments such as safe_mode."""
    return lambda layer, **kwargs: READERS[request.param](layer, tmp_path, **kwargs)


# --- code named or held by a file -----------------------------------------------------------------


def bytecode() -> str:
    return base64.b64encode(marshal.dumps(compile(CODE, "<file>", "exec"))).decode()


class TestBytecodeInALambda:
    """CVE-2024-3660, CVE-2025-9905, CVE-2026-12481."""

    FORMS = {
        "keras_3": {"function": {"class_name": "__lambda__", "config": {"code": bytecode()}}},
        "keras_3_older": {"function": {"class_name": "__lambda__", "config": {"value": [bytecode(), None, None]}}},
        "keras_2": {"function": [bytecode(), None, None], "function_type": "lambda", "module": "__main__"},
        "keras_2_text": {"function": bytecode(), "function_type": "lambda"},
    }

    @pytest.mark.parametrize("form", FORMS)
    @pytest.mark.parametrize("safe_mode", [True, False, None])
    def test_is_refused_with_the_layer_and_the_remedy(self, reader, form, safe_mode):
        layer = layer_config("Lambda", {"name": "evil", **self.FORMS[form]})
        with pytest.raises(ValueError) as error:
            reader(layer, safe_mode=safe_mode)
        assert "evil" in str(error.value) and "custom_objects" in str(error.value)

    @pytest.mark.parametrize("form", ["keras_3", "keras_3_older", "keras_2"])
    def test_the_function_can_be_supplied_by_the_layers_name(self, reader, form):
        layer = layer_config("Lambda", {"name": "evil", **self.FORMS[form]})
        assert reader(layer, custom_objects={"evil": lambda x: x * 2.0}) is not None

    @pytest.mark.parametrize("argument", ["output_shape", "mask"])
    def test_in_other_arguments(self, reader, argument):
        function = {"module": "builtins", "class_name": "function", "config": "relu", "registered_name": "function"}
        for value in ({"class_name": "__lambda__", "config": {"code": bytecode()}}, [bytecode(), None, None]):
            config = {"name": "evil", "function": function, argument: value, f"{argument}_type": "lambda"}
            with pytest.raises(ValueError, match="evil"):
                reader(layer_config("Lambda", config))

    def test_where_an_activation_or_initializer_stands(self, reader):
        held = {"class_name": "__lambda__", "config": {"code": bytecode()}}
        for argument in ("activation", "kernel_initializer", "kernel_regularizer", "kernel_constraint"):
            with pytest.raises(ValueError, match="evil"):
                reader(layer_config("Dense", {"name": "evil", "units": 2, argument: held}))


DANGEROUS = [
    ("os", "system"),
    ("subprocess", "Popen"),
    ("builtins", "eval"),
    ("builtins", "exec"),
    ("marshal", "loads"),
    ("pickle", "loads"),
    ("shutil", "rmtree"),
    ("importlib", "import_module"),
    ("socket", "create_connection"),
    # CVE-2025-8747: functions of the library itself.
    ("keras.utils", "get_file"),
    ("keras.src.utils.file_utils", "get_file"),
    ("keras.saving", "load_model"),
    ("keras.models", "load_model"),
    ("keras_core.saving", "load_model"),
    ("keras_core.saving.atomic", "replacing"),
    ("numpy", "load"),
    ("numpy", "memmap"),
    ("h5py", "File"),
    ("keras.layers", "deserialize"),
    # CVE-2025-9906: the switch that turns safety off.
    ("keras.config", "enable_unsafe_deserialization"),
    ("keras.src.saving.serialization_lib", "enable_unsafe_deserialization"),
]


class TestNamesOfModules:
    """CVE-2025-1550, CVE-2025-8747, CVE-2025-9906: only registered names resolve."""

    @pytest.mark.parametrize(("module", "name"), DANGEROUS)
    def test_as_a_layer(self, reader, module, name):
        for registered in (None, name, f"{module}>{name}"):
            layer = {"module": module, "class_name": name, "config": {"name": "x"}, "registered_name": registered}
            with pytest.raises(ValueError, match=name):
                reader(layer)

    @pytest.mark.parametrize(("module", "name"), DANGEROUS)
    def test_as_a_function(self, reader, module, name):
        for config, registered in ((name, "function"), (name, name), (f"{module}.{name}", "function")):
            function = {
                "module": module,
                "class_name": "function",
                "config": config,
                "registered_name": registered,
            }
            for class_name, argument in (("Lambda", "function"), ("Dense", "activation")):
                with pytest.raises(ValueError):
                    reader(layer_config(class_name, {"name": "x", "units": 1, argument: function}))

    def test_as_an_op_of_the_graph(self):
        for module in ("keras.src.ops.numpy", "keras.ops", "keras_core.ops", "keras_core.ops.table"):
            config = in_graph({"module": module, "class_name": "LoadModel", "config": {}, "registered_name": None})
            with pytest.raises(ValueError, match="Unknown op 'LoadModel'"):
                model_from_config(config)

    def test_attributes_are_not_followed(self, reader):
        for name in ("Dense.__init__", "Layer.__subclasses__", "__builtins__", "../Dense", "os.system"):
            with pytest.raises(ValueError):
                reader(layer_config(name, {"name": "x"}))

    def test_in_the_training_configuration(self, tmp_path):
        function = {"module": "os", "class_name": "function", "config": "system", "registered_name": "system"}
        for key in ("optimizer", "loss", "metrics"):
            config = in_model(layer_config("Dense", {"name": "d", "units": 3}))
            config["compile_config"] = {"optimizer": "sgd", "loss": "mse", "metrics": None, key: function}
            with pytest.raises(ValueError, match="system"):
                load_model(archive_of(tmp_path / "bad.keras", config))

    def test_there_is_no_switch(self, tmp_path):
        for package in (keras_core, keras_core.config, keras_core.saving):
            named = [name for name in dir(package) if "unsafe" in name.lower()]
            assert named == (["enable_unsafe_deserialization"] if package is keras_core.config else [])
        with pytest.warns(UserWarning, match="no effect"):
            keras_core.config.enable_unsafe_deserialization()
        layer = layer_config("Lambda", {"name": "evil", **TestBytecodeInALambda.FORMS["keras_3"]})
        with pytest.raises(ValueError, match="evil"):
            load_model(archive_of(tmp_path / "bad.keras", in_model(layer)), safe_mode=False)


class TestPickledLayers:
    """CVE-2025-49655: a wrapper layer that unpickles; CVE-2026-1462: one that loads a foreign model."""

    @pytest.mark.parametrize("name", ["TorchModuleWrapper", "TFSMLayer", "JaxLayer", "FlaxLayer"])
    def test_no_such_layer(self, reader, name):
        config = {"name": "x", "module": base64.b64encode(b"cos\nsystem\n").decode(), "filepath": "/tmp/x"}
        with pytest.raises(ValueError, match=name):
            reader(layer_config(name, config))

    def test_arrays_of_objects(self, reader):
        array = {"class_name": "__numpy__", "config": {"value": [1], "dtype": "object"}}
        start = {
            "module": "keras.initializers",
            "class_name": "Constant",
            "registered_name": None,
            "config": {"value": array},
        }
        with pytest.raises(ValueError):
            reader(layer_config("Dense", {"name": "x", "units": 1, "bias_initializer": start}))


class TestPathsInConfigs:
    """CVE-2025-12058: a vocabulary that is a path or URL; CVE-2026-12479: a layer's name as a path."""

    @pytest.mark.parametrize("name", ["StringLookup", "IntegerLookup", "TextVectorization"])
    def test_vocabulary(self, reader, name):
        for place in ("/etc/passwd", "http://localhost/x"):
            with pytest.raises(ValueError, match=name):
                reader(layer_config(name, {"name": "x", "vocabulary": place}))

    def test_names_of_layers_write_nothing_elsewhere(self, tmp_path):
        folder = tmp_path / "inside"
        folder.mkdir()
        config = in_model(layer_config("Dense", {"name": "../../escaped", "units": 3}))
        with pytest.raises(ValueError, match=r"escaped"):
            model_from_config(config)
        config = in_model(layer_config("Dense", {"name": "..", "units": 3}))
        model = model_from_config(config)
        model.save(folder / "m.keras")
        model.save_weights(folder / "m.weights.h5")
        assert sorted(p.name for p in tmp_path.rglob("*") if p.is_file()) == ["m.keras", "m.weights.h5"]
        with h5py.File(folder / "m.weights.h5") as file:
            assert list(file["layers"]) == ["dense"]

    def test_members_of_the_archive(self, tmp_path):
        """CVE-2025-12060 and its kin: nothing is unpacked, and such an archive is refused."""
        path = archive_of(tmp_path / "bad.keras", plain_config(), **{"../escaped": b"x"})
        with pytest.raises(ValueError, match=r"bad\.keras' is refused: '\.\./escaped'"):
            load_model(path)
        assert not (tmp_path.parent / "escaped").exists()

    def test_links_in_the_archive(self, tmp_path):
        path = archive_of(tmp_path / "bad.keras", plain_config())
        info = zipfile.ZipInfo("assets/link")
        info.external_attr = 0o120777 << 16
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(info, "/etc/passwd")
        with pytest.raises(ValueError, match="is a link"):
            load_model(path)


def plain_config() -> dict[str, Any]:
    return in_model(layer_config("Dense", {"name": "dense", "units": 3}))


# --- sizes and shapes believed from a file --------------------------------------------------------


def weights_with(change: Callable[[h5py.File], None], path: Any) -> Any:
    """A `.weights.h5` file of `plain_model` that was tampered with."""
    plain_model().save_weights(path)
    with h5py.File(path, "a") as file:
        change(file)
    return path


KERNEL = "layers/dense/vars/0"


def external_link(file):
    del file[KERNEL]
    file[KERNEL] = h5py.ExternalLink("/etc/hostname", "/x")


def soft_link(file):
    del file[KERNEL]
    file["elsewhere"] = np.ones((4, 3), "float32")
    file[KERNEL] = h5py.SoftLink("/elsewhere")


def group_link(file):
    file.move("layers/dense", "moved")
    file["layers/dense"] = h5py.SoftLink("/moved")


def external_storage(file):
    del file[KERNEL]
    file.create_dataset(KERNEL, (4, 3), "f4", external=[("/etc/passwd", 0, 48)])


def virtual_dataset(file):
    del file[KERNEL]
    layout = h5py.VirtualLayout((4, 3), "f4")
    layout[:] = h5py.VirtualSource("/tmp/other.h5", "x", (4, 3))
    file.create_virtual_dataset(KERNEL, layout)


def huge_shape(file):
    del file[KERNEL]
    file.create_dataset(KERNEL, (1 << 20, 1 << 20), "f4", chunks=(64, 64))


def huge_unwritten(file):
    del file[KERNEL]
    file.create_dataset(KERNEL, (1 << 20, 1 << 18), "f4")


def packed_zeros(file):
    del file[KERNEL]
    file.create_dataset(KERNEL, data=np.zeros((4096, 8192), "f4"), compression="gzip", compression_opts=9)


def text(file):
    del file[KERNEL]
    file[KERNEL] = "text"


def group_for_an_array(file):
    del file[KERNEL]
    file.create_group(KERNEL)


TAMPERED = [
    external_link,
    soft_link,
    group_link,
    external_storage,
    virtual_dataset,
    huge_shape,
    huge_unwritten,
    packed_zeros,
    text,
    group_for_an_array,
]


class TestHdf5:
    """CVE-2026-0897, CVE-2026-12570, CVE-2026-1669."""

    @pytest.mark.parametrize("change", TAMPERED, ids=lambda f: f.__name__)
    def test_load_weights(self, change, tmp_path):
        path = weights_with(change, tmp_path / "bad.weights.h5")
        for arguments in ({}, {"by_name": True}, {"skip_mismatch": True}):
            model = plain_model()
            before = model.get_weights()
            with pytest.raises(ValueError, match=r"bad\.weights\.h5' is refused"):
                model.load_weights(path, **arguments)
            for a, b in zip(before, model.get_weights()):
                np.testing.assert_array_equal(a, b)

    @pytest.mark.parametrize("change", TAMPERED, ids=lambda f: f.__name__)
    def test_load_model(self, change, tmp_path):
        weights = weights_with(change, tmp_path / "x.weights.h5").read_bytes()
        path = archive_of(tmp_path / "bad.keras", plain_config(), weights)
        with pytest.raises(ValueError, match=r"bad\.keras \(model\.weights\.h5\)' is refused"):
            load_model(path)

    def test_groups_that_contain_each_other(self, tmp_path):
        def loop(file):
            file["layers/dense/again"] = file["layers"]

        plain_model().load_weights(weights_with(loop, tmp_path / "x.weights.h5"))

    def test_config_that_asks_for_more_than_the_file_has(self, tmp_path):
        for config in ({"units": 1 << 45}, {"units": 1 << 28}):
            bad = in_model(layer_config("Dense", {"name": "dense", **config}))
            with pytest.raises(ValueError, match="more memory"):
                load_model(archive_of(tmp_path / "bad.keras", bad))


class TestBombs:
    @pytest.mark.parametrize("member", ["config.json", "metadata.json", "model.weights.h5"])
    def test_packed_members(self, member, tmp_path):
        path = tmp_path / "bad.keras"
        content = {"metadata.json": json.dumps({"keras_version": "3.15.1"}), "config.json": json.dumps(plain_config())}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in (content | {member: bytes(70 << 20)}).items():
                archive.writestr(name, text)
        assert path.stat().st_size < 1 << 20
        with pytest.raises(ValueError, match=rf"'{member}' in .*bad\.keras' would have 73,400,320 bytes"):
            load_model(path)

    @pytest.mark.parametrize("opening", ["[", '{"a":', '{"class_name": "Sequential", "config": {"layers": ['])
    def test_deep_json(self, opening, tmp_path):
        deep = opening * 20_000
        with pytest.raises(ValueError, match="nested more than"):
            model_from_json(deep)
        path = archive_of(tmp_path / "bad.keras", {})
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        for member in ("config.json", "metadata.json"):
            with zipfile.ZipFile(path, "w") as archive:
                for name, content in members.items():
                    archive.writestr(name, deep if name == member else content)
            with pytest.raises(ValueError, match=rf"{member} in '.*bad\.keras' is nested more than"):
                load_model(path)

    def test_deep_configs(self, reader):
        deep: Any = []
        for _ in range(600):  # more than Keras takes, less than json.dumps refuses
            deep = [deep]
        with pytest.raises(ValueError, match="nested more than"):
            reader(layer_config("Dense", {"name": "x", "units": 1, "activation": deep}))


# --- files that are something else ----------------------------------------------------------------


class TestNoSuchFile:
    """Truncated, empty, of another kind: the error says which, and the file's name."""

    CASES = {
        "empty": (lambda whole: b"", "is empty"),
        "cut_short": (lambda whole: whole[: len(whole) // 2], "is truncated"),
        "last_byte_missing": (lambda whole: whole[:-1], "is truncated"),
        "text": (lambda whole: b"hello " * 50, "no .keras file|no HDF5 file"),
        "pickle": (lambda whole: pickle.dumps({"a": 1}), "no .keras file|no HDF5 file"),
        "yaml_tag": (lambda whole: f"!!python/object/apply:os.system ['{CODE}']".encode(), "no .keras|no HDF5"),
    }

    @pytest.mark.parametrize("case", CASES)
    def test_load_model(self, case, tmp_path):
        change, message = self.CASES[case]
        path = tmp_path / "some.keras"
        plain_model().save(path)
        path.write_bytes(change(path.read_bytes()))
        with pytest.raises(ValueError, match=message) as error:
            load_model(path)
        assert "some.keras" in str(error.value)

    @pytest.mark.parametrize("case", CASES)
    def test_load_weights(self, case, tmp_path):
        change, message = self.CASES[case]
        path = tmp_path / "some.weights.h5"
        plain_model().save_weights(path)
        path.write_bytes(change(path.read_bytes()))
        with pytest.raises(ValueError, match=message) as error:
            plain_model().load_weights(path)
        assert "some.weights.h5" in str(error.value)

    def test_one_kind_for_the_other(self, tmp_path):
        archive, weights = tmp_path / "a.keras", tmp_path / "w.weights.h5"
        plain_model().save(archive)
        plain_model().save_weights(weights)
        with pytest.raises(ValueError, match="zip archive"):
            plain_model().load_weights(archive.rename(tmp_path / "a.weights.h5"))
        with pytest.raises(ValueError, match=r"w\.weights\.h5' holds no model"):
            load_model(weights)

    def test_yaml_is_not_read(self):
        """CVE-2021-37678: a Python object tag."""
        with pytest.raises(ValueError, match="no valid JSON"):
            model_from_json(f'!!python/object/apply:exec ["{CODE}"]')


# --- living models --------------------------------------------------------------------------------


class TestCloneModel:
    def test_clones_come_from_configs_under_the_same_rules(self):
        model = plain_model()
        evil = {"class_name": "__lambda__", "config": {"code": bytecode()}}
        config = model.layers[0].get_config() | {"activation": evil}
        object.__setattr__(model.layers[0], "get_config", lambda: config)
        with pytest.raises(ValueError, match="bytecode"):
            clone_model(model)

    def test_names_do_not_resolve_by_import(self):
        model = plain_model()
        evil = {"module": "os", "class_name": "function", "config": "system", "registered_name": "system"}
        config = model.layers[0].get_config() | {"activation": evil}
        object.__setattr__(model.layers[0], "get_config", lambda: config)
        with pytest.raises(ValueError, match="system"):
            clone_model(model)
