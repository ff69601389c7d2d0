from types import ModuleType

import numpy as np
import pytest
from keras_core import ops
from keras_core.backend.toolkit import op_body, op_table


def module(family, **members):
    made = ModuleType(f"my_backend.ops.{family}")
    for name, value in members.items():
        if getattr(value, "__module__", None) == __name__:
            value.__module__ = made.__name__
        setattr(made, name, value)
    return made


def own(x):
    return x


def test_functions_and_assignments_named_after_ops_are_taken():
    elementwise = module("elementwise", exp=np.exp, negative=own, np=np, _helper=own)
    table = op_table([elementwise, module("conv", conv=own)])
    assert table == {"exp": np.exp, "negative": own, "conv": own}


def test_imported_ops_of_another_family_are_left_out():
    assert op_table([module("creation", cast=np.exp, full=np.full)]) == {"full": np.full}


def test_control_flow_over_pure_bodies_counts_as_ops():
    assert set(op_table([module("control", cond=own, while_loop=own)])) == {"cond", "while_loop"}


def test_implementations_are_wrapped():
    table = op_table([module("elementwise", exp=np.exp)], wrap=lambda function: ("wrapped", function))
    assert table == {"exp": ("wrapped", np.exp)}


def test_a_misspelled_op_is_refused():
    with pytest.raises(ValueError, match=r"my_backend\.ops\.elementwise defines expp\(\).*There is no such op"):
        op_table([module("elementwise", expp=own)])


def test_an_op_in_the_wrong_file_is_refused():
    with pytest.raises(ValueError, match=r"defines conv\(\).*of the family 'conv'"):
        op_table([module("elementwise", conv=own)])


def test_a_file_that_is_no_family_is_refused():
    with pytest.raises(ValueError, match=r"my_backend\.ops\.maths is named after no op family.*elementwise"):
        op_table([module("maths")])


def test_the_body_of_a_derived_op():
    assert op_body("relu6") is ops.relu6.op.body
    with pytest.raises(ValueError, match="'exp' is a primitive"):
        op_body("exp")
