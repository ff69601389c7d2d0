"""Single layers by hand in PyTorch: an eager step with PyTorch's own functions and optimizers, and an eager call."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional

VARIANTS = ("step",)


def first(x):
    """Channels first, as PyTorch wants them; a view."""
    return x.permute(0, 3, 1, 2)


def last(x):
    """Back again."""
    return x.permute(0, 2, 3, 1)


def depthwise(p, x):
    """One filter a channel."""
    return last(functional.conv2d(first(x), p[0], p[1], padding=1, groups=x.shape[-1]))


def separable(p, x):
    """One filter a channel, then a mixture."""
    return last(functional.conv2d(functional.conv2d(first(x), p[0], padding=1, groups=x.shape[-1]), p[1], p[2]))


def transposed(p, x):
    """The gradient of a convolution with strides of 2; TensorFlow's padding."""
    return last(functional.conv_transpose2d(first(x), p[0], p[1], stride=2)[:, :, :-1, :-1])


def attention(p, x):
    """Four heads, by PyTorch's fused attention."""
    q, q_bias, k, k_bias, v, v_bias, out, out_bias = p
    heads = [functional.linear(x, *one).unflatten(-1, (4, 32)) for one in ((q, q_bias), (k, k_bias), (v, v_bias))]
    attended = functional.scaled_dot_product_attention(*(one.transpose(1, 2) for one in heads))
    return functional.linear(attended.transpose(1, 2).flatten(2), out, out_bias)


def conv_lstm(p, x):
    """The input's convolutions at once, then a loop."""
    kernel, recurrent, bias = p
    size, steps = x.shape[:2]
    inputs = functional.conv2d(first(x.flatten(0, 1)), kernel, bias, padding=1).unflatten(0, (size, steps))
    h = c = x.new_zeros(size, recurrent.shape[1], *x.shape[2:4])
    for t in range(steps):
        i, f, g, o = (inputs[:, t] + functional.conv2d(h, recurrent, padding=1)).chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
    return last(h)


def layer_norm(p, x):
    """By the statistics of the last axis."""
    return functional.layer_norm(x, x.shape[-1:], p[0], p[1], 1e-3)


def lstm(p, x):
    """PyTorch's own."""
    start = x.new_zeros(1, len(x), p[1].shape[1])
    return torch.lstm(x, (start, start), list(p), True, 1, 0.0, True, False, True)[1][0]


def gru(p, x):
    """PyTorch's own."""
    start = x.new_zeros(1, len(x), p[1].shape[1])
    return torch.gru(x, start, list(p), True, 1, 0.0, True, False, True)[1][0]


def packed(x):
    """Rows without their padding, in the order of their lengths, and how to undo that."""
    lengths = (x != 0).any(-1).sum(1)
    pack = torch.nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    return (pack.data, pack.batch_sizes), pack.unsorted_indices


def masked_lstm(p, x):
    """PyTorch's own, on packed sequences."""
    (data, sizes), back = packed(x)
    start = x.new_zeros(1, len(x), p[1].shape[1])
    return torch.lstm(data, sizes, (start, start), list(p), True, 1, 0.0, True, False)[1][0][back]


def masked_gru(p, x):
    """PyTorch's own, on packed sequences."""
    (data, sizes), back = packed(x)
    start = x.new_zeros(1, len(x), p[1].shape[1])
    return torch.gru(data, sizes, start, list(p), True, 1, 0.0, True, False)[1][0][back]


FORWARD = {
    "depthwise": depthwise,
    "separable": separable,
    "transposed": transposed,
    "attention_128": attention,
    "attention_1024": attention,
    "conv_lstm": conv_lstm,
    "layer_norm": layer_norm,
    "gru": gru,
    "lstm": lstm,
    "masked_lstm": masked_lstm,
    "masked_gru": masked_gru,
}


def converted(name, weights):
    """Keras's weights in PyTorch's shapes."""
    w = [torch.tensor(one) for one in weights]
    if name == "depthwise":
        return [w[0].permute(2, 3, 0, 1).reshape(-1, 1, 3, 3), w[1]]
    if name == "separable":
        return [w[0].permute(2, 3, 0, 1).reshape(-1, 1, 3, 3), w[1].permute(3, 2, 0, 1).contiguous(), w[2]]
    if name == "transposed":
        return [w[0].permute(3, 2, 0, 1).contiguous(), w[1]]
    if name.startswith("attention"):
        inner = [one.reshape(one.shape[0], -1).T.contiguous() if one.ndim == 3 else one.reshape(-1) for one in w[:6]]
        return [*inner, w[6].reshape(-1, w[6].shape[-1]).T.contiguous(), w[7]]
    if name == "conv_lstm":
        return [w[0].permute(3, 2, 0, 1).contiguous(), w[1].permute(3, 2, 0, 1).contiguous(), w[2]]
    if name.endswith("lstm"):
        return [w[0].T.contiguous(), w[1].T.contiguous(), w[2], torch.zeros_like(w[2])]
    if name.endswith("gru"):  # z r h, where PyTorch has r z h
        units = w[1].shape[0]
        order = torch.cat([torch.arange(units, 2 * units), torch.arange(units), torch.arange(2 * units, 3 * units)])
        kernels = [w[0].T[order].clone(), w[1].T[order].clone(), w[2][0][order].clone(), w[2][1][order].clone()]
        # PyTorch's z keeps the old state, as Keras's does
        return kernels
    return w


class Loop:
    """Trains one layer on the mean of its output times y."""

    def __init__(self, case, weights, x, y):
        self.case = case
        self.x, self.y = torch.from_numpy(x), torch.from_numpy(y)
        self.random = np.random.default_rng(0)
        self.weights = converted(case.name, weights)
        self.trained = self.weights[:2] if case.name == "batch_norm" else self.weights
        for one in self.trained:
            one.requires_grad_()
        make = {
            "sgd": lambda: torch.optim.SGD(self.trained, 0.01),
            "adagrad": lambda: torch.optim.Adagrad(self.trained, 0.001, initial_accumulator_value=0.1, eps=1e-7),
            "adam": lambda: torch.optim.Adam(self.trained, 0.001, eps=1e-7, fused=True),
        }
        self.optimizer = make[case.optimizer]()
        self.tensor = self.x[: case.batch]

    def forward(self, x, training=False):
        """The output of a call."""
        if self.case.name == "batch_norm":
            gamma, beta, mean, variance = self.weights
            return last(functional.batch_norm(first(x), mean, variance, gamma, beta, training, 0.01, 1e-3))
        if self.case.name.startswith("embedding"):
            return functional.embedding(x, self.weights[0], sparse=training and self.case.optimizer != "adam")
        return FORWARD[self.case.name](self.weights, x)

    def train(self, steps):
        """Steps over the data, in another order each time."""
        done = 0
        while done < steps:
            order = torch.from_numpy(self.random.permutation(len(self.x)))
            for indices in order.split(self.case.batch):
                x, y = (self.x[indices], self.y[indices]) if self.case.by_fit else (self.x, self.y)
                loss = (self.forward(x, training=True) * y).mean()
                loss.backward()
                self.optimizer.step()
                self.optimizer.zero_grad()
                done += 1
        loss.item()

    @torch.inference_mode()
    def call(self):
        """One forward pass."""
        return self.forward(self.tensor)

    def output(self):
        """What it computes for the first batch."""
        return self.call().numpy()


def make(case, variant, weights, x, y):
    """The loop of one variant."""
    return Loop(case, weights, x, y)
