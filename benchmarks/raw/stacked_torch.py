"""One-hot characters, 40 steps of 57, through two LSTMs of 128 units; Adam, by hand in PyTorch."""

import numpy as np
import torch
from loops_torch import Loop, demonstrate, glorot, zeros

CHARACTERS, STEPS, UNITS = 57, 40, 128


def forward(p, x):
    """Logits of a batch of rows of 40 characters, by PyTorch's own LSTM."""
    *weights, dense, dense_bias = p
    start = torch.zeros(2, len(x), UNITS, device=x.device)
    _, h, _ = torch.lstm(x, (start, start), weights, True, 2, 0.0, True, False, True)
    return torch.addmm(dense_bias, h[1], dense)


def make(variant, data, batch):
    """The loop of one variant."""
    random = np.random.default_rng(1)
    bias = np.concatenate([zeros(UNITS), np.ones(UNITS, "float32"), zeros(2 * UNITS)])
    parameters = []
    for size in (CHARACTERS, UNITS):
        kernels = [np.ascontiguousarray(glorot(random, n, 4 * UNITS).T) for n in (size, UNITS)]
        parameters += [*kernels, bias, zeros(4 * UNITS)]
    return Loop([*parameters, glorot(random, UNITS, CHARACTERS), zeros(CHARACTERS)], forward, data, batch, variant)


if __name__ == "__main__":
    random = np.random.default_rng(0)
    x = np.eye(CHARACTERS, dtype="float32")[random.integers(0, CHARACTERS, (2_570, STEPS))]
    data = x, random.integers(0, CHARACTERS, 2_570).astype("int32")
    demonstrate(lambda variant: make(variant, data, 128))
