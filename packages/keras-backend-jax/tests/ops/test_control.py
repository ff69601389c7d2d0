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
