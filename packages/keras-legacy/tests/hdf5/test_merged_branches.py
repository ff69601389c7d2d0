"""Keras 1's Sequential that begins with a Merge of other models."""

import json

import numpy as np
import pytest
from keras_core.saving import FileFormatError, load_model, model_from_json

pytestmark = pytest.mark.filterwarnings("ignore:.*is a Keras 1 argument:DeprecationWarning")


def dense(name, units, inputs=None, **more):
    config = {"name": name, "output_dim": units, "init": "uniform", "activation": "linear", "bias": True, **more}
    config |= {} if inputs is None else {"batch_input_shape": [None, inputs], "input_dim": inputs}
    return {"class_name": "Dense", "config": config}


def merge(branches, mode="concat", name="merge_1"):
    config = {"name": name, "mode": mode, "mode_type": "raw", "concat_axis": -1, "dot_axes": -1, "layers": branches}
    config |= {"output_shape": None, "output_shape_type": "raw", "output_mask": None, "output_mask_type": "raw"}
    return {"class_name": "Merge", "config": config}


def sequential(*layers):
    return {"class_name": "Sequential", "config": list(layers)}


def read(config):
    return model_from_json(json.dumps({**config, "keras_version": "1.2.2"}))


def weights_of(normal):
    return {"a": (normal(3, 4), normal(4)), "b": (normal(2, 4), normal(4)), "top": (normal(8, 1), normal(1))}


def two_branches(mode="concat"):
    return sequential(merge([sequential(dense("a", 4, 3)), sequential(dense("b", 4, 2))], mode), dense("top", 1))


def expected(arrays, x, y):
    (wa, ba), (wb, bb), (wt, bt) = arrays["a"], arrays["b"], arrays["top"]
    return np.concatenate([x @ wa + ba, y @ wb + bb], -1) @ wt + bt


def test_config(normal):
    arrays = weights_of(normal)
    model = read(two_branches())
    for name, values in arrays.items():
        model.get_layer(name).set_weights(values)
    x, y = normal(5, 3), normal(5, 2)
    np.testing.assert_allclose(np.asarray(model([x, y])), expected(arrays, x, y), rtol=1e-5, atol=1e-6)


def test_whole_file(normal, write_model):
    arrays = weights_of(normal)
    weights = [(name, [(f"{name}_W", kernel), (f"{name}_b", bias)]) for name, (kernel, bias) in arrays.items()]
    weights.insert(2, ("merge_1", []))
    model = load_model(write_model(two_branches(), weights, version="1.2.2"))
    x, y = normal(5, 3), normal(5, 2)
    np.testing.assert_allclose(np.asarray(model([x, y])), expected(arrays, x, y), rtol=1e-5, atol=1e-6)


def test_a_merge_in_a_merge(normal):
    inner = sequential(merge([sequential(dense("a", 4, 3)), sequential(dense("b", 4, 3))], "sum", "inner"))
    model = read(sequential(merge([inner, sequential(dense("c", 4, 2))], "mul"), dense("top", 2)))
    assert [tensor.shape for tensor in model.inputs] == [(None, 3), (None, 3), (None, 2)]
    x, y, z = normal(5, 3), normal(5, 3), normal(5, 2)
    (wa, ba), (wb, bb), (wc, bc), (wt, bt) = (model.get_layer(name).get_weights() for name in ("a", "b", "c", "top"))
    merged = (x @ wa + ba + y @ wb + bb) * (z @ wc + bc) @ wt + bt
    np.testing.assert_allclose(np.asarray(model([x, y, z])), merged, rtol=1e-4, atol=1e-5)


def test_one_branch_twice(normal):
    branch = sequential(dense("a", 4, 3))
    model = read(sequential(merge([branch, branch], "sum"), dense("top", 1)))
    assert len(model.inputs) == 1
    x = normal(5, 3)
    (wa, ba), (wt, bt) = (model.get_layer(name).get_weights() for name in ("a", "top"))
    np.testing.assert_allclose(np.asarray(model(x)), 2 * (x @ wa + ba) @ wt + bt, rtol=1e-4, atol=1e-5)


def test_a_functional_branch(normal):
    start = {"name": "in", "batch_input_shape": [None, 2], "input_dtype": "float32", "sparse": False}
    layers = [
        {"class_name": "InputLayer", "name": "in", "config": start, "inbound_nodes": []},
        {**dense("b", 4), "name": "b", "inbound_nodes": [[["in", 0, 0]]]},
    ]
    config = {"name": "m", "layers": layers, "input_layers": [["in", 0, 0]], "output_layers": [["b", 0, 0]]}
    branches = [sequential(dense("a", 4, 3)), {"class_name": "Model", "config": config}]
    arrays = weights_of(normal)
    model = read(sequential(merge(branches), dense("top", 1)))
    for name, values in arrays.items():
        model.get_layer(name).set_weights(values)
    x, y = normal(5, 3), normal(5, 2)
    np.testing.assert_allclose(np.asarray(model([x, y])), expected(arrays, x, y), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("branch", "message"),
    [
        (sequential(), "has no layers"),
        (dense("a", 4, 3), "'Dense' where a model is expected"),
        (sequential(dense("a", 4)), "'a' begins a Sequential .* no 'batch_input_shape'"),
        ("x", "None where a model is expected"),
        (sequential("x"), "config of a layer"),
        ({"class_name": "Model", "config": {"layers": [], "output_layers": []}}, "does not give one tensor"),
    ],
)
def test_branches_that_are_none(branch, message):
    with pytest.raises(FileFormatError, match=message):
        read(sequential(merge([branch, sequential(dense("b", 4, 2))]), dense("top", 1)))
