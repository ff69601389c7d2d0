"""Sessions run parts of a graph."""

import numpy as np
import pytest
from keras_legacy import backend as K


def test_a_session_computes_what_it_is_fed():
    x, weight = K.placeholder((None, 2)), K.variable([[1.0], [2.0]])
    y = K.dot(x, weight)
    session = K.get_session()
    assert session is K.get_session()
    found = session.run({"y": y, "all": [K.sum(y), weight]}, feed_dict={x: [[3.0, 4.0], [0.0, 1.0]]})
    np.testing.assert_allclose(found["y"], [[11.0], [2.0]])
    np.testing.assert_allclose(found["all"][0], 13.0)
    np.testing.assert_allclose(found["all"][1], [[1.0], [2.0]])


def test_the_learning_phase_is_fed():
    x = K.placeholder((None,))
    y = K.in_train_phase(x * 2.0, x)
    with K.get_session() as session, session.as_default():
        assert session.run(y, {x: [1.0], K.learning_phase(): 1}).tolist() == [2.0]
        assert session.run(y, {x: [1.0], K.learning_phase(): 0}).tolist() == [1.0]
    session.close()
    assert session.run(K.constant([1.0, 2.0])).tolist() == [1.0, 2.0]


def test_what_is_missing_is_said():
    x = K.placeholder((None,), name="wanted")
    with pytest.raises(ValueError, match="wanted"):
        K.get_session().run(x + 1.0)


def test_sessions_of_others_are_accepted():
    before = K.get_session()
    K.set_session(object())
    assert K.get_session() is before
    K.set_session(before)
    assert K.get_session() is before


def test_what_has_nothing_to_do_does_no_harm():
    K.manual_variable_initialization(True)
    count = K.variable(0.0)
    with K.control_dependencies([K.update_add(count, 1.0)]):
        K.update_add(count, 2.0)
    assert K.get_value(count) == 3.0


def test_variables_need_no_initialization():
    variable = K.variable([1.0, 2.0])
    assert K.v1_variable_initialization() is None
    assert K.get_value(variable).tolist() == [1.0, 2.0]
