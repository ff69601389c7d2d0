"""Files that this package, PyTorch and hands have written, read as models."""

import io

import numpy as np
import onnx
import pytest
from keras_core import Input, Model, Sequential, ops, saving, tree
from keras_export import onnx_model, read_onnx
from keras_layers import LSTM, BatchNormalization, Conv2D, Dense, Embedding, Flatten, LayerNormalization, MaxPooling2D
from layer_cases import CASES
from onnx_graphs import assert_same, helper, model, numbers, run


def drawn(value, rng, size):
    shape = [size if not axis else size + 3 if n is None else n for axis, n in enumerate(value.shape)]
    if value.dtype == "int32":
        return rng.integers(0, 9, shape).astype("int32")
    return rng.normal(size=shape).astype(value.dtype)


@pytest.mark.parametrize("name", [name for name in CASES if name != "Embedding of floats"])
def test_every_layer(name):
    """What was written is read, saved as `.keras` and loaded again, and predicts the same for two sizes of axes."""
    made = CASES[name]()
    rng = np.random.default_rng(0)
    made.set_weights([w + rng.normal(size=w.shape).astype(w.dtype) * 0.1 for w in made.get_weights()])
    read = read_onnx(onnx_model(made))
    assert read.input_names == made.input_names and read.output_names == made.output_names
    saved = io.BytesIO()
    read.save(saved)
    again = saving.load_model(saved.getvalue())
    for size in (2, 3):
        arrays = [drawn(one, rng, size) for one in made.inputs]
        expected = tree.flatten(made.predict(arrays if len(arrays) > 1 else arrays[0], verbose=0))
        assert_same(read, expected, arrays)
        assert_same(again, expected, arrays)


def convolutional():
    stack = [Conv2D(4, 3, activation="relu"), BatchNormalization(), MaxPooling2D(), Flatten(), Dense(3, name="scores")]
    return Sequential([Input((8, 8, 2), name="image"), *stack], name="small")


def test_a_path_is_loaded_as_a_model_and_described(tmp_path):
    made = convolutional()
    made.export(tmp_path / "m.onnx")
    read = saving.load_model(tmp_path / "m.onnx")
    assert read.name == "small" and read.input_names == ["image"] and read.input_shape == (None, 8, 8, 2)
    x = numbers(5, 8, 8, 2)
    assert_same(read, [made.predict(x, verbose=0)], [x])
    assert_same(read_onnx((tmp_path / "m.onnx").read_bytes()), [made.predict(x, verbose=0)], [x])
    with saving.file_content(tmp_path / "m.onnx") as content:
        assert content.spec.name == "onnx" and content.spec.holds == "model"
        assert content.origin["producer"].startswith("keras-export") and content.config["config"]["name"] == "small"
        assert "Conv" in [one["class_name"] for one in content.config["config"]["layers"]]
        kernel = next(one for one in content.arrays() if one.shape == (4, 2, 3, 3))
        assert kernel.path.startswith("small.conv2d") and "Conv" in kernel.layer
        assert kernel.nbytes == 4 * 72 and kernel.read().dtype == "float32"
    with pytest.raises(ValueError, match=r"use model.export\(\)"):
        read.save(tmp_path / "other.onnx")


def test_what_is_inside_of_loops_is_described(tmp_path):
    CASES["GRU masked"]().export(tmp_path / "m.onnx")
    with saving.file_content(tmp_path / "m.onnx") as content:
        kernel = next(one for one in content.arrays() if one.shape == (3, 9))
        assert "Scan" in kernel.layer


def test_weights_are_those_of_layers():
    x = Input((None,), dtype="int32")
    y = LayerNormalization()(Embedding(9, 4)(x))
    y = LSTM(3)(Dense(4)(y))
    read = read_onnx(onnx_model(Model(x, y)))
    kinds = [type(one).__name__ for one in read.layers]
    assert kinds == ["InputLayer", "Embedding", "LayerNormalization", "Dense", "WeightTensor", "ComputedSizes", "LSTM",
                     "Identity"] or set(kinds) >= {"Embedding", "LayerNormalization", "Dense", "LSTM"}  # fmt: skip
    assert {w.path.rsplit("/", 1)[1] for w in read.trainable_weights} >= {"embeddings", "gamma", "kernel", "bias"}


def test_the_model_exports_as_what_it_was(tmp_path):
    made = convolutional()
    read = read_onnx(onnx_model(made))
    read.export(tmp_path / "again.onnx")
    x = numbers(3, 8, 8, 2)
    assert_same(saving.load_model(tmp_path / "again.onnx"), [made.predict(x, verbose=0)], [x])


def test_a_matrix_of_two_nodes_stays_one_weight():
    nodes = [
        helper.make_node("Gather", ["w", "x"], ["rows"]),
        helper.make_node("Transpose", ["w"], ["t"], perm=[1, 0]),
        helper.make_node("MatMul", ["rows", "t"], ["y"]),
    ]
    made = model(nodes, {"x": (["n", "t"], onnx.TensorProto.INT64)}, {"w": numbers(7, 3)})
    read = read_onnx(made)
    assert [w.shape for w in read.trainable_weights] == [(7, 3)]
    x = np.array([[0, 6, 2]], "int64")
    assert_same(read, run(made, [x]), [x])


def test_a_layer_that_is_called_twice_stays_one_layer():
    weights = {"w": numbers(3, 3), "b": numbers(3)}
    nodes = [helper.make_node("Gemm", [a, "w", "b"], [b]) for a, b in (("x", "h"), ("h", "y"))]
    made = model(nodes, {"x": (["n", 3], onnx.TensorProto.FLOAT)}, weights)
    read = read_onnx(made)
    assert len(read.trainable_weights) == 2
    x = numbers(4, 3)
    assert_same(read, run(made, [x]), [x])


def test_shapes_are_computed_when_they_are_known():
    """Two free axes are split and joined by sizes that a graph computes, as in attention."""
    nodes = [
        helper.make_node("Shape", ["x"], ["shape"]),
        helper.make_node("Gather", ["shape", "zero"], ["batch"]),
        helper.make_node("Slice", ["shape", "one", "two"], ["length"]),
        helper.make_node("Unsqueeze", ["batch", "zeros"], ["b"]),
        helper.make_node("Concat", ["b", "length", "heads"], ["split"], axis=0),
        helper.make_node("Reshape", ["x", "split"], ["apart"]),
        helper.make_node("Transpose", ["apart"], ["turned"], perm=[0, 2, 1, 3]),
        helper.make_node("Mul", ["length", "twos"], ["double"]),
        helper.make_node("Concat", ["b", "double", "rest"], ["joined"], axis=0),
        helper.make_node("Reshape", ["turned", "joined"], ["y"]),
        helper.make_node("Expand", ["row", "split"], ["z"]),
        helper.make_node("Range", ["none", "batch", "step"], ["places"]),
    ]
    given = {
        "zero": np.int64(0), "one": np.int64([1]), "two": np.int64([2]), "zeros": np.int64([0]), "none": np.int64(0),
        "step": np.int64(1), "heads": np.int64([2, 3]), "twos": np.int64([2]), "rest": np.int64([3]),
        "row": numbers(3),
    }  # fmt: skip
    made = model(nodes, {"x": (["n", "t", 6], onnx.TensorProto.FLOAT)}, given, ["y", "z", "places"])
    read = read_onnx(made)
    assert read.output_shape[0] == (None, None, 3)
    saved = io.BytesIO()
    read.save(saved)
    for x in (numbers(2, 4, 6), numbers(3, 5, 6)):
        assert_same(read, run(made, [x]), [x])
        assert_same(saving.load_model(saved.getvalue()), run(made, [x]), [x])


def test_sizes_may_be_numbers_too():
    """A mean that a graph computes as a sum divided by the length of an axis."""
    nodes = [
        helper.make_node("ReduceSum", ["x", "axis"], ["sum"], keepdims=0),
        helper.make_node("Shape", ["x"], ["length"], start=1, end=2),
        helper.make_node("Cast", ["length"], ["number"], to=onnx.TensorProto.FLOAT),
        helper.make_node("Div", ["sum", "number"], ["y"]),
    ]
    made = model(nodes, {"x": (["n", "t"], onnx.TensorProto.FLOAT)}, {"axis": np.int64([1])})
    x = numbers(3, 5)
    assert_same(read_onnx(made), run(made, [x]), [x])


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_what_pytorch_writes(tmp_path):
    torch = pytest.importorskip("torch")
    pytest.importorskip("onnxscript")
    torch.manual_seed(1)
    nn = torch.nn
    layers = [nn.Conv2d(2, 4, 3, 2, 1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(16, 3)]
    network = nn.Sequential(*layers).eval()
    x = torch.randn(2, 2, 8, 8)
    for dynamo in (False, True):
        kinds = {"dynamic_shapes": ({0: torch.export.Dim("n")},)} if dynamo else {"dynamic_axes": {"x": {0: "n"}}}
        path = tmp_path / f"{dynamo}.onnx"
        torch.onnx.export(network, (x,), str(path), dynamo=dynamo, input_names=["x"], verbose=False, **kinds)
        read = saving.load_model(path)
        assert [type(one).__name__ for one in read.layers[1:]].count("Dense") == 1
        more = torch.randn(5, 2, 8, 8)
        assert_same(read, [network(more).detach().numpy()], [more.numpy()])


def test_ops_alone():
    read = read_onnx(onnx_model(lambda x: [ops.exp(x), x], [Input((3,))]))
    x = numbers(2, 3)
    assert_same(read, [np.exp(x), x], [x])
