"""How cuDNN's kernels are called; PyTorch's kernels for the CPU compute in their place here."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_backend_torch.framework import torch
from keras_backend_torch.kernels import cudnn_rnn
from keras_backend_torch.ops import OPS
from keras_core import ops

RANDOM = np.random.default_rng(0)
LSTM = 2


def drawn(*shape: int) -> Any:
    return torch.tensor(RANDOM.normal(size=shape).astype("float32"), requires_grad=True)


def _computed(x: Any, weights: Any, h: Any, c: Any, mode: int, first: bool) -> Any:
    if mode == LSTM:
        return torch.lstm(x, (h, c), list(weights), True, 1, 0.0, True, False, first)
    return torch.gru(x, h, list(weights), True, 1, 0.0, True, False, first)


def forward(x, weights, stride, packed, h, c, mode, units, _p, _n, first, _d, train, *others):  # type: ignore[no-untyped-def]
    assert (stride, units) == (4, h.shape[-1]) and x.is_contiguous()
    y, last_h, *last_c = _computed(x, weights, h, c, mode, first)
    return y, last_h, last_c[0] if last_c else None, torch.full((1,), float(train)), torch.zeros(1)


def backward(x, weights, stride, packed, h, c, y, dy, dh, dc, mode, units, _p, _n, first, _d, train, *others):  # type: ignore[no-untyped-def]
    *_, kept, wanted = others
    assert float(kept) == 1.0 and wanted == [True, True, mode == LSTM, True]
    with torch.enable_grad():
        given = [one.detach().requires_grad_() for one in (x, h, *([c] if mode == LSTM else []), *weights)]
        states = given[1:3] if mode == LSTM else [given[1], None]
        results = _computed(given[0], given[-4:], *states, mode, first)
        pairs = [(a, b) for a, b in zip(results, (dy, dh, dc), strict=False) if b is not None]
        found = torch.autograd.grad([a for a, _ in pairs], given, [b for _, b in pairs])
    return found[0], found[1], found[2] if mode == LSTM else None, list(found[-4:])


@pytest.fixture(autouse=True)
def _as_on_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cudnn_rnn, "CUDNN_RNN", forward)
    monkeypatch.setattr(cudnn_rnn, "CUDNN_RNN_BACKWARD", backward)
    monkeypatch.setattr(cudnn_rnn, "is_supported", lambda inputs: True)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("backwards", [True, False])
def test_lstm(bias: bool, backwards: bool, alike: Any) -> None:
    given = [drawn(2, 5, 3), drawn(2, 4), drawn(2, 4), drawn(3, 16), drawn(4, 16), drawn(16) if bias else None]
    found = OPS["lstm"](*given, go_backwards=backwards)
    alike(found, ops.lstm.op.body(*given, go_backwards=backwards), [one for one in given if one is not None])


def test_the_gradient_of_the_last_output_only() -> None:
    given = [drawn(2, 5, 3), drawn(2, 4), drawn(2, 4), drawn(3, 16), drawn(4, 16), drawn(16)]
    results = [body(*given)[1] for body in (OPS["lstm"], ops.lstm.op.body)]
    found, expected = [torch.autograd.grad(h.sum(), given) for h in results]
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def test_without_gradients() -> None:
    given = [drawn(2, 5, 3), drawn(2, 4), drawn(2, 4), drawn(3, 16), drawn(4, 16), drawn(16)]
    with torch.no_grad():
        for a, b in zip(OPS["lstm"](*given), ops.lstm.op.body(*given), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("bias", [True, False])
def test_gru(bias: bool, alike: Any) -> None:
    given = [drawn(2, 5, 3), drawn(2, 4), drawn(3, 12), drawn(4, 12), drawn(2, 12) if bias else None]
    found = OPS["gru"](*given, go_backwards=True)
    alike(found, ops.gru.op.body(*given, go_backwards=True), [one for one in given if one is not None])
