"""Control flow over pure bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.backend.toolkit import flat

from keras_backend_tf.framework import raw, tf, traced_specs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.typing import Tensor


def cond(pred: Tensor, true_fn: Callable[..., Any], false_fn: Callable[..., Any], operands: Sequence[Tensor]) -> Any:
    return _list(tf.cond(pred, lambda: list(true_fn(*operands)), lambda: list(false_fn(*operands))))


def while_loop(cond_fn: Callable[..., Any], body_fn: Callable[..., Any], state: Sequence[Tensor]) -> list[Tensor]:
    return _list(tf.while_loop(cond_fn, flat(body_fn), list(state)))


def _list(result: Any) -> list[Tensor]:
    return list(result) if isinstance(result, (list, tuple)) else [result]


def scan(
    body: Callable[[list[Tensor], list[Tensor]], tuple[list[Tensor], list[Tensor]]],
    carry: Sequence[Tensor],
    xs: Sequence[Tensor],
    length: int | None = None,
    reverse: bool = False,
    unroll: int | bool = 1,
) -> tuple[list[Tensor], list[Tensor]]:
    """A while loop over the rows of `xs`, or straight code where `unroll` covers all of them.

    A short loop with convolutions is written out, too: their gradients by the kernel, which each step of a loop adds up
    one after the other, are then computed side by side. The loop gets a known length as its maximum, so that XLA can
    differentiate it.
    """
    count = length if length is not None else xs[0].shape[0]
    if count is not None and (unroll is True or unroll >= count):
        return _unrolled(body, list(carry), xs, count, reverse)
    kinds, kernels = _rows_of(body, carry, xs)
    if count is not None and count <= _WRITTEN_OUT and any(kernel.startswith("Conv") for kernel in kernels):
        return _unrolled(body, list(carry), xs, count, reverse)
    return _looped(body, list(carry), xs, count, reverse, kinds)


_WRITTEN_OUT = 32
"""Most steps of a loop with convolutions that are written out: what TensorFlow then takes to trace grows with them."""


def _unrolled(body: Any, carry: list[Tensor], xs: Any, count: int, reverse: bool) -> tuple[list[Tensor], list[Tensor]]:
    columns = [raw.Unpack(value=x, num=count, axis=0) for x in xs]
    rows: list[list[Tensor]] = []
    for k in reversed(range(count)) if reverse else range(count):
        carry, row = body(carry, [column[k] for column in columns])
        rows.append(list(row))
    if reverse:
        rows.reverse()
    return list(carry), [raw.Pack(values=list(column), axis=0) for column in zip(*rows, strict=True)]


def _looped(
    body: Any, carry: list[Tensor], xs: Any, count: int | None, reverse: bool, kinds: list[Any]
) -> tuple[list[Tensor], list[Tensor]]:
    size: Any = raw.Shape(input=xs[0])[0] if count is None else count
    inputs = [tf.TensorArray(x.dtype, size, element_shape=x.shape[1:]).unstack(x) for x in xs]
    outputs = [tf.TensorArray(kind.dtype, size, element_shape=kind.shape) for kind in kinds]

    def step(k: Tensor, now: list[Tensor], arrays: list[Any]) -> tuple[Tensor, list[Tensor], list[Any]]:
        place = size - 1 - k if reverse else k
        new, row = body(now, [x.read(place) for x in inputs])
        return k + 1, list(new), [array.write(place, y) for array, y in zip(arrays, row, strict=True)]

    _, last, arrays = tf.while_loop(
        lambda k, *_: k < size, step, (tf.constant(0), carry, outputs), maximum_iterations=count
    )
    stacked = [array.stack() for array in arrays]
    for y in stacked:
        y.set_shape([count, *y.shape[1:]])
    return list(last), stacked


def _rows_of(body: Any, carry: Sequence[Tensor], xs: Any) -> tuple[list[Any], list[str]]:
    """Shape and dtype of one step's rows, and the names of TensorFlow's kernels in a step."""
    count = len(carry)
    specs = [tf.TensorSpec(t.shape, t.dtype) for t in carry] + [tf.TensorSpec(x.shape[1:], x.dtype) for x in xs]
    return traced_specs(lambda *given: body(list(given[:count]), list(given[count:]))[1], specs)


def custom_gradient(function: Callable[..., Any], operands: Sequence[Tensor]) -> list[Tensor]:
    """Results of ``function(*operands) -> (results, grad)``, differentiated by `grad`."""

    @tf.custom_gradient
    def run(*given: Tensor) -> Any:
        results, grad = function(*given)
        return tuple(results), lambda *upstream: grad(*upstream)

    return _list(run(*operands))
