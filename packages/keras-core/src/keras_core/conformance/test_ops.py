"""Every op of the table: names, signatures, values, dtypes, shapes, bodies and gradients."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import keras_core.ops.all_families  # noqa: F401  (fills the table)
from keras_core import Spec, gradients, ops, tree
from keras_core.backend import Backend
from keras_core.conformance import running
from keras_core.conformance.cases import CASES
from keras_core.conformance.inputs import Inputs
from keras_core.ops.table import TABLE, force_bodies

NAMES = sorted(TABLE)
EAGER_EXAMPLES, STAGED_EXAMPLES = 6, 2


def _examples(backend: Backend) -> settings:
    return settings(max_examples=EAGER_EXAMPLES if "eager" in backend.capabilities else STAGED_EXAMPLES)


def _for_each_case(name: str, backend: Backend, check: Any) -> None:
    @_examples(backend)
    @given(st.data())
    def run(data: Any) -> None:
        check(CASES[name](Inputs(data.draw)))

    run()


def test_every_op_has_a_case() -> None:
    assert sorted(CASES) == NAMES


def test_every_op_is_public() -> None:
    assert [name for name in NAMES if not callable(getattr(ops, name, None))] == []


def test_no_op_is_missing(backend: Backend) -> None:
    assert [name for name in NAMES if TABLE[name].body is None and name not in backend.ops] == []


def test_no_op_is_unknown(backend: Backend) -> None:
    known = {*NAMES, "cond", "while_loop", "scan", "custom_gradient", "vectorized_map"}
    assert sorted(set(backend.ops) - known) == []


@pytest.mark.parametrize("name", NAMES)
def test_signature(name: str, backend: Backend) -> None:
    """An implementation takes the op's parameters in their order."""
    if name not in backend.ops:
        pytest.skip("derived")
    try:
        have = inspect.signature(backend.ops[name])
    except ValueError:
        pytest.skip("a built-in function tells no signature")
    have.bind(*TABLE[name].signature.parameters)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in running.UNSPECIFIED])
def test_values(name: str, backend: Backend) -> None:
    """Shapes, dtypes and values are those of the NumPy backend."""
    op = TABLE[name]

    def check(arguments: dict[str, Any]) -> None:
        expected = running.comparable(op, running.reference(op, arguments), arguments)
        results = running.comparable(op, running.compute(op, arguments, backend), arguments)
        running.assert_close(results, expected, f"{name}({arguments})")

    _for_each_case(name, backend, check)


@pytest.mark.parametrize(
    "name", [name for name in NAMES if TABLE[name].body is not None and name not in running.UNSPECIFIED]
)
def test_body(name: str, backend: Backend) -> None:
    """The body of a derived op agrees with the backend's own version."""
    if name not in backend.ops:
        pytest.skip("not overridden")
    op = TABLE[name]

    def check(arguments: dict[str, Any]) -> None:
        own = running.compute(op, arguments, backend)
        with force_bodies():
            body = running.compute(op, arguments, backend)
        running.assert_close(running.comparable(op, own, arguments), running.comparable(op, body, arguments), name)

    _for_each_case(name, backend, check)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("hidden", ["none", "first", "all"])
def test_symbolic_shape(name: str, hidden: str) -> None:
    """The shape and dtype told beforehand are those that come out; unknown sizes stay unknown or fit."""
    op = TABLE[name]
    which = {"none": lambda axis: False, "first": lambda axis: axis == 0, "all": lambda axis: True}[hidden]

    @settings(max_examples=EAGER_EXAMPLES)
    @given(st.data())
    def run(data: Any) -> None:
        arguments = CASES[name](Inputs(data.draw))
        names = running.tensor_names(op, arguments)
        if not names:
            return
        hide = {n: tree.map_structure(lambda x: Spec(running.unknown_sizes(x, which), str(x.dtype)), arguments[n]) for n in names}
        if hidden != "none" and _needs_sizes(name, arguments, names):
            return
        told = tree.flatten(op.output_spec(*running.positional(op, {**arguments, **hide})))
        real = running.reference(op, arguments)
        assert len(told) == len(real)
        for spec, array in zip(told, real, strict=True):
            _assert_told(spec, array, exact=hidden == "none")

    run()


def _needs_sizes(name: str, arguments: dict[str, Any], names: list[str]) -> bool:
    """Whether this call is one that cannot be made without knowing sizes."""
    if name in ("conv", "conv_transpose", "depthwise_conv", "separable_conv"):
        return True
    if name in ("unstack", "cross", "array_split", "roll", "rot90", "pinv", "lstsq", "dot_product_attention"):
        return True
    if name in ("scatter_update", "scatter", "simple_rnn", "lstm", "gru", "batch_normalization", "layer_normalization"):
        return True
    if name == "squeeze" and arguments["axis"] is None:
        return True
    if name == "resize" and arguments["antialias"]:
        return True
    return name in ("slice", "slice_update") or (name == "getitem" and False)


def _assert_told(spec: Any, array: np.ndarray, exact: bool) -> None:
    assert spec.dtype == str(array.dtype)
    assert len(spec.shape) == array.ndim, f"told {spec.shape}, came {array.shape}"
    for told, came in zip(spec.shape, array.shape, strict=True):
        assert told == came or (told is None and not exact), f"told {spec.shape}, came {array.shape}"


NOT_DIFFERENTIABLE = frozenset(
    "argmax argmin argsort axis_size sequence arange all any allclose isclose isnan isinf isfinite equal not_equal "
    "less less_equal greater greater_equal logical_and logical_or logical_xor logical_not bitwise_and bitwise_or "
    "bitwise_xor bitwise_invert bitwise_not bitwise_left_shift bitwise_right_shift left_shift right_shift one_hot "
    "multi_hot in_top_k searchsorted digitize count_nonzero unravel_index sign floor ceil round trunc heaviside "
    "zeros ones empty full eye tri identity zeros_like ones_like empty_like full_like floor_divide saturate_cast cast "
    "nan_to_num stop_gradient bincount eigh svd qr threshold nanmax nanmin nansum nanmean".split()
)
"""No gradient, a gradient of zero, or one that finite differences of unstable outputs cannot judge."""


@pytest.mark.usefixtures("needs_train")
@pytest.mark.parametrize("name", [n for n in NAMES if n not in NOT_DIFFERENTIABLE | running.UNSPECIFIED])
def test_gradient(name: str, backend: Backend) -> None:
    """Gradients agree with central differences of the NumPy backend in float64."""
    op = TABLE[name]
    examples = 3 if "eager" in backend.capabilities else 1

    @settings(max_examples=examples)
    @given(st.data())
    def run(data: Any) -> None:
        arguments = CASES[name](Inputs(data.draw))
        names = [n for n in running.tensor_names(op, arguments) if _differentiable(arguments[n])]
        if not names:
            return
        rng = np.random.default_rng(0)
        weights = [rng.uniform(0.5, 1.5, r.shape) for r in running.reference(op, arguments)]
        leaves = [leaf for n in names for leaf in tree.flatten(arguments[n])]
        found = _gradients(op, arguments, names, weights, backend)
        for leaf, gradient in zip(leaves, found, strict=True):
            assert np.shape(gradient) == leaf.shape
        direction = [np.asarray(rng.standard_normal(leaf.shape)) for leaf in leaves]
        if name in ("cholesky", "logdet"):  # these read one half of a symmetric matrix
            direction = [d + np.swapaxes(d, -1, -2) for d in direction]
        slope = sum(float(np.sum(g * d)) for g, d in zip(found, direction, strict=True))
        expected = _slope(op, arguments, names, weights, direction)
        assert slope == pytest.approx(expected, rel=5e-3, abs=5e-3)

    run()


def _differentiable(value: Any) -> bool:
    return all(leaf.dtype == np.float32 for leaf in tree.flatten(value))


def _put(arguments: dict[str, Any], names: list[str], leaves: list[Any]) -> dict[str, Any]:
    queue = iter(leaves)
    return {**arguments, **{n: tree.map_structure(lambda _: next(queue), arguments[n]) for n in names}}


def _gradients(
    op: Any, arguments: dict[str, Any], names: list[str], weights: list[np.ndarray], backend: Backend
) -> list[np.ndarray]:
    def loss(*leaves: Any) -> Any:
        total: Any = 0.0
        for result, weight in zip(tree.flatten(running.call(op, _put(arguments, names, list(leaves)))), weights, strict=True):
            if ops.dtype(result).startswith("float"):
                total = ops.add(total, ops.sum(ops.multiply(result, weight.astype("float32"))))
        return total

    leaves = [leaf for n in names for leaf in tree.flatten(arguments[n])]
    tensors = [backend.tensor(leaf) for leaf in leaves]
    _, found = gradients(loss, tensors)
    return [np.zeros(leaf.shape) if g is None else backend.numpy(g) for leaf, g in zip(leaves, found, strict=True)]


def _slope(
    op: Any, arguments: dict[str, Any], names: list[str], weights: list[np.ndarray], direction: list[np.ndarray]
) -> float:
    leaves = [leaf.astype("float64") for n in names for leaf in tree.flatten(arguments[n])]
    step = 1e-6

    def value(sign: int) -> float:
        moved = [np.asarray(leaf + sign * step * d) for leaf, d in zip(leaves, direction, strict=True)]
        results = running.reference(op, _put(arguments, names, moved), wide=True)
        pairs = [(r, w) for r, w in zip(results, weights, strict=True) if r.dtype.kind == "f"]
        return sum(float(np.sum(r * w)) for r, w in pairs)

    return (value(1) - value(-1)) / (2 * step)


DISTRIBUTIONS = {
    "random_uniform": (lambda key: ops.random_uniform((4000,), -1.0, 3.0, "float32", key), 1.0, 4 / 12**0.5),
    "random_normal": (lambda key: ops.random_normal((4000,), 2.0, 3.0, "float32", key), 2.0, 3.0),
    "random_truncated_normal": (lambda key: ops.random_truncated_normal((4000,), 0.0, 1.0, "float32", key), 0.0, 0.8796),
    "random_integer": (lambda key: ops.random_integer((4000,), 0, 10, "int32", key), 4.5, (99 / 12) ** 0.5),
    "random_bernoulli": (lambda key: ops.random_bernoulli((4000,), 0.3, "float32", key), 0.3, 0.21**0.5),
    "random_shuffle": (lambda key: ops.random_shuffle(np.arange(4000, dtype="float32"), 0, key), 1999.5, 1154.7),
    "random_categorical": (
        lambda key: ops.random_categorical(np.log(np.array([[0.2, 0.8]], "float32")), 4000, "int32", key), 0.8, 0.4,
    ),
}  # fmt: skip


def _drawn(name: str, backend: Backend, seed: int, counter: int) -> np.ndarray:
    from keras_core import stage

    key = np.array([seed, counter], "uint32")
    program = stage(DISTRIBUTIONS[name][0], [], backend)
    return backend.numpy(program(key))


@pytest.mark.parametrize("name", sorted(running.UNSPECIFIED))
def test_random(name: str, backend: Backend) -> None:
    """The same key gives the same numbers, another key others; mean and deviation are right."""
    drawn = _drawn(name, backend, 7, 1)
    _, mean, deviation = DISTRIBUTIONS[name]
    np.testing.assert_array_equal(drawn, _drawn(name, backend, 7, 1))
    assert not np.array_equal(drawn, _drawn(name, backend, 7, 2))
    assert not np.array_equal(drawn, _drawn(name, backend, 8, 1))
    assert drawn.mean() == pytest.approx(mean, abs=5 * deviation / 4000**0.5)
    assert drawn.std() == pytest.approx(deviation, rel=0.1)


@pytest.mark.parametrize("name", sorted(running.UNSPECIFIED))
def test_random_shape_and_dtype(name: str, backend: Backend) -> None:
    """Any shape and dtype that the op accepts."""

    def check(arguments: dict[str, Any]) -> None:
        op = TABLE[name]
        for have, want in zip(
            running.compute(op, arguments, backend), running.reference(op, arguments), strict=True
        ):
            assert have.shape == want.shape
            assert have.dtype == want.dtype

    _for_each_case(name, backend, check)
