import jax.numpy as jnp
import numpy as np
import pytest
from keras_backend_jax import BACKEND
from keras_core import Variable


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
