"""Embedding of 10,000 words in 128 numbers, LSTM of 128 units over 80 steps, 2 classes; Adam, by hand in PyTorch."""

import numpy as np
import torch
from loops_torch import Loop, demonstrate, glorot, zeros

WORDS, STEPS, UNITS = 10_000, 80, 128


def forward(p, x):
    """Logits of a batch of rows of 80 words, by PyTorch's own LSTM."""
    table, kernel, recurrent, bias, state_bias, dense, dense_bias = p
    start = torch.zeros(1, len(x), UNITS, device=x.device)
    words = torch.nn.functional.embedding(x, table)
    weights = [kernel, recurrent, bias, state_bias]
    _, h, _ = torch.lstm(words, (start, start), weights, True, 1, 0.0, True, False, True)
    return torch.addmm(dense_bias, h[0], dense)


def make(variant, data, batch):
    """The loop of one variant."""
    random = np.random.default_rng(1)
    bias = np.concatenate([zeros(UNITS), np.ones(UNITS, "float32"), zeros(2 * UNITS)])
    table = random.uniform(-0.05, 0.05, (WORDS, UNITS)).astype("float32")
    kernels = [np.ascontiguousarray(glorot(random, UNITS, 4 * UNITS).T) for _ in range(2)]
    parameters = [table, *kernels, bias, zeros(4 * UNITS), glorot(random, UNITS, 2), zeros(2)]
    return Loop(parameters, forward, data, batch, variant)


if __name__ == "__main__":
    random = np.random.default_rng(0)
    data = random.integers(1, WORDS, (1_290, STEPS)).astype("int32"), random.integers(0, 2, 1_290).astype("int32")
    demonstrate(lambda variant: make(variant, data, 32))
