"""`.keras` files: what is in them, what comes back, what is said."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import tracemalloc
import warnings
import zipfile

import keras_core
import numpy as np
import pytest
from keras_core import Model, Sequential, backend, ops
from keras_core.layers import Input
from keras_core.saving import load_model, save_model
from keras_core.saving.file_part import FilePart
from keras_core.saving.reader import opened
from keras_core.saving.weights import var_groups


def rewrite(path, member, change):
    """Replace one member of an archive."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members[member] = change(members[member])
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            if content is not None:
                archive.writestr(name, content)


@pytest.fixture
def path(toys, tmp_path):
    found = tmp_path / "model.keras"
    toys.scrambled(toys.functional()).save(found)
    return found


def test_round_trip(toys, tmp_path):
    for make in (toys.sequential, toys.functional):
        model = toys.scrambled(make())
        save_model(model, tmp_path / "model.keras")
        again = load_model(tmp_path / "model.keras")
        toys.same(again, model)
        assert type(again) is type(model) and again.name == model.name


def test_members(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["metadata.json", "config.json", "model.weights.h5"]
        metadata = json.loads(archive.read("metadata.json"))
        assert metadata["keras_version"].startswith("4.") and "@" in metadata["date_saved"]
        config = json.loads(archive.read("config.json"))
    assert config["module"] == "keras.src.models.functional" and config["class_name"] == "Functional"


def test_training_state_comes_back(toys, tmp_path, needs_train):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(16, 4)).astype("float32"), rng.normal(size=(16, 2)).astype("float32")
    model = Sequential([Input((4,)), toys.Affine(3, "tanh"), toys.Affine(2)])
    model.compile(optimizer="sgd", loss="mse", metrics=["mae"])
    model.fit(x, y, epochs=2, batch_size=8, verbose=0)
    model.save(tmp_path / "model.keras")
    again = load_model(tmp_path / "model.keras")
    assert int(again.optimizer.iterations) == 4
    kept = model.fit(x, y, epochs=2, batch_size=8, verbose=0, shuffle=False).history["loss"]
    found = again.fit(x, y, epochs=2, batch_size=8, verbose=0, shuffle=False).history["loss"]
    np.testing.assert_allclose(found, kept, rtol=1e-6)


@pytest.mark.parametrize("policy", ["float32", "mixed_float16"])
def test_a_compiled_model_that_was_never_trained(toys, tmp_path, policy):
    if policy != "float32" and "float16" not in backend.active().capabilities:
        pytest.skip("the backend does not compute in float16")
    model = Sequential([Input((4,)), toys.Affine(2, dtype=policy)])
    model.dtype_policy = policy
    model.compile(optimizer="adam", loss="mse")
    model.optimizer.learning_rate = 0.25
    model.save(tmp_path / "model.keras")
    for again in (load_model(tmp_path / "model.keras"), copy.deepcopy(model)):
        assert int(again.optimizer.iterations) == 0 and float(again.optimizer.learning_rate) == 0.25
        assert type(again.optimizer) is type(model.optimizer)
        assert len(again.optimizer.variables) == len(model.optimizer.variables) + 2 * 2
        toys.same(again, model)


def test_compile_can_be_left_out(toys, tmp_path):
    model = toys.sequential()
    model.compile(optimizer="sgd", loss="mse")
    model.save(tmp_path / "model.keras")
    assert load_model(tmp_path / "model.keras").optimizer is not None
    assert load_model(tmp_path / "model.keras", compile=False).optimizer is None
    model.save(tmp_path / "model.keras", include_optimizer=False)
    assert load_model(tmp_path / "model.keras").optimizer is None


def test_random_state_comes_back(toys, tmp_path):
    model = toys.sequential()
    model.layers[1].seed_generator.state.assign(np.array([3, 17], "uint32"))
    model.save(tmp_path / "model.keras")
    again = load_model(tmp_path / "model.keras")
    assert again.layers[1].seed_generator.state.numpy().tolist() == [3, 17]


def test_subclassed_model(toys, tmp_path):
    class Mine(Model):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.one = toys.Affine(units)
            self.more = [toys.Affine(2), toys.Affine(1)]

        def call(self, x):
            x = self.one(x)
            for layer in self.more:
                x = layer(x)
            return x

    x = np.ones((2, 3), "float32")
    model = Mine(4, name="mine")
    expected = np.asarray(model(x))
    with pytest.warns(UserWarning, match="class 'Mine'"):
        model.save(tmp_path / "model.keras")
    with pytest.raises(ValueError, match="'Mine'"):
        load_model(tmp_path / "model.keras")
    again = load_model(tmp_path / "model.keras", custom_objects={"Mine": Mine})
    np.testing.assert_allclose(np.asarray(again(x)), expected, rtol=1e-6)


class TestSaidAtSave:
    def test_all_names_at_once(self, toys, tmp_path):
        def bent(x):
            return ops.square(x)

        class Strange(toys.Affine):
            pass

        model = Sequential([Input((2,)), Strange(2, bent), toys.Affine(2, lambda x: x), toys.Affine(1, bent)])
        with pytest.warns(UserWarning) as caught:
            model.save(tmp_path / "model.keras")
        (text,) = [str(one.message) for one in caught if "Loading the model" in str(one.message)]
        assert text.count("'bent'") == 2 and "class 'Strange'" in text and "function '<lambda>'" in text
        assert "make it a function with `def`" in text and "custom_objects={" in text
        objects = {"bent": bent, "Strange": Strange, "<lambda>": lambda x: x}
        toys.same(load_model(tmp_path / "model.keras", custom_objects=objects), model)

    def test_two_functions_of_one_name_stay_apart(self, toys, tmp_path):
        model = Sequential([Input((2,)), toys.Affine(2, lambda x: x * 2.0), toys.Affine(2, lambda x: x + 1.0)])
        with pytest.warns(UserWarning, match="'<lambda>', function '<lambda>_1'"):
            model.save(tmp_path / "model.keras")
        objects = {"<lambda>": lambda x: x * 2.0, "<lambda>_1": lambda x: x + 1.0}
        toys.same(load_model(tmp_path / "model.keras", custom_objects=objects), model)

    def test_config_that_lacks_arguments(self, toys, tmp_path):
        class Partial(keras_core.Layer):
            def __init__(self, units, **kwargs):
                super().__init__(**kwargs)
                self.units = units

            def call(self, x):
                return x

            def get_config(self):
                return super().get_config()

        with pytest.warns(UserWarning, match=r"Partial\.get_config .*units"):
            Sequential([Input((2,)), Partial(3)]).save(tmp_path / "model.keras")

    def test_registered_and_built_in_objects_are_not_mentioned(self, toys, tmp_path):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            toys.functional().save(tmp_path / "model.keras")

    def test_what_cannot_be_written_leaves_the_old_file(self, toys, tmp_path, path):
        before = path.read_bytes()

        class Opaque(keras_core.Layer):
            def get_config(self):
                return super().get_config() | {"thing": object()}

            def call(self, x):
                return x

        with pytest.raises(TypeError, match="get_config"):
            Sequential([Input((2,)), Opaque()]).save(path)
        assert path.read_bytes() == before


class TestRefused:
    def test_suffix_and_overwriting(self, toys, path):
        with pytest.raises(ValueError, match=r"ends in '.keras'.*got '.*model.bin'"):
            toys.sequential().save(str(path).replace(".keras", ".bin"))
        with pytest.raises(FileExistsError):
            toys.sequential().save(path, overwrite=False)

    def test_file_of_a_later_keras(self, path):
        rewrite(path, "metadata.json", lambda _: json.dumps({"keras_version": "17.2.0"}))
        with pytest.raises(ValueError, match=r"model\.keras' was written by Keras 17\.2\.0.*Use a newer Keras"):
            load_model(path)

    @pytest.mark.parametrize("metadata", ["{}", '{"keras_version": 3}', '{"keras_version": "x"}', "[]", "{"])
    def test_no_version(self, path, metadata):
        rewrite(path, "metadata.json", lambda _: metadata)
        with pytest.raises(ValueError, match=r"model\.keras"):
            load_model(path)

    @pytest.mark.parametrize("member", ["metadata.json", "config.json", "model.weights.h5"])
    def test_missing_member(self, path, member):
        rewrite(path, member, lambda _: None)
        with pytest.raises(ValueError, match=f"has no '{member}'"):
            load_model(path)

    def test_truncated_weights(self, path):
        rewrite(path, "model.weights.h5", lambda content: content[: len(content) // 2])
        with pytest.raises(ValueError, match=r"model\.keras \(model\.weights\.h5\)' is truncated"):
            load_model(path)

    def test_config_that_is_no_model(self, path):
        zeros = {"module": "keras.initializers", "class_name": "Zeros", "config": {}, "registered_name": None}
        rewrite(path, "config.json", lambda _: json.dumps(zeros))
        with pytest.raises(ValueError, match="holds a Zeros, not a model"):
            load_model(path)

    def test_sizes_in_the_config_are_checked_against_the_weights(self, path):
        def widen(content):
            config = json.loads(content)
            shared = next(e for e in config["config"]["layers"] if e["name"] == "shared")
            shared["config"]["units"] = 1 << 40
            return json.dumps(config)

        rewrite(path, "config.json", widen)
        with pytest.raises(ValueError, match="needs more memory than the weights in the file"):
            load_model(path)

    def test_weights_that_do_not_fit(self, path):
        def narrow(content):
            config = json.loads(content)
            inner = next(e for e in config["config"]["layers"] if e["name"] == "pair")
            inner["config"]["inner"]["config"]["units"] = 2
            return json.dumps(config)

        rewrite(path, "config.json", narrow)
        with pytest.raises(ValueError, match="do not fit the model"):
            load_model(path)


def test_nothing_of_hdf5_is_imported_before_it_is_used():
    code = (
        "import sys, keras_core, keras_core.saving as s; s.load_model, s.save_weights;"
        "assert 'h5py' not in sys.modules, 'h5py was imported'"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@pytest.mark.parametrize("functional", [False, True])
def test_policies_and_the_scale_of_the_loss_come_back(toys, tmp_path, needs_train, functional):
    start = Input((4,))
    layers = [toys.Affine(3, "tanh", dtype="mixed_float16"), toys.Affine(2, dtype="float32")]
    if functional:
        model = Model(start, layers[1](layers[0](start)), dtype="mixed_float16")
    else:
        model = Sequential([start, *layers])
        model.dtype_policy = "mixed_float16"
    model.compile(optimizer="adam", loss="mse")
    model.optimizer.build(model.trainable_variables)
    model.optimizer.dynamic_scale.assign(64.0)
    model.optimizer.step_counter.assign(7)
    model.save(tmp_path / "model.keras")
    again = load_model(tmp_path / "model.keras")
    assert [x.dtype_policy.name for x in (again, *again.layers[-2:])] == ["mixed_float16", "mixed_float16", "float32"]
    assert (float(again.optimizer.dynamic_scale), int(again.optimizer.step_counter)) == (64.0, 7)
    assert len(again.optimizer.variables) == len(model.optimizer.variables) == 4 + 2 + 2 * 4


# --- weights of many bytes: written into the archive and read where they lie --------------------------


@pytest.fixture
def in_place(monkeypatch):
    """Let weights of any size be treated as large ones are."""
    for module in ("archive", "reader"):
        monkeypatch.setattr(f"keras_core.saving.{module}.AT_ONCE", 0)


def test_large_weights_come_back(toys, tmp_path, in_place):
    model = toys.scrambled(toys.functional())
    model.save(tmp_path / "large.keras")
    with zipfile.ZipFile(tmp_path / "large.keras") as archive:
        assert archive.testzip() is None and archive.namelist()[-1] == "model.weights.h5"
    toys.same(load_model(tmp_path / "large.keras"), model)
    model.save(tmp_path / "folder", zipped=False)
    toys.same(load_model(tmp_path / "folder"), model)


def test_the_part_that_large_weights_are_written_to_is_closed_before_the_file(toys, tmp_path, monkeypatch, in_place):
    made = []

    class Noted(FilePart):
        def __init__(self, *args):
            super().__init__(*args)
            made.append(self)

    monkeypatch.setattr("keras_core.saving.archive.FilePart", Noted)
    toys.functional().save(tmp_path / "large.keras")
    assert [one.closed for one in made] == [True]


def test_large_weights_are_the_same_bytes(toys, tmp_path, monkeypatch):
    model = toys.scrambled(toys.functional())
    found = []
    for most in (1 << 24, 0):
        monkeypatch.setattr("keras_core.saving.archive.AT_ONCE", most)
        model.save(tmp_path / "m.keras")
        with zipfile.ZipFile(tmp_path / "m.keras") as archive:
            found.append(archive.read("model.weights.h5"))
    assert found[0] == found[1]


def test_large_weights_whose_checksum_is_wrong(path, in_place):
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        content[archive.getinfo("model.weights.h5").header_offset + 1000] ^= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"model\.keras' is damaged: 'model\.weights\.h5' cannot be read"):
        load_model(path)


def test_large_weights_that_are_no_hdf5(path, in_place):
    rewrite(path, "model.weights.h5", lambda _: b"nothing of the kind")
    with pytest.raises(ValueError, match=r"model\.keras \(model\.weights\.h5\)' is no HDF5 file"):
        load_model(path)


def test_large_weights_by_the_names_of_layers(toys, tmp_path, in_place):
    model = toys.scrambled(Sequential([Input((4,)), toys.Affine(3, name="one"), toys.Affine(2, name="two")]))
    other = Sequential.from_config(model.get_config())
    model.save(tmp_path / "m.keras")
    other.load_weights(tmp_path / "m.keras", by_name=True)
    toys.same(other, model)


def test_memory_that_large_weights_take(toys, tmp_path, in_place):
    model = Sequential([Input((512,)), *(toys.Affine(512) for _ in range(20))])
    largest = max(weight.numpy().nbytes for weight in model.weights)
    model.save(tmp_path / "m.keras")
    tracemalloc.start()
    try:
        model.save(tmp_path / "again.keras")
        saving = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        with opened(tmp_path / "m.keras", "zip") as archive, archive.hdf5("model.weights.h5") as root:
            for _, group in var_groups(root):
                for name in group:
                    group[name]
        reading = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    chunks = 2 * (4 << 20)
    assert reading < largest + chunks + (1 << 20) and saving < 2 * largest + chunks + (1 << 20)
