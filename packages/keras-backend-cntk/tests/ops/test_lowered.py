"""Values by functions of CNTK against the NumPy backend's ops.

Covers: complex.py, control.py, conv.py, creation.py, elementwise.py, indexing.py, linalg.py, nn.py, reduction.py,
shaping.py, shapes.py
"""

import numpy as np
import pytest
from keras_backend_cntk.ops import LOWERED, control
from keras_backend_cntk.tasks import numpy_op
from keras_core import ops, stage

RANDOM = np.random.default_rng(1)
V = RANDOM.normal(size=(2, 3, 4)).astype("float32")
UNIT = np.array([-2, -1e-4, 0, 1e-6, 1e-3, 0.7, 3, 20], "float32")
IMAGE, KERNEL = RANDOM.normal(size=(2, 7, 8, 4)).astype("float32"), RANDOM.normal(size=(3, 2, 2, 6)).astype("float32")
CASES = [
    ("erf", [UNIT]),
    ("expm1", [UNIT]),
    ("log1p", [np.abs(UNIT)]),
    ("softplus", [UNIT * 5]),
    ("mod", [V, V[:1] + 3]),
    ("sign", [V]),
    ("tan", [V]),
    ("arccosh", [np.abs(V) + 1.1]),
    ("isinf", [np.array([1, np.inf, -np.inf, np.nan], "float32")]),
    ("isnan", [np.array([1, np.inf, np.nan], "float32")]),
    ("power", [np.abs(V), np.float32(2.5)]),
    ("cast", [V * 3, "int32"]),
    ("max", [V, (0, 2), False]),
    ("mean", [V, -2, True]),
    ("prod", [V, None, False]),
    ("argmax", [V, None, False]),
    ("argmin", [V, 1, True]),
    ("cumsum", [V, 1]),
    ("contract", ["abc,dbc->da", [V, V]]),
    ("contract", ["abc,acd,d->b", [V, np.swapaxes(V, 1, 2), V[0, :, 0]]]),
    ("contract", ["abc->ca", [V]]),
    ("contract", ["...b,bc->...c", [V, V[0].T]]),
    ("contract", ["...ab,...cb->ac...", [V, V[0]]]),
    ("matmul", [V, V[0].T]),
    ("matmul", [V[0, 0], np.swapaxes(V, 1, 2)]),
    ("fourier", [V, V * 0.5, True]),
    ("getitem", [V, (slice(None, None, -1), 1, slice(1, None, 2))]),
    ("getitem", [V, (slice(None), [2, 0], None)]),
    ("pad", [V, ((0, 1), (2, 0), (1, 1)), "constant", 2.5]),
    ("pad", [V, ((0, 0), (1, 1), (2, 2)), "reflect"]),
    ("repeat", [V, [1, 0, 2], 1]),
    ("tile", [V, (2, 1, 1, 3)]),
    ("diagonal", [V, 1, 1, 2]),
    ("split", [V, (1, 3), 2]),
    ("squeeze", [V[:1], 0]),
    ("take", [V, np.array([[3, -1], [0, 1]]), 2]),
    ("take_along_axis", [V, np.array([[[-1, 0, 2, 1]]]), 1]),
    ("slice", [V, (1, 0, 2), (1, 3, 2)]),
    ("conv", [IMAGE, KERNEL, (2, 1), "same"]),
    ("conv", [IMAGE, KERNEL, 1, "valid", "channels_last", (2, 3)]),
    ("conv_transpose", [IMAGE, RANDOM.normal(size=(3, 2, 5, 4)).astype("float32"), 2, "same"]),
    ("max_pool", [IMAGE, 3, 2, "same"]),
    ("average_pool", [IMAGE, (2, 3), 2, "same"]),
]


@pytest.mark.parametrize(("op", "args"), CASES, ids=[f"{op}-{n}" for n, (op, _) in enumerate(CASES)])
def test_values(worker, op, args):
    assert op in LOWERED
    places = [n for n, arg in enumerate(args) if isinstance(arg, np.ndarray) and arg.dtype.kind == "f"]
    inner = [arg for arg in args if isinstance(arg, list) and isinstance(arg[0], np.ndarray)]

    def call(*tensors):
        given = iter(tensors)
        filled = [next(given) if n in places else arg for n, arg in enumerate(args)]
        return getattr(ops, op, None)(*filled) if not inner else ops.contract.op(args[0], list(tensors))

    expected = numpy_op(op)(*args)
    if inner:
        found = stage(call, [])(*inner[0])
    else:
        found = stage(call, [])(*(args[n] for n in places))
    found, expected = (one if isinstance(one, (list, tuple)) else [one] for one in (found, expected))
    for one, other in zip(found, expected, strict=True):
        assert one.dtype == other.dtype or op in ("argmax", "argmin")
        np.testing.assert_allclose(one, other, rtol=2e-5, atol=2e-6)


def test_control_flow_on_arrays():
    assert control.cond(np.bool_(False), None, lambda x: [x + 1], [np.int32(1)]) == [2]
    assert control.while_loop(lambda x: x < 5, lambda x: [x + 2], [np.int32(0)]) == [6]
    carry, (rows,) = control.scan(lambda c, x: ([c[0] + x[0]], [c[0]]), [np.int32(0)], [np.arange(3)], reverse=True)
    assert carry == [3] and rows.tolist() == [3, 2, 0]
    assert control.custom_gradient(lambda x: ([x * 2], None), [np.float32(2)]) == [4]
