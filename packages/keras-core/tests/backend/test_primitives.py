"""The list of primitives against the op table."""

import keras_core.ops.all_families  # noqa: F401
from keras_core.backend.primitives import PRIMITIVES
from keras_core.ops.table import TABLE


def test_the_list_is_that_of_the_op_table():
    found: dict[str, set[str]] = {}
    for name, op in TABLE.items():
        if op.body is None:
            found.setdefault(op.family, set()).add(name)
    assert found == PRIMITIVES


def test_every_primitive_draw_has_a_portable_one():
    draws = PRIMITIVES["random"]
    assert draws and all(TABLE[name].portable.__name__ == name for name in draws)
