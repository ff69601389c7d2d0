"""Ops on symbolic tensors are written as upstream's op objects, and come back."""

from __future__ import annotations

import json

import numpy as np
import pytest
from keras_core import Model, ops, symbolic_gradients
from keras_core.layers import Input
from keras_core.saving import op_nodes

CASES = {
    "arithmetic": lambda x: (1.0 - x * 2.0) / 3.0 + x**2 - (-x),
    "reversed_operands": lambda x: 2.0 / (x + 5.0),
    "index_with_slices": lambda x: x[:, 1:, ::2],
    "index_with_a_number": lambda x: x[:, 0],
    "index_with_ellipsis": lambda x: x[..., -1],
    "symbolic_limit": lambda x: x[: ops.shape(x)[0] // 2],
    "axis_and_keepdims": lambda x: ops.mean(x, axis=(1, 2), keepdims=True),
    "list_of_tensors": lambda x: ops.concatenate([x, x * 2.0], axis=1),
    "stacked": lambda x: ops.stack([x, x], axis=-1),
    "shape_argument": lambda x: ops.reshape(x, (-1, 2, 6)),
    "permutation": lambda x: ops.transpose(x, (0, 2, 1)),
    "constant_array": lambda x: ops.matmul(x, np.arange(8, dtype="float32").reshape(4, 2)),
    "clip_bounds": lambda x: ops.clip(x, -0.5, 0.5),
    "condition": lambda x: ops.where(x > 0.0, x, 0.0),
    "padding": lambda x: ops.pad(x, ((0, 0), (1, 0), (0, 2)), constant_values=3.0),
    "several_outputs": lambda x: ops.split(x, 2, axis=-1)[1],
    "derived": lambda x: ops.relu6(x * 4.0),
    "cast": lambda x: ops.cast(ops.cast(x, "int32"), "float32"),
    "argmax": lambda x: ops.argmax(x, axis=-1),
}


@pytest.mark.parametrize("name", CASES)
def test_op_comes_back(name):
    x = Input((3, 4))
    model = Model(x, CASES[name](x))
    again = Model.from_config(json.loads(json.dumps(model.get_config())))
    value = np.random.default_rng(0).normal(size=(2, 3, 4)).astype("float32")
    np.testing.assert_allclose(np.asarray(again(value)), np.asarray(model(value)), rtol=1e-6)


def test_every_op_is_found_by_its_class_in_files():
    import keras_core.ops.all_families  # noqa: F401
    from keras_core.ops.table import TABLE

    for name in TABLE:
        module, class_name = op_nodes._places().get(op_nodes._plain(name), ("keras_core.ops", name))
        entry = {"module": module, "class_name": class_name, "config": {}}
        assert op_nodes.is_op_entry(entry)
        assert callable(op_nodes.decode(entry))


def test_arguments_in_the_call_are_arguments_of_the_op():
    import keras_core.ops.all_families  # noqa: F401
    from keras_core.ops.table import TABLE

    by_class = {op_nodes._plain(name): op for name, op in TABLE.items()}
    for class_name, names in op_nodes._classes()["calls"].items():
        assert set(names) <= set(by_class[op_nodes._plain(class_name)].signature.parameters)


def test_what_no_file_can_hold_is_said():
    x = Input((3,))
    model = Model(x, symbolic_gradients(ops.sum(x * x), [x])[0])
    with pytest.raises(TypeError, match="which a file cannot hold"):
        model.get_config()


def test_symbolic_argument_that_files_keep_in_the_config():
    x, low = Input((3,)), Input(())
    model = Model([x, low], ops.clip(x, ops.max(low), 1.0))
    with pytest.raises(TypeError, match="symbolic 'x_min'"):
        model.get_config()
