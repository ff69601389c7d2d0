"""Which functions are worth to wake threads for."""

from keras_backend_cntk.expressions import Expr, call, joined, sliced
from keras_backend_cntk.threads import gains_by_threads


def given(*shape):
    return Expr("input", (), shape, "float32")


def product(rows, inner, columns):
    return call("times", given(rows, inner), given(inner, columns), shape=(rows, columns))


def test_large_products_gain_and_small_ones_wait_for_threads():
    assert gains_by_threads([product(256, 1024, 256)])
    assert not gains_by_threads([product(32, 100, 64)])
    image, kernel = given(32, 32, 26, 26), given(64, 32, 3, 3)
    assert gains_by_threads([call("convolution", image, kernel, shape=(32, 64, 24, 24))])
    assert not gains_by_threads([call("exp", given(1000, 1000))])


def test_each_row_of_a_cut_costs_a_parallel_loop():
    cut = sliced(given(256, 1024), 1, 0, 256)
    assert not gains_by_threads([product(256, 1024, 256), *[cut] * 2])
    assert gains_by_threads([product(256, 1024, 256), sliced(given(1024, 256), 0, 0, 256)])
    assert not gains_by_threads([product(256, 1024, 256), joined([cut, cut, cut, cut], 1), cut])
