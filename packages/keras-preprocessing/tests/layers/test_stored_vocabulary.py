import json
import pickle
import zipfile

import numpy as np
import pytest
from keras_core import Input, Model, Sequential, ops, saving
from keras_core.models import clone_model
from keras_preprocessing.layers import IntegerLookup, StringLookup, TextVectorization

WORDS = ["b", "a", "é", "two words"]


class Holder(Model):
    """Layers for strings, which it calls on data."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.lookup = StringLookup()
        self.text = TextVectorization(output_mode="tf_idf")
        self.built = True


def with_integers(**kwargs):
    layer = IntegerLookup(**kwargs)
    layer.adapt(np.array([[5, 7], [7, 7], [9, 5]]))
    return layer, Sequential([Input((2,), dtype="int32"), layer])


def content(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("mode", ["int", "multi_hot", "count", "tf_idf"])
def test_integers_in_a_model(tmp_path, mode):
    layer, model = with_integers(output_mode=mode)
    x = np.array([[5, 7], [9, 9], [1, 7]])
    model.save(tmp_path / "m.keras")
    found = content(tmp_path / "m.keras")
    assert found["assets/layers/integer_lookup/vocabulary.txt"] == b"-1\n7\n5\n9"
    config = json.loads(found["config.json"])["config"]["layers"][1]["config"]
    assert config["vocabulary"] is None and config["idf_weights"] is None and config["vocabulary_size"] == 4
    again = saving.load_model(tmp_path / "m.keras")
    assert again.layers[0].get_vocabulary() == layer.get_vocabulary() == [-1, 7, 5, 9]
    np.testing.assert_allclose(again.predict(x, verbose=0), model.predict(x, verbose=0), rtol=1e-6)
    for copy in (clone_model(model), pickle.loads(pickle.dumps(model)), saving.model_from_json(model.to_json())):
        assert copy.layers[0].get_vocabulary() == [-1, 7, 5, 9]


def test_strings_in_a_model_of_ones_own(tmp_path):
    model = Holder()
    model.lookup.set_vocabulary(WORDS)
    model.text.adapt(["a b", "b", "c a a"])
    with pytest.warns(UserWarning, match="Loading the model will need class 'Holder'"):
        model.save(tmp_path / "m.keras")
    found = {name: text for name, text in content(tmp_path / "m.keras").items() if name.startswith("assets")}
    assert found == {  # Keras 3 keeps a second one where its layer inside is
        "assets/layers/string_lookup/vocabulary.txt": "[UNK]\nb\na\né\ntwo words".encode(),
        "assets/layers/text_vectorization/vocabulary.txt": b"[UNK]\na\nb\nc",
        "assets/layers/text_vectorization/_lookup_layer/vocabulary.txt": b"[UNK]\na\nb\nc",
    }
    again = saving.load_model(tmp_path / "m.keras", {"Holder": Holder})
    assert again.lookup.get_vocabulary() == ["[UNK]", *WORDS]
    expected, got = (ops.convert_to_numpy(one.text(["a a", "c z"])) for one in (model, again))
    np.testing.assert_allclose(got, expected, rtol=1e-6)
    np.testing.assert_allclose(got[0], [0, 2 * np.log(3 / (1 + 2)), 0, 0], atol=1e-6)


def test_weights_of_tokens_are_in_files_of_weights(tmp_path):
    _, model = with_integers(output_mode="tf_idf")
    model.save_weights(tmp_path / "m.weights.h5")
    layer = IntegerLookup(output_mode="tf_idf", vocabulary=[7, 5, 9], idf_weights=[1.0, 2.0, 3.0])
    other = Sequential([Input((2,), dtype="int32"), layer])
    other.load_weights(tmp_path / "m.weights.h5")
    x = np.array([[5, 9]])
    np.testing.assert_allclose(other.predict(x, verbose=0), model.predict(x, verbose=0), rtol=1e-6)
    short = IntegerLookup(output_mode="tf_idf", vocabulary=[7], idf_weights=[1.0])
    with pytest.raises(ValueError, match=r"has 2 tokens, the file has weights of shape \(4,\)"):
        Sequential([Input((2,), dtype="int32"), short]).load_weights(tmp_path / "m.weights.h5")


@pytest.mark.parametrize("tokens", [["a\nb", "c"], ["a\r", "c"], ["\ud800"]])
def test_tokens_that_are_no_lines_stay_in_the_config(tmp_path, tokens):
    model = Holder()
    model.lookup.set_vocabulary(tokens)
    assert model.lookup.get_assets() == {} and model.lookup.get_config()["vocabulary"] == tokens


@pytest.mark.parametrize("tokens", [["a", ""], ["", "a"], [" ", "\t", "\x0b", "\u2028"], []])
def test_every_other_token_is_a_line(tokens):
    layer, again = StringLookup(vocabulary=tokens), StringLookup()
    again.set_assets(layer.get_assets())
    assert again.get_vocabulary() == ["[UNK]", *tokens]


def test_masks_are_the_first_lines():
    layer = StringLookup(vocabulary=["a"], mask_token="", num_oov_indices=2)
    assert layer.get_assets() == {"vocabulary.txt": b"\n[UNK]\n[UNK]\na"}
    again = StringLookup(mask_token="", num_oov_indices=2)
    again.set_assets(layer.get_assets())
    assert again.get_vocabulary() == layer.get_vocabulary()


def test_a_path_is_read_once_and_never_named(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("b\na\né\ntwo words\n", encoding="utf-8")
    for given in (str(path), path):
        layer = StringLookup(vocabulary=given)
        assert layer.get_vocabulary(False) == WORDS and layer.get_config()["vocabulary"] == WORDS
        assert str(tmp_path) not in json.dumps(StringLookup(vocabulary=given).get_config())
    assert TextVectorization(vocabulary=path).get_vocabulary(False) == WORDS
    path.write_text("4\n-7")
    assert IntegerLookup(vocabulary=path).get_vocabulary(False) == [4, -7]
    path.unlink()
    assert layer.get_vocabulary(False) == WORDS
    with pytest.raises(FileNotFoundError, match=r"'words' \(StringLookup\): there is no file '.*words.txt'"):
        StringLookup(vocabulary=path, name="words")
    path.write_text("x")
    with pytest.raises(ValueError, match=r"\(IntegerLookup\): the file '.*' is no list of integers"):
        IntegerLookup(vocabulary=path)
    path.write_bytes(b"\xff")
    with pytest.raises(ValueError, match=r"is no text in UTF-8"):
        TextVectorization(vocabulary=path)


@pytest.mark.parametrize("layer", [StringLookup, TextVectorization, IntegerLookup])
def test_a_file_cannot_name_a_path(tmp_path, layer):
    secret = tmp_path / "secret.txt"
    secret.write_text("1\n2")
    config = layer(vocabulary=[]).get_config()
    with pytest.raises(ValueError, match=r"names a file, '.*secret\.txt', as its vocabulary"):
        layer.from_config({**config, "vocabulary": str(secret)})
    model = Sequential([Input((2,), dtype="int32"), IntegerLookup(vocabulary=[4])])
    text = model.to_json().replace('"vocabulary": [4]', f'"vocabulary": {json.dumps(str(secret))}')
    with pytest.raises(ValueError, match="names a file"):
        saving.model_from_json(text)
    model.save(tmp_path / "m.keras")
    parts = content(tmp_path / "m.keras")
    changed = parts["config.json"].replace(b'"vocabulary": null', f'"vocabulary": {json.dumps(str(secret))}'.encode())
    assert changed != parts["config.json"]
    with zipfile.ZipFile(tmp_path / "bad.keras", "w") as archive:
        for name, text in (parts | {"config.json": changed}).items():
            archive.writestr(name, text)
    with pytest.raises(ValueError, match="names a file"):
        saving.load_model(tmp_path / "bad.keras")


def test_assets_that_hold_no_vocabulary():
    with pytest.raises(ValueError, match=r"its assets hold no 'vocabulary.txt' but x"):
        StringLookup().set_assets({"x": b""})
    with pytest.raises(ValueError, match=r"'vocabulary.txt' in its assets is no vocabulary: .*invalid literal"):
        IntegerLookup().set_assets({"vocabulary.txt": b"-1\nx"})
    with pytest.raises(ValueError, match=r"is no vocabulary: 'utf-8' codec"):
        StringLookup().set_assets({"vocabulary.txt": b"\xff"})
    with pytest.raises(ValueError, match="holds 'a' more than once"):
        StringLookup().set_assets({"vocabulary.txt": b"[UNK]\na\na"})
    weighted = StringLookup(output_mode="tf_idf")
    weighted.set_assets({"vocabulary.txt": b"[UNK]\na"})
    with pytest.raises(ValueError, match="has a vocabulary without idf_weights"):
        weighted(["a"])


def test_folders_as_in_keras_3(tmp_path):
    layer = TextVectorization(vocabulary=WORDS)
    layer.save_assets(tmp_path)
    assert (tmp_path / "vocabulary.txt").read_bytes() == "\n[UNK]\nb\na\né\ntwo words".encode()
    again = TextVectorization()
    again.load_assets(str(tmp_path))
    assert again.get_vocabulary() == layer.get_vocabulary()


def test_another_vocabulary_reaches_a_model_that_ran(tmp_path):
    layer, model = with_integers()
    x = np.array([[9, 5]])
    assert model.predict(x, verbose=0).tolist() == [[3, 2]]
    layer.set_vocabulary([5, 9])
    assert model.predict(x, verbose=0).tolist() == [[2, 1]]
    layer.adapt(np.array([9, 9, 5]))
    assert model.predict(x, verbose=0).tolist() == [[1, 2]]
