from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_backend_torch.backend import BACKEND
from keras_backend_torch.compiler.passes import fused_adam
from keras_backend_torch.compiler.passes.pipeline import optimized
from keras_backend_torch.compiler.recording import record
from keras_backend_torch.framework import ABSENT, torch
from keras_core import Spec, Variable, ops


def _adam(weights: list[Variable], means: list[Variable], squares: list[Variable], rate: Variable) -> Any:
    def fn(*gradients: Any) -> list[Any]:
        for w, m, v, g in zip(weights, means, squares, gradients, strict=True):
            m.assign(m + (g - m) * 0.1)
            v.assign(v + (g * g - v) * 0.01)
            w.assign(w - m * rate.value / (ops.sqrt(v) + 1e-3))
        return [ops.sum(weights[0])]

    return fn


@pytest.mark.parametrize("many", [False, True])
def test_adam_becomes_one_call_of_the_fused_kernel(many: bool, kernels: Any) -> None:
    random = np.random.default_rng(0)
    start = [random.normal(size=shape).astype("float32") for shape in ((3,), (2, 2))]
    weights, means = [Variable(a) for a in start], [Variable(np.zeros_like(a)) for a in start]
    squares = [Variable(np.zeros_like(a)) for a in start]
    rate = Variable(np.float32(0.5))
    variables = [*weights, *means, *squares, rate]
    fn = _adam(weights, means, squares, rate)
    specs = [Spec((3,), "float32"), Spec((2, 2), "float32")]
    names = kernels(optimized(record(BACKEND, fn, variables, specs)))
    assert names.count("_fused_adam_") == 1 and "sqrt" not in names
    gradients = [random.normal(size=(4, *a.shape)).astype("float32") for a in start]
    before = weights[0].value
    if many:
        program = BACKEND.stage_steps(
            lambda a, b: fn(a[0], b[0]), variables, [Spec((1, *s.shape), s.dtype) for s in specs]
        )
        out = program(np.arange(4).reshape(4, 1), *map(torch.tensor, gradients))
    else:
        program = BACKEND.stage(fn, variables, specs)
        for k in range(4):
            out = program(*(torch.tensor(g[k]) for g in gradients))
    np.testing.assert_array_equal(before.detach(), start[0])  # what was read stays
    for w, initial, gradient in zip(weights, start, gradients, strict=True):
        m, v, expected = 0.0, 0.0, initial.astype("float64")
        for g in gradient.astype("float64"):
            m, v = m + (g - m) * 0.1, v + (g * g - v) * 0.01
            expected = expected - m * 0.5 / (np.sqrt(v) + 1e-3)
        np.testing.assert_allclose(w.numpy(), expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(float(out[0]), weights[0].numpy().sum(), rtol=1e-4)


def test_many_steps_copy_once_what_the_fused_kernel_writes_into() -> None:
    w, m, v = (Variable(np.ones(4, "float32")) for _ in range(3))
    rate = Variable(np.float32(0.5))
    fn = _adam([w], [m], [v], rate)
    program = BACKEND.stage_steps(lambda g: fn(g[0]), [w, m, v, rate], [Spec((1, 4), "float32")])
    with torch.profiler.profile() as seen:
        program(np.arange(5).reshape(5, 1), torch.ones(5, 4))
    counts = {event.key: event.count for event in seen.key_averages()}
    assert counts["aten::_fused_adam_"] == 5 and counts["aten::clone"] == 3


def test_kerass_own_adam_is_fused(kernels: Any) -> None:
    optimizers = pytest.importorskip("keras_optimizers")
    variables = [Variable(np.ones(shape, "float32")) for shape in ((3,), (4, 2))]
    optimizer = optimizers.Adam(0.1)
    optimizer.build(variables)
    specs = [Spec(v.shape, "float32") for v in variables]
    found = record(
        BACKEND, lambda *g: (optimizer.apply(g, variables), [])[1], [*variables, *optimizer.variables], specs
    )
    assert kernels(optimized(found)).count("_fused_adam_") == 1


def test_a_gradient_that_is_not_contiguous_is_copied_for_the_fused_kernel() -> None:
    start = np.random.default_rng(0).normal(size=(2, 3, 4)).astype("float32")
    w, m, v = Variable(start), Variable(np.zeros_like(start)), Variable(np.zeros_like(start))
    rate = Variable(np.float32(0.5))
    fn = _adam([w], [m], [v], rate)
    program = BACKEND.stage(lambda g: fn(g.permute(2, 1, 0)), [w, m, v, rate], [Spec((4, 3, 2), "float32")])
    gradient = np.random.default_rng(1).normal(size=(4, 3, 2)).astype("float32")
    program(torch.tensor(gradient))
    np.testing.assert_allclose(m.numpy(), 0.1 * gradient.transpose(2, 1, 0), rtol=1e-5)


def test_without_the_fused_kernel_the_steps_stay(monkeypatch: pytest.MonkeyPatch, kernels: Any) -> None:
    monkeypatch.setattr(fused_adam, "FUSED_ADAM", ABSENT)
    w, m, v = (Variable(np.ones(3, "float32")) for _ in range(3))
    rate = Variable(np.float32(0.5))
    found = optimized(record(BACKEND, _adam([w], [m], [v], rate), [w, m, v, rate], [Spec((3,), "float32")]))
    assert "sqrt" in kernels(found) and "_fused_adam_" not in kernels(found)
