"""Which backends there are."""

from __future__ import annotations

import keras_core
import numpy as np
from keras_cli import list_backends


def test_the_one_in_use():
    found = list_backends()
    assert [one.name for one in found if one.active] == [keras_core.config.backend()] == [found[0].name]
    own = {one.name: one for one in found}["numpy"]
    assert own.problem is None and own.devices == ["cpu:0"] and not own.trains
    assert own.versions["numpy"] == np.__version__
    assert own.distribution.startswith("keras-backend-numpy 4.")
    assert own.as_json()["name"] == "numpy"


def test_one_that_does_not_start():
    assert {one.problem for one in list_backends(seconds=0.01)} == {"it did not start in 0.01 seconds"}
