"""Shape and dtype of a tensor that need not exist."""

import dataclasses

import pytest
from keras_core import Spec


def test_specs_compare_by_value_and_hash():
    assert Spec((None, 2)) == Spec((None, 2), "float32") != Spec((None, 2), "int32")
    assert len({Spec((1,)), Spec((1,))}) == 1
    assert Spec((None, 2)).ndim == 2


def test_specs_do_not_change():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Spec((1,)).shape = (2,)
