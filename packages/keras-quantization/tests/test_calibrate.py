"""GPTQ and AWQ.

Covers: awq.py, calibration.py, gptq.py, group_rounding.py, grouped_weight.py
"""

import keras_layers as layers
import numpy as np
import pytest
from keras_core import Input, Model, Sequential, Variable, ops
from keras_core.saving import load_model
from keras_quantization import AWQConfig, GPTQConfig
from keras_quantization.awq import awq
from keras_quantization.calibration import Statistics, WatchedWeight
from keras_quantization.gptq import gptq
from keras_quantization.group_rounding import to_nearest
from keras_quantization.recipes import Recipe

RNG = np.random.default_rng(0)
# Inputs that go together, of different size.
X = (RNG.normal(size=(200, 4)) @ RNG.normal(size=(4, 12)) + 0.2 * RNG.normal(size=(200, 12))).astype("float32")
X *= np.geomspace(10, 0.3, 12, dtype="float32")[RNG.permutation(12)]
MATRIX = RNG.normal(size=(12, 5)).astype("float32")


def seen(x):
    statistics = Statistics(x.shape[-1])
    statistics.add(x)
    return statistics


def loss(found):
    return np.square(X @ (found.matrix() - MATRIX)).mean()


@pytest.mark.parametrize("bits", [2, 3, 4, 8])
@pytest.mark.parametrize("options", [{}, {"symmetric": True}, {"activation_order": True}, {"group_size": 4}])
def test_gptq_loses_less_than_rounding_to_the_nearest(bits, options):
    config = GPTQConfig([], None, **{"weight_bits": bits, "group_size": -1, **options})
    found = gptq(MATRIX, seen(X), config)
    nearest = to_nearest(MATRIX, bits, config.group_size, config.symmetric)
    assert found.integers.min() >= 0
    assert found.integers.max() <= 2**bits - 1
    assert loss(found) < 0.8 * loss(nearest)


def test_gptq_of_independent_inputs_rounds_to_the_nearest():
    statistics = Statistics(12)
    statistics.hessian = np.eye(12)
    found = gptq(MATRIX, statistics, GPTQConfig([], None, group_size=4))
    nearest = to_nearest(MATRIX, 4, 4)
    np.testing.assert_array_equal(found.integers, nearest.integers)
    np.testing.assert_allclose(found.scale, nearest.scale)
    shared = gptq(MATRIX, statistics, GPTQConfig([], None, group_size=4, per_channel=False))
    assert (shared.scale == shared.scale[:, :1]).all()


def test_awq_loses_less_than_rounding_to_the_nearest():
    found = awq(MATRIX, seen(X), AWQConfig([], None, group_size=6))
    assert loss(found) < 0.6 * loss(to_nearest(MATRIX, 4, 6))
    assert loss(awq(MATRIX, seen(X), AWQConfig([], None, group_size=6, num_grid_points=1))) == pytest.approx(
        loss(to_nearest(MATRIX, 4, 6))
    )


def test_axes_that_only_the_inputs_have_are_summed_before():
    x, statistics = X.reshape(40, 5, 12), Statistics(12)
    weight = WatchedWeight(Variable(MATRIX), Recipe("kernel", (0,), (1,)), statistics)
    np.testing.assert_allclose(array(ops.einsum("abc,cd->ad", x, weight)), x.sum(1) @ MATRIX, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(statistics.hessian, 2 * x.sum(1).T @ x.sum(1), rtol=1e-4, atol=1e-2)
    assert statistics.count == 40


def model():
    x = Input((6, 12))
    y = layers.EinsumDense("abc,cde->abde", (6, 3, 4), bias_axes="de")(x)
    y = layers.EinsumDense("abde,dec->abc", (6, 8), activation="relu")(y)
    return Model(x, layers.Dense(5)(y))


def array(tensor):
    return np.asarray(ops.convert_to_numpy(tensor))


DATA = X[:120].reshape(20, 6, 12) / 10


@pytest.mark.parametrize(
    "config",
    [
        GPTQConfig(list(DATA[:, None]), None, group_size=4),
        GPTQConfig(list(DATA[:, None]), None, weight_bits=8, group_size=-1),
        AWQConfig(list(DATA[:, None]), None, group_size=4),
    ],
)
def test_models_and_their_files(config, tmp_path):
    found = model()
    before = array(found(DATA))
    found.quantize(config.mode, config=config)
    assert {layer.quantization_mode for layer in found.layers[1:]} == {config.mode}
    after = array(found(DATA))
    assert 0 < np.abs(after - before).mean() < 0.15 * np.abs(before).mean()
    assert sum(weight.dtype == "uint8" for weight in found.weights) == 6
    found.save(tmp_path / "model.keras")
    np.testing.assert_allclose(array(load_model(tmp_path / "model.keras")(DATA)), after, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("config", [GPTQConfig(list(DATA[:, None]), None, 8), AWQConfig(list(DATA[:, None]), None)])
def test_files_of_adapted_layers_hold_the_sum(config, tmp_path):
    found = model()
    found.quantize(config=config)
    found.layers[-1].enable_lora(2)
    found.layers[-1].lora_kernel_b.assign(np.ones((2, 5)))
    wanted = array(found.layers[-1].kernel)
    found.save(tmp_path / "model.keras")
    kernel = array(ops.convert_to_tensor(load_model(tmp_path / "model.keras").layers[-1].kernel))
    np.testing.assert_allclose(kernel, wanted, atol=np.ptp(wanted) / 2**config.weight_bits)


def test_blocks_and_strings():
    block = Sequential([layers.Dense(8, activation="relu"), layers.Dense(8)], name="block")
    x = Input((5,), dtype="int32")
    table = layers.Embedding(10, 8)
    found = Model(x, layers.Dense(3, name="head")(block(table(x))))
    config = GPTQConfig(
        ["01234", "56789", "13579"],
        lambda text: [int(one) for one in text],
        num_samples=2,
        quantization_layer_structure={"pre_block_layers": [table], "sequential_blocks": [block]},
    )
    found.quantize(config=config)
    assert [layer.quantization_mode for layer in block.layers] == ["gptq", "gptq"]
    assert found.get_layer("head").quantization_mode is None
    assert array(found(np.arange(5)[None])).shape == (1, 5, 3)


@pytest.mark.parametrize(
    ("run", "message"),
    [
        (lambda m: m.quantize("gptq"), "'gptq' needs data: give config=keras.quantizers.GPTQConfig"),
        (lambda m: m.quantize(config=GPTQConfig(None, None)), "dataset is None"),
        (lambda m: m.quantize(config=AWQConfig([], None)), "AWQConfig: the dataset is empty"),
        (lambda m: m.quantize(config=GPTQConfig(["a"], None)), "has strings, and tokenizer is None"),
        (lambda m: m.quantize(config=GPTQConfig([DATA[:, :, :3]], None)), r"sample 0 .* \(20, 6, 3\), and model"),
        (lambda m: m.layers[-1].quantize(config=GPTQConfig([DATA], None)), "call model.quantize"),
        (
            lambda m: m.quantize(
                config=GPTQConfig([DATA], None, quantization_layer_structure={"sequential_blocks": []})
            ),
            "names no layer of model",
        ),
    ],
)
def test_data_that_does_not_fit(run, message):
    with pytest.raises(ValueError, match=message):
        run(model())
