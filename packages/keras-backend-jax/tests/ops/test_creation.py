import jax
import numpy as np
import pytest
from keras_backend_jax.ops import creation
from keras_core import ops


def test_full_spreads_a_value() -> None:
    found = creation.full((2, 3), [1, 2, 3], "int32")
    assert found.dtype == "int32"
    np.testing.assert_array_equal(found, [[1, 2, 3]] * 2)


@pytest.mark.parametrize("dtype", ["int32", "float32", "int64", "float64"])
def test_sequences_in_every_width(dtype: str) -> None:
    found = ops.arange(1, 10, 3, dtype=dtype)
    assert str(found.dtype) == dtype
    np.testing.assert_array_equal(found, [1, 4, 7])


def test_limits_that_depend_on_values_are_refused() -> None:
    with pytest.raises(ValueError, match="limits that depend on values: JAX compiles for static shapes"):
        jax.jit(lambda n: creation.sequence(0, n, 1, "int32"))(3)
