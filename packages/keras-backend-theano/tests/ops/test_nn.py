"""Activations, normalization and losses of symbolic values."""

import numpy as np
from keras_core import gradients, ops, stage

F = np.random.default_rng(0).normal(size=(2, 3, 4)).astype("float32")
P = np.abs(F) + 0.5
U = np.tanh(F)
I = np.random.default_rng(1).integers(-5, 9, (2, 3, 4)).astype("int32")
CASES = [
    *((n, F) for n in ["relu", "sigmoid", "softplus", "silu", "gelu", "elu", "selu", "softmax", "log_softmax"]),
    ("relu", I),
    ("batch_normalization", F, F[0, 0], P[0, 0], -1, F[0, 1], P[0, 1]),
    ("sparse_categorical_crossentropy", np.array([1, 3, 0], "int32"), P[0]),
    ("categorical_crossentropy", P[0], P[1], True),
    ("one_hot", I, 4),
    ("dot_product_attention", *(np.stack([F, P, U], 2),) * 3),
]  # fmt: skip
DYNAMIC = {"categorical_crossentropy", "softmax", "dot_product_attention"}


def test_same_as_on_arrays(case, check):
    check(case)


def test_first_axis_unknown(dynamic_case, check):
    check(dynamic_case, batch_unknown=True)


def test_gradient_of_relu_at_0_is_0():
    _, (slope,) = stage(lambda x: gradients(lambda x: ops.sum(ops.relu(x)), [x]), [])(np.array([-1, 0, 2], "float32"))
    assert slope.tolist() == [0, 0, 1]
