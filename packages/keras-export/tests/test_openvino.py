import sys

import numpy as np
import pytest
from keras_core import Input, Sequential
from keras_core.exporting import ExportError
from keras_layers import LSTM, Conv1D, Dense


@pytest.fixture
def model():
    return Sequential([Input((None, 3), name="steps"), Conv1D(4, 3, padding="same"), LSTM(4), Dense(2)])


@pytest.fixture
def openvino():
    return pytest.importorskip("openvino", reason="CI leaves openvino out, of 180 MB: pip install openvino")


def check(openvino, model, path):
    """Compare what OpenVINO computes with what the model predicts."""
    compiled = openvino.Core().compile_model(path, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    x = np.random.default_rng(0).normal(size=(3, 5, 3)).astype("float32")
    np.testing.assert_allclose(compiled({"steps": x})[0], model.predict(x, verbose=0), atol=1e-5)


def test_openvino_computes_what_predict_does(openvino, model, tmp_path):
    model.export(tmp_path / "model", format="openvino")
    assert sorted(one.name for one in (tmp_path / "model").iterdir()) == ["model.bin", "model.xml"]
    check(openvino, model, tmp_path / "model" / "model.xml")


def test_a_path_of_the_model_has_its_weights_beside_it(openvino, model, tmp_path):
    """As upstream writes it."""
    model.export(tmp_path / "other.xml", format="openvino")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["other.bin", "other.xml"]
    model.set_weights([w + 1 for w in model.get_weights()])
    model.export(tmp_path / "other.xml")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["other.bin", "other.xml"]
    check(openvino, model, tmp_path / "other.xml")


def test_without_openvino(model, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(ExportError, match="pip install openvino"):
        model.export(tmp_path / "model", format="openvino")
    assert not list(tmp_path.iterdir())
