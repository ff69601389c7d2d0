"""The seed of the process."""

import random as python_random

import numpy as np
import pytest
from keras_core import backend, naming, random, set_random_seed
from keras_core.random.global_generator import key_from


def test_everything_begins_again():
    def draw():
        set_random_seed(11)
        names = naming.auto_name("thing")
        drawn = backend.to_numpy(random.uniform((2,))).tolist()
        return names, drawn, python_random.random(), np.random.rand(), random.next_seed()

    assert draw() == draw()
    assert draw()[0] == "thing"


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, None])
def test_other_seeds_are_refused(seed):
    with pytest.raises(ValueError, match="takes an int from 0 to"):
        set_random_seed(seed)


def test_one_generator_until_the_seed_is_set():
    found = random.get_seed_generator()
    assert random.get_seed_generator(backend.active_name()) is found
    set_random_seed(11)
    assert random.get_seed_generator() is not found


def test_keys():
    assert backend.to_numpy(key_from(5)).tolist() == [5, 0]
    generator = random.SeedGenerator(6)
    assert backend.to_numpy(key_from(generator)).tolist() == [6, 0]
    given = backend.active().tensor(np.array([1, 2], "uint32"))
    assert key_from(given) is given
    assert backend.to_numpy(key_from(None)).tolist()[0] == random.get_seed_generator().seed


def test_a_scope_draws_by_its_seed_and_leaves_no_trace():
    def draw():
        return random.next_seed(), random.data_generator().integers(1 << 30), np.random.rand(), python_random.random()

    random.set_random_seed(3)
    expected = draw(), backend.to_numpy(random.uniform((2,))).tolist()
    random.set_random_seed(3)
    with random.random_seed_scope(4):
        inside = draw()
        random.uniform((2,))
    with pytest.raises(KeyError), random.random_seed_scope(4):
        assert draw() == inside
        raise KeyError
    assert (draw(), backend.to_numpy(random.uniform((2,))).tolist()) == expected
    assert inside != expected[0]
