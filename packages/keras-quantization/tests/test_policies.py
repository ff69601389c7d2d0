import pytest
from keras_core import dtype_policies
from keras_quantization import (
    AWQDTypePolicy,
    GPTQDTypePolicy,
    Int4DTypePolicy,
    QuantizedDTypePolicy,
    QuantizedFloat8DTypePolicy,
)

POLICIES = [
    (QuantizedDTypePolicy("int8", "mixed_bfloat16"), "int8_from_mixed_bfloat16"),
    (Int4DTypePolicy("int4/64", "float32"), "int4/64_from_float32"),
    (QuantizedFloat8DTypePolicy("float8", "float32"), "float8_from_float32"),
    (GPTQDTypePolicy("gptq/3/32", "float32"), "gptq/3/32_from_float32"),
    (AWQDTypePolicy("awq/4/-1", "bfloat16"), "awq/4/-1_from_bfloat16"),
]


@pytest.mark.parametrize(("policy", "name"), POLICIES)
def test_policies_by_name_and_config(policy, name):
    assert policy.name == name
    assert dtype_policies.get(name) == policy
    config = dtype_policies.serialize(policy)
    assert config["module"] == "keras.dtype_policies"
    assert dtype_policies.get(config) == policy
    assert hash(policy) == hash(dtype_policies.get(name))
    assert name in repr(policy)


def test_what_is_not_quantized_follows_the_source():
    policy = QuantizedDTypePolicy("int8", "mixed_bfloat16")
    assert (policy.compute_dtype, policy.variable_dtype, policy.input_dtype) == ("bfloat16", "float32", "bfloat16")
    assert (policy.quantization_mode, policy.source_name, policy.mode) == ("int8", "mixed_bfloat16", "int8")
    assert QuantizedDTypePolicy("int8").source_name == dtype_policies.dtype_policy().name
    assert (Int4DTypePolicy("int4", "float32").block_size, Int4DTypePolicy("int4/8").block_size) == (-1, 8)
    assert dtype_policies.get("gptq/3/32_from_float32").weight_bits == 3


def test_maps_hold_them():
    policies = dtype_policies.DTypePolicyMap("float32", {"dense": "int8_from_float32"})
    assert policies["dense"] == QuantizedDTypePolicy("int8", "float32")
    again = dtype_policies.get(dtype_policies.serialize(policies))
    assert again["dense"] == policies["dense"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: dtype_policies.get("int3_from_float32"), "modes of quantization are int8, int4"),
        (lambda: QuantizedDTypePolicy("int4", "float32"), "mode must be like 'int8', got 'int4'"),
        (lambda: QuantizedDTypePolicy("int8/2", "float32"), "mode must be like 'int8', got 'int8/2'"),
        (lambda: QuantizedDTypePolicy("int8", "int32"), "source_name must be a policy such as"),
        (lambda: Int4DTypePolicy("int4/0", "float32"), "mode must be like 'int4/128', got 'int4/0'"),
        (lambda: GPTQDTypePolicy("gptq/4", "float32"), "mode must be like 'gptq/4/128', got 'gptq/4'"),
        (lambda: AWQDTypePolicy("awq/4/x", "float32"), "mode must be like 'awq/4/128'"),
        (lambda: QuantizedFloat8DTypePolicy("float8", "float32", 0), "amax_history_length must be"),
    ],
)
def test_wrong_modes(make, message):
    with pytest.raises(ValueError, match=message):
        make()
