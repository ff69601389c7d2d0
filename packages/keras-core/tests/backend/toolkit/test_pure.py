import numpy as np
import pytest
from keras_core import Variable
from keras_core import backend as backends
from keras_core.backend.toolkit import flat, run_pure


def test_writes_are_returned_and_not_made():
    variable, backend = Variable([1.0, 2.0]), backends.active()

    def fn(x):
        variable.assign(variable.value + x)
        return (variable.value * 2,)

    outputs, written = run_pure(backend, fn, [backend.tensor([1.0, 1.0])], [variable])
    assert isinstance(outputs, list)
    np.testing.assert_array_equal(backend.numpy(outputs[0]), [4.0, 6.0])
    np.testing.assert_array_equal(backend.numpy(written[variable]), [2.0, 3.0])
    np.testing.assert_array_equal(variable.numpy(), [1.0, 2.0])


def test_values_stand_in_for_variables():
    variable, other, backend = Variable(1.0), Variable(2.0), backends.active()
    outputs, written = run_pure(
        backend,
        lambda: [variable.value + other.value],
        [],
        [],
        values={variable: backend.tensor(10.0)},
        fetch=lambda _: backend.tensor(20.0),
    )
    assert float(backend.numpy(outputs[0])) == 30 and not written


def test_only_the_variables_given_may_be_assigned():
    variable = Variable(1.0)
    with pytest.raises(ValueError, match="does not own it"):
        run_pure(backends.active(), lambda: [variable.assign(2.0)], [], [])
    assert float(variable.numpy()) == 1


def test_flat_results_are_a_list():
    assert flat(lambda x: (x, 1))(0) == [0, 1]
