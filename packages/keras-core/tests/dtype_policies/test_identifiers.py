import json

import pytest
from keras_core import saving
from keras_core.dtype_policies import DTypePolicy, deserialize, get, serialize


def test_get():
    policy = DTypePolicy("mixed_float16")
    assert get(policy) is policy
    assert get("mixed_float16") == get(serialize(policy)) == get(policy.get_config()) == policy
    assert get(None).name == "float32"


def test_the_config_is_that_of_keras_files():
    config = json.loads(json.dumps(serialize(DTypePolicy("mixed_float16"))))
    expected = {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "mixed_float16"}}
    assert config == expected | {"registered_name": None}
    assert deserialize(config) == saving.deserialize_keras_object(config) == DTypePolicy("mixed_float16")
    assert deserialize({"class_name": "Policy", "config": {"name": "mixed_bfloat16"}}).name == "mixed_bfloat16"


def test_other_kinds_of_policy_are_refused():
    with pytest.raises(ValueError, match=r"Unknown dtype policy class 'StrangePolicy'.*DTypePolicyMap"):
        deserialize({"class_name": "StrangePolicy", "config": {"mode": "int8"}})
