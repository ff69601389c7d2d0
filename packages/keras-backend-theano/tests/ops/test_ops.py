"""Every op on symbolic values against the same op on arrays, with dtypes and static shapes."""

import numpy as np
import pytest
from keras_core import Spec, ops
from keras_core.backend import load, use_backend

F = np.random.default_rng(0).normal(size=(2, 3, 4)).astype("float32")
P = np.abs(F) + 0.5
U = np.tanh(F)
I = np.random.default_rng(1).integers(-5, 9, (2, 3, 4)).astype("int32")
B = F > 0
M = F[0]
S = (M[:, :3] @ M[:, :3].T + 3 * np.eye(3)).astype("float32")
IMAGE = np.random.default_rng(2).normal(size=(2, 7, 6, 4)).astype("float32")
KERNEL = np.random.default_rng(3).normal(size=(3, 2, 4, 5)).astype("float32")
GROUPED = np.random.default_rng(3).normal(size=(3, 2, 2, 6)).astype("float32")
BACK = np.random.default_rng(4).normal(size=(3, 2, 5, 4)).astype("float32")
KEY = np.array([3, 5], "uint32")
PAIRS = np.array([[0, 1], [1, 2], [0, 1]], "int32")


def case(name, *args, **kwargs):
    """Arrays in `args` become symbolic; everything else is passed as it is."""
    label = "-".join([name, *(str(a) for a in args if not isinstance(a, (np.ndarray, list)))])
    return pytest.param(name, args, kwargs, id=label + "-".join(f"{k}={v}" for k, v in kwargs.items()))


UNARY = [
    ("negative abs sign square exp expm1 sin cos tan arctan sinh cosh tanh arcsinh erf floor ceil round "
     "isnan isinf isfinite relu sigmoid softplus silu gelu elu selu stop_gradient softmax log_softmax", F),
    ("log log1p sqrt rsqrt", P),
    ("arcsin arccos arctanh", U),
    ("arccosh", P + 1),
    ("negative abs sign square floor round relu bitwise_invert", I),
    ("logical_not", B),
]  # fmt: skip
BINARY = [
    ("add subtract multiply divide floor_divide mod maximum minimum equal less less_equal arctan2 "
     "not_equal greater", F, P[:, :1]),
    ("power", P, F),
    ("add subtract multiply divide floor_divide mod maximum minimum equal less_equal bitwise_and bitwise_or "
     "bitwise_xor", I, np.abs(I[0]) + 1),
    ("bitwise_left_shift bitwise_right_shift", I, np.abs(I[0]) % 4),
    ("logical_and logical_or logical_xor", B, F > 0.5),
    ("add multiply", B, F > 0.5),
]  # fmt: skip
REDUCTIONS = ["sum", "prod", "mean", "max", "min", "any", "all", "argmax", "argmin", "logsumexp", "var"]
CASES = [
    *(case(n, x) for names, x in UNARY for n in names.split()),
    *(case(n, x, y) for names, x, y in BINARY for n in names.split()),
    *(case(n, F) for n in REDUCTIONS),
    *(case(n, F, axis=1) for n in REDUCTIONS),
    *(case(n, F, axis=-1, keepdims=True) for n in REDUCTIONS),
    *(case(n, F, axis=(0, 2)) for n in ["sum", "prod", "mean", "max", "min", "any", "all"]),
    *(case(n, I, axis=(0, 2)) for n in ["sum", "prod", "mean", "max", "min", "any", "all"]),
    *(case(n, B, axis=0) for n in ["sum", "prod", "mean", "any", "all", "cumsum"]),
    case("max", F, axis=1, initial=0.3),
    case("min", F, initial=0.3),
    *(case(n, F, axis=a) for n in ("cumsum", "cumprod") for a in (None, 1, -1)),
    case("add", F, 2.5),
    case("add", I, 2.5),
    case("multiply", 2, F),
    case("round", F * 100, -1),
    case("round", F, 2),
    *(case("cast", x, d) for x in (F, I, B) for d in ("float64", "float16", "int8", "uint8", "bool", "int32")),
    case("where", B, F, 0.0),
    case("where", F, F, P),
    case("clip", F, -0.5, 0.5),
    case("reshape", F, (4, 6)),
    case("reshape", F, (-1, 4)),
    case("reshape", F, (2, -1)),
    case("transpose", F),
    case("transpose", F, (2, 0, 1)),
    case("expand_dims", F, 1),
    case("expand_dims", F, (0, -1)),
    case("squeeze", F[:, :1]),
    case("squeeze", F[:, :1], 1),
    case("broadcast_to", F[:, :1], (5, 2, 3, 4)),
    case("concatenate", [F, P], 1),
    case("stack", [F, P], -1),
    case("split", F, 2, 2),
    case("split", F, [1, 3], -1),
    case("tile", F, (2, 1, 3)),
    case("tile", F, 2),
    case("repeat", F, 2, 1),
    case("repeat", F, 3),
    case("repeat", F, [1, 0, 2], 1),
    case("pad", F, ((1, 0), (0, 2), (1, 1))),
    case("pad", F, 1, "constant", 3.0),
    case("pad", F, ((0, 1), (2, 1), (0, 3)), "reflect"),
    case("pad", F, ((0, 1), (2, 1), (0, 3)), "symmetric"),
    case("getitem", F, (slice(None), -1, None, slice(None, None, -2))),
    case("getitem", F, (Ellipsis, 2)),
    case("getitem", F, 1),
    case("diagonal", F, 1, 1, 2),
    case("flip", F, 1),
    case("roll", F, 1, 1),
    case("full", (2, 3), F[0, 0, 0]),
    case("arange", 5),
    case("eye", 3),
    case("tril", M),
    case("linspace", F[0, 0, 0], 2.0, 5),
    case("take", F, np.array([[0, 2], [1, -1]], "int32"), 1),
    case("take", F, np.array([3, 20], "int64")),
    case("take_along_axis", F, np.argsort(F, 1).astype("int32"), 1),
    case("take_along_axis", F, np.array([[[1], [0], [3]]], "int32"), -1),
    case("slice", F, (0, 1, 2), (2, 2, -1)),
    case("slice_update", F, (0, 1, 2), P[:, :2, :1]),
    *(case("scatter_update", F, PAIRS, np.arange(12, dtype="float32").reshape(3, 4), r)
      for r in (None, "add", "max", "min", "mul")),
    *(case("sort", F, a) for a in (None, 0, -1)),
    *(case("argsort", F, a) for a in (None, 0, -1)),
    case("top_k", F, 2),
    case("segment_sum", M, np.array([1, 0, 1], "int32"), 3),
    case("matmul", M, M.T.copy()),
    case("matmul", F, M.T.copy()),
    case("matmul", F, np.swapaxes(P, 1, 2).copy()),
    case("matmul", M[0], M.T.copy()),
    case("matmul", M, M[0]),
    case("matmul", M[0], M[1]),
    case("matmul", np.stack([F, P]), np.swapaxes(P, 1, 2).copy()),
    case("contract", "bij,bkj->bik", [F, P]),
    case("contract", "...ij,jk->...ik", [F, M.T.copy()]),
    case("contract", "ij->", [M]),
    case("contract", "bii->bi", [np.stack([S, S])]),
    case("tensordot", F, P, axes=((0, 2), (0, 2))),
    case("solve", S, M),
    case("solve", S, M[:, 0].copy()),
    case("solve", np.stack([S, 2 * S]), F),
    case("cholesky", S),
    case("cholesky", np.stack([S, S]), True),
    case("det", np.stack([S, 2 * S])),
    case("inv", S),
    *(case("conv", IMAGE, KERNEL, s, p, "channels_last", d)
      for s, p, d in ((1, "valid", 1), (2, "same", 1), ((1, 2), "valid", 1), (1, "same", 2))),
    case("conv", IMAGE, GROUPED, 1, "same", "channels_last"),
    case("conv", np.moveaxis(IMAGE, -1, 1).copy(), KERNEL, 2, "same", "channels_first"),
    case("conv", IMAGE[:, 0], KERNEL[0], 2, "valid", "channels_last"),
    case("depthwise_conv", IMAGE, KERNEL[..., :2].copy(), 1, "same", "channels_last"),
    *(case("conv_transpose", IMAGE, BACK, s, p, o, "channels_last", d)
      for s, p, o, d in ((1, "valid", None, 1), (2, "same", None, 1), ((3, 2), "valid", None, 1),
                         (2, "same", 1, 1), (2, "valid", (1, 0), 1), (1, "same", None, 2), (4, "same", None, 1))),
    *(case(n, IMAGE, 2, s, p, "channels_last")
      for n in ("max_pool", "average_pool") for s, p in ((None, "valid"), (1, "same"), (3, "same"))),
    case("max_pool", IMAGE, (3, 2), 2, "same", "channels_first"),
    case("resize", IMAGE, (4, 9)),
    case("moments", F, (0, 1)),
    case("batch_normalization", F, F[0, 0], P[0, 0], -1, F[0, 1], P[0, 1]),
    case("sparse_categorical_crossentropy", np.array([1, 3, 0], "int32"), P[0]),
    case("categorical_crossentropy", P[0], P[1], True),
    case("one_hot", I, 4),
    case("dot_product_attention", *(np.stack([F, P, U], 2),) * 3),
    *(case(f"random_{n}", (2, 5), 0.0, 2.0, "float32", KEY) for n in ("uniform", "normal", "truncated_normal")),
    case("random_integer", (2, 5), -3, 9, None, KEY),
    case("random_categorical", M, 6, None, KEY),
]  # fmt: skip


def _run_symbolic(name, args, kwargs, batch_unknown=False):
    """The op inside a staged function; also the static specs that its results had there."""
    backend = load("theano")
    arrays = [a for a in args if isinstance(a, np.ndarray)]
    arrays += [b for a in args if isinstance(a, list) for b in a if isinstance(b, np.ndarray)]
    seen = []

    def body(*tensors):
        queue = iter(tensors)
        flat = [next(queue) if isinstance(a, np.ndarray) else a for a in args]
        given = [[next(queue) for _ in a] if isinstance(a, list) and isinstance(a[0], np.ndarray) else a for a in flat]
        found = getattr(ops, name)(*given, **kwargs) if hasattr(ops, name) else ops.TABLE[name](*given, **kwargs)
        results = list(found) if isinstance(found, (list, tuple)) else [found]
        seen.extend((backend.shape(r), backend.dtype(r)) for r in results)
        return results

    def spec(position, array):
        unknown = batch_unknown and array.ndim and (name != "conv_transpose" or position == 0)
        return Spec((None, *array.shape[1:]) if unknown else array.shape, array.dtype.name)

    program = backend.stage(body, [], [spec(k, a) for k, a in enumerate(arrays)])
    return program(*arrays), seen


def _run_on_arrays(name, args, kwargs):
    with use_backend("numpy"):
        found = getattr(ops, name)(*args, **kwargs)
    return list(found) if isinstance(found, (list, tuple)) else [found]


@pytest.mark.parametrize(("name", "args", "kwargs"), CASES)
def test_same_as_on_arrays(name, args, kwargs):
    expected = _run_on_arrays(name, args, kwargs)
    found, seen = _run_symbolic(name, args, kwargs)
    assert len(found) == len(expected)
    for got, want, (shape, dtype) in zip(found, expected, seen, strict=True):
        assert got.dtype == want.dtype == dtype
        assert got.shape == want.shape
        assert all(n is None or n == m for n, m in zip(shape, want.shape, strict=True))
        tolerance = 1e-5 if got.dtype.kind == "f" else 0
        np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance)


DYNAMIC = [
    c for c in CASES
    if c.values[0] in ("mean", "softmax", "reshape", "concatenate", "matmul", "conv", "max_pool", "average_pool",
                       "conv_transpose", "pad", "split", "tile", "repeat", "take", "categorical_crossentropy",
                       "moments", "cumsum", "top_k", "resize", "sum", "dot_product_attention")
]  # fmt: skip


@pytest.mark.parametrize(("name", "args", "kwargs"), DYNAMIC)
def test_first_axis_unknown(name, args, kwargs):
    """The same with first axes of unknown length; other static sizes must survive."""
    expected = _run_on_arrays(name, args, kwargs)
    found, seen = _run_symbolic(name, args, kwargs, batch_unknown=True)
    for got, want, (shape, _) in zip(found, expected, seen, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-5)
        assert all(n is None or n == m for n, m in zip(shape, want.shape, strict=True))


@pytest.mark.parametrize("mode", ["reduced", "complete"])
def test_qr(mode):
    (q, r), _ = _run_symbolic("qr", (M.T.copy(), mode), {})
    np.testing.assert_allclose(q @ r, M.T, atol=1e-5)
    assert q.shape == ((4, 3) if mode == "reduced" else (4, 4)) and q.dtype == "float32"


def test_svd_and_eigh():
    (u, s, vt), _ = _run_symbolic("svd", (M, False), {})
    np.testing.assert_allclose(u * s @ vt, M, atol=1e-5)
    (values, vectors), _ = _run_symbolic("eigh", (S,), {})
    np.testing.assert_allclose(vectors * values @ vectors.T, S, atol=1e-4)
    np.testing.assert_allclose(values, np.linalg.eigvalsh(S), rtol=1e-4)


def test_indices_known_at_run_time():
    (row,), _ = _run_symbolic("take", (F, np.array(1, "int32"), 1), {})
    np.testing.assert_array_equal(row, F[:, 1])
    backend = load("theano")
    program = backend.stage(
        lambda x, k: [ops.slice(x, (0, k, 0), (2, 2, 4)), x[:, k], ops.full((k, 2), 1.5)],
        [], [Spec(F.shape), Spec((), "int32")],
    )  # fmt: skip
    block, row, full = program(F, np.array(1, "int32"))
    np.testing.assert_array_equal(block, F[:, 1:3])
    np.testing.assert_array_equal(row, F[:, 1])
    assert full.shape == (1, 2) and full.dtype == "float32"


def test_unsupported_dtype_is_named():
    with pytest.raises(TypeError, match="bfloat16"):
        _run_symbolic("cast", (F, "bfloat16"), {})
