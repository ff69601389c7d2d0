import os
import warnings
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from keras_backend_jax import BACKEND
from keras_core import Input, Model, Spec, Variable, gradients, ops, stage


@pytest.mark.parametrize("dtype", ["float64", "int64", "uint64", "bfloat16", "float16", "bool", "int8"])
def test_every_dtype_keeps_its_width_and_nothing_is_turned_on(dtype: str) -> None:
    array = np.array([0, 1, 1]).astype(ops.convert_to_numpy(BACKEND.tensor([0], dtype)).dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tensor = BACKEND.tensor(array)
        assert BACKEND.dtype(tensor) == dtype
        assert not tensor.weak_type
        assert BACKEND.dtype(ops.add(tensor, 1)) == ("int32" if dtype == "bool" else dtype)
        assert BACKEND.dtype(stage(lambda x: ops.concatenate([x, x]), [])(array)) == dtype
    assert jnp.ones(3).dtype == "float32" and not jax.config.jax_enable_x64


def test_64_bit_numbers_are_computed_as_such() -> None:
    big = np.array([2**40 + 1], "int64")
    assert ops.convert_to_numpy(ops.multiply(big, 2)).tolist() == [2**41 + 2]
    w = Variable(np.array(1 / 3))
    assert w.dtype == "float64"
    _, (slope,) = gradients(lambda: ops.sum(ops.exp(w)), [w])
    np.testing.assert_allclose(BACKEND.numpy(slope), np.exp(1 / 3), rtol=1e-15)


def test_functions_of_jax_take_variables() -> None:
    v = Variable([1.0, 2.0])
    np.testing.assert_array_equal(jnp.asarray(v), [1, 2])
    np.testing.assert_array_equal(jnp.ones(2) - v, [0, -1])
    v.assign([3.0, 4.0])

    def body(x: Any) -> Any:
        v.assign(v * 2)
        return jnp.asarray(v) + x  # the value that was just assigned, not the one in store

    np.testing.assert_array_equal(stage(body, [v])(np.float32([1, 1])), [7, 9])


def test_jax_differentiates_calls_of_keras() -> None:
    v = Variable([1.0, 2.0])
    slope = jax.grad(lambda x: ops.sum(ops.square(x) * v))(jnp.asarray([3.0, 4.0]))
    np.testing.assert_array_equal(slope, [6, 16])
    np.testing.assert_array_equal(jax.jit(lambda x: ops.multiply(x, v))(jnp.ones(2)), [1, 2])


def test_unknown_sizes_of_results() -> None:
    spec = Spec((None, 3), "float32")
    (found,) = BACKEND.abstract(lambda x: [jnp.concatenate([x, x]) @ jnp.ones((3, 5))], [spec])
    assert (found.shape, found.dtype) == ((None, 5), "float32")


def test_sizes_are_known_while_tracing() -> None:
    def body(x: Any) -> Any:
        half = ops.floor_divide(BACKEND.ops["axis_size"](x, 0), 2)
        return ops.reshape(x, (half, -1))

    assert stage(body, [])(np.zeros((6, 2), "float32")).shape == (3, 4)


def test_a_shape_that_depends_on_values_is_explained() -> None:
    step = stage(lambda x: ops.reshape(x, (ops.sum(ops.cast(x, "int32")), -1)), [])
    with pytest.raises(ValueError, match="depends on values"):
        step(np.ones((4,), "float32"))


def test_kernels_can_be_made_deterministic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=true")
    for _ in range(2):
        BACKEND.make_deterministic()
        assert os.environ["XLA_FLAGS"] == "--xla_cpu_multi_thread_eigen=true --xla_gpu_deterministic_ops=true"


def test_models_have_what_loops_for_keras_3_call():
    x = Input((3,))
    model = Model(x, x * 2.0)
    assert model.jax_state_sync() is None
