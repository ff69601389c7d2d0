"""Every op of the table: names, signatures, values, dtypes, shapes and bodies.

Covers: inputs.py, running.py, cases/complex.py, cases/elementwise.py, cases/indexing.py, cases/linalg.py, cases/nn.py,
cases/random.py, cases/reduction.py, cases/shaping.py, cases/statistics.py, cases/windows.py.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras_core import Spec, ops, stage, tree
from keras_core import backend as backends
from keras_core.testing import force_bodies, op_table

from keras_conformance import running
from keras_conformance.cases import CASES
from keras_conformance.inputs import Inputs

if TYPE_CHECKING:
    from keras_core.backend import Backend

TABLE = op_table()
NAMES = sorted(TABLE)
EAGER_EXAMPLES, STAGED_EXAMPLES, SYMBOLIC_EXAMPLES = 6, 2, 3


def _for_each_case(name: str, backend: Backend, check: Any) -> None:
    @running.examples(backend, EAGER_EXAMPLES, STAGED_EXAMPLES)
    @given(st.data())
    def run(data: Any) -> None:
        check(CASES[name](Inputs(data.draw)))

    run()


def test_every_op_has_a_case() -> None:
    """No op of the table goes untested."""
    assert sorted(CASES) == NAMES


def test_every_op_is_public() -> None:
    """`keras_core.ops` offers every op."""
    assert [name for name in NAMES if not callable(getattr(ops, name, None))] == []


def test_no_op_is_missing(backend: Backend) -> None:
    """Every primitive is implemented."""
    assert [name for name in NAMES if TABLE[name].body is None and name not in backend.ops] == []


def test_no_op_is_unknown(backend: Backend) -> None:
    """Every implementation belongs to an op."""
    known = {*NAMES, "cond", "while_loop", "scan", "custom_gradient", "vectorized_map"}
    assert sorted(set(backend.ops) - known) == []


def test_signatures(backend: Backend) -> None:
    """An implementation takes the op's parameters by position, in their order."""
    refused = []
    for name in sorted(set(NAMES) & set(backend.ops)):
        try:
            inspect.signature(backend.ops[name]).bind(*TABLE[name].signature.parameters)
        except TypeError as error:
            refused.append(f"{name}: {error}")
        except ValueError:  # a function of C tells no signature
            continue
    assert refused == []


@pytest.mark.parametrize("name", [name for name in NAMES if name not in running.UNSPECIFIED])
def test_values(name: str, backend: Backend) -> None:
    """Shapes, dtypes and values are those of the NumPy backend."""
    op = TABLE[name]

    def check(arguments: dict[str, Any]) -> None:
        expected = running.comparable(op, running.reference(op, arguments), arguments)
        results = running.comparable(op, running.compute(op, arguments, backend), arguments)
        running.assert_close(results, expected, f"{name}({arguments})")

    _for_each_case(name, backend, check)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Only derived ops that the backend overrides have a body to compare with."""
    if "overridden" in metafunc.fixturenames:
        own = backends.active().ops
        named = [n for n in NAMES if TABLE[n].body is not None and n in own and n not in running.UNSPECIFIED]
        metafunc.parametrize("overridden", named)


def test_body(overridden: str, backend: Backend) -> None:
    """The body of a derived op agrees with the backend's own version."""
    name, op = overridden, TABLE[overridden]

    def check(arguments: dict[str, Any]) -> None:
        own = running.compute(op, arguments, backend)
        with force_bodies():
            body = running.compute(op, arguments, backend)
        running.assert_close(running.comparable(op, own, arguments), running.comparable(op, body, arguments), name)

    _for_each_case(name, backend, check)


PRIMITIVES = [n for n in NAMES if TABLE[n].body is None and n not in running.UNSPECIFIED]


@pytest.mark.parametrize("name", PRIMITIVES)
@pytest.mark.parametrize("dtype", ["float16", "float64"])
def test_other_floats(name: str, dtype: str, backend: Backend) -> None:
    """Half and double precision give the dtype inferred, and values of that precision."""
    op = TABLE[name]

    @running.examples(backend, 2, 1)
    @given(st.data())
    def run(data: Any) -> None:
        arguments = CASES[name](Inputs(data.draw))
        names = running.tensor_names(op, arguments)
        if not any(leaf.dtype == "float32" for n in names for leaf in tree.flatten(arguments[n])):
            return
        turned = {n: tree.map_structure(lambda x: running.turned(x, dtype), arguments[n]) for n in names}
        told = tree.flatten(op.output_spec(*running.positional(op, {**arguments, **turned})))
        expected = running.comparable(op, running.reference(op, {**arguments, **turned}), arguments)
        results = running.compute(op, {**arguments, **turned}, backend)
        assert [spec.dtype for spec in told] == [str(result.dtype) for result in results]
        tolerance = 2e-2 if dtype == "float16" else 1e-6
        for have, want in zip(running.comparable(op, results, arguments), expected, strict=True):
            np.testing.assert_allclose(running.exact(have), running.exact(want), tolerance, tolerance)

    run()


@pytest.mark.parametrize(
    "name", ["sum", "prod", "mean", "trace", "cumsum", "matmul", "contract", "dot", "square", "mod"]
)
@pytest.mark.parametrize("dtype", ["int8", "uint16", "bool"])
def test_small_integers(name: str, dtype: str, backend: Backend) -> None:
    """Sums and products of them have the dtype inferred, in which they do not wrap around."""
    op = TABLE[name]

    @running.examples(backend, 2, 1)
    @given(st.data())
    def run(data: Any) -> None:
        arguments = CASES[name](Inputs(data.draw))
        names = running.tensor_names(op, arguments)
        whole = {n: tree.map_structure(lambda x: (np.abs(x) * 50 + 1).astype(dtype), arguments[n]) for n in names}
        given = {**arguments, **whole}
        told = tree.flatten(op.output_spec(*running.positional(op, given)))
        results = running.compute(op, given, backend)
        assert [spec.dtype for spec in told] == [str(result.dtype) for result in results]
        for have, want in zip(results, running.reference(op, given), strict=True):
            np.testing.assert_allclose(have.astype("float64"), want.astype("float64"), 1e-5)

    run()


NEED_SIZES = {
    "batch": frozenset({"unstack", "squeeze", "correlate", "lu_factor", "unique", "rfft"}),
    "all": frozenset(
        {"unstack", "squeeze", "cross", "array_split", "scatter_update", "conv", "conv_transpose", "separable_conv"}
        | {
            "depthwise_conv",
            "local_conv",
            "dot_product_attention",
            "scatter",
            "depth_to_space",
            "lstsq",
            "pinv",
            "resize",
        }
        | {"unique", "correlate", "adaptive_average_pool", "adaptive_max_pool", "lu_factor", "fold", "unfold"}
        | {"rgb_to_hsv", "pad_images", "crop_images", "extract_patches", "extract_patches_3d", "scale_and_translate"}
        | {"map_coordinates", "affine_transform", "perspective_transform", "hsv_to_rgb"}
        | {"rfft", "stft", "ctc_loss", "ctc_decode"}
    ),
}
"""Ops some of whose calls cannot be made while sizes are unknown."""


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("hidden", ["none", "batch", "all"])
def test_symbolic_shape(name: str, hidden: str) -> None:
    """The shape and dtype inferred are those that come out; sizes not known may stay unknown."""
    op = TABLE[name]

    @settings(max_examples=SYMBOLIC_EXAMPLES)
    @given(st.data())
    def run(data: Any) -> None:
        arguments = CASES[name](Inputs(data.draw))
        names = running.tensor_names(op, arguments)
        if not names or name in NEED_SIZES.get(hidden, ()):
            return
        specs = {n: tree.map_structure(lambda x: _spec(x, hidden, n == names[0]), arguments[n]) for n in names}  # noqa: B023
        told = tree.flatten(op.output_spec(*running.positional(op, {**arguments, **specs})))
        real = running.reference(op, arguments)
        assert len(told) == len(real)
        for spec, array in zip(told, real, strict=True):
            _assert_told(spec, array, exact=hidden == "none")

    run()


def _spec(array: np.ndarray, hidden: str, first: bool) -> Spec:
    """What is known of an argument: all, all but the first argument's first size, or its rank."""
    unknown = {"none": 0, "batch": 1 if first else 0, "all": array.ndim}[hidden]
    return Spec((None,) * min(unknown, array.ndim) + array.shape[unknown:], str(array.dtype))


def _assert_told(spec: Any, array: np.ndarray, exact: bool) -> None:
    assert spec.dtype == str(array.dtype)
    assert len(spec.shape) == array.ndim, f"told {spec.shape}, came {array.shape}"
    for told, came in zip(spec.shape, array.shape, strict=True):
        assert told == came or (told is None and not exact), f"told {spec.shape}, came {array.shape}"


DRAWS = {
    "random_uniform": ((4000,), -1.0, 3.0, "float32"),
    "random_normal": ((4000,), 2.0, 3.0, "float32"),
    "random_truncated_normal": ((4000,), 0.0, 1.0, "float32"),
    "random_integer": ((4000,), 0, 10, "int32"),
    "random_bernoulli": ((4000,), 0.3, "float32"),
    "random_gamma": ((4000,), 2.5, "float32"),
    "random_shuffle": (np.arange(4000, dtype="float32"), 0),
    "random_categorical": (np.log(np.array([[0.2, 0.8]], "float32")), 4000, "int32"),
}
"""Arguments before the key."""

MOMENTS = {
    "random_uniform": (1.0, 4 / 12**0.5),
    "random_normal": (2.0, 3.0),
    "random_truncated_normal": (0.0, 0.8796),
    "random_integer": (4.5, (99 / 12) ** 0.5),
    "random_bernoulli": (0.3, 0.21**0.5),
    "random_gamma": (2.5, 2.5**0.5),
    "random_shuffle": (1999.5, 1154.7),
    "random_categorical": (0.8, 0.4),
}
"""Mean and standard deviation of what is drawn."""


def _drawn(name: str, backend: Backend, seed: int, counter: int) -> np.ndarray:
    program = stage(lambda key: TABLE[name].public(*DRAWS[name], key), [], backend)
    return backend.numpy(program(np.array([seed, counter], "uint32")))


@pytest.mark.parametrize("name", sorted(running.UNSPECIFIED))
def test_random(name: str, backend: Backend) -> None:
    """The same key gives the same numbers, another key others; mean and deviation are right."""
    drawn = _drawn(name, backend, 7, 1)
    mean, deviation = MOMENTS[name]
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
        for have, want in zip(running.compute(op, arguments, backend), running.reference(op, arguments), strict=True):
            assert have.shape == want.shape
            assert have.dtype == want.dtype

    _for_each_case(name, backend, check)
