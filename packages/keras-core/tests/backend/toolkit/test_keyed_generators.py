import threading

import numpy as np
from keras_core.backend.toolkit import keyed_generator


def made(key):
    return np.random.Generator(np.random.Philox(key=key))


def test_numbers_are_those_of_a_generator_made_for_the_key():
    for key in ([0, 0], [7, 1], [2**32 - 1, 5]):
        begun = keyed_generator(np.array(key, "uint32"))
        begun.integers(0, 9, 3, "uint8")  # leaves a part of a number
        again, other = keyed_generator(np.array(key, "uint32")), made(key)
        for draw in (
            lambda g: g.integers(0, 200, 3, "uint8"),
            lambda g: g.random(5, np.float32),
            lambda g: g.random(3),
        ):
            np.testing.assert_array_equal(draw(again), draw(other))
        np.testing.assert_array_equal(keyed_generator(key).standard_normal(4), made(key).standard_normal(4))


def test_threads_do_not_meet():
    here, found = keyed_generator([3, 0]), []
    thread = threading.Thread(target=lambda: found.append(keyed_generator([4, 0]).random(2)))
    thread.start()
    thread.join()
    np.testing.assert_array_equal(here.random(2), made([3, 0]).random(2))
    np.testing.assert_array_equal(found[0], made([4, 0]).random(2))
