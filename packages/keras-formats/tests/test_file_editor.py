"""Files of weights, looked at and changed without a model."""

import io

import numpy as np
import pytest
from keras_formats import KerasFileEditor

ENDINGS = [".weights.h5", ".weights.json", ".safetensors", ".npz"]


@pytest.fixture
def editor(stack, tmp_path):
    stack(1).save_weights(tmp_path / "w.weights.h5")
    return KerasFileEditor(tmp_path / "w.weights.h5")


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_layer_renamed_in_the_model_is_renamed_in_the_file(stack, same, tmp_path, ending):
    model, other = stack(1, units=(3, 3, 2)), stack(2)
    model.save_weights(tmp_path / f"w{ending}")
    editor = KerasFileEditor(tmp_path / f"w{ending}")
    assert editor.compare(other)["status"] == "error"
    editor.delete_object("mixing_1")
    editor.rename_object("layers/mixing_2", "mixing_1")
    assert editor.compare(other) == {"status": "success", "error_count": 0, "match_count": 4}
    editor.save(tmp_path / f"edited{ending}")
    other.load_weights(tmp_path / f"edited{ending}")
    for layer, number in ((other.layers[0], 0), (other.layers[1], 2)):
        same(layer, model.layers[number])


def test_arrays_are_replaced_and_put_in(stack, editor, tmp_path):
    other = stack(2, units=(3, 5, 2))
    editor.rename_object("mixing_1", "mixing_2")
    editor.delete_weight("mixing_2", "0")
    editor.add_weights("mixing_2", {"0": np.full((5, 2), 2.0, "float32")})
    editor.add_object("layers/mixing_1", {"0": np.ones((3, 5), "float32"), "1": np.arange(5, dtype="float32")})
    assert editor.compare(other)["status"] == "success"
    editor.resave_weights(tmp_path / "edited.weights.h5")
    other.load_weights(tmp_path / "edited.weights.h5")
    assert other.layers[1].bias.numpy().tolist() == [0, 1, 2, 3, 4] and np.all(other.layers[2].kernel.numpy() == 2)


def test_the_summary_is_a_tree(editor, capsys):
    editor.summary()
    assert capsys.readouterr().out.splitlines() == [
        "layers",
        "├─ mixing ('mixing_0')",
        "│  ├─ 0: shape=(4, 3), dtype=float32",
        "│  ├─ 1: shape=(3,), dtype=float32",
        "│  └─ seed_generator",
        "│     └─ 0: shape=(2,), dtype=uint32",
        "└─ mixing_1",
        "   ├─ 0: shape=(3, 2), dtype=float32",
        "   ├─ 1: shape=(2,), dtype=float32",
        "   └─ seed_generator ('seed_generator_1')",
        "      └─ 0: shape=(2,), dtype=uint32",
    ]


def test_what_compare_prints(stack, editor, capsys):
    found = editor.compare(stack(2, units=(3, 5)))
    assert found == {"status": "error", "error_count": 2, "match_count": 2}
    assert capsys.readouterr().out.splitlines() == [
        "/layers/mixing_1/0: the model has (3, 5), the file (3, 2)",
        "/layers/mixing_1/1: the model has (5,), the file (2,)",
        "2 weights differ, 2 agree.",
    ]
    found = editor.compare(stack(2, units=(3, 2, 4)))
    assert found == {"status": "error", "error_count": 2, "match_count": 4}
    assert "/layers/mixing_2/1: the model has (4,), the file missing" in capsys.readouterr().out


def test_a_whole_model_and_dicts(stack, tmp_path):
    model = stack(1)
    model.save(tmp_path / "m.keras")
    editor = KerasFileEditor(tmp_path / "m.keras")
    assert editor.config["config"]["name"] == "stack" and editor.metadata["keras_version"] and editor.model is None
    assert editor.object_metadata["/layers/mixing_1"] == {"name": "mixing_1"}
    np.testing.assert_array_equal(editor.weights_dict["layers"]["mixing"]["0"], model.layers[0].kernel.numpy())


def test_html_is_escaped(stack, tmp_path):
    stack(1).save_weights(tmp_path / "<b>.weights.h5")
    editor = KerasFileEditor(tmp_path / "<b>.weights.h5")
    editor.rename_object("mixing_1", "<script>alert(1)<")
    text = editor._repr_html_()
    assert "<script>" not in text and "&lt;script&gt;alert(1)&lt;" in text and "&lt;b&gt;.weights.h5" in text
    assert text.count("<details") == text.count("</details>") == 5
    assert "shape=(4, 3), dtype=float32, from -" in text


class TestRefused:
    @pytest.mark.parametrize(
        ("call", "message"),
        [
            (lambda e: e.rename_object("nothing", "x"), r"no object 'nothing' in .*layers/mixing"),
            (lambda e: e.rename_object("seed_generator", "x"), "Several objects end in 'seed_generator'.*whole path"),
            (lambda e: e.rename_object("mixing", "mixing_1"), "an object 'layers/mixing_1' already"),
            (lambda e: e.rename_object("mixing", "a/b"), "one part of a path"),
            (lambda e: e.rename_object("mixing", ""), "one part of a path"),
            (lambda e: e.delete_object("dense"), "no object 'dense'"),
            (lambda e: e.delete_object(""), "no object ''"),
            (lambda e: e.add_object("layers/mixing", {}), "already"),
            (lambda e: e.add_object("../x", {}), "names with '/' between"),
            (lambda e: e.add_object("", {}), "names with '/' between"),
            (lambda e: e.add_object("layers/x", {"0": "text"}), "Weight '0' of 'layers/x' must be an array of numbers"),
            (lambda e: e.add_object("layers/x", {"a/0": 1.0}), "must be an array of numbers under a plain name"),
            (lambda e: e.delete_weight("mixing", "7"), "'mixing' has no weight '7'; it has 0, 1"),
            (lambda e: e.add_weights("layers", {"0": 1.0}), "no weights of its own"),
            (lambda e: e.save("x.txt"), r"ends in .weights.h5 or .weights.json"),
        ],
    )
    def test_calls(self, editor, call, message):
        before = editor.weights_dict
        with pytest.raises(ValueError, match=message):
            call(editor)
        assert str(editor.weights_dict) == str(before)

    def test_files(self, tmp_path):
        with pytest.raises(FileNotFoundError):
            KerasFileEditor(tmp_path / "none.weights.h5")
        (tmp_path / "w.weights.h5").write_bytes(b"text")
        with pytest.raises(ValueError, match=r"w.weights.h5' is no HDF5 file"):
            KerasFileEditor(tmp_path / "w.weights.h5")

    def test_another_layout(self):
        h5py = pytest.importorskip("h5py")
        file = io.BytesIO()
        with h5py.File(file, "w") as root:
            root["dense/kernel:0"] = np.zeros(3)
        with pytest.raises(ValueError, match="no weights in the layout of Keras 3"):
            KerasFileEditor(file.getvalue())
