"""Control flow whose bodies may read and assign variables.

On concrete values a body simply runs. While staging, each body runs in a trace of its own; what it writes is
found by a dry pass and travels through the backend's primitive as extra carried state. So do the losses that layers
add in it: those of all steps of a loop are summed.

A backend's implementations (``cond``, ``while_loop``, ``scan`` in its op table) see flat, pure bodies:

    cond(pred, true_fn, false_fn, operands)     true_fn(*operands) -> list
    while_loop(cond_fn, body_fn, state)         cond_fn(*state) -> bool scalar, body_fn(*state) -> list
    scan(body, carry, xs, length, reverse, unroll)
                                                body(carry_list, x_list) -> (carry_list, y_list);
                                                -> (carry_list, stacked y_list)
"""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any, TypeVar

from keras_core import tree
from keras_core.backend import discovery
from keras_core.graph.keras_tensor import KerasTensor, Node, any_symbolic, fresh
from keras_core.graph.nested import map_nested
from keras_core.graph.spec import Spec
from keras_core.ops.casting import as_tensor
from keras_core.ops.elementwise import add, less, less_equal, logical_and, subtract
from keras_core.ops.properties import dtype_of, shape_of
from keras_core.ops.shaping import getitem, stack
from keras_core.staging.loop_losses import LoopLosses
from keras_core.staging.pure import PureBody, effects_of, specs_of
from keras_core.staging.staged import flatten_results
from keras_core.staging.trace import active_trace
from keras_core.staging.variable import Variable, unchanged_variables

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.backend.protocol import Backend
    from keras_core.typing import Tensor, TensorTree

T = TypeVar("T")


def _backend_of(*values: Any) -> Backend:
    trace = active_trace()
    if trace is not None:
        return trace.backend
    return discovery.common_owner(tree.flatten(values)) or discovery.active()


def _tensors(structure: Any, backend: Backend) -> Any:
    def convert(leaf: Any) -> Any:
        if isinstance(leaf, Variable):
            return leaf.value
        return leaf if leaf is None or backend.is_tensor(leaf) else as_tensor(leaf, backend)

    return tree.map_structure(convert, structure)


def _symbolic_call(public: Callable[..., Any], args: tuple[Any, ...], outputs: T) -> T:
    fresh_outputs: T = fresh(outputs)
    Node(public, args, {}, fresh_outputs)
    return fresh_outputs


def cond(pred: Tensor, true_fn: Callable[..., Any], false_fn: Callable[..., Any], *operands: TensorTree) -> TensorTree:
    """One of two functions' results, by a condition known at run time.

    Args:
        pred: scalar bool.
        true_fn: called with `operands` where `pred` is true; may assign variables.
        false_fn: called with `operands` where `pred` is false; returns the structure, shapes and dtypes of `true_fn`,
            and may assign variables.
        *operands: nested tensors.

    Returns:
        What the chosen function returns.

    Example:
        >>> from keras_core import ops
        >>> int(ops.cond(True, lambda: ops.add(1, 1), lambda: ops.add(2, 2)))
        2
    """
    if any_symbolic((pred, operands)):
        with unchanged_variables():
            like = true_fn(*operands)
        return _symbolic_call(cond, (pred, true_fn, false_fn, *operands), like)
    if isinstance(pred, bool):
        return true_fn(*operands) if pred else false_fn(*operands)
    backend = _backend_of(pred, operands)
    pred = _tensors(pred, backend)
    if backend.is_concrete(pred):
        return true_fn(*operands) if bool(backend.numpy(pred)) else false_fn(*operands)
    flat, pack_operands = flatten_results(list(operands), backend)

    def on(fn: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *tensors: fn(*(pack_operands(tensors) if tensors else ()))

    yes, no = on(true_fn), on(false_fn)
    specs = specs_of(backend, flat)
    effects = effects_of(backend, yes, specs) | effects_of(backend, no, specs)
    bodies = [PureBody(backend, fn, effects) for fn in (yes, no)]
    count = len(effects)

    def branch(body: PureBody) -> Callable[..., list[Any]]:
        def run(*state: Any) -> list[Any]:
            results, new = body(state[:count], state[count:])
            return [*new, *results]

        return run

    out = backend.ops["cond"](pred, branch(bodies[0]), branch(bodies[1]), [*effects.begin(backend), *flat])
    effects.commit(out[:count])
    return bodies[0].pack(out[count:])


def switch(index: Tensor, branches: Sequence[Callable[..., Any]], *operands: TensorTree) -> TensorTree:
    """The result of ``branches[index]``, the index clipped to the range of branches.

    Args:
        index: scalar int.
        branches: functions of `operands`, as in `cond`.
        *operands: nested tensors.

    Example:
        >>> from keras_core import ops
        >>> int(ops.switch(1, [lambda x: x, lambda x: ops.multiply(x, 10)], 3))
        30
    """
    if isinstance(index, int):
        return branches[min(max(index, 0), len(branches) - 1)](*operands)
    if len(branches) == 1:
        return branches[0](*operands)
    middle = len(branches) // 2
    return cond(
        less_equal(index, middle - 1),
        lambda *given: switch(index, branches[:middle], *given),
        lambda *given: _shifted_switch(index, middle, branches, *given),
        *operands,
    )


def _shifted_switch(index: Tensor, offset: int, branches: Sequence[Callable[..., Any]], *operands: TensorTree) -> Any:
    return switch(subtract(index, offset), branches[offset:], *operands)


def while_loop(
    cond: Callable[..., Any], body: Callable[..., Any], loop_vars: TensorTree, maximum_iterations: int | None = None
) -> TensorTree:
    """Repeat `body` while `cond` holds.

    Args:
        cond: takes the loop variables, returns a scalar bool.
        body: takes the loop variables, returns new ones of the same structure, shapes and dtypes.
        loop_vars: a tuple or list of nested tensors, or one tensor.
        maximum_iterations: an upper bound. Defaults to None.

    Returns:
        The last loop variables.

    Example:
        >>> from keras_core import ops
        >>> int(ops.while_loop(lambda x: ops.less(x, 10), lambda x: ops.multiply(x, 2), 1))
        16
    """
    single = not isinstance(loop_vars, (list, tuple))
    state = (loop_vars,) if single else tuple(loop_vars)
    if any_symbolic(state):
        out = _symbolic_call(while_loop, (cond, body, loop_vars, maximum_iterations), loop_vars)
        return out

    def step(*given: Any) -> tuple[Any, ...]:
        new = body(*given)
        return (new,) if not isinstance(new, (list, tuple)) else tuple(new)

    test, run, initial = cond, step, state
    if maximum_iterations is not None:
        limit = maximum_iterations

        def test(n: Any, *given: Any) -> Any:
            return logical_and(less(n, limit), cond(*given))

        def run(n: Any, *given: Any) -> tuple[Any, ...]:
            return (add(n, 1), *step(*given))

        initial = (0, *state)
    result = _loop(test, run, initial)
    if maximum_iterations is not None:
        result = result[1:]
    if single:
        return result[0]
    return list(result) if isinstance(loop_vars, list) else result


def _loop(test: Callable[..., Any], run: Callable[..., Any], state: tuple[Any, ...]) -> tuple[Any, ...]:
    backend = _backend_of(state)
    state = _tensors(state, backend)
    flat, pack = flatten_results(list(state), backend)

    def flat_test(*tensors: Any) -> Any:
        return test(*pack(tensors))

    def flat_run(*tensors: Any) -> Any:
        return flatten_results(list(run(*pack(tensors))), backend)[0]

    if all(builtins.map(backend.is_concrete, flat)) and active_trace_is_concrete(backend):
        with LoopLosses(backend):
            while bool(backend.numpy(_tensors(test(*state), backend))):
                state = run(*state)
        return tuple(state)
    effects = effects_of(backend, flat_run, specs_of(backend, flat))
    count = len(effects)
    body, tester = PureBody(backend, flat_run, effects), PureBody(backend, flat_test, effects)

    def pure_body(*values: Any) -> list[Any]:
        results, new = body(values[:count], values[count:])
        return [*new, *results]

    def pure_test(*values: Any) -> Any:
        return tester(values[:count], values[count:])[0][0]

    out = backend.ops["while_loop"](pure_test, pure_body, [*effects.begin(backend), *flat])
    effects.commit(out[:count])
    return tuple(pack(out[count:]))


def active_trace_is_concrete(backend: Backend) -> bool:
    """Whether values inside the active trace exist already (no trace, or a backend that just runs)."""
    return active_trace() is None or "compiles" not in backend.capabilities


def scan(
    f: Callable[..., Any],
    init: TensorTree,
    xs: TensorTree = None,
    length: int | None = None,
    reverse: bool = False,
    unroll: int | bool = 1,
) -> tuple[Any, Any]:
    """Run `f` along the first axis of `xs`, carrying state.

    Args:
        f: ``(carry, x) -> (carry, y)``; it may assign variables, and layers in it may add losses, which are summed over
            the steps.
        init: the first carry, nested tensors.
        xs: nested tensors with a common first axis, or None with `length`. Defaults to None.
        length: the number of steps, where `xs` does not tell. Defaults to None.
        reverse: whether to begin at the end; the results keep the order of `xs`. Defaults to False.
        unroll: steps written out at once, or True for all; a hint. Defaults to 1.

    Returns:
        ``(carry, ys)``: the last carry, and the y of all steps stacked along a new first axis.

    Raises:
        ValueError: if neither `xs` nor `length` is given, or lengths differ.

    Example:
        >>> import numpy as np
        >>> from keras_core import ops
        >>> total, sums = ops.scan(lambda c, x: (c + x, c + x), np.float32(0), np.arange(4, dtype="float32"))
        >>> float(total)
        6.0
    """
    if any_symbolic((init, xs)):
        return _symbolic_scan(f, init, xs, length, reverse, unroll)
    backend = _backend_of(init, xs)
    init, xs = _tensors(init, backend), _tensors(xs, backend)
    carry, pack_carry = flatten_results(init, backend)
    steps, pack_x = flatten_results(xs, backend)
    if not steps and length is None:
        raise ValueError("scan() needs xs or length, got neither.")
    lengths = {backend.shape(t)[0] for t in steps} - {None}
    if length is not None:
        lengths.add(length)
    if len(lengths) > 1:
        raise ValueError(f"scan() got xs (and length) of different lengths: {sorted(builtins.map(str, lengths))}.")
    count_steps = next(iter(lengths)) if lengths else None
    packs: dict[str, Any] = {}

    def flat_f(*tensors: Any) -> Any:
        c, x = tensors[: len(carry)], tensors[len(carry) :]
        new, y = f(pack_carry(c), pack_x(x) if steps else None)
        flat_y, packs["y"] = flatten_results(y, backend)
        new_flat = flatten_results(new, backend)[0]
        if len(new_flat) != len(carry):
            raise ValueError(
                f"scan(): f returned a carry of {len(new_flat)} tensors, expected {len(carry)} as in init."
            )
        return [*new_flat, *flat_y]

    if (
        all(builtins.map(backend.is_concrete, [*carry, *steps]))
        and active_trace_is_concrete(backend)
        and count_steps is not None
    ):
        return _eager_scan(backend, flat_f, carry, pack_carry, steps, packs, count_steps, reverse)
    return _staged_scan(backend, flat_f, carry, pack_carry, steps, packs, count_steps, reverse, unroll)


def _eager_scan(
    backend: Backend,
    flat_f: Any,
    carry: list[Any],
    pack_carry: Any,
    steps: list[Any],
    packs: dict[str, Any],
    length: int,
    reverse: bool,
) -> tuple[Any, Any]:
    rows: list[list[Any]] = []
    size = len(carry)
    with LoopLosses(backend):
        for i in reversed(range(length)) if reverse else range(length):
            out = flat_f(*carry, *(getitem(t, i) for t in steps))
            carry = out[:size]
            rows.append(out[size:])
    if reverse:
        rows.reverse()
    columns = [stack(list(column), axis=0) for column in zip(*rows, strict=True)]
    return pack_carry(carry), packs["y"](columns) if packs else None


def _staged_scan(
    backend: Backend,
    flat_f: Any,
    carry: list[Any],
    pack_carry: Any,
    steps: list[Any],
    packs: dict[str, Any],
    length: int | None,
    reverse: bool,
    unroll: int | bool,
) -> tuple[Any, Any]:
    rows = [Spec(tuple(backend.shape(t))[1:], backend.dtype(t)) for t in steps]
    effects = effects_of(backend, flat_f, [*specs_of(backend, carry), *rows])
    count, size = len(effects), len(carry)
    body = PureBody(backend, flat_f, effects)

    def pure(state: Sequence[Any], x: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        results, new = body(state[:count], [*state[count:], *x])
        return [*new, *results[:size]], results[size:]

    last, ys = backend.ops["scan"](pure, [*effects.begin(backend), *carry], steps, length, reverse, unroll)
    effects.commit(last[:count])
    return pack_carry(last[count:]), packs["y"](ys)


def _symbolic_scan(
    f: Any, init: TensorTree, xs: TensorTree, length: Any, reverse: bool, unroll: Any
) -> tuple[Any, Any]:
    def row(leaf: Any) -> Any:
        if leaf is None or isinstance(leaf, KerasTensor):
            return None if leaf is None else getitem(leaf, 0)
        return KerasTensor(shape_of(leaf)[1:], dtype_of(leaf))

    with unchanged_variables():
        _, y = f(init, map_nested(row, xs))
    first = next((leaf for leaf in tree.flatten(xs) if leaf is not None), None)
    steps = length if first is None else shape_of(first)[0]
    carried = map_nested(lambda t: t if isinstance(t, KerasTensor) else KerasTensor(shape_of(t), dtype_of(t)), init)
    stacked = map_nested(lambda t: KerasTensor((steps, *t.shape), t.dtype), y)
    return _symbolic_call(scan, (f, init, xs, length, reverse, unroll), (carried, stacked))


def map(f: Callable[..., Any], xs: TensorTree) -> TensorTree:
    """Apply `f` to each row of `xs` along the first axis and stack the results.

    Args:
        f: takes a row (nested like `xs`), returns nested tensors; it may assign variables.
        xs: nested tensors with a common first axis.

    Returns:
        Nested tensors, with the rows along the first axis.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.map(lambda x: ops.multiply(x, 2), ops.arange(3))).tolist()
        [0, 2, 4]
    """
    return scan(lambda _, x: ((), f(x)), (), xs)[1]


def vectorized_map(function: Callable[..., Any], elements: TensorTree) -> TensorTree:
    """`map` for a function whose rows do not depend on each other.

    Args:
        function: takes a row, returns nested tensors.
        elements: nested tensors with a common first axis.

    Returns:
        Nested tensors, with the rows along the first axis.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.vectorized_map(lambda x: ops.multiply(x, 2), ops.arange(3))).tolist()
        [0, 2, 4]
    """
    return map(function, elements)


def fori_loop(lower: Tensor, upper: Tensor, body_fun: Callable[..., Any], init_val: TensorTree) -> TensorTree:
    """``val = body_fun(i, val)`` for i from `lower` to `upper` - 1; returns the last `val`.

    Args:
        lower: first i, an int or scalar tensor.
        upper: limit of i, excluded.
        body_fun: ``(i, val) -> val`` of the same structure, shapes and dtypes.
        init_val: first `val`, nested tensors.

    Returns:
        The last `val`.

    Example:
        >>> from keras_core import ops
        >>> int(ops.fori_loop(0, 4, lambda i, total: ops.add(total, i), 0))
        6
    """
    return while_loop(lambda i, _: less(i, upper), lambda i, val: (add(i, 1), body_fun(i, val)), (lower, init_val))[1]
