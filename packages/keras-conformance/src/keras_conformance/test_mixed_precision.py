"""Dtype policies: what is computed in 16 bits, what stays in 32, and training by them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from keras_core import Input, Layer, Sequential, Staged, backend, dtypes, gradients, ops, set_random_seed, stage
from keras_core.dtype_policies import DTypePolicy, set_dtype_policy
from keras_core.optimizers import LossScaleOptimizer

from keras_conformance.pieces import Affine, Descent, RunningMean, problem

if TYPE_CHECKING:
    from keras_core.typing import Tensor

NARROW = ("float16", "bfloat16")


@pytest.fixture(params=NARROW)
def narrow(request: pytest.FixtureRequest, backend: backend.Backend) -> str:
    """A 16-bit float that the backend computes in."""
    name: str = request.param
    if name not in backend.capabilities:
        pytest.skip(f"the {backend.name} backend does not compute in {name}")
    return name


def rounded(array: Any, dtype: str) -> np.ndarray:
    """The array through 16 bits and back."""
    return np.asarray(array).astype(dtypes.numpy_dtype(dtype)).astype("float64")


def affine(dtype: Any) -> Affine:
    layer = Affine(4, dtype=dtype)
    layer.build((None, 5))
    rng = np.random.default_rng(1)
    layer.set_weights([rng.normal(size=(5, 4)), rng.normal(size=4)])
    return layer


def test_a_mixed_layer_computes_with_rounded_weights(narrow: str) -> None:
    layer, (x, _) = affine(f"mixed_{narrow}"), problem(6)
    kernel, bias = (rounded(w, narrow) for w in layer.get_weights())
    expected = rounded(rounded(x, narrow) @ kernel, narrow) + bias
    tolerance = 2 * float(dtypes.finfo(narrow).eps)
    for outputs in (layer(x), Staged(lambda a: layer(a), layer.variables, backend.active())(x)):
        found = backend.to_numpy(outputs)
        assert dtypes.standardize(found.dtype) == narrow
        np.testing.assert_allclose(found.astype("float64"), expected, rtol=tolerance, atol=tolerance)
    assert [v.dtype for v in layer.weights] == ["float32", "float32"]
    assert layer(Input((5,))).dtype == narrow


def test_a_narrow_layer_keeps_narrow_weights(narrow: str) -> None:
    layer = affine(narrow)
    found = backend.to_numpy(layer(np.ones((1, 5), "float32")))
    assert [dtypes.standardize(v.numpy().dtype) for v in layer.weights] == [narrow, narrow]
    kernel, bias = (w.astype("float64") for w in layer.get_weights())
    tolerance = 4 * float(dtypes.finfo(narrow).eps)
    np.testing.assert_allclose(found.astype("float64")[0], kernel.sum(0) + bias, rtol=tolerance, atol=tolerance)


class Wide(Layer):
    """Notes the dtypes that `call` sees: of its input, of an ordinary weight and of one that is never cast."""

    def build(self, input_shape: Any) -> None:
        self.cast = self.add_weight(name="cast", shape=(), initializer="ones")
        self.kept = self.add_weight(name="kept", shape=(), initializer="ones", autocast=False)
        self.count = self.add_weight(name="count", shape=(), initializer="zeros", dtype="int32")
        self.total = self.add_weight(name="total", shape=(), initializer="zeros", trainable=False)

    def call(self, inputs: Tensor) -> Tensor:
        self.seen = [ops.dtype(v) for v in (inputs, self.cast, self.cast.value, self.kept.value, self.count.value)]
        self.total.assign_add(2.0**-20)
        return inputs * self.cast


def test_what_is_cast_inside_a_call(narrow: str) -> None:
    layer = Wide(dtype=f"mixed_{narrow}")
    layer(np.ones(2, "float32"))
    assert layer.seen == [narrow, narrow, narrow, "float32", "int32"]
    for _ in range(3):
        layer(np.ones(2, "float32"))
    assert float(layer.total) == 4 * 2.0**-20
    assert layer.cast.dtype == "float32" and backend.active().dtype(layer.cast.value) == "float32"


def test_autocast_can_be_turned_off(narrow: str) -> None:
    layer = Wide(dtype=f"mixed_{narrow}", autocast=False)
    outputs = layer(np.ones(2, "float32"))
    assert layer.seen == ["float32", "float32", "float32", "float32", "int32"]
    assert backend.active().dtype(outputs) == "float32"


def test_a_float32_layer_inside_a_mixed_one_computes_in_float32(narrow: str) -> None:
    class Both(Layer):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.inner = Wide(dtype="float32")

        def call(self, inputs: Tensor) -> Tensor:
            self.seen = ops.dtype(inputs)
            return self.inner(inputs)

    layer = Both(dtype=f"mixed_{narrow}")
    layer(np.ones(2, "float32"))
    assert (layer.seen, *layer.inner.seen) == (narrow, "float32", "float32", "float32", "float32", "int32")


@pytest.mark.usefixtures("needs_train")
def test_gradients_of_mixed_layers_are_those_of_rounded_values(narrow: str) -> None:
    layer, (x, _) = affine(f"mixed_{narrow}"), problem(6)

    def slopes() -> Any:
        return gradients(lambda: ops.sum(ops.cast(layer(x), "float32")), layer.trainable_weights)[1]

    kernel, bias = stage(slopes, layer.variables)()
    assert [backend.active().dtype(g) for g in (kernel, bias)] == ["float32", "float32"]
    tolerance = 2 * float(dtypes.finfo(narrow).eps)
    expected = np.repeat(rounded(x, narrow).sum(0)[:, None], 4, axis=1)
    np.testing.assert_allclose(backend.to_numpy(kernel), expected, rtol=tolerance, atol=tolerance * 3)
    np.testing.assert_allclose(backend.to_numpy(bias), np.full(4, 6.0), rtol=tolerance)


def trained(policy: str, **arguments: Any) -> tuple[Sequential, list[float]]:
    x, y = problem(64)
    set_random_seed(3)
    set_dtype_policy(policy)
    try:
        model = Sequential([Input((5,)), RunningMean(), Affine(8, tanh=True), Affine(1)])
    finally:
        set_dtype_policy(None)
    model.compile(Descent(0.02), "mse", metrics=["mae"], **arguments)
    return model, model.fit(x, y, batch_size=16, epochs=4, shuffle=False, verbose=0).history["loss"]


@pytest.mark.usefixtures("needs_train")
@pytest.mark.parametrize("jit", ["auto", False])
def test_mixed_training_follows_float32(narrow: str, jit: Any) -> None:
    model, losses = trained(f"mixed_{narrow}", jit_compile=jit)
    expected = trained("float32")[1]
    np.testing.assert_allclose(losses, expected, rtol=0.05 if narrow == "bfloat16" else 0.01)
    assert losses[-1] < 0.6 * losses[0]
    assert all(v.dtype == "float32" for v in model.weights)
    assert isinstance(model.optimizer, LossScaleOptimizer) == (narrow == "float16")


@pytest.mark.usefixtures("needs_train")
def test_an_overflow_skips_the_step_and_halves_the_scale() -> None:
    set_random_seed(0)
    model = Sequential([Input((5,)), Affine(1)])
    inner = Descent(0.1)
    model.compile(LossScaleOptimizer(inner, initial_scale=8.0, dynamic_growth_steps=2), "mse")
    optimizer: Any = model.optimizer
    x, y = problem(8)
    seen = []
    for inputs in (x, x, x, x * np.inf, x, x):
        before = [v.numpy() for v in [*model.weights, *inner.variables]]
        model.train_on_batch(inputs, y)
        after = [v.numpy() for v in [*model.weights, *inner.variables]]
        same = all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))
        seen.append((same, float(optimizer.dynamic_scale), int(optimizer.step_counter)))
    assert seen == [
        (False, 8.0, 1),
        (False, 16.0, 0),
        (False, 16.0, 1),
        (True, 8.0, 0),
        (False, 8.0, 1),
        (False, 16.0, 0),
    ]
    assert int(inner.iterations) == 5


@pytest.mark.usefixtures("needs_train")
def test_the_scale_does_not_change_the_step() -> None:
    x, y = problem(16)
    found = []
    for scaled in (False, True):
        set_random_seed(0)
        model = Sequential([Input((5,)), Affine(1)])
        model.compile(LossScaleOptimizer(Descent(0.1), initial_scale=1024.0) if scaled else Descent(0.1), "mse")
        losses = model.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0).history["loss"]
        found.append([*model.get_weights(), np.array(losses)])
    for plain, scaled_one in zip(*found, strict=True):
        np.testing.assert_allclose(scaled_one, plain, rtol=1e-5, atol=1e-6)


def test_a_backend_that_does_not_compute_so_says_it(backend: backend.Backend) -> None:
    for name in NARROW:
        if name not in backend.capabilities:
            with pytest.raises(TypeError, match=rf"'mixed_{name}'.*{backend.name}.*float32"):
                affine(f"mixed_{name}")(np.ones((1, 5), "float32"))
        else:
            assert DTypePolicy(f"mixed_{name}").needs == name
