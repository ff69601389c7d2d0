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


def test_other_activations_and_masks_are_left_to_the_body(alike: Any) -> None:
    given = [drawn(2, 5, 3), drawn(2, 4), drawn(2, 4), drawn(3, 16), drawn(4, 16), drawn(16)]
    mask = torch.tensor([[True, True, False, False, False], [True, False, True, True, True]])
    for options in ({"mask": mask}, {"activation": "relu"}, {"recurrent_activation": "hard_sigmoid"}):
        alike(OPS["lstm"](*given, **options), ops.lstm.op.body(*given, **options), given)


def _names(node: Any) -> str:
    """The first functions of an autograd graph."""
    names = []
    while node is not None and len(names) < 5:
        names.append(node.name())
        node = node.next_functions[0][0] if node.next_functions else None
    return " ".join(names)
