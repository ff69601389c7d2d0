"""The object, and models that come and go."""

import numpy as np
import pytest
from keras_conformance import Affine, Descent
from keras_core import Input, Sequential, ops
from keras_core.backend import Backend, load, use_backend
from keras_core.op_graph import GraphValue


def test_it_is_a_backend():
    backend = load("cntk")
    assert isinstance(backend, Backend) and "steps" not in backend.capabilities
    assert backend.tensor([1, 2]).dtype == "int64" and backend.devices() == ["cpu:0"]
    assert not backend.is_recording() and not backend.is_tensor("x")
    with pytest.raises(NotImplementedError, match="one step per call"):
        backend.stage_steps()


def test_eager_values_are_numpys():
    with use_backend("cntk"):
        assert type(ops.exp(np.float32(0))) is np.float32
        assert float(ops.cond(True, lambda: ops.add(1, 1), lambda: 0)) == 2
        assert ops.scan(lambda c, x: (c + x, c), np.float32(0), np.arange(3.0))[1].tolist() == [0, 0, 1]
        assert int(ops.while_loop(lambda x: x < 10, lambda x: x * 2, np.int32(1))) == 16


def test_values_of_graphs_have_no_numbers():
    backend = load("cntk")
    from keras_core import Spec

    with pytest.raises(TypeError, match="stands for a tensor"):
        backend.numpy(GraphValue(Spec((2,))))


def test_models_move_in_both_directions(worker):
    x = np.random.default_rng(0).normal(size=(8, 3)).astype("float32")
    model = Sequential([Input((3,)), Affine(2)])
    model.compile(Descent(0.1), "mse")
    model.fit(x, x[:, :2], verbose=0)
    away = model.to_backend("numpy")
    np.testing.assert_allclose(away.predict(x, verbose=0), model.predict(x, verbose=0), rtol=1e-5)
    back = away.to_backend("cntk")
    assert back.backend_name == "cntk"
    for one in (model, back):
        one.compile(Descent(0.1), "mse")
        one.fit(x, x[:, :2], verbose=0, shuffle=False)
    np.testing.assert_allclose(back.get_weights()[0], model.get_weights()[0], rtol=1e-5)
