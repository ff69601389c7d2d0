"""Words and positions in 128 numbers, two transformer blocks of 4 heads, 2 classes; Adam, by hand in PyTorch."""

import numpy as np
import torch
from loops_torch import Loop, demonstrate, glorot, zeros
from torch.nn.functional import embedding, layer_norm, relu, scaled_dot_product_attention

WORDS, T, D, HEADS, HIDDEN, BLOCKS = 10_000, 64, 128, 4, 512, 2


def block(x, wq, bq, wk, bk, wv, bv, wo, bo, scale1, shift1, w1, b1, w2, b2, scale2, shift2):
    """Attention, then two dense layers, each added to its input and normalized."""
    rows = x.view(-1, D)
    q, k, v = (
        torch.addmm(b, rows, w).view(-1, T, HEADS, D // HEADS).transpose(1, 2)
        for w, b in ((wq, bq), (wk, bk), (wv, bv))
    )
    heads = scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(-1, D)
    rows = layer_norm(rows + torch.addmm(bo, heads, wo), (D,), scale1, shift1, 1e-3)
    dense = torch.addmm(b2, relu(torch.addmm(b1, rows, w1)), w2)
    return layer_norm(rows + dense, (D,), scale2, shift2, 1e-3).view(-1, T, D)


def forward(p, x):
    """Logits of a batch of rows of 64 words."""
    words, places, *rest = p
    x = embedding(x, words) + places
    for k in range(BLOCKS):
        x = block(x, *rest[16 * k : 16 * k + 16])
    return torch.addmm(rest[-1], x.mean(1), rest[-2])


def make(variant, data, batch):
    """The loop of one variant."""
    random = np.random.default_rng(1)
    parameters = [random.uniform(-0.05, 0.05, (n, D)).astype("float32") for n in (WORDS, T)]
    for _ in range(BLOCKS):
        for _ in range(4):
            parameters += [glorot(random, D, D), zeros(D)]
        parameters += [ones(D), zeros(D), glorot(random, D, HIDDEN), zeros(HIDDEN)]
        parameters += [glorot(random, HIDDEN, D), zeros(D), ones(D), zeros(D)]
    return Loop([*parameters, glorot(random, D, 2), zeros(2)], forward, data, batch, variant)


def ones(*shape):
    """Initial values of a scale."""
    return np.ones(shape, "float32")


if __name__ == "__main__":
    random = np.random.default_rng(0)
    data = random.integers(1, WORDS, (1_290, T)).astype("int32"), random.integers(0, 2, 1_290).astype("int32")
    demonstrate(lambda variant: make(variant, data, 32))
