import math

from keras_core.backend.toolkit import optional_attribute


def test_what_is_there_is_returned():
    assert optional_attribute("math", "tau") == math.tau
    assert optional_attribute("os.path", "join")("a", "b")


def test_what_is_gone_is_none():
    assert optional_attribute("math", "no_such_name") is None
    assert optional_attribute("math.no_such_module", "name") is None
