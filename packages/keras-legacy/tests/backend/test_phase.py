import numpy as np
import pytest
from keras_core.layers import CallContext
from keras_legacy import backend as K


@pytest.fixture(autouse=True)
def _forget():
    yield
    K.clear_session()


def test_phase_in_a_call():
    with CallContext(training=True):
        assert K.learning_phase() == 1
        assert K.in_train_phase(2.0, 1.0) == 2.0
        assert K.in_test_phase(lambda: 2.0, lambda: 1.0) == 1.0
    with CallContext():
        assert K.learning_phase() == 0


def test_phase_given():
    assert K.in_train_phase(2.0, 1.0, training=True) == 2.0
    assert K.in_train_phase(2.0, 1.0, training=0) == 1.0
    assert float(K.get_value(K.in_train_phase(lambda: K.constant(2.0), lambda: K.constant(1.0), np.array(True)))) == 2


def test_phase_as_an_input():
    x = K.placeholder((None,))
    f = K.function([x, K.learning_phase()], [K.in_train_phase(x * 2, x)])
    assert f([[3.0], 0])[0].tolist() == [3.0]
    assert f([[3.0], 1])[0].tolist() == [6.0]
    g = K.function([x], [K.in_train_phase(x * 2, x)])
    assert g([[3.0]])[0].tolist() == [3.0]


def test_arithmetic_with_the_phase():
    x = K.placeholder((None,))
    phase = K.learning_phase()
    f = K.function([x, phase], [x * K.cast(phase, "float32")])
    assert f([[3.0], 1])[0].tolist() == [3.0]
    assert f([[3.0], 0])[0].tolist() == [0.0]


def test_phase_can_be_fixed():
    K.set_learning_phase(1)
    assert K.learning_phase() == 1
    K.set_learning_phase(0)
    with CallContext(training=True):
        assert K.learning_phase() == 0
    with pytest.raises(ValueError, match=r"0 \(test\) or 1 \(training\), got 2"):
        K.set_learning_phase(2)
