"""Functions over variables as flat pure functions."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras_core import Spec, Trace, Variable, active_trace, backend
from keras_core.staging.pure import Effects, PureBody, assign_all, effects_of, scalar_loss, specs_of, variables_written

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
        body = PureBody(of, lambda x: {"doubled": x * 2, "seen": _counted(counter)}, Effects([counter]))
        assert body.pack is None
        with Trace(of):
            results, new = body([of.tensor(7.0)], [of.tensor(X)])
        packed = body.pack(results)
        np.testing.assert_array_equal(of.numpy(packed["doubled"]), 2 * X)
        assert (float(packed["seen"]), float(new[0]), float(counter.numpy())) == (8.0, 8.0, 5.0)


class _Owner:
    """Stands for a layer: adds losses to the active trace."""

    def __init__(self) -> None:
        self.added: list[Any] = []

    def add_loss(self, loss: Any) -> None:
        trace = active_trace()
        if trace is None:
            self.added.append(loss)
        else:
            trace.losses.append((self, loss))


def test_losses_are_carried_as_totals_by_owner() -> None:
    of = backend.load("numpy")
    one, other = _Owner(), _Owner()

    def fn(x: Any) -> Any:
        one.add_loss(lambda: x)
        one.add_loss(1.0)
        return x

    with backend.use_backend("numpy"):
        effects = effects_of(of, fn, [Spec((2,), "float32")]) | Effects([], {other: "float64"})
        assert (effects.variables, effects.owners) == ([], {one: "float32", other: "float64"})
        begin = effects.begin(of)
        assert len(effects) == len(begin) == 2
        body = PureBody(of, fn, effects)
        with Trace(of):
            _, state = body(begin, [of.tensor(np.array([2.0, 3.0], "float32"))])
            _, state = body(state, [of.tensor(np.array([4.0, 5.0], "float32"))])
        assert [float(total) for total in state] == [16.0, 0.0]  # 2 + 3 + 1 and 4 + 5 + 1
        effects.commit(state)
    assert [[float(loss) for loss in owner.added] for owner in (one, other)] == [[16.0], [0.0]]


def test_a_loss_becomes_a_scalar() -> None:
    of, variable = backend.active(), Variable(2.0)
    with Trace(of):
        found = [scalar_loss(loss, of) for loss in (2, lambda: 2.0, of.tensor(X), variable)]
    assert [of.shape(loss) for loss in found] == [()] * 4


def _counted(variable: Variable) -> Any:
    variable.assign_add(1.0)
    return variable.value


def test_every_variable_is_assigned_its_value() -> None:
    first, second = Variable(0.0), Variable(X)
    assign_all([first, second], [2.0, X * 3])
    assert float(first.numpy()) == 2.0 and second.numpy().tolist() == (X * 3).tolist()
