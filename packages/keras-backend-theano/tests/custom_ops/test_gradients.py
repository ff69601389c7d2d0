"""Vector-Jacobian products and the cotangents of an Op's inputs."""

import numpy as np
import pytensor.tensor as pt
from keras_backend_theano.compiler.compile import compile_graph
from keras_backend_theano.custom_ops.gradients import input_cotangents, vjp, zeros_if_disconnected
from pytensor.gradient import DisconnectedType


def run(outputs, **values):
    inputs = list(values.values())
    return compile_graph([variable for variable, _ in inputs], outputs)(*(np.array(v, "float32") for _, v in inputs))


def test_vjp():
    x, y, w = (pt.vector(dtype="float32") for _ in range(3))
    found = vjp([x * x, pt.argmax(x)], [x, y], [w, pt.scalar()])
    by_x, by_y = run(found, x=(x, [1, 2]), y=(y, [5]), w=(w, [10, 100]))
    assert by_x.tolist() == [20, 400] and by_y.tolist() == [0]


def test_vjp_of_nothing_that_has_a_gradient():
    x = pt.vector(dtype="float32")
    assert vjp([x * 2], [], [x]) == []
    (found,) = run(vjp([pt.argmax(x)], [x], [pt.scalar()]), x=(x, [1, 2]))
    assert found.tolist() == [0, 0]


def test_disconnected_cotangents_become_zeros():
    x = pt.vector(dtype="float32")
    zeros, same = zeros_if_disconnected([DisconnectedType()(), x], [x + 1, x])
    assert same is x and run([zeros], x=(x, [3, 4]))[0].tolist() == [0, 0]


def test_integer_inputs_get_zeros():
    x, k, y = pt.vector(dtype="float32"), pt.vector(dtype="int32"), pt.vector(dtype="float32")
    first, second, third = input_cotangents([x, k, y], [x, y])
    assert first is x and third is y and second.type.dtype == "float32"
    assert compile_graph([k], [second])(np.array([7, 8], "int32"))[0].tolist() == [0, 0]
