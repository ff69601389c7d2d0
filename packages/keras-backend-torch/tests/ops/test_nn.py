"""The kernels against the ops' own bodies, values and gradients."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_backend_torch.framework import torch
from keras_backend_torch.ops import OPS
from keras_core import ops

RANDOM = np.random.default_rng(0)


def drawn(*shape: int) -> Any:
    return torch.tensor(RANDOM.normal(size=shape).astype("float32"), requires_grad=True)


def _compare(name: str, given: list[Any], *rest: Any, **options: Any) -> None:
    found = OPS[name](*given, *rest, **options)
    expected = getattr(ops, name).op.body(*given, *rest, **options)
    weights = torch.tensor(RANDOM.normal(size=tuple(expected.shape)).astype("float32"))
    np.testing.assert_allclose(np.asarray(found), np.asarray(expected), rtol=1e-4, atol=1e-5)
    for a, b in zip(*(torch.autograd.grad((y * weights).sum(), given) for y in (found, expected)), strict=True):
        np.testing.assert_allclose(np.asarray(a), np.asarray(b), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(("axis", "sizes"), [(-1, (4,)), ((1, 2), (3, 4)), (1, (3,))])
def test_layer_normalization(axis: Any, sizes: tuple[int, ...]) -> None:
    _compare("layer_normalization", [drawn(2, 3, 4), drawn(*sizes), drawn(*sizes)], axis=axis, epsilon=1e-3)


@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("in_training", [False, True])
def test_batch_normalization(axis: int, in_training: bool) -> None:
    """With and without gradients by mean and variance, which PyTorch's kernel has none for."""
    x, offset, scale = drawn(3, 4, 5), drawn(x_size := (3, 4, 5)[axis]), drawn(x_size)
    mean, variance = drawn(x_size), torch.square(drawn(x_size)).detach().requires_grad_()
    if in_training:
        _compare("batch_normalization", [x, mean, variance], axis=axis, offset=offset, scale=scale)
    else:
        options = {"mean": mean.detach(), "variance": variance.detach(), "axis": axis}
        _compare("batch_normalization", [x], **options, offset=offset.detach(), scale=None)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_normalize_batch(axis: int) -> None:
    given = [drawn(3, 4, 5), *(drawn((3, 4, 5)[axis]) for _ in range(2))]

    def results(function: Any) -> list[Any]:
        found = function(given[0], axis, given[1], given[2], 0.01)
        loss = (found[0] * torch.arange(found[0].numel()).reshape(found[0].shape)).sum()
        return [*found, *torch.autograd.grad(loss, given)]

    for a, b in zip(results(OPS["normalize_batch"]), results(ops.normalize_batch.op.body), strict=True):
        np.testing.assert_allclose(a.detach(), b.detach(), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("options", [{}, {"is_causal": True}, {"scale": 0.5}, {"attn_logits_soft_cap": 2.0}])
@pytest.mark.parametrize("key_heads", [2, 1])
def test_attention(options: dict[str, Any], key_heads: int) -> None:
    given = [drawn(2, 5, 2, 8), drawn(2, 5, key_heads, 8), drawn(2, 5, key_heads, 8)]
    _compare("dot_product_attention", given, **options)


def test_attention_with_a_mask() -> None:
    given = [drawn(2, 5, 2, 8) for _ in range(3)]
    _compare("dot_product_attention", given, mask=torch.tensor(RANDOM.random((2, 1, 5, 5)) > 0.3))


@pytest.mark.parametrize("axis", [-1, 1])
@pytest.mark.parametrize("from_logits", [True, False])
def test_sparse_crossentropy(axis: int, from_logits: bool) -> None:
    scores = drawn(2, 3, 4)
    output = scores if from_logits else ops.softmax(scores, axis).detach().requires_grad_()
    classes = torch.tensor(RANDOM.integers(0, 3, (2, 4) if axis == 1 else (2, 3)))
    found = OPS["sparse_categorical_crossentropy"](classes, output, from_logits, axis)
    expected = ops.sparse_categorical_crossentropy.op.body(classes, output, from_logits, axis)
    np.testing.assert_allclose(np.asarray(found), np.asarray(expected), rtol=1e-5)


def test_the_logits_behind_probabilities_are_used() -> None:
    certain = torch.tensor([[200.0, 0.0]], requires_grad=True)
    loss = ops.sparse_categorical_crossentropy(torch.tensor([1]), ops.softmax(certain))
    assert loss.item() == 200
