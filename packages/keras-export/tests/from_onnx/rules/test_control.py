import io

import numpy as np
import pytest
from keras_core import Spec, config, ops, saving
from keras_export import onnx_model, read_onnx
from onnx_graphs import FLOAT, INT64, assert_same, helper, model, numbers, onnx, run

BOOL = onnx.TensorProto.BOOL
X = {"x": (["n", 3], FLOAT)}
node = helper.make_node


def graph(name, nodes, inputs, outputs, weights=()):
    infos = [helper.make_tensor_value_info(one, kind, shape) for one, (shape, kind) in inputs.items()]
    tensors = [onnx.numpy_helper.from_array(array, one) for one, array in dict(weights).items()]
    return helper.make_graph(nodes, name, infos, [helper.make_empty_tensor_value_info(one) for one in outputs], tensors)


def check(made, *arrays):
    """Compare a model read, and the same saved and loaded, with ONNX Runtime."""
    read = read_onnx(made)
    saved = io.BytesIO()
    read.save(saved)
    for one in (read, saving.load_model(saved.getvalue())):
        assert_same(one, run(made, list(arrays)), list(arrays))
    return read


def condition(limit=0.0):
    """Nodes that compute a bool of shape () of x: whether its sum is above a limit."""
    return [node("ReduceSum", ["x"], ["total"], keepdims=0), node("Greater", ["total", "limit"], ["pred"])], {
        "limit": np.float32(limit)
    }


def branches(**kwargs):
    then = graph("then", [node("MatMul", ["x", "w"], ["a"]), node("Add", ["a", "b"], ["t"])], {}, ["t"])
    other = graph("else", [node("Neg", ["x"], ["e"])], {}, ["e"])
    nodes, weights = condition()
    nodes.append(node("If", ["pred"], ["y"], name="it", then_branch=then, else_branch=other))
    return model(nodes, X, {**weights, "w": numbers(3, 3), "b": numbers(3)}, **kwargs)


def test_a_branch_is_chosen_when_the_model_runs():
    x = np.abs(numbers(4, 3))
    read = check(branches(), x)
    check(branches(), -x)
    assert [one.name for one in read.layers if type(one).__name__ == "Cond"] == ["it"]
    assert [w.shape for w in read.trainable_weights] == [(3, 3), (3,)]


def test_a_branch_that_is_known_stands_in_the_model_itself():
    """Squeeze where an axis has the length 1, as PyTorch writes it: the condition is computed from shapes."""
    then = graph("then", [node("Squeeze", ["x", "one"], ["t"])], {}, ["t"])
    other = graph("else", [node("Identity", ["x"], ["t"])], {}, ["t"])
    nodes = [
        node("Shape", ["x"], ["s"], start=1, end=2),
        node("Equal", ["s", "one"], ["p"]),
        node("If", ["p"], ["y"], then_branch=then, else_branch=other),
    ]
    for width in (1, 3):
        made = model(nodes, {"x": (["n", width], FLOAT)}, {"one": np.int64([1])})
        read, x = read_onnx(made), numbers(2, width)  # ONNX Runtime refuses the branch that does not fit
        assert_same(read, [x[:, 0] if width == 1 else x], [x])


def test_branches_of_one_weight_share_it():
    bodies = [graph(name, [node("MatMul", ["x", "w"], [name])], {}, [name]) for name in ("t", "e")]
    nodes, weights = condition()
    nodes.append(node("If", ["pred"], ["y"], then_branch=bodies[0], else_branch=bodies[1]))
    read = check(model(nodes, X, {**weights, "w": numbers(3, 3)}), numbers(2, 3))
    assert len(read.trainable_weights) == 1


def test_branches_that_give_other_ranks_are_refused():
    bodies = [
        graph("t", [node("Exp", ["x"], ["t"])], {}, ["t"]),
        graph("e", [node("ReduceSum", ["x"], ["e"])], {}, "e"),
    ]
    bodies[1].node[0].attribute.append(helper.make_attribute("keepdims", 0))
    nodes, weights = condition()
    nodes.append(node("If", ["pred"], ["y"], name="it", then_branch=bodies[0], else_branch=bodies[1]))
    with pytest.raises(ValueError, match=r"Node 'it' \(If\).*ranks or dtypes differ"):
        read_onnx(model(nodes, X, weights))


def scanned(directions=((0, 0), (0, 0)), axes=((0, 0), (0, 0)), shapes=((5, 3), (5, 3))):
    """A recurrence with a weight outside and one inside: h = tanh(h w + a) * b, and rows of h and a."""
    nodes = [
        node("MatMul", ["h", "w"], ["hw"]),
        node("Add", ["hw", "a"], ["s"]),
        node("Tanh", ["s"], ["u"]),
        node("Mul", ["u", "v"], ["uv"]),
        node("Add", ["uv", "b"], ["new"]),
        node("Identity", ["new"], ["row"]),
        node("Neg", ["a"], ["negative"]),
    ]
    row = ([3], FLOAT)
    body = graph("step", nodes, {"h": row, "a": row, "b": row}, ["new", "row", "negative"], {"v": numbers(3)})
    scan = node(
        "Scan", ["h0", "p", "q"], ["last", "rows", "negatives"], name="it", body=body, num_scan_inputs=2,
        scan_input_directions=directions[0], scan_output_directions=directions[1], scan_input_axes=axes[0],
        scan_output_axes=axes[1],
    )  # fmt: skip
    inputs = {name: (list(shape), FLOAT) for name, shape in zip(("p", "q"), shapes, strict=True)}
    weights = {"w": numbers(3, 3), "h0": numbers(3)}
    return model([scan], inputs, weights, ["last", "rows", "negatives"]), [numbers(*shape) for shape in shapes]


@pytest.mark.parametrize(
    "kwargs",
    [
        {},
        {"directions": ((1, 1), (1, 1))},
        {"directions": ((1, 1), (0, 1))},
        {"directions": ((0, 1), (1, 0))},
        {"axes": ((1, -1), (0, 1)), "shapes": ((3, 5), (3, 5))},
    ],
)
def test_scans_in_all_directions_along_all_axes(kwargs):
    made, arrays = scanned(**kwargs)
    read = check(made, *arrays)
    assert read.get_layer("it").states == 1 and read.get_layer("it").reverse == all(kwargs.get("directions", [[0]])[0])


def test_weights_in_a_loop_train():
    read = read_onnx(scanned()[0])
    assert sorted(w.shape for w in read.trainable_weights) == [(3,), (3,), (3, 3)]


def loop(nodes, states, outputs, inputs=("", ""), more=(), weights=(), given=None, **kwargs):
    """A model of a loop over `states`, name → (name around it, shape)."""
    infos = {"i": ([], INT64), "go": ([], BOOL), **{name: (shape, FLOAT) for name, (_, shape) in states.items()}}
    body = graph("step", nodes, infos, outputs)
    results = [f"y{k}" for k in range(len(outputs) - 1)]
    it = node("Loop", [*inputs, *(around for around, _ in states.values())], results, name="it", body=body)
    return model([*more, it], given or X, weights, results, **kwargs)


COUNTED = [
    node("Cast", ["i"], ["number"], to=FLOAT),
    node("Add", ["number", "half"], ["factor"]),
    node("Mul", ["h", "factor"], ["new"]),
    node("ReduceSum", ["new"], ["row"], keepdims=0),
]
HALF = {"half": np.float32(0.5)}
STATE = {"h": ("x", ["n", 3])}


def test_a_loop_of_a_known_number_of_steps():
    made = loop(COUNTED, STATE, ["go", "new", "row"], ["count", ""], weights={**HALF, "count": np.int64(4)})
    read = check(made, numbers(2, 3))
    assert read.output_shape == [(None, 3), (4,)]
    passed = loop(COUNTED, STATE, ["go", "new"], ["count", "true"], weights={
        **HALF, "count": np.int64([3]), "true": np.array(True)
    })  # fmt: skip
    check(passed, numbers(2, 3))


def test_a_loop_of_as_many_steps_as_an_axis_is_long():
    more = [node("Shape", ["x"], ["s"]), node("Gather", ["s", "zero"], ["count"])]
    weights = {**HALF, "zero": np.int64(0)}
    made = loop(COUNTED, {"h": ("first", [3])}, ["go", "new", "row"], ["count", ""], more,
                {**weights, "first": numbers(3)})  # fmt: skip
    read = check(made, numbers(4, 3))
    assert read.output_shape == [(3,), (None,)]
    assert_same(read, run(made, [numbers(2, 3)[:1].repeat(6, 0)]), [numbers(2, 3)[:1].repeat(6, 0)])


@pytest.mark.parametrize("count", [3, 100, "computed", None])
@pytest.mark.parametrize("begins", ["", "pred"])
def test_a_loop_that_ends_by_itself(count, begins):
    """It doubles x until the sum is above 50, or as often as it is told."""
    body = [node("Add", ["h", "h"], ["new"]), node("ReduceSum", ["new"], ["sum"], keepdims=0),
            node("Less", ["sum", "most"], ["again"])]  # fmt: skip
    more, weights = condition()
    weights |= {"most": np.float32(50)}
    given = dict(X)
    if isinstance(count, int):
        weights["count"] = np.int64(count)
    elif count:
        given["count"] = ([1], INT64)
    made = loop(body, STATE, ["again", "new"], ["count" if count else "", begins], more, weights, given)
    for x in (np.ones((2, 3), "float32"), -np.ones((2, 3), "float32")):
        if count is None and not begins and x[0, 0] < 0:
            continue  # it never ends
        if count != 100 or begins or x[0, 0] > 0:
            read = read_onnx(made)
            arrays = [x, np.int64([3])] if count == "computed" else [x]
            assert_same(read, run(made, arrays), arrays)


def test_loops_in_loops_use_what_is_around_both():
    inner = graph(
        "inner",
        [node("MatMul", ["k", "w"], ["m"]), node("Add", ["m", "x"], ["p"]), node("Mul", ["p", "h"], ["next"])],
        {"j": ([], INT64), "still": ([], BOOL), "k": (["n", 3], FLOAT)},
        ["still", "next"],
    )
    nodes = [node("Loop", ["two", "", "h"], ["l"], body=inner), node("Tanh", ["l"], ["new"])]
    made = loop(nodes, STATE, ["go", "new"], ["two", ""], weights={"two": np.int64(2), "w": numbers(3, 3)})
    read = check(made, numbers(2, 3))
    assert [w.shape for w in read.trainable_weights] == [(3, 3)]


def test_sizes_around_a_loop_are_known_in_it():
    """The body reshapes its state, of two axes of any length, by what was computed outside."""
    more = [node("Shape", ["x"], ["s"]), node("Concat", ["s", "one"], ["long"], axis=0)]
    body = [node("Reshape", ["h", "long"], ["r"]), node("Add", ["r", "r"], ["d"]), node("Reshape", ["d", "s"], ["new"])]
    made = loop(body, {"h": ("x", ["n", "m"])}, ["go", "new"], ["two", ""], more,
                {"two": np.int64(2), "one": np.int64([1])}, {"x": (["n", "m"], FLOAT)})  # fmt: skip
    check(made, numbers(2, 3))


def test_what_loops_may_not_do():
    endless = loop(COUNTED, STATE, ["go", "new"], weights=HALF)
    growing = loop(
        [node("Concat", ["h", "h"], ["new"], axis=1)], STATE, ["go", "new"], ["n", ""], weights={"n": np.int64(2)}
    )
    rows = [*COUNTED, node("Less", ["row", "half"], ["again"])]
    deciding = loop(rows, STATE, ["again", "new", "row"], ["n", ""], weights={**HALF, "n": np.int64(2)})
    many = loop(COUNTED, STATE, ["go", "new"], ["n", ""], weights={**HALF, "n": np.int64(10**6)})
    unknown = loop(
        [node("Hardmax", ["h"], ["new"], name="deep")], STATE, ["go", "new"], ["n", ""], weights={"n": np.int64(2)}
    )
    outside = loop(
        [node("Add", ["h", "nowhere"], ["new"])], STATE, ["go", "new"], ["n", ""], weights={"n": np.int64(2)}
    )
    for made, message in (
        (endless, r"Node 'it' \(Loop\).*it never ends"),
        (growing, r"shape \(None, 3\) .* becomes one of shape \(None, 6\).* states that grow are not read"),
        (deciding, "known when it has run"),
        (scanned(shapes=((2**18, 3), (2**18, 3)))[0], r"Scan 'it' takes more steps than the 200,000"),
        (many, r"Loop 'it' takes more steps than the 200,000"),
        (unknown, r"not read: Hardmax \(node 'deep'\)"),
        (outside, "nothing before it computes 'nowhere'"),
    ):
        with pytest.raises(ValueError, match=message):
            read_onnx(made)


def test_steps_of_loops_in_loops_are_multiplied():
    step = [node("Exp", ["k"], ["next"])]
    inner = graph("inner", step, {"j": ([], INT64), "t": ([], BOOL), "k": (["n", 3], FLOAT)}, ["t", "next"])
    nodes = [node("Loop", ["m", "", "h"], ["new"], name="inside", body=inner)]
    made = loop(nodes, STATE, ["go", "new"], ["m", ""], weights={"m": np.int64(1000)})
    with pytest.raises(ValueError, match="Loop 'inside' takes more steps"):
        read_onnx(made)
    config.set_loading_limits(steps=2_000_000)
    try:
        read_onnx(made)
    finally:
        config.set_loading_limits()


FUNCTIONS = {
    "cond": lambda x: ops.cond(ops.sum(x) > 0, lambda: x + 1, lambda: x * 2),
    "while": lambda x: ops.while_loop(lambda k, y: k < 3, lambda k, y: [k + 1, y * x], [0, x])[1],
    "scan": lambda x: ops.scan(lambda c, r: (c + r, c * r), ops.zeros((3,)), x, reverse=True),
    "counted": lambda x: ops.scan(lambda c, r: (c + 1, c * x), ops.zeros(()), None, length=3),
    "mapped": lambda x: ops.map(lambda r: r / ops.sum(r), x),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_this_package_writes_of_control_flow(name):
    check(onnx_model(FUNCTIONS[name], [Spec((None, 3))]), numbers(4, 3))
