"""The op table: ops are found by name, whether or not their family is imported."""

import subprocess
import sys

import keras_core.ops.all_families  # noqa: F401
import pytest
from keras_core import ops
from keras_core.ops import table


def test_find_gives_the_public_function():
    assert table.find("add") is ops.add
    assert table.TABLE["add"].public is ops.add


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no_such_op"):
        table.find("no_such_op")


def test_every_op_of_the_table_is_a_name_of_ops():
    assert all(table.find(name) is getattr(ops, name) for name in table.TABLE)


@pytest.mark.parametrize("expression", ["x[0]", "-x", "x @ x", "1 / x", "x.reshape((4,))", "x.squeeze()"])
def test_operators_import_the_family_that_they_need(expression):
    code = f"from keras_core import KerasTensor; x = KerasTensor((2, 2)); print({expression})"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert found.stdout.startswith("<KerasTensor"), found.stderr
