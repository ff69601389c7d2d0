"""The mapping from op names to implementations: `keras_backend_numpy/ops/__init__.py`."""

import numpy as np
import pytest
from keras_backend_numpy.ops import OPS
from keras_core import ops
from keras_core.backend import load


def test_the_table_is_complete() -> None:
    """Loading a backend raises an error that lists the primitives it lacks."""
    assert load("numpy").ops is OPS


def test_nothing_but_ops_is_collected() -> None:
    assert all(callable(op) and not name.startswith("_") for name, op in OPS.items())
    assert {"np", "dtypes", "sizes", "widen", "math"} & set(OPS) == set()


def test_ops_warn_of_nothing(recwarn: pytest.WarningsRecorder) -> None:
    np.testing.assert_array_equal(ops.log(np.zeros(1, "float32")), [-np.inf])
    assert not recwarn.list
