from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from keras_backend_tf.ops import control


def _running_products(xs: Any, start: Any, **options: Any) -> Any:
    def body(carry: list[Any], row: list[Any]) -> tuple[list[Any], list[Any]]:
        new = carry[0] * row[0]
        return [new], [new, row[0] + 1.0]

    (last,), (products, others) = control.scan(body, [start], [xs], **options)
    return last, products, others


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize("options", [{}, {"unroll": True}, {"reverse": True}, {"reverse": True, "unroll": True}])
def test_scan_and_its_gradient(options: dict[str, Any], jit: bool) -> None:
    xs = np.array([1.5, 2.0, -0.5], "float32")

    @tf.function(autograph=False, jit_compile=jit)
    def f(given: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(given)
            last, products, others = _running_products(given, tf.constant(2.0), **options)
            loss = tf.reduce_sum(products)
        return last, products, others, tape.gradient(loss, given)

    order = xs[::-1] if options.get("reverse") else xs
    products = 2 * np.cumprod(order)
    slope = np.array([products[k:].sum() / order[k] for k in range(3)])
    if options.get("reverse"):
        products, slope = products[::-1], slope[::-1]
    last, found, others, gradient = f(tf.constant(xs))
    np.testing.assert_allclose(last, 2 * np.prod(xs), rtol=1e-6)
    np.testing.assert_allclose(found, products, rtol=1e-6)
    np.testing.assert_allclose(others, xs + 1, rtol=1e-6)
    np.testing.assert_allclose(gradient, slope, rtol=1e-5)


def test_scan_over_an_unknown_length() -> None:
    f = tf.function(
        lambda xs: _running_products(xs, tf.constant(1.0)), autograph=False, input_signature=[tf.TensorSpec((None,))]
    )
    for xs in ([2.0, 3.0], [2.0, 3.0, 4.0]):
        last, products, _ = f(tf.constant(xs))
        np.testing.assert_allclose(products, np.cumprod(xs))
        assert float(last) == np.prod(xs)


def test_scan_without_inputs() -> None:
    f = tf.function(
        lambda: control.scan(lambda c, _: ([c[0] + 1], [c[0]]), [tf.constant(0)], [], length=4), autograph=False
    )
    (last,), (seen,) = f()
    assert int(last) == 4
    assert seen.numpy().tolist() == [0, 1, 2, 3]


def test_cond_and_while_give_lists() -> None:
    @tf.function(autograph=False)
    def f(x: Any) -> Any:
        (chosen,) = control.cond(x > 0, lambda a: [a], lambda a: [-a], [x])
        (grown,) = control.while_loop(lambda a: a < 100, lambda a: [a * 2], [chosen])
        return chosen, grown

    assert [int(t) for t in f(tf.constant(-3))] == [3, 192]


@pytest.mark.parametrize(("steps", "written_out"), [(3, True), (40, False)])
def test_a_short_loop_with_convolutions_is_written_out(steps: int, written_out: bool) -> None:
    kernel = tf.ones((1, 1, 1, 1))

    def body(carry: list[Any], row: list[Any]) -> tuple[list[Any], list[Any]]:
        new = tf.nn.conv2d(carry[0], kernel, 1, "SAME") + row[0]
        return [new], [new]

    rows = tf.ones((steps, 1, 2, 2, 1))
    run = tf.function(lambda xs: control.scan(body, [tf.zeros((1, 2, 2, 1))], [xs]), autograph=False)
    (last,), _ = run(rows)
    np.testing.assert_allclose(last, np.full((1, 2, 2, 1), steps))
    kernels = [op.type for op in run.get_concrete_function(rows).graph.get_operations()]
    assert (kernels.count("Conv2D") == steps) is written_out
    assert ("StatelessWhile" in kernels or "While" in kernels) is not written_out
