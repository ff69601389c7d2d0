import pytest
from keras_legacy import backend as K


def test_the_usual_values():
    assert (K.floatx(), K.epsilon(), K.image_data_format()) == ("float32", 1e-7, "channels_last")
    assert isinstance(K.backend(), str)


def test_values_can_be_set():
    K.set_epsilon(1e-3)
    K.set_floatx("float64")
    try:
        assert K.epsilon() == 1e-3
        assert K.cast_to_floatx([1, 2]).dtype == "float64"
    finally:
        K.set_epsilon(1e-7)
        K.set_floatx("float32")


def test_names_of_keras_1_for_the_data_format():
    K.set_image_dim_ordering("th")
    try:
        assert K.image_data_format() == K.normalize_data_format(None) == "channels_first"
        assert K.image_dim_ordering() == "th"
    finally:
        K.set_image_dim_ordering("tf")
    assert K.normalize_data_format("channels_first") == "channels_first"
    with pytest.raises(ValueError, match=r"'th' .* or 'tf' .*, got 'xx'"):
        K.set_image_dim_ordering("xx")


def test_numbers_for_names():
    K.reset_uids()
    assert [K.get_uid("a"), K.get_uid("a"), K.get_uid("b")] == [1, 2, 1]
    K.clear_session()
    assert K.get_uid("a") == 1


def test_name_scope():
    with K.name_scope("outer"):
        assert K.variable(1.0, name="v").path == "outer/v"


def test_settings_take_both_names():
    K.set_epsilon(e=1e-3)
    K.set_floatx(floatx="float64")
    try:
        assert (K.epsilon(), K.floatx()) == (1e-3, "float64")
    finally:
        K.set_epsilon(value=1e-7)
        K.set_floatx(value="float32")
    assert (K.epsilon(), K.floatx()) == (1e-7, "float32")


def test_both_names_at_once_are_refused():
    with pytest.raises(TypeError, match="'value' and 'e', which are the same"):
        K.set_epsilon(1e-3, e=1e-3)
    with pytest.raises(TypeError, match="unknown"):
        K.set_epsilon(unknown=1e-3)
