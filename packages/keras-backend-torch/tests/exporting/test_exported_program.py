import numpy as np
import pytest
import torch
from keras_core import Input, Sequential, ops
from keras_core.exporting import ExportError
from keras_layers import LSTM, BatchNormalization, Conv2D, Dense, Flatten, Lambda


def test_a_model_with_a_batch_of_any_size(tmp_path):
    model = Sequential([Input((6, 6, 1)), Conv2D(2, 3, padding="same"), BatchNormalization(), Flatten(), Dense(2)])
    model.export(tmp_path / "model.pt2")
    loaded = torch.export.load(tmp_path / "model.pt2")
    for size in (1, 5):
        x = np.random.default_rng(size).normal(size=(size, 6, 6, 1)).astype("float32")
        found = loaded.module()(torch.as_tensor(x))[0].detach()
        np.testing.assert_allclose(found, model.predict(x, verbose=0), atol=1e-5)


def test_lengths_that_are_computed_with(tmp_path):
    """`export` itself compares with `predict`, for two lengths."""
    scaled = Lambda(lambda x: x / ops.cast(ops.shape(x)[1], "float32") + 0.5 * ops.cast(ops.shape(x)[0] * 2, "float32"))
    Sequential([Input((None, 3)), scaled]).export(tmp_path / "model.pt2")


def test_sequences_of_known_length(tmp_path):
    Sequential([Input((4, 3)), LSTM(2)]).export(tmp_path / "model.pt2")
    with pytest.raises(ExportError, match="give input_signature= with sizes that are known"):
        Sequential([Input((None, 3)), LSTM(2)]).export(tmp_path / "other.pt2")
    assert [one.name for one in tmp_path.iterdir()] == ["model.pt2"]


def test_states_are_refused(tmp_path):
    with pytest.raises(ExportError, match=r"assigns .* when it predicts"):
        Sequential([Input(batch_shape=(1, 2, 3)), LSTM(2, stateful=True)]).export(tmp_path / "model.pt2")
