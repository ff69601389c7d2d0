"""From one format to another."""

from __future__ import annotations

import numpy as np
import pytest
from keras_cli import convert
from keras_core.saving import load_model


def test_a_model_keeps_its_weights(saved, model, tmp_path):
    convert(saved, tmp_path / "w.weights.h5")
    model.set_weights([np.zeros(3)] * 3)
    model.load_weights(tmp_path / "w.weights.h5")
    np.testing.assert_array_equal(model.get_weights(), np.repeat([[2], [3], [4]], 3, axis=1))


def test_to_keras_2_and_back(tmp_path):
    layers = pytest.importorskip("keras_layers")
    pytest.importorskip("keras_legacy")
    from keras_core import Input, Sequential

    first = Sequential([Input((4,)), layers.Dense(2)])
    first.save(tmp_path / "first.keras")
    convert(tmp_path / "first.keras", tmp_path / "second.h5")
    convert(tmp_path / "second.h5", tmp_path / "third.keras")
    x = np.arange(8, dtype="float32").reshape(2, 4)
    found = load_model(tmp_path / "third.keras").predict(x, verbose=0)
    np.testing.assert_allclose(found, x @ first.get_weights()[0], rtol=1e-6)


def test_weights_need_their_model(saved, model, tmp_path):
    model.save_weights(tmp_path / "w.weights.h5")
    with pytest.raises(ValueError, match="--model"):
        convert(tmp_path / "w.weights.h5", tmp_path / "shards.weights.json")
    convert(tmp_path / "w.weights.h5", tmp_path / "shards.weights.json", model=saved)
    model.set_weights([np.zeros(3)] * 3)
    model.load_weights(tmp_path / "shards.weights.json")
    np.testing.assert_array_equal(model.get_weights(), np.repeat([[2], [3], [4]], 3, axis=1))


def test_nothing_is_replaced_unasked(saved, tmp_path):
    target = tmp_path / "other.keras"
    target.write_text("mine")
    with pytest.raises(FileExistsError, match=r"other\.keras"):
        convert(saved, target)
    assert target.read_text() == "mine"
    convert(saved, target, overwrite=True)
    assert load_model(target).name == "outer"


def test_a_format_that_nothing_has(saved, tmp_path):
    with pytest.raises(ValueError, match=r"m\.what"):
        convert(saved, tmp_path / "m.what")


def test_a_program(saved, model, tmp_path):
    onnx = pytest.importorskip("onnx")
    pytest.importorskip("keras_export")
    convert(saved, tmp_path / "model.onnx")
    convert(saved, tmp_path / "model.bin", format="onnx")
    for name in ("model.onnx", "model.bin"):
        assert [node.op_type for node in onnx.load(tmp_path / name).graph.node].count("Mul") == 3
    with pytest.raises(FileExistsError):
        convert(saved, tmp_path / "model.onnx")
    pytest.importorskip("keras_layers")
    convert(tmp_path / "model.onnx", tmp_path / "back.keras")
    assert load_model(tmp_path / "back.keras").input_shape == model.input_shape
