import jax
import jax.export
import numpy as np
import pytest
from keras_backend_jax.exporting import stablehlo
from keras_core import Input, Sequential, ops
from keras_core.exporting import ExportError
from keras_layers import LSTM, BatchNormalization, Conv2D, Dense, Flatten, Lambda


def test_a_model_with_a_batch_of_any_size(tmp_path):
    model = Sequential([Input((6, 6, 1)), Conv2D(2, 3, padding="same"), BatchNormalization(), Flatten(), Dense(2)])
    model.export(tmp_path / "model.stablehlo", platforms=["cpu"])
    loaded = jax.export.deserialize(bytearray((tmp_path / "model.stablehlo").read_bytes()))
    assert loaded.platforms == ("cpu",) and "stablehlo.convolution" in loaded.mlir_module()
    x = np.random.default_rng(0).normal(size=(5, 6, 6, 1)).astype("float32")
    np.testing.assert_allclose(loaded.call(x)[0], model.predict(x, verbose=0), atol=1e-5)


def test_sequences_of_known_length(tmp_path):
    Sequential([Input((4, 3)), LSTM(2)]).export(tmp_path / "model.stablehlo")


def test_lengths_that_are_computed_with(tmp_path):
    """`export` itself compares with `predict`, for two lengths."""
    scaled = Lambda(lambda x: x / ops.cast(ops.shape(x)[1], "float32") + 0.5 * ops.cast(ops.shape(x)[0] * 2, "float32"))
    Sequential([Input((None, 3)), scaled]).export(tmp_path / "model.stablehlo")


def test_a_missing_library_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(stablehlo, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match="pip install flatbuffers"):
        Sequential([Input((2,)), Dense(2)]).export(tmp_path / "model.stablehlo")
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_traced_is_refused(tmp_path):
    with pytest.raises(ExportError, match="give input_signature= with sizes that are known"):  # a scan's is fixed
        Sequential([Input((None, 3)), LSTM(2)]).export(tmp_path / "model.stablehlo")
    with pytest.raises(ExportError, match=r"assigns .* when it predicts"):
        Sequential([Input(batch_shape=(1, 2, 3)), LSTM(2, stateful=True)]).export(tmp_path / "model.stablehlo")
    assert not list(tmp_path.iterdir())
