"""Recordings after they were optimized: what kernels are left, and that they give the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from keras_backend_torch.backend import BACKEND
from keras_backend_torch.compiler.codegen import CodeGenerator
from keras_backend_torch.compiler.passes.pipeline import optimized
from keras_backend_torch.compiler.recording import Recording, kernel_name, record
from keras_backend_torch.framework import torch
from keras_core import Spec, Variable, ops


def recorded(fn: Callable[..., list[Any]], *shapes: tuple[int, ...], variables: Any = ()) -> Recording:
    return optimized(record(BACKEND, fn, variables, [Spec(shape, "float32") for shape in shapes]))


def kernels(recording: Recording) -> list[str]:
    return [kernel_name(call) for call in recording.calls]


def test_what_nobody_uses_is_left_out() -> None:
    recording = recorded(lambda x: (ops.exp(x), [ops.sin(x)])[1], (2,))
    assert kernels(recording) == ["sin"]


def test_constants_are_computed_beforehand() -> None:
    recording = recorded(lambda x: [x * ops.sqrt(ops.add(ops.zeros((2,)), 4.0))], (2,))
    assert kernels(recording) == ["mul"]
    assert CodeGenerator(recording).step()(torch.ones(2))[0].tolist() == [2, 2]


def test_nothing_is_computed_twice() -> None:
    assert kernels(recorded(lambda x: [ops.exp(x) + ops.exp(x)], (2,))) == ["exp", "add"]


def test_random_numbers_are_drawn_as_often_as_asked() -> None:
    found = recorded(lambda x: [torch.rand(2) + torch.rand(2) + x], (2,))
    assert kernels(found).count("rand") == 2


def test_what_is_written_into_is_left_alone() -> None:
    def fn(x: Any) -> list[Any]:
        first, second = torch.zeros(2), torch.zeros(2)
        first.add_(x)
        return [first, second, first.view(2) + second]

    results = CodeGenerator(recorded(fn, (2,))).step()(torch.ones(2))
    assert [one.tolist() for one in results] == [[1, 1], [0, 0], [1, 1]]


def test_a_product_takes_its_bias_along() -> None:
    recording = recorded(lambda x, w, b: [ops.add(ops.matmul(x, w), b)], (2, 3), (3, 4), (4,))
    assert kernels(recording) == ["addmm"]
    given = [torch.randn(2, 3), torch.randn(3, 4), torch.randn(4)]
    torch.testing.assert_close(CodeGenerator(recording).step()(*given)[0], given[0] @ given[1] + given[2])


def _adam(weights: list[Variable], means: list[Variable], squares: list[Variable], rate: Variable) -> Any:
    def fn(*gradients: Any) -> list[Any]:
        for w, m, v, g in zip(weights, means, squares, gradients, strict=True):
            m.assign(m + (g - m) * 0.1)
            v.assign(v + (g * g - v) * 0.01)
            w.assign(w - m * rate.value / (ops.sqrt(v) + 1e-3))
        return [ops.sum(weights[0])]

    return fn


@pytest.mark.parametrize("many", [False, True])
def test_adam_becomes_one_call_of_the_fused_kernel(many: bool) -> None:
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


def test_the_optimizer_that_keras_offers_is_found() -> None:
    optimizers = pytest.importorskip("keras_optimizers")
    variables = [Variable(np.ones(shape, "float32")) for shape in ((3,), (4, 2))]
    optimizer = optimizers.Adam(0.1)
    optimizer.build(variables)
    specs = [Spec(v.shape, "float32") for v in variables]
    found = record(
        BACKEND, lambda *g: (optimizer.apply(g, variables), [])[1], [*variables, *optimizer.variables], specs
    )
    assert kernels(optimized(found)).count("_fused_adam_") == 1


def test_a_gradient_that_lies_across_is_turned_before_the_fused_kernel() -> None:
    start = np.random.default_rng(0).normal(size=(2, 3, 4)).astype("float32")
    w, m, v = Variable(start), Variable(np.zeros_like(start)), Variable(np.zeros_like(start))
    rate = Variable(np.float32(0.5))
    fn = _adam([w], [m], [v], rate)
    program = BACKEND.stage(lambda g: fn(g.permute(2, 1, 0)), [w, m, v, rate], [Spec((4, 3, 2), "float32")])
    gradient = np.random.default_rng(1).normal(size=(4, 3, 2)).astype("float32")
    program(torch.tensor(gradient))
    np.testing.assert_allclose(m.numpy(), 0.1 * gradient.transpose(2, 1, 0), rtol=1e-5)


def test_a_convolution_takes_its_bias_along() -> None:
    recording = recorded(lambda x, w, b: [ops.relu(ops.add(ops.conv(x, w), b))], (2, 5, 5, 3), (2, 2, 3, 4), (4,))
    assert "add" not in kernels(recording)
    x, w, b = torch.randn(2, 5, 5, 3), torch.randn(2, 2, 3, 4), torch.randn(4)
    expected = torch.relu(ops.conv(x, w) + b)
    torch.testing.assert_close(CodeGenerator(recording).step()(x, w, b)[0], expected, rtol=1e-4, atol=1e-5)
