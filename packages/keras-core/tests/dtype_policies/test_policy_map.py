import json

import pytest
from keras_conformance import Affine
from keras_core import Input, Sequential
from keras_core.dtype_policies import DTypePolicy, DTypePolicyMap, deserialize, serialize, set_dtype_policy


def test_the_key_itself_goes_before_expressions():
    policies = DTypePolicyMap("float64", {"block/dense": "float16", ".*/dense.*": "mixed_bfloat16"})
    assert policies["block/dense"].name == "float16"
    assert policies["other/dense_1"].name == "mixed_bfloat16"
    assert policies["norm"].name == "float64"
    assert len(policies) == 2 and list(policies) == ["block/dense", ".*/dense.*"]


def test_the_default_follows_the_global_policy():
    policies = DTypePolicyMap()
    set_dtype_policy("mixed_float16")
    try:
        assert policies["any"].name == "mixed_float16"
    finally:
        set_dtype_policy(None)
    assert policies["any"].name == "float32"


def test_two_expressions_that_match_are_an_error():
    policies = DTypePolicyMap("float32", {".*den.*": "float16", ".*dense": "float64"})
    with pytest.raises(ValueError, match=r"'my_dense' matches 2 keys .*: [.][*]den[.][*], [.][*]dense"):
        policies["my_dense"]


def test_keys_are_set_once():
    policies = DTypePolicyMap()
    policies["a"] = "float16"
    with pytest.raises(ValueError, match=r"has 'a' already"):
        policies["a"] = "float64"
    del policies["a"]
    policies["a"] = DTypePolicy("float64")
    assert policies["a"].name == "float64"
    with pytest.raises(ValueError, match=r"holds policies, got DTypePolicyMap"):
        policies["b"] = DTypePolicyMap()


def test_a_file_gives_an_equal_map():
    policies = DTypePolicyMap("mixed_float16", {"norm": "float32"})
    config = json.loads(json.dumps(serialize(policies)))
    assert config["module"] == "keras.dtype_policies" and config["class_name"] == "DTypePolicyMap"
    assert deserialize(config) == policies != DTypePolicyMap("mixed_float16")


def test_layers_take_their_own_policy_from_it():
    policies = DTypePolicyMap("mixed_bfloat16", {"head": "float32", "model/.*tail": "float32", "model/end": "float64"})
    layers = [Affine(2, name=name, dtype=policies) for name in ("body", "head", "head_1", "end")]
    assert [layer.compute_dtype for layer in layers] == ["bfloat16", "float32", "bfloat16", "float64"]
    assert layers[0].get_config()["dtype"]["config"] == {"name": "mixed_bfloat16"}


def test_layers_that_are_built_are_known_by_their_whole_path():
    policies = DTypePolicyMap("float32", {"model/inner/.*": "mixed_bfloat16", "end": "float64"})
    inner = Sequential([Affine(2, name="a", dtype=policies)], name="inner")
    model = Sequential([Input((3,)), inner, Affine(2, name="end", dtype=policies)], name="model")
    assert [layer.compute_dtype for layer in (inner.layers[0], model.layers[1])] == ["bfloat16", "float64"]
