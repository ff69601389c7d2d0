"""A tensor that is printed when it is computed."""

import numpy as np
import pytest
from keras_core import gradients, ops, stage


@pytest.mark.parametrize("compiled", [False, True])
def test_each_call_prints_and_gradients_pass(compiled, capsys):
    def loss(x):
        return ops.sum(ops.print_tensor(2.0 * x, "twice") * 3.0)

    def both(x):
        value, (gradient,) = gradients(loss, [x])
        return value, gradient

    call = stage(both, []) if compiled else both
    for x in ([1.0, 2.0], [3.0, 4.0]):
        value, gradient = call(ops.convert_to_tensor(np.array(x, "float32")))
        np.testing.assert_array_equal(np.asarray(gradient), [6, 6])
        assert float(np.asarray(value)) == 6 * sum(x)
    assert capsys.readouterr().out == "twice [2. 4.]\ntwice [6. 8.]\n"
