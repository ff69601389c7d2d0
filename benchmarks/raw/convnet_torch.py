"""Conv 32, conv 64, pool, dense 128, dense 10 on 28 by 28 images with Adam, by hand in PyTorch."""

import numpy as np
import torch
from loops_torch import Loop, demonstrate, glorot, zeros


def forward(p, x):
    """Logits of a batch of images of shape (28, 28, 1)."""
    x = x.permute(0, 3, 1, 2)
    x = torch.relu(torch.conv2d(x, p[0], p[1]))
    x = torch.relu(torch.conv2d(x, p[2], p[3]))
    x = torch.max_pool2d(x, 2).flatten(1)
    return torch.addmm(p[7], torch.relu(torch.addmm(p[5], x, p[4])), p[6])


def make(variant, data, batch):
    """The loop of one variant."""
    random = np.random.default_rng(1)
    shapes = [(3, 3, 1, 32), (3, 3, 32, 64), (12 * 12 * 64, 128), (128, 10)]
    parameters = [value for shape in shapes for value in (glorot(random, *shape), zeros(shape[-1]))]
    for k in (0, 2):
        parameters[k] = np.ascontiguousarray(parameters[k].transpose(3, 2, 0, 1))
    return Loop(parameters, forward, data, batch, variant)


if __name__ == "__main__":
    random = np.random.default_rng(0)
    data = random.normal(size=(2_570, 28, 28, 1)).astype("float32"), random.integers(0, 10, 2_570).astype("int32")
    demonstrate(lambda variant: make(variant, data, 128))
