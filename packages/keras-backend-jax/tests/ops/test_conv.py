from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax
from keras_backend_jax.ops import OPS


@pytest.mark.parametrize(
    ("size", "strides", "padding"), [(2, 2, "valid"), (3, 2, "same"), (3, 1, "valid"), (5, 3, "same")]
)
def test_pooling_place_by_place_is_that_by_windows(size: int, strides: int, padding: str) -> None:
    x = jnp.asarray(np.random.default_rng(0).normal(size=(2, 9, 8, 3)).astype("float32"))

    def by_windows(x: Any) -> Any:
        return lax.reduce_window(x, -np.inf, lax.max, (1, size, size, 1), (1, strides, strides, 1), padding.upper())

    def pooled(x: Any) -> Any:
        return OPS["max_pool"](x, size, strides, padding, "channels_last")

    np.testing.assert_array_equal(pooled(x), by_windows(x))
    slopes = [jax.grad(lambda x, pool=pool: jnp.sum(pool(x) ** 2))(x) for pool in (pooled, by_windows)]
    np.testing.assert_allclose(slopes[0], slopes[1], rtol=1e-6)


def test_of_equal_elements_the_first_gets_the_gradient_and_nan_goes_through() -> None:
    x = jnp.asarray([[[1.0], [1.0], [0.0], [np.nan]]])
    slope = jax.grad(lambda x: OPS["max_pool"](x, 2, 2, "valid", "channels_last")[0, 0, 0])(x)
    np.testing.assert_array_equal(slope.ravel(), [1, 0, 0, 0])
    assert np.isnan(OPS["max_pool"](x, 2, 2, "valid", "channels_last")[0, 1, 0])
