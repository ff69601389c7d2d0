"""Plain NumPy computations that tests compare layers with: slow, short, and sharing no code with a backend.

Arrays are channels-last: ``(batch, *space, channels)``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Step = Callable[[np.ndarray, list[np.ndarray]], list[np.ndarray]]


def per_axis(value: Any, rank: int) -> tuple[int, ...]:
    """An int, or a sequence of ints, as one int for each axis."""
    return tuple(value) if isinstance(value, (list, tuple)) else (value,) * rank


def pad_for(x: np.ndarray, window: Sequence[int], strides: Sequence[int], padding: str, fill: float) -> np.ndarray:
    """`x` with the border that "valid", "same" or "causal" windows of these sizes need."""
    widths = [(0, 0)]
    for size, width, stride in zip(x.shape[1:-1], window, strides, strict=True):
        if padding == "same":
            total = max((-(-size // stride) - 1) * stride + width - size, 0)
            widths.append((total // 2, total - total // 2))
        else:
            widths.append((width - 1 if padding == "causal" else 0, 0))
    return np.pad(x, [*widths, (0, 0)], constant_values=fill)


def convolve(
    x: np.ndarray, kernel: np.ndarray, strides: Any = 1, padding: str = "valid", dilation: Any = 1
) -> np.ndarray:
    """Cross-correlation; groups follow from the channels of `x` and `kernel` (*window, channels / groups, filters)."""
    rank = x.ndim - 2
    strides, dilation = per_axis(strides, rank), per_axis(dilation, rank)
    extent = [(k - 1) * d + 1 for k, d in zip(kernel.shape, dilation, strict=False)]
    x = pad_for(x, extent, strides, padding, 0.0)
    groups = x.shape[-1] // kernel.shape[-2]
    sizes = [(n - e) // s + 1 for n, e, s in zip(x.shape[1:-1], extent, strides, strict=True)]
    out = np.zeros((x.shape[0], *sizes, kernel.shape[-1]))
    for place in np.ndindex(*sizes):
        key = [slice(p * s, p * s + e, d) for p, s, e, d in zip(place, strides, extent, dilation, strict=True)]
        window = x[(slice(None), *key)]
        for group, (part, weights) in enumerate(
            zip(np.split(window, groups, -1), np.split(kernel, groups, -1), strict=True)
        ):
            width = weights.shape[-1]
            out[(slice(None), *place, slice(group * width, (group + 1) * width))] = np.tensordot(
                part, weights, axes=rank + 1
            )
    return out


def convolve_channels(x: np.ndarray, kernel: np.ndarray, **options: Any) -> np.ndarray:
    """Each channel by itself, with `kernel` (*window, channels, multiplier)."""
    parts = [convolve(x[..., c : c + 1], kernel[..., c : c + 1, :], **options) for c in range(x.shape[-1])]
    return np.concatenate(parts, axis=-1)


def convolve_transposed(
    x: np.ndarray,
    kernel: np.ndarray,
    strides: Any = 1,
    padding: str = "valid",
    output_padding: Any = None,
    dilation: Any = 1,
) -> np.ndarray:
    """Each place of `x` spread over a window by `kernel` (*window, filters, channels)."""
    rank = x.ndim - 2
    strides, dilation = per_axis(strides, rank), per_axis(dilation, rank)
    extent = [(k - 1) * d + 1 for k, d in zip(kernel.shape, dilation, strict=False)]
    full = [(n - 1) * s + e for n, s, e in zip(x.shape[1:-1], strides, extent, strict=True)]
    extra = per_axis(output_padding or 0, rank)
    out = np.zeros((x.shape[0], *(f + s + 2 for f, s in zip(full, strides, strict=True)), kernel.shape[-2]))
    for place in np.ndindex(*x.shape[1:-1]):
        key = [slice(p * s, p * s + e, d) for p, s, e, d in zip(place, strides, extent, dilation, strict=True)]
        out[(slice(None), *key)] += np.tensordot(x[(slice(None), *place)], kernel, axes=(-1, -1))
    crop = []
    for n, s, e, f, more in zip(x.shape[1:-1], strides, extent, full, extra, strict=True):
        same = padding == "same"
        if output_padding is None:
            size = n * s if same else f + max(s - e, 0)
        else:
            size = f + more - (2 * (e // 2) if same else 0)
        start = max(f - size, 0) // 2 if same else 0
        crop.append(slice(start, start + size))
    return out[(slice(None), *crop)]


def adaptive_pool(x: np.ndarray, size: Any, reduce: Callable[..., Any]) -> np.ndarray:
    """Windows of a channels-last input, as many as `size` says, reduced to one value each."""
    sizes = per_axis(size, x.ndim - 2)
    out = np.zeros((x.shape[0], *sizes, x.shape[-1]))
    for place in np.ndindex(*sizes):
        pairs = zip(place, x.shape[1:-1], sizes, strict=True)
        key = [slice(math.floor(p * n / s), math.ceil((p + 1) * n / s)) for p, n, s in pairs]
        out[(slice(None), *place)] = reduce(x[(slice(None), *key)], axis=tuple(range(1, x.ndim - 1)))
    return out


def pool(x: np.ndarray, size: Any, strides: Any, padding: str, reduce: Callable[..., Any]) -> np.ndarray:
    """`reduce` (np.nanmax or np.nanmean) over windows; what lies outside `x` does not count."""
    rank = x.ndim - 2
    window, strides = per_axis(size, rank), per_axis(size if strides is None else strides, rank)
    x = pad_for(x, window, strides, padding, np.nan)
    sizes = [(n - w) // s + 1 for n, w, s in zip(x.shape[1:-1], window, strides, strict=True)]
    out = np.zeros((x.shape[0], *sizes, x.shape[-1]))
    for place in np.ndindex(*sizes):
        key = [slice(p * s, p * s + w) for p, s, w in zip(place, strides, window, strict=True)]
        out[(slice(None), *place)] = reduce(x[(slice(None), *key)], axis=tuple(range(1, rank + 1)))
    return out


def sigmoid(x: np.ndarray) -> np.ndarray:
    """The logistic function."""
    return 1 / (1 + np.exp(-x))


def simple_rnn_step(weights: list[np.ndarray]) -> Step:
    """A step of a fully connected recurrent layer."""
    kernel, recurrent, bias = weights
    return lambda x, states: [np.tanh(x @ kernel + states[0] @ recurrent + bias)]


def lstm_step(weights: list[np.ndarray]) -> Step:
    """A step of a long short-term memory; blocks i f c o."""
    kernel, recurrent, bias = weights

    def step(x: np.ndarray, states: list[np.ndarray]) -> list[np.ndarray]:
        i, f, g, o = np.split(x @ kernel + states[0] @ recurrent + bias, 4, axis=-1)
        c = sigmoid(f) * states[1] + sigmoid(i) * np.tanh(g)
        return [sigmoid(o) * np.tanh(c), c]

    return step


def gru_step(weights: list[np.ndarray], reset_after: bool = True) -> Step:
    """A step of a gated recurrent unit; blocks z r h."""
    kernel, recurrent, bias = weights
    units = recurrent.shape[0]
    of_inputs, of_state = (bias[0], bias[1]) if reset_after else (bias, 0 * bias)

    def step(x: np.ndarray, states: list[np.ndarray]) -> list[np.ndarray]:
        h = states[0]
        a, b = x @ kernel + of_inputs, h @ recurrent + of_state
        z, r = sigmoid(a[:, :units] + b[:, :units]), sigmoid(a[:, units:-units] + b[:, units:-units])
        inner = r * b[:, -units:] if reset_after else (r * h) @ recurrent[:, -units:]
        return [z * h + (1 - z) * np.tanh(a[:, -units:] + inner)]

    return step


def run_over_time(
    step: Step,
    x: np.ndarray,
    states: list[np.ndarray],
    mask: np.ndarray | None = None,
    go_backwards: bool = False,
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Outputs (batch, time, units) in the order computed, and the last states; masked steps change nothing."""
    order = range(x.shape[1])[:: -1 if go_backwards else 1]
    output = np.zeros_like(states[0])
    outputs = []
    for t in order:
        new = step(x[:, t], states)
        here = np.ones((len(x), 1), bool) if mask is None else mask[:, t, None]
        output = np.where(here, new[0], output)
        states = [np.where(here, a, b) for a, b in zip(new, states, strict=True)]
        outputs.append(output)
    return np.stack(outputs, axis=1), states
