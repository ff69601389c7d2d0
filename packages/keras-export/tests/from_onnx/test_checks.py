"""Files from strangers."""

import os
import random

import numpy as np
import onnx
import pytest
from keras_core import Spec, config, ops, saving
from keras_export import onnx_model, read_onnx
from onnx import TensorProto, helper, numpy_helper
from onnx_graphs import FLOAT, INT64, assert_same, model, node_model, numbers

X = {"x": (["n", 3], FLOAT)}


def one(op="Relu", inputs=("x",), **attributes):
    return helper.make_node(op, inputs, ["y"], name="it", **attributes)


def refused(made, message):
    with pytest.raises(ValueError, match=message):
        read_onnx(made)


def test_what_is_no_file_of_onnx(tmp_path):
    path = tmp_path / "m.onnx"
    for content in (b"\x08\x08", b"hello", b"\x08\x08\x3a\xff\xff\xff\xff\x0f", b"\xff" * 20):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=r"m\.onnx.* is no file of ONNX"):
            saving.load_model(path)


def test_unknown_operators_are_named_at_once():
    nodes = [helper.make_node("Hardmax", ["x"], ["a"], name="first"), helper.make_node("Hardmax", ["a"], ["b"])]
    nodes.append(helper.make_node("Fused", ["b"], ["y"], name="last", domain="com.vendor"))
    refused(model(nodes, X), r"not read: Hardmax \(node 'first' and 1 more\), com.vendor.Fused \(node 'last'\)")


def test_functions_and_old_versions_are_refused():
    refused(model([one()], X, opset=5), "of opset 5")
    function = helper.make_function("own", "F", ["x"], ["y"], [one()], [helper.make_opsetid("", 20)])
    refused(model([one()], X, functions=[function]), "functions of its own")


def test_shapes_that_do_not_fit_what_is_stored():
    for dims, message in (
        ([10**6, 10**6], "needs more memory|has 12 bytes"),
        ([-3], "has the shape"),
        ([2], "12 bytes"),
    ):
        tensor = TensorProto(name="w", data_type=FLOAT, dims=dims, raw_data=bytes(12))
        made = model([one("Add", ["x", "w"])], X)
        made.graph.initializer.append(tensor)
        refused(made, message)
    made.graph.initializer[0].CopyFrom(TensorProto(name="w", data_type=FLOAT, dims=[2**20], float_data=[1.0]))
    refused(made, "has 1 elements")
    made.graph.initializer[0].data_type = TensorProto.STRING
    refused(made, "text is not computed with")
    made.graph.initializer[0].data_type = 99
    refused(made, "type 99")


@pytest.mark.parametrize(
    ("op", "weights"),
    [
        ("ConstantOfShape", [np.array([2**40], "int64")]),
        ("Expand", [np.float32([1]), np.array([2**20, 2**25], "int64")]),
        ("Tile", [np.float32([1]), np.array([2**45], "int64")]),
        ("Range", [np.int64(0), np.int64(2**45), np.int64(1)]),
        ("ConstantOfShape", [np.array([-1], "int64")]),
        ("Pad", [np.float32([1]), np.array([0, 2**45], "int64")]),
    ],
)
def test_constants_are_counted_before_they_are_made(op, weights):
    made = node_model(op, [], weights)
    made.graph.input.append(helper.make_tensor_value_info("x", FLOAT, ["n", 3]))
    refused(made, rf"Node 'the {op}' \({op}\) cannot be read: (A constant of .* needs more memory|a shape is)")


def test_limits_bound_a_file():
    made = model(
        [helper.make_node("Relu", ["x" if not k else f"h{k}"], [f"h{k + 1}"]) for k in range(300)], X, (), ["h300"]
    )
    config.set_loading_limits(steps=100)
    try:
        refused(made, "takes more steps than the 100")
        config.set_loading_limits(config_lists=50)
        refused(made, "more than 50 fields")
    finally:
        config.set_loading_limits()


def test_messages_are_not_nested_without_end():
    content = b""
    for _ in range(100):  # node of graph of attribute of node ...
        content = b"\x2a" + _length(content, 6) + content  # attribute
        content = b"\x0a" + _length(content, 0) + content  # node
    refused(b"\x08\x08\x3a" + _length(content, 0) + content, "nested more than 64 levels|no file of ONNX")


def _length(content, _):
    n, found = len(content), b""
    while n >= 128:
        found, n = found + bytes([n & 127 | 128]), n >> 7
    return found + bytes([n])


def test_graphs_in_graphs():
    body = helper.make_graph([one("Hardmax")], "body", [], [helper.make_empty_tensor_value_info("y")])
    refused(model([one("If", then_branch=body, else_branch=body)], X), r"Hardmax \(node 'it' and 1 more\)")
    refused(model([one("If", then_branch=body)], X), "Hardmax")
    plain = helper.make_graph([one()], "body", [], [helper.make_empty_tensor_value_info("y")])
    made = model([one("If", ["c"], then_branch=plain)], {**X, "c": ([1], TensorProto.BOOL)})
    refused(made, r"Node 'it' \(If\).*no graph as its else_branch")
    for depth, message in ((12, None), (30, "nested more than 64 levels")):
        inner = plain
        for _ in range(depth):
            node = one("If", ["c"], then_branch=inner, else_branch=plain)
            inner = helper.make_graph([node], "body", [], [helper.make_empty_tensor_value_info("y")])
        made = model(list(inner.node), {**X, "c": ([1], TensorProto.BOOL)})
        if message:
            refused(made, message)
        else:
            assert read_onnx(made).output_shape == (None, 3)


def test_orders_and_names_that_no_graph_has():
    refused(
        model([helper.make_node("Relu", ["later"], ["y"], name="it")], X),
        "nothing before it computes its input 'later'",
    )
    refused(model([one(), one("Exp")], X), "two tensors 'y'")
    refused(model([one()], X, (), ["other"]), "output 'other' is computed by no node")
    refused(model([one()], {}, {"x": numbers(2)}), "takes no inputs")
    refused(model([one()], {"x": ([], FLOAT)}), "a batch is needed")
    refused(model([one("Split", axis=1, num_outputs=2**40)], X), "it has 1 outputs")
    refused(model([one("Pad", ["x", "w"], mode="edge")], X, {"w": np.int64([0, 0, 0, 10**9])}), "more steps than")


def external(folder, **entries):
    made = model([one("Add", ["x", "w"])], X)
    tensor = TensorProto(name="w", data_type=FLOAT, dims=[3], data_location=TensorProto.EXTERNAL)
    for key, value in entries.items():
        tensor.external_data.add(key=key, value=value)
    made.graph.initializer.append(tensor)
    path = folder / "m.onnx"
    onnx.save(made, path)
    return path


def test_data_beside_the_file_is_read(tmp_path):
    w, x = numbers(3), numbers(2, 3)
    (tmp_path / "w.bin").write_bytes(bytes(8) + w.tobytes())
    read = saving.load_model(external(tmp_path, location="w.bin", offset="8", length="12"))
    assert_same(read, [x + w], [x])
    with pytest.raises(ValueError, match="no such file beside the model"):
        read_onnx((tmp_path / "m.onnx").read_bytes())


def test_data_elsewhere_is_refused(tmp_path):
    inside, secret = tmp_path / "in", tmp_path / "secret.bin"
    inside.mkdir()
    secret.write_bytes(bytes(12))
    os.symlink(secret, inside / "link.bin")
    os.mkfifo(inside / "pipe")
    for location in ("../secret.bin", str(secret), "link.bin", "", "C:\\secret.bin"):
        with pytest.raises(ValueError, match=r"m\.onnx.*outside of the folder"):
            saving.load_model(external(inside, location=location))
    (inside / "w.bin").write_bytes(bytes(12))
    for entries in ({"offset": "4"}, {"offset": "-1"}, {"length": "99"}, {"location": "pipe"}):
        with pytest.raises(ValueError, match="not that many at its place"):
            saving.load_model(external(inside, **{"location": "w.bin", **entries}))
    with pytest.raises(ValueError, match="at no place"):
        saving.load_model(external(inside, location="w.bin", offset="x"))


@pytest.mark.parametrize(
    "fn",
    [
        lambda x: ops.relu(ops.matmul(x, np.ones((3, 2), "float32"))),
        lambda x: ops.scan(lambda c, r: (c + r, c * r), ops.zeros((3,)), x)[1],
        lambda x: ops.while_loop(
            lambda y: ops.sum(y) < 9, lambda y: y + 1, ops.cond(x[0, 0] > 0, lambda: x, lambda: -x)
        ),
    ],
)
def test_damaged_files_raise_value_errors_alone(fn):
    """Bytes of a file changed at random: it is read, or refused with its name."""
    content, rng = onnx_model(fn, [Spec((None, 3))]).SerializeToString(), random.Random(3)
    for _ in range(100):
        changed = bytearray(content)
        for _ in range(rng.choice((1, 3))):
            changed[rng.randrange(len(changed))] = rng.randrange(256)
        try:
            read_onnx(bytes(changed[: rng.choice((None, rng.randrange(1, len(changed))))]))
        except ValueError as error:
            assert "bytes>" in str(error)


def test_dtypes_and_attributes_that_are_not_read():
    refused(model([one("Cast", to=TensorProto.STRING)], X), r"Node 'it' \(Cast\).*text")
    refused(model([one("Relu")], {"x": (["n"], TensorProto.STRING)}), "text")
    refused(model([one("Constant", [], value_string="a")], X), "no value that is read")
    tensor = numpy_helper.from_array(numbers(2), "v")
    read = read_onnx(model([one("Constant", [], value=tensor)], X))
    assert read.trainable_weights == [] and len(read.weights) == 1
    assert INT64 == TensorProto.INT64
