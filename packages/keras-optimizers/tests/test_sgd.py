import pytest
from keras_conformance import OptimizerContract
from keras_optimizers import SGD


class TestSGD(OptimizerContract):
    optimizer = SGD
    cases = [{}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True, "learning_rate": 0.1}]

    def slots(self, momentum=0.0, **_):
        return ["kernel_momentum", "bias_momentum"] if momentum else []

    def reference(self, w, g, state, t, learning_rate=0.01, momentum=0.0, nesterov=False):
        m = state["m"] = momentum * state.get("m", 0.0) - learning_rate * g
        return w + (momentum * m - learning_rate * g if nesterov else m)


def test_momentum_out_of_range():
    with pytest.raises(ValueError, match=r"momentum must lie in \[0, 1\], got 2"):
        SGD(momentum=2)
