"""Running results of associative functions."""

import numpy as np
import pytest
from keras_core import KerasTensor, ops, tree


@pytest.mark.parametrize("length", [1, 2, 5, 8])
@pytest.mark.parametrize("reverse", [False, True])
def test_products_of_matrices(length, reverse, rng):
    x = rng.normal(size=(2, length, 3, 3)).astype("float32")
    found = ops.convert_to_numpy(ops.associative_scan(ops.matmul, x, reverse, axis=1))
    product, order = None, range(length)[::-1] if reverse else range(length)
    for k in order:
        product = x[:, k] if product is None else product @ x[:, k]
        np.testing.assert_allclose(found[:, k], product, rtol=1e-4, atol=1e-4)


def test_structures():
    def combine(a, b):
        return {"scale": a["scale"] * b["scale"], "shift": b["scale"] * a["shift"] + b["shift"]}

    elems = {"scale": np.array([0.5, 2.0, 3.0], "float32"), "shift": np.array([1.0, 1.0, 1.0], "float32")}
    found = tree.map_structure(lambda t: ops.convert_to_numpy(t).tolist(), ops.associative_scan(combine, elems))
    assert found == {"scale": [0.5, 1.0, 3.0], "shift": [1.0, 3.0, 10.0]}
    assert ops.associative_scan(ops.add, KerasTensor((4, None)), axis=0).shape == (4, None)


def test_lengths():
    with pytest.raises(ValueError, match="along axis 0, expected one that is known"):
        ops.associative_scan(lambda a, b: a, [np.zeros(2), np.zeros(3)])
    with pytest.raises(ValueError, match="along axis 1, expected one that is known"):
        ops.associative_scan(ops.add, KerasTensor((4, None)), axis=1)
