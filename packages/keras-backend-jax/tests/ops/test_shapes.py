import jax
import jax.numpy as jnp
import numpy as np
import pytest
from keras_backend_jax.ops.shapes import alike, sizes, spread


@pytest.mark.parametrize(
    ("shape", "expected"),
    [(3, (3,)), ((2, np.int64(3)), (2, 3)), ((), ()), (np.array([2, 3]), (2, 3)), (np.array(4), (4,))],
)
def test_sizes_of_numbers_and_arrays(shape: object, expected: tuple[int, ...]) -> None:
    assert sizes(shape) == expected


def test_sizes_that_depend_on_values_are_refused() -> None:
    with pytest.raises(ValueError, match="depends on values: JAX compiles for static shapes"):
        jax.jit(lambda n: jnp.zeros(sizes((2, n))))(3)


def test_broadcasting() -> None:
    x = jnp.arange(3)
    assert spread(x, (3,)) is x and spread(x, (2, 3)).tolist() == [[0, 1, 2]] * 2
    same = [x, x + 1]
    assert all(one is other for one, other in zip(alike(*same), same, strict=True))
    assert [one.shape for one in alike(jnp.ones((2, 1)), x, jnp.ones(()))] == [(2, 3)] * 3
