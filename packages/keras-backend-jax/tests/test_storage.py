import jax
import jax.numpy as jnp
import numpy as np
import pytest
from keras_backend_jax import BACKEND
from keras_core import Variable, random


def test_an_array_is_copied() -> None:
    for size in (3, 4096):
        memory = np.zeros(size + 16, "float32")
        start = -memory.ctypes.data % 64 // 4
        array = memory[start : start + size]  # aligned as XLA likes it: what it could share
        tensor = BACKEND.tensor(array)
        array[:] = 7
        assert not np.asarray(tensor).any()
        copy = BACKEND.numpy(tensor)
        copy[:] = 5
        assert not np.asarray(tensor).any()


def test_strings_are_refused() -> None:
    with pytest.raises(ValueError, match="no string tensors"):
        BACKEND.tensor(["a", "b"])


def test_a_failed_write_changes_nothing() -> None:
    a, b = Variable([1.0]), Variable([2.0, 3.0])
    with pytest.raises(ValueError, match=r"shape \(2,\)"):
        BACKEND.write([(a.storage, jnp.zeros(1)), (b.storage, jnp.zeros(3))])
    assert a.numpy().tolist() == [1.0]


def test_an_assignment_in_a_function_of_the_users_that_jax_traces_changes_nothing() -> None:
    v = Variable([1.0, 2.0], name="running_mean")

    def assigns(x: jax.Array) -> jax.Array:
        v.assign(x)
        return x.sum()

    for traced, shape in ((jax.jit(assigns), (2,)), (jax.grad(assigns), (2,)), (jax.vmap(assigns), (3, 2))):
        with pytest.raises(RuntimeError, match=r"'running_mean' is assigned in a function that is traced by jax\.jit"):
            traced(jnp.ones(shape))
        assert v.numpy().tolist() == [1, 2]


def test_draws_go_on_after_one_in_a_traced_function() -> None:
    with pytest.raises(RuntimeError, match="needs a seed of its own"):
        jax.jit(lambda x: x + random.uniform((2,)))(jnp.ones(2))
    first, second = random.uniform((2,)), random.uniform((2,))
    assert np.isfinite(first).all() and (first != second).any()
    key = jnp.array([7, 0], "uint32")
    drawn = jax.jit(lambda key: random.uniform((2,), seed=key))(key)
    np.testing.assert_allclose(drawn, random.uniform((2,), seed=key))
    assert np.isfinite(jax.grad(lambda x: (x * random.uniform((2,))).sum())(jnp.ones(2))).all()  # nothing is traced
