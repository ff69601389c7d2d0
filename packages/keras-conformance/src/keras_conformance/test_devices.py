"""Devices: their names, and scopes in which everything works as outside."""

from __future__ import annotations

import numpy as np
import pytest
from keras_core import Input, Sequential, Variable, ops, set_random_seed, stage
from keras_core.backend import Backend, device

from keras_conformance.pieces import Affine, Descent, problem


def test_every_machine_has_a_processor(backend: Backend) -> None:
    devices = backend.devices()
    assert "cpu:0" in devices
    assert len(set(devices)) == len(devices)
    for name in devices:
        kind, number = name.split(":")
        assert kind == kind.lower() and number.isdigit()


def test_ops_variables_and_programs_work_on_every_device(backend: Backend) -> None:
    x = np.arange(6, dtype="float32").reshape(2, 3)
    for name in backend.devices():
        with backend.device(name):
            total = Variable(x)
            step = stage(lambda t, total=total: total.assign_add(t) or total.value, [total], backend)
            np.testing.assert_array_equal(backend.numpy(step(x)), 2 * x)
            np.testing.assert_allclose(ops.convert_to_numpy(ops.matmul(total, x.T)), 2 * x @ x.T, rtol=1e-5)
        np.testing.assert_array_equal(total.numpy(), 2 * x)


def test_an_unknown_device_is_refused_with_those_there_are(backend: Backend) -> None:
    for name in ("tpu:99", "cpu:1000", "nonsense"):
        with pytest.raises(ValueError, match="cpu:0"), backend.device(name):
            pass


def test_a_variable_remembers_its_device_until_it_needs_it(backend: Backend) -> None:
    last = backend.devices()[-1]
    with device(last):
        variable = Variable([1.0, 2.0])
        assert ops.convert_to_numpy(ops.add(variable, 1)).tolist() == [2.0, 3.0]
        unused = Variable([3.0])
    assert variable.device_name == unused.device_name == last
    assert unused.numpy().tolist() == [3.0]


def test_a_model_trains_on_its_device_from_outside(backend: Backend, needs_train: None) -> None:
    x, y = problem(24)
    losses = []
    for name in backend.devices():
        set_random_seed(4)
        with device(name):
            model = Sequential([Input((5,)), Affine(1)])
            model.compile(Descent(0.05), "mse")
        losses.append(model.fit(x, y, batch_size=8, epochs=2, verbose=0).history["loss"])
        assert {v.device_name for v in [*model.variables, *model.optimizer.variables]} == {name}  # type: ignore[union-attr]
        assert model.predict(x, verbose=0).shape == y.shape
    for one in losses[1:]:
        np.testing.assert_allclose(one, losses[0], rtol=1e-4)
