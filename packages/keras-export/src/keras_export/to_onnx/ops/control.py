"""Loops and branches: operators with graphs inside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_export.to_onnx.sizes import known_int
from keras_export.to_onnx.values import Value, constant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_export.to_onnx.bodies import Body
    from keras_export.to_onnx.builder import Builder


def cond(g: Builder, pred: Value, true_fn: Body, false_fn: Body, operands: Sequence[Value]) -> list[Value]:
    branches = [
        body.graph(f"{name}_branch", g, operands=operands) for name, body in (("then", true_fn), ("else", false_fn))
    ]
    outputs = [Value(one.shape, one.dtype) for one in true_fn.outputs]
    for one, other in zip(outputs, false_fn.outputs, strict=True):
        one.shape = tuple(a if a == b else None for a, b in zip(one.shape, other.shape, strict=True))
    test = g.reshape(g.cast(pred, "bool"), ())
    return g.nodes_of("If", [test], outputs, then_branch=branches[0], else_branch=branches[1])


def while_loop(g: Builder, cond_fn: Body, body_fn: Body, state: Sequence[Value]) -> list[Value]:
    first = cond_fn.inline(g, state)[0]
    number, go_on = Value((), "int64"), Value((), "bool")
    inner = body_fn.graph("body", g, before=[number, go_on], then=cond_fn)
    outputs = [Value(one.shape, one.dtype) for one in body_fn.inputs]
    return g.nodes_of("Loop", [None, g.reshape(g.cast(first, "bool"), ()), *state], outputs, body=inner)


def scan(
    g: Builder,
    body: Body,
    carry: Sequence[Value],
    xs: Sequence[Value],
    length: Any = None,
    reverse: Any = False,
    unroll: Any = 1,
) -> list[Value]:
    rows = list(xs)
    extra = []
    if not rows:  # there must be something to go over
        count = known_int(length, "a number of steps")
        rows, extra = [constant(np.zeros(count, "int32"))], [Value((), "int32")]
    inner = body.graph("body", g, after=extra)
    states = body.inputs[: len(carry)]
    steps = rows[0].shape[0]
    results = body.outputs[len(carry) :]
    outputs = [Value(one.shape, one.dtype) for one in states]
    outputs += [Value((steps, *one.shape), one.dtype) for one in results]
    ways = {"scan_input_directions": [1] * len(rows), "scan_output_directions": [1] * len(results)} if reverse else {}
    return g.nodes_of("Scan", [*carry, *rows], outputs, body=inner, num_scan_inputs=len(rows), **ways)


def custom_gradient(g: Builder, function: Body, gradient: Body, operands: Sequence[Value]) -> list[Value]:
    return function.inline(g, operands)
