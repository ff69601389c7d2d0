"""Weights of convolutions are laid out once, whatever the axes, and again when they change."""

from __future__ import annotations

from typing import Any

import keras_core
import numpy as np
import pytest
from keras_backend_torch.framework import torch
from keras_core import Variable, ops, stage


def made(form: str, count: int) -> tuple[np.ndarray, Variable, dict[str, Any]]:
    random = np.random.default_rng(count)
    space = (6,) * count
    shape = (2, *space, 8) if form == "channels_last" else (2, 8, *space)
    kernel = Variable(random.normal(size=(*(3,) * count, 8, 24)).astype("float32"))
    return random.normal(size=shape).astype("float32"), kernel, {"padding": "same", "data_format": form}


def copies(program: Any, *given: Any) -> int:
    with torch.no_grad(), torch.profiler.profile() as seen:
        program(*given)
    return sum(event.count for event in seen.key_averages() if event.key == "aten::clone")


@pytest.mark.parametrize("form", ["channels_last", "channels_first"])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_results_are_those_of_the_op(form: str, count: int) -> None:
    x, kernel, options = made(form, count)
    program = stage(lambda x: ops.conv(x, kernel, **options), [kernel])
    for _ in range(2):
        expected = ops.conv(x, kernel, **options).detach().numpy()
        for _ in range(2):
            np.testing.assert_allclose(program(x).detach(), expected, rtol=1e-4, atol=1e-4)
        kernel.assign(kernel * 0.5)


def test_a_weight_is_copied_once() -> None:
    x, kernel, options = made("channels_last", 2)
    program = stage(lambda x: ops.conv(x, kernel, **options), [kernel])
    program(x)
    kernel.assign(kernel.numpy() + 1)
    first, second = (copies(program, x) for _ in range(2))
    assert first == second + 1


def test_a_convolution_and_its_gradient_share_the_copy() -> None:
    x, kernel, options = made("channels_last", 2)
    other = Variable(np.ones((3, 3, 24, 8), "float32"))

    def step(x: Any) -> Any:
        def loss() -> Any:
            return ops.mean(ops.square(ops.conv(ops.conv(x, kernel, **options), other, **options)))

        gradients = keras_core.gradients(loss, [kernel, other])[1]
        for variable, gradient in zip([kernel, other], gradients, strict=True):
            variable.assign_sub(0.1 * gradient)
        return gradients[0]

    program = stage(step, [kernel, other])
    given = torch.from_numpy(kernel.numpy()).requires_grad_(), torch.from_numpy(other.numpy())
    y = torch.from_numpy(x).permute(0, 3, 1, 2)
    for weight in given:
        y = torch.nn.functional.conv2d(y, weight.permute(3, 2, 0, 1), padding=1)
    y.square().mean().backward()
    np.testing.assert_allclose(program(x).detach(), given[0].grad, rtol=1e-3, atol=1e-4)
    assert copies(program, x) == 2
