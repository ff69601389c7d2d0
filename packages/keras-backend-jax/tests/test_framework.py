"""Private APIs of JAX, and what is done without them."""

import warnings
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from keras_backend_jax import BACKEND, framework
from keras_core import Spec, Variable, gradients, ops, stage


@pytest.fixture(params=["private", "public"])
def api(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """With the private API, and as if this version of JAX did not have it."""
    for name in ("_explicit_x64_dtypes", "_ShapedArray", "_batched_device_put"):
        assert getattr(framework, name) is not None
        if request.param == "public":
            monkeypatch.setattr(framework, name, None)
    return request.param


@pytest.mark.parametrize("dtype", ["float64", "int64", "uint64", "bfloat16", "bool", "int8"])
def test_arrays_keep_their_dtype(api: str, dtype: str) -> None:
    array = np.array([0, 1, 1]).astype(ops.convert_to_numpy(BACKEND.tensor([0], dtype)).dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tensor = BACKEND.tensor(array)
    assert (BACKEND.dtype(tensor), tensor.weak_type) == (dtype, False)
    array[:] = 0
    assert np.asarray(tensor).astype(int).tolist() == [0, 1, 1]
    assert not jax.config.jax_enable_x64


def test_arrays_are_constants_of_what_is_traced(api: str) -> None:
    seen: list[Any] = []

    def body(x: Any) -> Any:
        seen.append(BACKEND.tensor(np.arange(3.0)))
        return x

    assert float(jax.jit(body)(1.0)) == 1
    assert BACKEND.is_concrete(seen[0]) and BACKEND.dtype(seen[0]) == "float64"


def test_64_bit_numbers_are_computed_as_such(api: str) -> None:
    big = np.array([2**40 + 1], "int64")
    assert ops.convert_to_numpy(ops.multiply(big, 2)).tolist() == [2**41 + 2]
    w = Variable(np.array(1 / 3))
    _, (slope,) = gradients(lambda: ops.sum(ops.exp(w)), [w])
    np.testing.assert_allclose(BACKEND.numpy(slope), np.exp(1 / 3), rtol=1e-15)
    (spec,) = BACKEND.abstract(lambda x: [ops.sum(x)], [Spec((None,), "float64")])
    assert spec == Spec((), "float64")


def test_32_bit_numbers_stay_what_they_are(api: str) -> None:
    x = BACKEND.tensor([1.0, 2.0])
    assert BACKEND.dtype(ops.mean(ops.square(x) * 2)) == "float32"
    assert BACKEND.dtype(stage(lambda x: ops.argmax(x), [])(x)) == "int32"
    assert jnp.ones(3).dtype == "float32"


def test_an_array_goes_where_it_is_put(api: str) -> None:
    device = jax.devices("cpu")[0]
    for committed in (False, True):
        array = framework.copied(np.ones(3), device, committed)
        assert array.devices() == {device} and array.committed is committed


def test_an_array_is_live_in_the_function_that_it_is_traced_in(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def loss(w: Any, x: Any) -> Any:
        seen.append(x @ w)
        inner = jax.vmap(lambda row: row * float(BACKEND.is_live(seen[-1])))(x)
        return (seen[-1] ** 2).sum() + 0 * inner.sum() + 1 / BACKEND.is_live(seen[-1])

    def step(w: Any, x: Any) -> Any:
        gradient = jax.grad(loss)(w, x)
        assert BACKEND.is_live(x) and BACKEND.is_live(gradient) and not BACKEND.is_live(seen[-1])
        return gradient

    given = jnp.ones((3, 2)), jnp.ones((4, 3))
    assert BACKEND.is_live(jax.jit(step)(*given)) and BACKEND.is_live(step(*given))
    assert not BACKEND.is_live(seen[0]) and not BACKEND.is_live(seen[1])
    monkeypatch.setattr(framework, "_tracing", None)
    assert BACKEND.is_live(seen[0])
