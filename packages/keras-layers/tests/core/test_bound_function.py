"""Functions that keep the variables around them."""

from keras_layers.core.bound_function import bound


def test_variables_of_a_scope_are_kept():
    made = []
    for k in range(3):
        made.append(bound(lambda x, by=1: x + k * by))  # noqa: B023 (it is what the test is about)
    assert [function(10) for function in made] == [10, 11, 12]
    assert made[2](10, by=2) == 14 and made[0].__name__ == "<lambda>"


def test_global_variables_are_kept():
    scope = {"k": 1}
    function = eval("lambda: k", scope)
    kept = bound(function)
    scope["k"] = 2
    assert (kept(), function()) == (1, 2)


def test_a_function_with_nothing_to_keep_and_one_that_assigns_are_themselves():
    def count():
        nonlocal calls
        calls += 1

    calls = 0
    for function in (len, bound, count):
        assert bound(function) is function
