"""What is said of a file."""

from __future__ import annotations

import json

import keras_core
import pytest
from keras_cli import inspect_file
from keras_core.saving import FileFormatError


def test_layers_with_their_parameters(saved):
    found = inspect_file(saved)
    rows = [(row.name, row.class_name, row.depth, row.parameters) for row in found.layers if row.parameters]
    assert rows == [
        ("first", "Scaled", 0, 3),
        ("inner", "Sequential", 0, 3),
        ("deep", "Scaled", 1, 3),
        ("last", "Scaled", 0, 3),
    ]
    assert (found.parameters, found.bytes, found.state_bytes) == (9, 36, 0)
    assert [row.input_shape for row in found.layers if row.name == "last"] == [[None, 3]]
    assert found.custom == ["cli_tests>Scaled"]
    assert set(found.needs) == {"keras-core"} and found.needs["keras-core"] is not None


def test_the_state_of_an_optimizer_is_no_parameter(model, tmp_path):
    pytest.importorskip("keras_optimizers")
    model.compile("adam", "mse", metrics=["mae"])
    model.optimizer.build(model.trainable_variables)
    model.save(tmp_path / "compiled.keras")
    found = inspect_file(tmp_path / "compiled.keras")
    assert found.parameters == 9
    assert found.state_bytes == 8 + 4 + 2 * 36  # steps, learning rate and two moments for each weight
    assert found.training == {"optimizer": "Adam", "loss": "mse", "metrics": ["mae"]}


def test_weights_alone(model, tmp_path):
    model.save_weights(tmp_path / "w.weights.h5")
    found = inspect_file(tmp_path / "w.weights.h5")
    assert (found.holds, found.layers, found.parameters) == ("weights", [], 9)
    assert {(row.layer, row.shape) for row in found.arrays} == {("first", (3,)), ("deep", (3,)), ("last", (3,))}


@pytest.mark.parametrize("nested", [False, True])
def test_a_file_of_keras_2(nested, tmp_path):
    layers = pytest.importorskip("keras_layers")
    pytest.importorskip("keras_legacy")
    from keras_core import Input, Sequential

    dense = layers.Dense(2, name="d")
    Sequential([Input((4,)), Sequential([Input((4,)), dense], name="in") if nested else dense]).save(tmp_path / "m.h5")
    found = inspect_file(tmp_path / "m.h5")
    assert [(row.name, row.parameters) for row in found.layers if row.parameters] == [("in", 10)] * nested + [("d", 10)]
    assert found.origin["backend"] and found.needs["keras-layers"] is not None


def test_json(saved):
    told = json.loads(json.dumps(inspect_file(saved).as_json()))
    assert told["name"] == "outer" and told["layers"][1]["name"] == "first"


def test_what_is_refused(tmp_path):
    (tmp_path / "broken.keras").write_bytes(b"PK\x03\x04" + bytes(100))
    with pytest.raises(FileFormatError, match=r"broken\.keras"):
        inspect_file(tmp_path / "broken.keras")


def test_a_program_that_is_read_as_a_model(tmp_path):
    pytest.importorskip("keras_export")
    layers = pytest.importorskip("keras_layers")
    made = keras_core.Sequential([keras_core.Input((3,)), layers.Dense(2, name="scores")], name="small")
    made.export(tmp_path / "m.onnx")
    found = inspect_file(tmp_path / "m.onnx")
    assert (found.format, found.holds, found.name, found.parameters) == ("onnx", "model", "small", 8)
    assert [row.class_name for row in found.layers] == ["MatMul", "Add", "Identity"]
    assert [row.parameters for row in found.layers] == [6, 2, 0] and found.custom == []
