"""Running one op on the backend under test and on the NumPy backend, and comparing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import Phase, settings
from keras_core import backend as backends
from keras_core import dtypes, stage, tree
from keras_core.testing import Op, op_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core.backend import Backend

RELATIVE, ABSOLUTE = 2e-4, 2e-5


def examples(backend: Backend, eager: int, staged: int) -> settings:
    """How many examples to try: fewer where each is compiled, and these are not made simpler when one fails."""
    if "eager" in backend.capabilities:
        return settings(max_examples=eager)
    return settings(max_examples=staged, phases=(Phase.explicit, Phase.generate))


def tensor_names(op: Op, arguments: dict[str, Any]) -> list[str]:
    """Parameters that hold arrays (or lists of arrays) in this call."""
    return [name for name in op.tensors if _is_arrays(arguments.get(name))]


def _is_arrays(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and isinstance(value[0], np.ndarray)
    return isinstance(value, np.ndarray)


def call(op: Op, arguments: dict[str, Any]) -> Any:
    """The op called by its public name."""
    return op.public(*positional(op, arguments))


def positional(op: Op, arguments: dict[str, Any]) -> list[Any]:
    """The call's arguments in the order of the parameters, defaults filled in."""
    return op.bind((), dict(arguments))


def reference(op: Op, arguments: dict[str, Any], wide: bool = False) -> list[np.ndarray]:
    """The NumPy backend's results; `wide` computes in float64."""
    if wide:
        arguments = {name: tree.map_structure(_widened, value) for name, value in arguments.items()}
    with backends.use_backend("numpy"):
        return [np.asarray(leaf) for leaf in tree.flatten(call(op, arguments))]


def _widened(leaf: Any) -> Any:
    return turned(leaf, "float64")


def turned(leaf: Any, dtype: str) -> Any:
    """A float32 array in another dtype; anything else as it is."""
    return leaf.astype(dtype) if isinstance(leaf, np.ndarray) and leaf.dtype == np.float32 else leaf


def compute(op: Op, arguments: dict[str, Any], backend: Backend) -> list[np.ndarray]:
    """The results of the backend under test: by an eager call, or staged where it is not eager."""
    if "eager" in backend.capabilities:
        results = call(op, arguments)
    else:
        names = tensor_names(op, arguments)
        program = stage(lambda *given: call(op, {**arguments, **dict(zip(names, given, strict=True))}), [], backend)
        results = program(*(arguments[name] for name in names))
    return [backend.numpy(leaf) for leaf in tree.flatten(results)]


def assert_close(results: list[np.ndarray], expected: list[np.ndarray], what: str) -> None:
    """Compare shapes, dtypes and values of corresponding arrays."""
    assert len(results) == len(expected), f"{what}: {len(results)} results, expected {len(expected)}"
    for k, (result, wanted) in enumerate(zip(results, expected, strict=True)):
        place = f"{what}, result {k}"
        assert np.shape(result) == np.shape(wanted), f"{place}: shape {np.shape(result)}, expected {np.shape(wanted)}"
        have, want = dtypes.standardize(np.asarray(result).dtype), dtypes.standardize(np.asarray(wanted).dtype)
        assert have == want, f"{place}: dtype {have}, expected {want}"
        np.testing.assert_allclose(exact(result), exact(wanted), RELATIVE, ABSOLUTE, err_msg=place)


def exact(array: Any) -> np.ndarray:
    """Numbers in double precision, complex ones as such."""
    given: np.ndarray = np.asarray(array)
    return given.astype("complex128" if given.dtype.kind == "c" else "float64")


def _rebuilt_svd(results: list[np.ndarray], x: np.ndarray) -> list[np.ndarray]:
    if len(results) == 1:
        return results
    u, values, vt = results
    return [values, (u * values[..., None, :]) @ vt, np.swapaxes(u, -1, -2) @ u, vt @ np.swapaxes(vt, -1, -2)]


def _rebuilt_eigh(results: list[np.ndarray], x: np.ndarray) -> list[np.ndarray]:
    values, vectors = results
    return [values, (vectors * values[..., None, :]) @ np.swapaxes(vectors, -1, -2)]


def _rebuilt_qr(results: list[np.ndarray], x: np.ndarray) -> list[np.ndarray]:
    q, r = results
    return [q @ r, np.abs(r)]


def _rebuilt_eig(results: list[np.ndarray], x: np.ndarray) -> list[np.ndarray]:
    values, vectors = results
    whole = (vectors * values[..., None, :]) @ np.linalg.inv(vectors)
    return [values.sum(-1), (values**2).sum(-1), whole, np.abs(vectors**2).sum(-2)]


COMPARABLE: dict[str, Callable[[list[np.ndarray], np.ndarray], list[np.ndarray]]] = {
    "svd": _rebuilt_svd,
    "eigh": _rebuilt_eigh,
    "eig": _rebuilt_eig,
    "qr": _rebuilt_qr,
}
"""Factorizations are unique only up to signs: what of them is compared."""

UNSPECIFIED = frozenset({name for name in op_table() if name.startswith("random_")})
"""Ops whose values differ between backends; their distributions are tested instead."""


def comparable(op: Op, results: list[np.ndarray], arguments: dict[str, Any]) -> list[np.ndarray]:
    """The parts of the results that must agree."""
    turn = COMPARABLE.get(op.name)
    return turn(results, arguments["x"]) if turn else results
