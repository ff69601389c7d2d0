import numpy as np
import pytest
from keras_backend_cntk.expressions import (
    Expr,
    Unsupported,
    broadcast,
    call,
    constant,
    held_in,
    known,
    moved,
    picked,
    reshaped,
    sliced,
    transposed,
)


def given(*shape, dtype="float32"):
    return Expr("input", (), shape, dtype)


def test_dtypes_that_it_has():
    assert [held_in(name) for name in ("float32", "float64", "int64", "bool")] == [
        "float32",
        "float64",
        "float32",
        "float32",
    ]
    for name in ("complex64", "float16", "bfloat16"):
        with pytest.raises(Unsupported, match=name):
            held_in(name)


def test_operands_are_brought_to_one_dtype_and_bools_are_narrow():
    wide, narrow = given(2, dtype="float64"), given(2, dtype="bool")
    chosen = call("element_select", narrow, wide, wide, dtype="float64")
    assert [arg.precision for arg in chosen.args] == ["float64"] * 3 and chosen.args[0].op == "cast"
    compared = call("less", wide, wide, dtype="bool")
    assert (compared.op, compared.dtype, compared.args[0].precision) == ("cast", "bool", "float64")


def test_shapes_without_elements_are_refused():
    with pytest.raises(Unsupported, match="without elements"):
        given(2, 0)


def test_what_changes_nothing_is_left_out():
    x = given(2, 3)
    assert reshaped(x, (2, 3)) is x and transposed(x, (0, 1)) is x and broadcast(x, (2, 3)) is x
    assert sliced(x, 1, 0, 3) is x and reshaped(reshaped(x, (6,)), (2, 3)) is x
    assert reshaped(reshaped(x, (6,)), (3, 2)).args == (x,)


def test_transposes_move_as_few_axes_as_they_can():
    assert moved(transposed(given(2, 1, 3), (1, 0, 2))).op == "reshape"
    turned = moved(transposed(given(2, 3, 4, 5), (2, 3, 0, 1)))
    assert turned.op == "reshape" and turned.args[0].op == "transpose" and turned.args[0].shape == (20, 6)
    many = moved(transposed(given(2, 2, 2, 2, 2, 2), range(6)[::-1]))
    assert many.shape == (2,) * 6 and many.args[0].op == "gather"


def test_layouts_meet_through_elementwise_functions():
    image, bias = given(2, 32, 5, 6), given(32)
    last = call("relu", call("plus", transposed(image, (0, 2, 3, 1)), bias))
    first = transposed(last, (0, 3, 1, 2))
    assert first.op == "relu" and first.args[0].args[0] is image and first.shape == image.shape
    assert moved(first.args[0].args[1]).shape == (1, 32, 1, 1)
    other = call("plus", given(2, 5, 6, 32), bias)
    assert transposed(other, (0, 3, 1, 2)).op == "permute"


def test_arguments_that_have_to_be_known():
    assert known([constant(3, "int32"), slice(None, constant(2, "int32"))]) == [3, slice(None, 2)]
    with pytest.raises(Unsupported, match="has to be known"):
        known(given())


def test_picked_elements():
    assert picked(given(2, 2), np.arange(4)).op == "reshape"
    found = picked(given(2, 2), np.array([[3, 0]]))
    assert found.shape == (1, 2)
