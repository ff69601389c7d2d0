"""Functions over variables as flat pure functions."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras_core import Spec, Trace, Variable, backend
from keras_core.staging.pure import PureBody, assign_all, specs_of, variables_written

X = np.ones((3, 2), "float32")


def test_specs_of_tensors() -> None:
    of = backend.active()
    tensors = [of.tensor(X), of.tensor(np.int32(1))]
    assert specs_of(of, tensors) == [Spec((3, 2), "float32"), Spec((), "int32")]


def test_variables_that_are_written_are_found_without_writing() -> None:
    first, second, read = Variable(X), Variable(0.0), Variable(1.0)

    def fn(x: Any) -> Any:
        first.assign(x * read.value)
        second.assign_add(1.0)
        second.assign_add(1.0)
        return x

    assert variables_written(backend.active(), fn, [Spec((3, 2), "float32")]) == [first, second]
    assert float(second.numpy()) == 0.0


def test_a_body_takes_and_returns_the_values_of_variables() -> None:
    # inside a trace, where control flow runs its bodies
    of = backend.load("numpy")
    with backend.use_backend("numpy"):
        counter = Variable(5.0)
        body = PureBody(of, lambda x: {"doubled": x * 2, "seen": _counted(counter)}, [counter])
        assert body.pack is None
        with Trace(of):
            results, new = body([of.tensor(7.0)], [of.tensor(X)])
        packed = body.pack(results)
        np.testing.assert_array_equal(of.numpy(packed["doubled"]), 2 * X)
        assert (float(packed["seen"]), float(new[0]), float(counter.numpy())) == (8.0, 8.0, 5.0)


def _counted(variable: Variable) -> Any:
    variable.assign_add(1.0)
    return variable.value


def test_every_variable_is_assigned_its_value() -> None:
    first, second = Variable(0.0), Variable(X)
    assign_all([first, second], [2.0, X * 3])
    assert float(first.numpy()) == 2.0 and second.numpy().tolist() == (X * 3).tolist()
