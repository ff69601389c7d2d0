"""Control flow on values that are known; the conformance kit has it while staging."""

import numpy as np
import pytest
from keras_core import KerasTensor, Variable, ops


def number(tensor):
    return float(ops.convert_to_numpy(tensor))


def test_cond_and_switch_run_one_branch():
    ran = Variable(0)
    for pred in (True, np.bool_(True), ops.less(1, 2)):
        assert number(ops.cond(pred, lambda: ops.add(1, 1), lambda: ran.assign(1))) == 2
    branches = [lambda x: x, lambda x: ops.multiply(x, 10), lambda x: ops.multiply(x, 100)]
    assert [number(ops.switch(i, branches, 3)) for i in (-5, 0, 1, 2, 9)] == [3, 3, 30, 300, 300]
    assert [number(ops.switch(ops.convert_to_tensor(i), branches, 3)) for i in (0, 1, 2)] == [3, 30, 300]
    assert ran.numpy() == 0


def test_while_loop_stops_by_its_condition_or_its_limit():
    assert number(ops.while_loop(lambda x: ops.less(x, 10), lambda x: ops.multiply(x, 2), 1)) == 16
    assert number(ops.while_loop(lambda x: ops.less(x, 10), lambda x: ops.multiply(x, 2), 1, 2)) == 4
    both = ops.while_loop(lambda i, x: ops.less(i, 3), lambda i, x: (ops.add(i, 1), ops.add(x, i)), (0, 0))
    assert isinstance(both, tuple) and [number(x) for x in both] == [3, 3]
    assert number(ops.fori_loop(0, 4, lambda i, total: ops.add(total, i), 0)) == 6


@pytest.mark.parametrize("reverse, sums", [(False, [0, 1, 3, 6]), (True, [6, 6, 5, 3])])
def test_scan(reverse, sums):
    xs = np.arange(4, dtype="float32")
    total, found = ops.scan(lambda c, x: (ops.add(c, x), ops.add(c, x)), np.float32(0), xs, reverse=reverse)
    assert number(total) == 6 and ops.convert_to_numpy(found).tolist() == sums


def test_scan_refuses_lengths_that_differ():
    with pytest.raises(ValueError, match="needs xs or length"):
        ops.scan(lambda c, x: (c, x), np.float32(0))
    with pytest.raises(ValueError, match="different lengths"):
        ops.scan(lambda c, x: (c, x), np.float32(0), np.zeros(3, "float32"), length=2)


def test_symbolic_calls_are_one_node():
    x = KerasTensor((None, 2))
    out = ops.cond(KerasTensor((), "bool"), lambda: x, lambda: ops.exp(x))
    assert (out.shape, out.node.operation) == ((None, 2), ops.cond)


def test_numbers_of_python_in_loops_have_the_dtypes_of_tensors_of_them():
    found = [
        *ops.while_loop(lambda k, x: k < 3, lambda k, x: [k + 1, x * 2], [0, 1.0]),
        ops.fori_loop(0, 3, lambda i, c: c + i, 0),
        ops.scan(lambda c, _: (c + 1, c), 0, None, length=3)[0],
    ]
    assert [ops.dtype(one) for one in found] == ["int32", "float32", "int32", "int32"]
    assert [int(one) for one in found] == [3, 8, 3, 3]
