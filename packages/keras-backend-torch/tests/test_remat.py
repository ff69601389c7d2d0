"""What is computed again is computed twice in a recorded program, and kept nowhere.

Covers: keras_backend_torch.backend
"""

import pytest
import torch
from keras_backend_torch.backend import BACKEND
from keras_backend_torch.compiler.passes.pipeline import optimized
from keras_backend_torch.compiler.recording import record
from keras_core import Spec

aten = torch.ops.aten


def block(x, weights):
    for _ in range(3):
        x = torch.tanh(x @ weights)
    return [x]


def gradient(fn):
    def step(x, weights):
        def loss(x, weights):
            for _ in range(2):
                (x,) = fn(x, weights)
            return (x**2).sum(), []

        loss, _, found = BACKEND.value_and_gradients(loss, [x, weights])
        return [loss, *found]

    return step


@pytest.mark.parametrize(("fn", "count"), [(block, 6), (BACKEND.remat(block), 12)])
def test_a_recorded_program_computes_it_twice(fn, count):
    program = optimized(record(BACKEND, gradient(fn), [], [Spec((4, 8), "float32"), Spec((8, 8), "float32")]))
    assert sum(call.kernel is aten.tanh.default for call in program.calls) == count


def test_gradients_are_the_same():
    x, weights = torch.randn(4, 8), torch.full((8, 8), 0.1)
    found = [gradient(fn)(x, weights) for fn in (block, BACKEND.remat(block))]
    for one, expected in zip(*found, strict=True):
        torch.testing.assert_close(one, expected)


def test_only_arguments_are_kept():
    x = torch.randn(4, 8, requires_grad=True)
    (y,) = BACKEND.remat(block)(x, torch.full((8, 8), 0.1))
    (plain,) = block(x, torch.full((8, 8), 0.1))
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):  # what was kept would be wrong
        with torch.no_grad():
            plain.add_(1.0)
        plain.sum().backward()
    with torch.no_grad():
        y.add_(1.0)
    y.sum().backward()
    assert x.grad is not None


def test_gradients_of_gradients():
    def cube(x):
        return BACKEND.value_and_gradients(lambda y: (BACKEND.remat(lambda z: [z**3])(y)[0], []), [x])[2][0], []

    assert float(BACKEND.value_and_gradients(cube, [torch.tensor(2.0)])[2][0]) == pytest.approx(12)
