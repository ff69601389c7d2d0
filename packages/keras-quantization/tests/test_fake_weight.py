import keras_layers as layers
import numpy as np
import pytest
from keras_core import Input, Sequential, ops
from keras_core.backend import active
from keras_core.saving import load_model
from keras_quantization import (
    AbsMaxQuantizer,
    GPTQConfig,
    Int4QuantizationConfig,
    Int8QuantizationConfig,
    fake_quantize,
)

X = np.random.default_rng(0).normal(size=(16, 6)).astype("float32")


def model():
    return Sequential(
        [Input((6,)), layers.Dense(8, activation="relu"), layers.EinsumDense("ab,bcd->acd", (3, 2), bias_axes="d")]
    )


def array(tensor):
    return np.asarray(ops.convert_to_numpy(tensor))


@pytest.mark.parametrize(
    "config",
    [
        Int8QuantizationConfig(),
        Int8QuantizationConfig(activation_quantizer=None),
        Int8QuantizationConfig(AbsMaxQuantizer(value_range=(-7, 7))),
        Int4QuantizationConfig(),
        Int4QuantizationConfig(block_size=5),
        Int4QuantizationConfig(activation_quantizer=AbsMaxQuantizer(), block_size=-1),
        Int4QuantizationConfig(AbsMaxQuantizer(value_range=(-3, 3)), block_size=-1),
    ],
)
def test_a_model_computes_as_it_will_when_it_is_quantized(config):
    found = model()
    floats = array(found(X))
    fake_quantize(found, config=config)
    assert [layer.quantization_mode for layer in found.layers] == [None, None]
    rounded = array(found(X))
    assert np.abs(rounded - floats).max() > 1e-4
    found.quantize(config=config)
    np.testing.assert_allclose(array(found(X)), rounded, rtol=1e-4, atol=1e-5)


def test_programs_are_made_again_and_the_last_config_holds():
    found = model()
    floats = found.predict(X, verbose=0)
    fake_quantize(found, "int8")
    assert np.abs(found.predict(X, verbose=0) - floats).max() > 1e-4
    fake_quantize(found, "int4")
    rounded = found.predict(X, verbose=0)
    found.quantize("int4")
    np.testing.assert_allclose(found.predict(X, verbose=0), rounded, rtol=1e-4, atol=1e-5)


def test_data_that_does_not_fit_leaves_the_rounding():
    found = model()
    fake_quantize(found, "int4")
    rounded = array(found(X))
    with pytest.raises(ValueError, match="dataset is empty"):
        found.quantize(config=GPTQConfig([], None))
    np.testing.assert_allclose(array(found(X)), rounded, rtol=1e-4, atol=1e-5)


def test_lora_adapts_a_weight_that_is_rounded(tmp_path):
    found = model()
    fake_quantize(found, "int8")
    first = found.layers[0]
    first.enable_lora(2)
    assert [one.name for one in first.trainable_weights] == ["bias", "lora_kernel_a", "lora_kernel_b"]
    first.lora_kernel_b.assign(np.ones((2, 8)))
    wanted = vars(first)["kernel"].weight.numpy() + first.lora_kernel_a.numpy() @ np.ones((2, 8))
    found.save(tmp_path / "model.keras")
    np.testing.assert_allclose(load_model(tmp_path / "model.keras").layers[0].kernel, wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("layer", [layers.Conv1D(4, 2), layers.Embedding(10, 4)])
def test_other_layers(layer):
    shape, x = ((5, 3), X[:, :5, None] * np.ones(3, "float32")) if isinstance(layer, layers.Conv1D) else ((5,), None)
    x = np.arange(20).reshape(4, 5) % 10 if x is None else x
    found = Sequential([Input(shape, dtype="int32" if x.dtype.kind == "i" else "float32"), layer])
    fake_quantize(found, "int8")
    rounded = array(found(x))
    found.quantize("int8")
    np.testing.assert_allclose(array(found(x)), rounded, rtol=1e-5, atol=1e-6)


@pytest.mark.skipif("train" not in active().capabilities, reason="has no gradients")
def test_training_goes_on_in_floats():
    found = model()
    fake_quantize(found, "int4")
    kernel = found.layers[0].weights[0]
    before = kernel.numpy()
    found.compile("adam", "mse")
    y = np.stack([X[:, :3], X[:, 3:]], -1)
    losses = found.fit(X, y, epochs=40, batch_size=8, verbose=0).history["loss"]
    assert losses[-1] < 0.9 * losses[0]
    assert kernel.dtype == "float32"
    assert (kernel.numpy() != before).mean() > 0.9


def test_what_cannot_be_trained_so():
    with pytest.raises(ValueError, match=r"fake_quantize.* takes 'int8' or 'int4', got 'float8'"):
        fake_quantize(model(), "float8")
