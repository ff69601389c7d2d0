"""Random state as a variable."""

import numpy as np
import pytest
from keras_core import backend
from keras_core.random import SeedGenerator


def test_each_key_is_a_new_one():
    generator = SeedGenerator(7)
    keys = [backend.to_numpy(generator.next()).tolist() for _ in range(3)]
    assert keys == [[7, 0], [7, 1], [7, 2]]
    assert generator.state.numpy().tolist() == [7, 3] and not generator.state.trainable


def test_config():
    assert SeedGenerator.from_config(SeedGenerator(7).get_config()).seed == 7
    assert SeedGenerator(np.int64(2)).seed == 2


def test_wrong_arguments_are_named():
    with pytest.raises(ValueError, match=r"takes an int seed, got 1\.5"):
        SeedGenerator(1.5)
    with pytest.raises(TypeError, match="does not take sede"):
        SeedGenerator(sede=1)
