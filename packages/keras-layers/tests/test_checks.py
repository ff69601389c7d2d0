import pytest
from keras_core import Layer
from keras_layers import checks

LAYER = Layer(name="thing")


def test_int_tuple():
    assert checks.int_tuple(LAYER, "size", 2, rank=2) == (2, 2)
    assert checks.int_tuple(LAYER, "size", [1, 3], rank=2) == (1, 3)
    for wrong in (0, (1,), (1, 2, 3), (1, -1), "12", None, 1.5):
        with pytest.raises(ValueError, match="size must be an integer of at least 1 or a tuple of 2 of them"):
            checks.int_tuple(LAYER, "size", wrong, rank=2)


def test_pairs():
    assert checks.pairs(LAYER, "padding", 1, rank=2) == ((1, 1), (1, 1))
    assert checks.pairs(LAYER, "padding", (1, 2), rank=2) == ((1, 1), (2, 2))
    assert checks.pairs(LAYER, "padding", [[1, 0], [2, 3]], rank=2) == ((1, 0), (2, 3))
    for wrong in (-1, (1,), ((1, 2), (3,)), "same", None):
        with pytest.raises(ValueError, match="padding must be an integer of at least 0"):
            checks.pairs(LAYER, "padding", wrong, rank=2)


def test_choice_and_data_format():
    assert checks.choice(LAYER, "padding", "SAME", ("same",)) == "same"
    assert checks.data_format(LAYER, None) == "channels_last"
    with pytest.raises(ValueError, match="data_format must be one of 'channels_last', 'channels_first', got 'first'"):
        checks.data_format(LAYER, "first")


def test_fraction():
    assert checks.fraction(LAYER, "rate", 1) == 1
    for wrong in (-0.1, 1.1, "0.5", None):
        with pytest.raises(ValueError, match="rate must be a number from 0 to 1"):
            checks.fraction(LAYER, "rate", wrong)


def test_known_axis():
    assert checks.known_axis(LAYER, (None, 3), -1, "the width") == 3
    with pytest.raises(ValueError, match=r"the width \(axis 0 of the input\) must be known, got .* \(None, 3\)"):
        checks.known_axis(LAYER, (None, 3), 0, "the width")
