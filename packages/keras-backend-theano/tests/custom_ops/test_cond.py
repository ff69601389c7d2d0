"""One of two graphs: values, laziness, gradients."""

import numpy as np
import pytensor
import pytensor.tensor as pt
import pytest
from keras_backend_theano.compiler.compile import compile_graph
from keras_backend_theano.custom_ops.callback import PureCallback
from keras_backend_theano.custom_ops.cond import Cond
from keras_backend_theano.custom_ops.inner_graph import InnerGraph


def build(yes, no):
    x = pt.vector(dtype="float64")
    return Cond(InnerGraph([x], [yes(x)]), InnerGraph([x], [no(x)]))


@pytest.mark.parametrize("chosen", [True, False])
def test_only_the_chosen_graph_runs(chosen):
    calls = []

    def noted(name):
        def run(x):
            calls.append(name)
            return x + 1

        return PureCallback(run, (name,), [("float64", (None,))])

    c, x = pt.scalar(dtype="bool"), pt.vector(dtype="float64")
    compile_graph([c, x], [build(noted("yes"), noted("no"))(c, x)])(np.array(chosen), np.ones(2))
    assert calls == ["yes" if chosen else "no"]


@pytest.mark.parametrize("chosen", [True, False])
@pytest.mark.parametrize("order", [1, 2])
def test_gradients(chosen, order, check, normal):
    op = build(lambda x: x**3, lambda x: pt.sin(x) * x)
    check(lambda x: op(pt.constant(chosen), x), [normal(4)], order)


def test_a_static_size_that_differs_is_unknown():
    x = pt.tensor(dtype="float32", shape=(4, 2))
    op = Cond(InnerGraph([x], [x[:3]]), InnerGraph([x], [x[:2]]))
    y = op(pt.constant(True), x)
    assert y.type.shape == (None, 2)
    (slope,) = pytensor.grad(y.sum(), [x])
    assert compile_graph([x], [slope])(np.zeros((4, 2), "float32"))[0].sum() == 6
