import pytest
from keras_conformance import Affine
from keras_core import Input, Sequential, config
from keras_core.dtype_policies import DTypePolicy, dtype_policy, set_dtype_policy


@pytest.fixture(autouse=True)
def _restored():
    yield
    set_dtype_policy(None)
    config.set_floatx("float32")


def test_layers_made_under_it_have_it():
    before = Affine(2)
    set_dtype_policy("mixed_bfloat16")
    assert dtype_policy() == DTypePolicy("mixed_bfloat16")
    assert (before.dtype_policy.name, Affine(2).dtype_policy.name) == ("float32", "mixed_bfloat16")
    assert Affine(2, dtype="float64").compute_dtype == "float64"
    set_dtype_policy(None)
    assert Affine(2).dtype_policy.name == "float32"


def test_inputs_keep_floatx():
    set_dtype_policy("mixed_float16")
    assert Input((3,)).dtype == "float32"
    model = Sequential([Affine(2)])
    model.build((None, 3))
    assert (model.inputs[0].dtype, model.outputs[0].dtype) == ("float32", "float16")
    assert Sequential([Affine(2, input_shape=(3,))]).inputs[0].dtype == "float32"


def test_floatx_is_the_policy_where_none_is_set():
    config.set_floatx("float64")
    assert dtype_policy().name == "float64"


def test_an_unknown_name_changes_nothing():
    with pytest.raises(ValueError, match="Unknown dtype policy 'mixed'"):
        set_dtype_policy("mixed")
    assert dtype_policy().name == "float32"
