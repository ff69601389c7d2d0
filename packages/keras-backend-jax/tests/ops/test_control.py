import jax
import jax.numpy as jnp
import numpy as np
from keras_backend_jax.ops import control


def test_only_the_branch_that_is_taken_counts() -> None:
    branches = (lambda x: [x * 2, x], lambda x: [x + 1, x])
    for pred, expected in ((True, 6.0), (False, 4.0)):
        first, _ = control.cond(jnp.asarray(pred), *branches, [jnp.float32(3)])
        assert float(first) == expected


def test_a_loop_until_its_condition_fails() -> None:
    state = control.while_loop(lambda n, x: n < 5, lambda n, x: (n + 1, x * 2), [jnp.int32(0), jnp.float32(1)])
    assert [float(one) for one in state] == [5.0, 32.0]


def test_a_scan_forward_and_backward() -> None:
    xs = jnp.asarray([1.0, 2.0, 3.0])
    for reverse, rows in ((False, [1, 3, 6]), (True, [6, 5, 3])):
        (last,), (sums,) = control.scan(
            lambda carry, row: ([carry[0] + row[0]], [carry[0] + row[0]]), [jnp.float32(0)], [xs], reverse=reverse
        )
        assert float(last) == 6.0
        np.testing.assert_array_equal(sums, rows)


def test_a_gradient_of_ones_own_and_none_where_there_is_none() -> None:
    def function(x: jax.Array, y: jax.Array) -> object:
        return [x * y], lambda upstream: [upstream * 10, None]

    slopes = jax.grad(lambda x, y: control.custom_gradient(function, [x, y])[0], (0, 1))(2.0, 3.0)
    assert [float(one) for one in slopes] == [10.0, 0.0]


def test_a_loop_with_convolutions_is_written_out_where_it_is_short() -> None:
    """In a loop XLA gives a convolution one thread and a slow kernel on a CPU, some twenty times slower."""
    kernel = jnp.full((3, 1, 1), 0.5)

    @jax.jit  # as layers are: the convolution is inside another program
    def convolved(x: jax.Array) -> jax.Array:
        return jax.lax.conv_general_dilated(x, kernel, (1,), "SAME", dimension_numbers=("NWC", "WIO", "NWC"))

    def body(carry: list[jax.Array], row: list[jax.Array]) -> tuple[list[jax.Array], list[jax.Array]]:
        return [convolved(carry[0]) + row[0]], [carry[0]]

    def plain(carry: list[jax.Array], row: list[jax.Array]) -> tuple[list[jax.Array], list[jax.Array]]:
        return [carry[0] * 0.5 + row[0]], [carry[0]]

    def loops(steps: int, step: object = body) -> int:
        run = jax.jit(lambda start, xs: control.scan(step, [start], [xs]))
        return run.lower(jnp.zeros((1, 4, 1)), jnp.zeros((steps, 1, 4, 1))).as_text().count("stablehlo.while")

    assert (loops(8), loops(100), loops(8, plain)) == (0, 1, 1)
    (last,), (carried,) = control.scan(body, [jnp.zeros((1, 4, 1))], [jnp.ones((2, 1, 4, 1))])
    np.testing.assert_allclose(last[0, :, 0], [2.0, 2.5, 2.5, 2.0])
    np.testing.assert_allclose(carried[:, 0, :, 0], [[0, 0, 0, 0], [1, 1, 1, 1]])
