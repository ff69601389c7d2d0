"""Losses by name."""

import pytest
from keras_core import losses


def test_unknown_name():
    with pytest.raises(ValueError, match="categorical_crossentropy"):
        losses.get("categorical_crosentropy")
    with pytest.raises(ValueError, match="Unknown loss"):
        losses.get("as_loss")
