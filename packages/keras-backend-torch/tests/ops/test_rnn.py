"""The kernels' sequences against the ops' own bodies, values and gradients."""

from typing import Any

import numpy as np
import pytest
from keras_backend_torch.framework import torch
from keras_backend_torch.ops import OPS
from keras_core import ops

RANDOM = np.random.default_rng(0)


def drawn(*shape: int) -> Any:
    return torch.tensor(RANDOM.normal(size=shape).astype("float32"), requires_grad=True)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("backwards", [True, False])
def test_lstm(bias: bool, backwards: bool, alike: Any) -> None:
    given = [drawn(2, 5, 3), drawn(2, 4), drawn(2, 4), drawn(3, 16), drawn(4, 16), drawn(16) if bias else None]
    options = {"go_backwards": backwards}
    found = OPS["lstm"](*given, **options)
    assert "MkldnnRnnLayer" in _names(found[0].grad_fn)
    alike(found, ops.lstm.op.body(*given, **options), [one for one in given if one is not None])


@pytest.mark.parametrize("reset_after", [True, False])
def test_gru(reset_after: bool, alike: Any) -> None:
    bias = drawn(2, 12) if reset_after else drawn(12)
    given = [drawn(2, 5, 3), drawn(2, 4), drawn(3, 12), drawn(4, 12), bias]
    found = OPS["gru"](*given, reset_after)
    alike(found, ops.gru.op.body(*given, reset_after), given)


@pytest.mark.parametrize("backwards", [True, False])
def test_lstm_with_masked_steps_anywhere(backwards: bool, alike: Any) -> None:
    mask = torch.tensor([[1, 1, 0, 0, 0], [1, 0, 1, 1, 1], [0, 0, 1, 0, 1], [0, 0, 0, 0, 0], [1, 1, 1, 1, 1]]) == 1
    given = [drawn(5, 5, 3), drawn(5, 4), drawn(5, 4), drawn(3, 16), drawn(4, 16), drawn(16)]
    options = {"mask": mask, "go_backwards": backwards}
    alike(OPS["lstm"](*given, **options), ops.lstm.op.body(*given, **options), given)


def test_what_stands_at_masked_steps_is_not_read() -> None:
    mask = torch.tensor([[True, False, True]])
    weights = [drawn(1, 4), drawn(1, 4), drawn(3, 16), drawn(4, 16), drawn(16)]
    rows = drawn(1, 3, 3)
    outputs, h, c = OPS["lstm"](rows, *weights, mask=mask)
    damaged = rows.detach().clone()
    damaged[0, 1] = np.nan
    again = OPS["lstm"](damaged, *weights, mask=mask)
    assert [torch.equal(a, b) for a, b in zip((outputs, h, c), again, strict=True)] == [True, True, True]
    gradients = torch.autograd.grad(sum(one.sum() for one in again), weights)
    assert all(bool(one.isfinite().all()) for one in gradients)


def test_other_activations_are_left_to_the_body(alike: Any) -> None:
    given = [drawn(2, 5, 3), drawn(2, 4), drawn(2, 4), drawn(3, 16), drawn(4, 16), drawn(16)]
    for options in ({"activation": "relu"}, {"recurrent_activation": "hard_sigmoid"}):
        alike(OPS["lstm"](*given, **options), ops.lstm.op.body(*given, **options), given)


def _names(node: Any) -> str:
    """The first functions of an autograd graph."""
    names = []
    while node is not None and len(names) < 5:
        names.append(node.name())
        node = node.next_functions[0][0] if node.next_functions else None
    return " ".join(names)
