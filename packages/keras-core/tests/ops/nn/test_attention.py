from __future__ import annotations

import math
from typing import Any

import numpy as np
from keras_core import backend, ops


def test_attention(check: Any, rng: np.random.Generator) -> None:
    q, k, v = (rng.standard_normal((2, 3, 4, 5)).astype("float32") for _ in range(3))
    logits = np.einsum("bthd,bshd->bhts", q, k) / math.sqrt(5)

    def mixed(scores: Any) -> Any:
        powers = np.exp(scores - scores.max(-1, keepdims=True))
        return np.einsum("bhts,bshd->bthd", powers / powers.sum(-1, keepdims=True), v).astype("float32")

    check("dot_product_attention", q, k, v, expect=mixed(logits))
    causal = np.where(np.tri(3, dtype=bool), logits, -np.inf)
    check("dot_product_attention", q, k, v, is_causal=True, expect=mixed(causal))
    mask = rng.random((2, 1, 3, 3)) < 0.5
    mask[..., 0] = True
    check("dot_product_attention", q, k, v, mask=mask, expect=mixed(np.where(mask, logits, -np.inf)))
    bias = rng.standard_normal((1, 4, 3, 3)).astype("float32")
    check("dot_product_attention", q, k, v, bias=bias, expect=mixed(logits + bias))
    shared = ops.dot_product_attention(q, k[:, :, :2], v[:, :, :2])
    whole = ops.dot_product_attention(q, *(np.repeat(a[:, :, :2], 2, 2) for a in (k, v)))
    np.testing.assert_allclose(backend.to_numpy(shared), backend.to_numpy(whole), 1e-5, 1e-5)
