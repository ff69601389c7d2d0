"""Covers: bodies.py builder.py broadcasting.py graphs.py keys.py lowering.py reducing.py sizes.py values.py"""

import os

import numpy as np
import onnx
import onnxruntime
import pytest
from keras_core import Input, Model, Sequential, Spec, ops, random
from keras_core.exporting import Endpoint, ExportError
from keras_export import onnx_model
from keras_export.to_onnx.writing import model_of
from keras_layers import LSTM, BatchNormalization, Conv2D, Dense, Lambda, MaxPooling2D
from layer_cases import CASES


def run(path, *arrays):
    session = onnxruntime.InferenceSession(os.fspath(path), providers=["CPUExecutionProvider"])
    return session.run(None, {one.name: a for one, a in zip(session.get_inputs(), arrays, strict=True)})


@pytest.mark.parametrize("name", CASES)
def test_every_layer(name, tmp_path):
    """`export` itself compares with `predict`, for two sizes of batch and of every other unknown axis."""
    model = CASES[name]()
    rng = np.random.default_rng(0)
    model.set_weights([w + rng.normal(size=w.shape).astype(w.dtype) * 0.1 for w in model.get_weights()])
    model.export(tmp_path / "model.onnx")
    written = onnx.load(tmp_path / "model.onnx")
    onnx.checker.check_model(written, full_check=True)
    assert [one.name for one in written.graph.input] == model.input_names


def test_what_onnx_runtime_gives_is_what_predict_gives(tmp_path):
    model = Sequential([Input((None, 3), name="steps"), LSTM(4), Dense(2, name="scores")])
    model.export(tmp_path / "model.onnx")
    for batch, length in ((1, 1), (5, 7)):
        x = np.random.default_rng(batch).normal(size=(batch, length, 3)).astype("float32")
        np.testing.assert_allclose(run(tmp_path / "model.onnx", x)[0], model.predict(x, verbose=0), atol=1e-5)


def test_layouts_are_changed_at_the_ends_alone():
    layers = [Conv2D(4, 3, padding="same"), BatchNormalization(), MaxPooling2D(), Conv2D(2, 3, activation="relu")]
    operators = [node.op_type for node in onnx_model(Sequential([Input((8, 8, 3)), *layers])).graph.node]
    assert operators.count("Transpose") == 2 and operators[0] == operators[-2] == "Transpose"


def test_recurrent_layers_are_whole_and_masked_ones_loops():
    assert "LSTM" in [node.op_type for node in onnx_model(CASES["LSTM"]()).graph.node]
    masked = onnx_model(CASES["LSTM masked"]()).graph
    bodies = [one.g for node in masked.node if node.op_type == "Scan" for one in node.attribute if one.name == "body"]
    assert len(bodies) == 2 and not any(body.initializer for body in bodies)  # each weight is in the file once
    assert [tuple(one.dims) for one in masked.initializer].count((3, 12)) == 1


def test_constants_are_computed_ahead():
    model = Sequential([Input((3,)), Lambda(lambda x: x * ops.exp(ops.sum(ops.ones((3,)))))])
    assert [node.op_type for node in onnx_model(model).graph.node] == ["Mul", "Identity"]


def test_what_cannot_be_said_is_named_and_nothing_written(tmp_path):
    x = Input((3, 3))
    model = Model(x, Lambda(lambda x: ops.qr(x)[0], name="triangles")(x))
    with pytest.raises(ExportError, match=r"no operator for the op qr in qr\(\) of layer 'triangles'"):
        model.export(tmp_path / "model.onnx")
    assert not os.listdir(tmp_path)


def test_states_are_refused_by_name(tmp_path):
    model = Sequential([Input(batch_shape=(2, 3, 4)), LSTM(3, stateful=True, name="memory")])
    with pytest.raises(ExportError, match=r"assigns sequential.*/memory/rnn_state.* when it predicts"):
        model.export(tmp_path / "model.onnx")


def test_random_numbers_are_refused():
    seeds = random.SeedGenerator(1, name="seeds")
    with pytest.raises(ExportError, match=r"assigns .*seed"):
        onnx_model(lambda x: x + random.uniform((3,), seed=seeds), [Spec((None, 3))])
    with pytest.raises(ExportError, match="random_uniform"):
        onnx_model(lambda x: x + random.uniform((3,), seed=1), [Spec((None, 3))])


def same(fn, *arrays, free=(0,)):
    """Compare a function of tensors with its program; the axes `free` are of any length."""
    specs = [Spec(tuple(None if k in free else n for k, n in enumerate(a.shape)), str(a.dtype)) for a in arrays]
    model = model_of(Endpoint("serve", fn, specs), "f")
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    found = session.run(None, {one.name: a for one, a in zip(session.get_inputs(), arrays, strict=True)})
    expected = fn(*arrays)
    expected = expected if isinstance(expected, (list, tuple)) else [expected]
    for a, b in zip(found, map(ops.convert_to_numpy, expected), strict=True):
        assert a.dtype == b.dtype and a.shape == b.shape
        np.testing.assert_allclose(a.astype("float64"), b.astype("float64"), rtol=1e-5, atol=1e-5)


X = np.random.default_rng(1).normal(size=(3, 4)).astype("float32")
N = np.array([[5, -3, 0, 2], [-7, 4, 1, -1], [2, 2, -2, 9]], "int32")
FUNCTIONS = {
    "log1p": lambda x: ops.log1p(ops.abs(x) * 1e-6),
    "expm1": lambda x: ops.expm1(x * 1e-6) * 1e6,
    "arctan2": lambda x: ops.arctan2(x, ops.flip(x, 1)),
    "round": lambda x: ops.round(x, 2),
    "clip": lambda x: ops.clip(x, -0.5, 0.5),
    "maximum": lambda x: ops.maximum(x, ops.flip(x, 1)),
    "mod": lambda x: ops.mod(x, 0.7),
    "floor divide": lambda x: ops.floor_divide(x, -0.7),
    "where": lambda x: ops.where(x > 0, x > 1, x < -1),
    "isnan": lambda x: ops.isnan(ops.log(x)),
    "power": lambda x: ops.power(ops.abs(x), x),
    "any all": lambda x: [ops.any(x > 1, 1), ops.all(x > -1, 0)],
    "prod": lambda x: [ops.prod(x, 1), ops.var(x), ops.logsumexp(x, 1)],
    "cumsum": lambda x: [ops.cumsum(x, 1), ops.cumsum(x)],
    "argmax": lambda x: [ops.argmax(x), ops.argmin(x, 1, keepdims=True)],
    "sort": lambda x: [ops.sort(x, 1), ops.argsort(x, 0), ops.top_k(x, 2)[1]],
    "shape": lambda x: ops.zeros((ops.shape(x)[0] * 2, 3)),
    "reshape": lambda x: ops.reshape(x, (2, ops.shape(x)[0], 2)),
    "tile": lambda x: ops.tile(x, (2, 1, 3)),
    "repeat": lambda x: [ops.repeat(x, 2, 0), ops.repeat(x, [1, 0, 2, 1], 1)],
    "pad": lambda x: [ops.pad(x, ((1, 0), (2, 1)), m) for m in ("constant", "reflect")],
    "symmetric": lambda x: ops.pad(x, ((0, 0), (2, 1)), "symmetric"),
    "getitem": lambda x: [x[-1], x[:, None, ::-2], x[..., 1], x[1:, [0, 2, 0]]],
    "computed key": lambda x: [x[ops.argmax(x[:, 0])], x[:, ops.cast(ops.abs(x[0]), "int32")]],
    "take": lambda x: [ops.take(x, [2, -1], 0), ops.take_along_axis(x, ops.argsort(x, 1), 1)],
    "split": lambda x: ops.split(x, [1, 3], 1),
    "stack": lambda x: [ops.stack([x, x], 1), ops.roll(x, 1, 1), ops.flip(x)],
    "diagonal": lambda x: ops.diagonal(ops.matmul(ops.transpose(x), x), 1),
    "einsum": lambda x: [ops.einsum("ab,cb->ac", x, x), ops.einsum("ab,ab->a", x, x), ops.einsum("ab,cd->acbd", x, x)],
    "outer": lambda x: [ops.tensordot(x, x, ((0,), (0,))), ops.trace(ops.matmul(ops.transpose(x), x))],
    "scatter": lambda x: ops.scatter_update(x, [[0, 1], [2, 3]], [7.0, 8.0]),
    "slice": lambda x: [ops.slice(x, (0, 2), (2, 2)), ops.slice(x, (0, ops.argmax(x[0])), (2, 2))],
    "arange": lambda x: ops.arange(ops.shape(x)[0]),
    "cond": lambda x: ops.cond(ops.sum(x) > 0, lambda: x + 1, lambda: x * 2),
    "while": lambda x: ops.while_loop(lambda k, y: k < 3, lambda k, y: [k + 1, y * x], [0, x]),
    "scan": lambda x: ops.scan(lambda c, r: (c + r, c * r), ops.zeros((4,)), x, reverse=True),
    "counted": lambda x: ops.scan(lambda c, r: (c + 1, c * x), ops.zeros(()), None, length=3),
    "median": lambda x: ops.median(x, 1),
    "one hot": lambda x: ops.one_hot(ops.cast(x * 2, "int32"), 3),
    "softmax": lambda x: [ops.softmax(x, (0, 1)), ops.log_softmax(x), ops.sparsemax(x)],
    "shrink": lambda x: [ops.soft_shrink(x), ops.hard_tanh(x), ops.celu(x), ops.log_sigmoid(x)],
    "histogram": lambda x: ops.bincount(ops.cast(ops.abs(x[:, 0]), "int32"), minlength=5),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_ops(name):
    same(FUNCTIONS[name], X)


@pytest.mark.parametrize("fn", [ops.floor_divide, ops.mod, ops.maximum, ops.add, ops.not_equal, ops.bitwise_xor])
def test_ops_of_integers(fn):
    same(lambda x: fn(x, ops.flip(x, 1) * 2 + 1), N)


@pytest.mark.parametrize("axes", [(0,), (1,), (0, 1)])
def test_any_axis_may_be_of_any_length(axes):
    y = np.random.default_rng(2).normal(size=(2, 3, 4)).astype("float32")
    same(lambda y: ops.einsum("abc,adc->abd", y, y), y, free=axes)
    same(lambda y: ops.einsum("abc,abd->cd", y, y), y, free=axes)
    same(lambda y: ops.reshape(y, (ops.shape(y)[1], -1)), y, free=axes)
    same(lambda y: ops.mean(y, (1, 2)), y, free=axes)
