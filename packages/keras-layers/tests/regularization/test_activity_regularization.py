import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_layers import ActivityRegularization


class TestActivityRegularization(LayerContract):
    layer = ActivityRegularization
    masks = True
    cases = [Case((2, 3), {"l1": 0.1, "l2": 0.2})]

    def reference(self, inputs, weights, l1, l2):
        return inputs


def test_the_mean_penalty_of_the_samples_is_a_loss():
    layer = ActivityRegularization(l1=0.1, l2=0.01)
    x = np.array([[1.0, -2.0], [3.0, 0.0]], "float32")
    layer(x)
    assert float(np.asarray(sum(layer.losses))) == pytest.approx((0.1 * 6 + 0.01 * 14) / 2)
