"""Variables that live in one staged function, and assignments that are undone.

Covers: trace.py, variable.py.
"""

from __future__ import annotations

import numpy as np
import pytest
from keras_core import Input, Trace, Variable, backend
from keras_core.staging.trace import active_trace, outside_traces
from keras_core.staging.variable import CreationError, lasting_assignments, local_variables, unchanged_variables


def test_assignments_are_undone_and_some_last() -> None:
    undone, lasting = Variable(1.0), Variable([1.0, 2.0])
    with unchanged_variables():
        undone.assign(5.0)
        assert float(undone.numpy()) == 5.0
        with unchanged_variables():
            undone.assign(6.0)
        assert float(undone.numpy()) == 6.0  # the outermost undoes
        with lasting_assignments():
            lasting.assign([3.0, 4.0])
        lasting.assign(Input(batch_shape=(2,)))
        with pytest.raises(ValueError, match="cannot be assigned a value of shape"):
            lasting.assign(Input(batch_shape=(3,)))
    assert (float(undone.numpy()), lasting.numpy().tolist()) == (1.0, [3.0, 4.0])


def test_a_local_variable_lives_in_its_trace() -> None:
    with Trace(backend.active(), variables=[]) as trace:
        with pytest.raises(CreationError, match="nothing can be created"):
            Variable(1.0)
        with local_variables():
            local = Variable(2.0)
        with Trace(backend.active()) as inner:
            local.assign(3.0)
            assert list(inner.written) == [local]
        local.assign_add(1.0)
        value = local.value
        with outside_traces():
            assert active_trace() is None
    assert trace.written == {}
    np.testing.assert_allclose(local.numpy(), 2.0)
    if "eager" in backend.active().capabilities:
        np.testing.assert_allclose(backend.to_numpy(value), 3.0)
