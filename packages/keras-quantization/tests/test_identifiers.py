import pytest
from keras_quantization import AbsMaxQuantizer, Quantizer, deserialize, get, serialize


def test_names_classes_and_configs_give_quantizers():
    assert get("abs_max_quantizer", axis=-1) == AbsMaxQuantizer(-1)
    assert get(AbsMaxQuantizer, axis=0) == AbsMaxQuantizer(0)
    assert get(None) is None
    given = AbsMaxQuantizer(-1, (-8, 7), 1e-3)
    assert get(serialize(given)) == deserialize(serialize(given)) == get(given) == given
    assert deserialize({"class_name": "Quantizer", "config": {"output_dtype": "int4"}}) == Quantizer("int4")
    assert serialize(given)["module"] == "keras.quantizers"


def test_what_is_no_quantizer():
    with pytest.raises(ValueError, match="Unknown quantizer 'absmax'"):
        get("absmax")
    with pytest.raises(ValueError, match="Cannot interpret 3 as a quantizer"):
        get(3)
