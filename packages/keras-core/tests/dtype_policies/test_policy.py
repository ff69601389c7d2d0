import numpy as np
import pytest
from keras_core import config
from keras_core.dtype_policies import DTypePolicy


@pytest.mark.parametrize(
    ("name", "compute", "variable", "cast"),
    [
        ("mixed_float16", "float16", "float32", "float16"),
        ("mixed_bfloat16", "bfloat16", "float32", "bfloat16"),
        ("float16", "float16", "float16", None),
        ("float64", "float64", "float64", None),
        ("int32", "int32", "int32", None),
    ],
)
def test_names(name, compute, variable, cast):
    policy = DTypePolicy(name)
    assert (policy.name, policy.compute_dtype, policy.variable_dtype) == (name, compute, variable)
    assert policy.autocast_dtype == cast
    assert policy.needs == (compute if compute in ("float16", "bfloat16") else None)
    assert policy.input_dtype == (None if name == "int32" else compute)


def test_no_name_is_floatx():
    assert DTypePolicy() == DTypePolicy("float32") == DTypePolicy(np.float32)
    config.set_floatx("float64")
    try:
        assert DTypePolicy().name == "float64"
    finally:
        config.set_floatx("float32")


@pytest.mark.parametrize("name", ["mixed_float32", "mixed", "half precision", ""])
def test_an_unknown_name_says_which_there_are(name):
    with pytest.raises(ValueError, match=r"Unknown dtype policy .*'mixed_float16', 'mixed_bfloat16'"):
        DTypePolicy(name)


def test_equality_and_config():
    policy = DTypePolicy("mixed_bfloat16")
    assert DTypePolicy.from_config(policy.get_config()) == policy != DTypePolicy("bfloat16")
    assert len({policy, DTypePolicy("mixed_bfloat16")}) == 1
    assert repr(policy) == "DTypePolicy('mixed_bfloat16')"
