"""Covers: quantizer.py, abs_max_quantizer.py, calibrated_config.py, gptq_config.py, awq_config.py"""

import pytest
from keras_quantization import (
    AbsMaxQuantizer,
    AWQConfig,
    Float8QuantizationConfig,
    GPTQConfig,
    Int4QuantizationConfig,
    Int8QuantizationConfig,
    Quantizer,
    deserialize,
    serialize,
)

# As upstream Keras 3.15.1 writes it.
INT8 = {
    "module": "keras.quantizers",
    "class_name": "Int8QuantizationConfig",
    "config": {
        "weight_quantizer": None,
        "activation_quantizer": {
            "module": "keras.quantizers",
            "class_name": "AbsMaxQuantizer",
            "config": {"value_range": [-127, 127], "epsilon": 1e-07, "output_dtype": "int8"},
            "registered_name": None,
        },
    },
    "registered_name": None,
}


def test_configs_are_written_as_upstream_writes_them():
    assert serialize(Int8QuantizationConfig()) == INT8
    assert serialize(Int4QuantizationConfig())["config"] == {
        "weight_quantizer": None,
        "activation_quantizer": None,
        "block_size": 128,
    }


@pytest.mark.parametrize(
    "config",
    [
        Int8QuantizationConfig(),
        Int8QuantizationConfig(AbsMaxQuantizer(0), None),
        Int4QuantizationConfig(block_size=-1, activation_quantizer="abs_max_quantizer"),
        Float8QuantizationConfig(),
    ],
)
def test_they_are_read_again(config):
    assert deserialize(serialize(config)) == config


@pytest.mark.parametrize(
    ("config", "mode"),
    [
        (Int8QuantizationConfig(), "int8"),
        (Int4QuantizationConfig(), "int4/128"),
        (Int4QuantizationConfig(block_size=None), "int4/-1"),
        (GPTQConfig([], None), "gptq/4/128"),
        (AWQConfig([], None, group_size=-1), "awq/4/-1"),
    ],
)
def test_names_of_policies_say_the_mode(config, mode):
    assert config.policy_mode() == mode


def test_gptq_and_awq_give_their_arguments():
    given = {"dataset": ["a"], "tokenizer": None, "weight_bits": 3, "hessian_damping": 0.1, "symmetric": True}
    assert given.items() <= GPTQConfig(**given).get_config().items()
    assert AWQConfig([], None, num_grid_points=5).get_config()["num_grid_points"] == 5


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Int8QuantizationConfig(Quantizer("int16")), "weight_quantizer must be a Quantizer with output_dtype"),
        (lambda: Int8QuantizationConfig(activation_quantizer=3), "Cannot interpret 3"),
        (lambda: Int4QuantizationConfig(block_size=0), "block_size must be positive, -1 or None, got 0"),
        (lambda: Int4QuantizationConfig(AbsMaxQuantizer()), "Give block_size=-1, or no quantizers"),
        (lambda: AbsMaxQuantizer(value_range=(1, -1)), "value_range must be"),
        (lambda: GPTQConfig([], None, weight_bits=5), "weight_bits must be 2, 3, 4 or 8, got 5"),
        (lambda: GPTQConfig([], None, hessian_damping=2), "hessian_damping must be 0 to 1"),
        (lambda: GPTQConfig([], None, group_size=0), "GPTQConfig: group_size must be positive"),
        (lambda: AWQConfig([], None, weight_bits=8), "weight_bits must be 4, got 8"),
        (lambda: AWQConfig([], None, num_samples=0), "AWQConfig: num_samples and sequence_length must be positive"),
        (lambda: AWQConfig([], None, num_grid_points=0), "num_grid_points must be positive"),
    ],
)
def test_wrong_arguments(make, message):
    with pytest.raises(ValueError, match=message):
        make()
