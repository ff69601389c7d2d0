"""Convolutions and pooling, with channels first as ONNX has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import is_keras_tensor, ops
from keras_core.backend.toolkit import dilated_size, same_padding

from keras_export.from_onnx.rules.shaping import padded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_export.from_onnx.node import Node

    Rule = Callable[[Node], Any]
FIRST = "channels_first"


class Windows:
    """How windows move over an input: sizes, steps and padding, each with one entry for each spatial axis.

    Args:
        n: the node.
        sizes: of the windows; None for what its attribute says.
    """

    def __init__(self, n: Node, sizes: Sequence[int] | None = None) -> None:
        self.sizes = list(sizes if sizes is not None else n.get("kernel_shape"))
        count = len(self.sizes)
        if len(n.value(0).shape) != count + 2 or not 1 <= count <= 3:
            raise ValueError(f"it has windows of {count} axes on a tensor of shape {tuple(n.value(0).shape)}")
        self.steps = list(n.get("strides", [1] * count))
        self.rates = list(n.get("dilations", [1] * count))
        pads = list(n.get("pads", [0] * 2 * count))
        if any(len(one) != count for one in (self.steps, self.rates)) or len(pads) != 2 * count:
            raise ValueError("its strides, dilations or pads have not one entry for each axis")
        if min([*self.sizes, *self.steps, *self.rates]) < 1 or min(pads) < 0:
            raise ValueError("its windows, strides or dilations are not positive, or its pads negative")
        self.pads = list(zip(pads[:count], pads[count:], strict=True))
        self.auto: str = n.get("auto_pad", "NOTSET")
        if self.auto == "VALID":
            self.pads = [(0, 0)] * count
        if self.auto == "SAME_LOWER":
            self.pads = [self._lower(length, k) for k, length in enumerate(n.value(0).shape[2:])]
        self.spans = list(map(dilated_size, self.sizes, self.rates))

    def _lower(self, length: int | None, axis: int) -> tuple[int, int]:
        if length is None and self.steps[axis] > 1:
            raise ValueError("auto_pad='SAME_LOWER' with strides needs axes of known length")
        after, before = same_padding(length or 1, self.sizes[axis], self.steps[axis], self.rates[axis])
        return before, after

    @property
    def same(self) -> bool:
        """Whether it pads as Keras does for "same"."""
        centered = [same_padding(1, span, 1) for span in self.spans]
        return self.auto == "SAME_UPPER" or (
            max(self.steps) == 1 and self.pads == centered and any(map(any, self.pads))
        )

    def lengths(self, n: Node, channels: Any) -> list[Any]:
        """The sizes of the result, as far as they are those of the input."""
        batch, _, *space = n.lengths()
        kept = [self.same and step == 1 for step in self.steps]
        return [batch, channels, *(one if keep else None for one, keep in zip(space, kept, strict=True))]


def _conv(n: Node) -> Any:
    kernel = n.value(1)
    if None in kernel.shape or len(kernel.shape) < 3:
        raise ValueError(f"its kernel has the shape {tuple(kernel.shape)}")
    filters, per_group, *sizes = kernel.shape
    w = Windows(n, sizes)
    order = [*range(2, len(sizes) + 2), 1, 0]
    x = n.x() if w.same else padded(n, n.x(), [(0, 0), (0, 0), *w.pads])
    padding = "same" if w.same else "valid"
    steps, every = w.steps, None
    if max(w.steps) > 1 and max(w.rates) > 1:  # Keras has one of them at a time
        if w.same:
            raise ValueError("auto_pad with strides and dilations is not read")
        steps, every = [1] * len(sizes), (Ellipsis, *(slice(None, None, step) for step in w.steps))
    groups = n.get("group", 1)
    if groups * per_group != x.shape[1] or filters % groups:
        raise ValueError(f"a kernel of shape {tuple(kernel.shape)} in {groups} groups does not fit {tuple(x.shape)}")
    weights = n.weights(*([1, 2] if n.has(2) else [1])) if is_keras_tensor(x) else None
    if weights is None or not n.scope.trained(n.names[1]):
        transposed = n.call(ops.transpose, n.x(1), order)
        found = n.call(ops.conv, x, transposed, tuple(steps), padding, FIRST, tuple(w.rates))
        if n.has(2):
            found = n.call(ops.add, found, n.call(ops.reshape, n.x(2), (filters, *[1] * len(sizes))))
        return n.scope.note(found if every is None else found[every], w.lengths(n, filters))
    config = {
        "filters": filters, "kernel_size": sizes, "strides": steps, "padding": padding, "groups": groups,
        "dilation_rate": w.rates, "use_bias": n.has(2), "data_format": FIRST,
    }  # fmt: skip
    arrays = [np.ascontiguousarray(weights[0].transpose(order)), *weights[1:]]
    found = n.layer(f"Conv{len(sizes)}D", config, arrays, *([1, 2] if n.has(2) else [1]))(x)
    return n.scope.note(found if every is None else found[every], w.lengths(n, filters))


def _conv_transpose(n: Node) -> Any:
    n.refuse(group=1, output_shape=None)
    kernel = n.value(1)
    _, filters, *sizes = kernel.shape
    w = Windows(n, sizes)
    if w.auto in ("SAME_UPPER", "SAME_LOWER"):
        raise ValueError(f"auto_pad={w.auto!r} is not read, pads are")
    extra = n.get("output_padding", [0] * len(sizes))
    order = [*range(2, len(sizes) + 2), 1, 0]
    x = n.x()
    # "valid" gives at least as much as every window reaches; what is padded off is cut from that.
    beyond = [max(step - span, 0) for step, span in zip(w.steps, w.spans, strict=True)]
    cuts = [(-a, e - b - m) for (a, b), e, m in zip(w.pads, extra, beyond, strict=True)]
    weights = n.weights(*([1, 2] if n.has(2) else [1])) if is_keras_tensor(x) else None
    layered = weights is not None and n.scope.trained(n.names[1])
    inside = all(after <= 0 for _, after in cuts)
    if layered and weights is not None:
        config = {
            "filters": filters, "kernel_size": sizes, "strides": w.steps, "padding": "valid",
            "dilation_rate": w.rates, "use_bias": n.has(2) and inside, "data_format": FIRST,
        }  # fmt: skip
        arrays = [np.ascontiguousarray(weights[0].transpose(order)), *(weights[1:] if inside else [])]
        found = n.layer(f"Conv{len(sizes)}DTranspose", config, arrays, *([1, 2] if n.has(2) else [1]))(x)
    else:
        transposed = n.call(ops.transpose, n.x(1), order)
        found = n.call(ops.conv_transpose, x, transposed, tuple(w.steps), "valid", None, FIRST, tuple(w.rates))
    found = padded(n, found, [(0, 0), (0, 0), *cuts])
    if n.has(2) and not (layered and inside):
        found = n.call(ops.add, found, n.call(ops.reshape, n.x(2), (filters, *[1] * len(sizes))))
    return n.scope.note(found, [n.lengths()[0], filters, *[None] * len(sizes)])


def _ceiled(n: Node, w: Windows) -> list[tuple[int, int]]:
    """How much longer an input must be for the last windows, where their number is rounded up."""
    more = []
    if not n.get("ceil_mode", 0):
        return [(0, 0)] * len(w.sizes)
    for length, step, span, (a, b) in zip(n.value(0).shape[2:], w.steps, w.spans, w.pads, strict=True):
        if length is None and step > 1:
            raise ValueError("ceil_mode with strides needs axes of known length")
        whole = (length or span) + a + b
        count = -(-(whole - span) // step) + 1
        if (count - 1) * step >= whole - b:  # a window that begins in the padding is none
            count -= 1
        more.append((0, max((count - 1) * step + span - whole, 0)))
    return more


def _pool(n: Node) -> Any:
    n.refuse(storage_order=0)
    w = Windows(n)
    if max(w.rates) > 1:
        raise ValueError("dilations are not read")
    x, most = n.x(), n.op == "MaxPool"
    op = ops.max_pool if most else ops.average_pool
    sides = [(0, 0), (0, 0)]
    if w.auto == "SAME_UPPER" and not n.get("count_include_pad", 0):
        return n.scope.note(n.call(op, x, tuple(w.sizes), tuple(w.steps), "same", FIRST), w.lengths(n, x.shape[1]))
    if w.auto == "SAME_UPPER":
        raise ValueError("auto_pad with count_include_pad is not read")
    more = _ceiled(n, w)
    pairs = [(a, b + c) for (a, b), (_, c) in zip(w.pads, more, strict=True)]

    def pooled(one: Any) -> Any:
        return n.call(op, one, tuple(w.sizes), tuple(w.steps), "valid", FIRST)

    if most:
        found = pooled(padded(n, x, [*sides, *pairs], -np.inf))
    else:
        found = pooled(padded(n, x, [*sides, *pairs]))
        include = n.get("count_include_pad", 0)
        if any(map(any, more if include else pairs)):  # elements that do not count
            ones = n.call(ops.ones_like, x)
            counted = padded(n, padded(n, ones, [*sides, *w.pads], float(include)), [*sides, *more])
            found = n.call(ops.divide, found, pooled(counted))
    return n.scope.note(found, w.lengths(n, x.shape[1]))


def _global(op: Any) -> Rule:
    def rule(n: Node) -> Any:
        x = n.x()
        found = n.call(op, x, axis=tuple(range(2, len(x.shape))), keepdims=True)
        return n.scope.note(found, [*n.lengths()[:2], *[1] * (len(x.shape) - 2)])

    return rule


RULES: dict[str, Rule] = {
    "Conv": _conv,
    "ConvTranspose": _conv_transpose,
    "MaxPool": _pool,
    "AveragePool": _pool,
    "GlobalAveragePool": _global(ops.mean),
    "GlobalMaxPool": _global(ops.max),
}
