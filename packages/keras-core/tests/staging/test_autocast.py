"""What float variables are read as."""

from keras_core import Variable
from keras_core.staging.autocast import AUTOCAST, autocast


def test_only_inside_and_only_float_variables():
    weight, count = Variable([1.0]), Variable([1], dtype="int32")
    with autocast("float16"):
        assert (weight.dtype, count.dtype) == ("float16", "int32")
        with autocast(None):
            assert weight.dtype == "float32"
    assert weight.dtype == "float32" and AUTOCAST.get() is None


def test_a_variable_can_be_kept_out():
    with autocast("float16"):
        assert Variable([1.0], autocast=False).dtype == "float32"
