"""The stream of seeds."""

import runpy

import numpy as np
from keras_core import set_random_seed
from keras_core.random import seeds


def draws(count=3):
    return [seeds.next_seed() for _ in range(count)]


def test_the_stream_begins_again():
    seeds.restart(3)
    first, order = draws(), seeds.data_generator().integers(1000, size=3).tolist()
    seeds.restart(3)
    assert draws() == first and seeds.data_generator().integers(1000, size=3).tolist() == order
    seeds.restart(4)
    assert draws() != first


def test_the_order_of_data_does_not_depend_on_seeds_drawn():
    seeds.restart(3)
    draws(10)
    order = seeds.data_generator().integers(1000, size=3).tolist()
    seeds.restart(3)
    assert seeds.data_generator().integers(1000, size=3).tolist() == order


def test_isolated_seeds_leave_the_stream_where_it_is():
    set_random_seed(5)
    expected = draws(2)
    set_random_seed(5)
    with seeds.isolated_seeds():
        draws(7)
    assert draws(2) == expected


def test_seeds_are_those_of_numpy_until_one_is_set():
    found = runpy.run_path(seeds.__file__)
    np.random.seed(1337)
    first = found["next_seed"]()
    np.random.seed(1337)
    assert found["next_seed"]() == first and found["data_generator"]() is found["_stream"]
