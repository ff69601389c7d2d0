"""Binding, casting and dispatch of ops, on concrete and symbolic arguments."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from keras_core import KerasTensor, Variable, backend, ops
from keras_core.ops.op import Op, SymbolicScope, force_bodies, record_ops
from keras_core.ops.rules import shapes as rules
from keras_core.ops.table import TABLE

X = np.array([1, 2], "float32")


def host(tensor: Any) -> list[Any]:
    return backend.to_numpy(tensor).tolist()


def test_arguments_by_position_and_name() -> None:
    assert host(ops.sum([[1, 2]], axis=1)) == [3]
    assert host(ops.sum(x=[[1, 2]], keepdims=True)) == [[3]]
    with pytest.raises(TypeError, match=r"sum\(\) needs the argument 'x'. Signature: sum\(x"):
        ops.sum()
    with pytest.raises(TypeError, match=r"sum\(\) does not take axes"):
        ops.sum(X, axes=1)
    with pytest.raises(TypeError, match=r"negative\(\) does not take 2 positional ones"):
        ops.negative(X, X)


def test_variables_stand_for_their_values() -> None:
    v = Variable(X)
    assert host(ops.add(v, 1)) == [2, 3]
    assert host(ops.concatenate([v, v])) == [1, 2, 1, 2]
    assert ops.add(v, KerasTensor((None, 2))).shape == (None, 2)


def test_lists_where_a_tensor_is_expected_are_stacked() -> None:
    a, b = (ops.convert_to_tensor([float(n), n + 1.0]) for n in (1, 3))
    assert float(host(ops.mean([a, b]))) == 2.5
    k = KerasTensor((None, 2))
    assert ops.sum([k, k], -1).shape == (2, None)


def test_a_list_of_tensors_may_hold_arrays_lists_and_numbers() -> None:
    assert host(ops.concatenate([X, [3], np.array([4], "int32")])) == [1, 2, 3, 4]
    assert host(ops.stack([1, 2])) == [1, 2]
    assert ops.dtype(ops.stack([1, 2.5])) == "float32"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (None, ("int8", "float16", "bool")),
        ("promote", ("float16",) * 3),
        ("float", ("float16",) * 3),
        ("bool", ("bool",) * 3),
    ],
)
def test_casts(kind: Any, expected: tuple[str, ...]) -> None:
    def function(a: Any, b: Any, c: Any) -> Any:
        return tuple(map(ops.dtype, (a, b, c)))

    op = Op(function, ("a", "b", "c"), kind, None)
    arguments = [np.ones(1, name) for name in ("int8", "float16", "bool")]
    assert op(*arguments) == expected


def test_casts_by_parameter() -> None:
    def function(a: Any, b: Any, c: Any) -> Any:
        return tuple(map(ops.dtype, (a, b, c)))

    op = Op(function, ("a", "b", "c"), {"bool": ("a",), "float": ("c",)}, None)
    assert op(np.ones(1, "int8"), np.ones(1, "uint8"), 3) == ("bool", "uint8", "float32")


def test_a_symbolic_argument_makes_the_call_symbolic() -> None:
    out = ops.add(KerasTensor((None, 2), "float16"), 1)
    assert (out.shape, out.dtype) == ((None, 2), "float16")
    assert out.node is not None and out.node.operation is ops.add
    nested = ops.reshape(X, (KerasTensor((), "int32"), 1))
    assert nested.shape == (None, 1)


def test_inside_a_SymbolicScope_nothing_is_computed() -> None:
    with SymbolicScope():
        assert ops.add(X, 1).shape == (2,)
        assert isinstance(ops.arange(3), KerasTensor)
    assert host(ops.arange(3)) == [0, 1, 2]


def test_the_names_of_ops_are_recorded() -> None:
    with record_ops() as outer:
        ops.negative(X)
        with record_ops() as inner:
            ops.add(KerasTensor((2,)), X)
    assert inner == {"add"}
    assert outer >= {"add", "negative"}


def test_a_backend_may_override_a_body(backend_name: str) -> None:
    base = backend.load(backend_name)

    class Louder(type(base)):  # type: ignore[misc]
        name = "louder"
        ops = MappingProxyType(
            {
                **base.ops,
                "relu6": lambda x: base.ops["add"](x, base.ops["full"]((), base.tensor(100.0, "float32"), "float32")),
            }
        )

    other = Louder.__new__(Louder)
    other.__dict__.update(base.__dict__)
    backend.register(other)
    try:
        with backend.use_backend("louder"):
            assert host(ops.relu6(X)) == [101, 102]
            with force_bodies():
                assert host(ops.relu6(X)) == [1, 2]
    finally:
        backend.discovery._loaded.pop("louder")
        backend.discovery._owner_of_type.clear()


def test_the_rule_explains_what_the_backend_refuses() -> None:
    with pytest.raises(ValueError, match=r"concatenate\(\) got tensors of shapes \[\(2,\), \(1, 2\)\]"):
        ops.concatenate([X, X[None]])
    with pytest.raises(ValueError, match=r"take_along_axis\(\) got indices of shape \(1,\) for \(1, 2\)"):
        ops.take_along_axis(KerasTensor((1, 2)), KerasTensor((1,), "int32"), 1)


def test_every_op_has_a_documented_public_function() -> None:
    for name, op in TABLE.items():
        assert op.public.__doc__, name
        assert getattr(ops, name) is op.public, name


def test_axes() -> None:
    assert rules.axes_of(None, 2) == (0, 1)
    assert rules.axes_of([-1, 0], 3) == (2, 0)
    with pytest.raises(ValueError, match="got axis 3"):
        rules.axis_of(3, 3)


def test_broadcast_shapes() -> None:
    assert rules.broadcast_shapes((None, 1), (3,), ()) == (None, 3)
    assert rules.broadcast_shapes((None,), (1,)) == (None,)
    with pytest.raises(ValueError, match=r"\(2,\) and \(3,\)"):
        rules.broadcast_shapes((2,), (3,))


def test_what_a_node_notes_are_pythons_numbers() -> None:
    x = KerasTensor((None, 2, 3))
    y = ops.transpose(x, np.array([0, 2, 1]))
    assert y.shape == (None, 3, 2) and y.node is not None and y.node.args[1] == (0, 2, 1)
    z = ops.sum(x, axis=np.array(1), keepdims=np.bool_(True))
    assert z.shape == (None, 1, 3) and z.node is not None
    assert [type(one) for one in z.node.args[1:]] == [int, bool]
