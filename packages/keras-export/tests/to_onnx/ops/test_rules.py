"""Covers: control.py conv.py creation.py elementwise.py indexing.py linalg.py nn.py reduction.py rnn.py shaping.py

Numbers of all rules are compared in `test_writing.py`.
"""

import keras_core.ops.all_families  # noqa: F401
from keras_core.ops.table import TABLE
from keras_export.to_onnx.lowering import WHOLE
from keras_export.to_onnx.ops import RULES

WITHOUT = {
    *("bitwise_left_shift", "bitwise_right_shift", "view", "solve", "cholesky", "qr", "svd", "eigh", "cumprod"),
    *("random_uniform", "random_normal", "random_integer"),
}


def test_every_primitive_has_a_rule_or_is_known_to_have_none():
    primitives = {name for name, op in TABLE.items() if op.body is None and op.family != "complex"}
    missing = primitives - RULES.keys()
    assert missing <= WITHOUT, missing - WITHOUT


def test_derived_ops_with_a_rule_are_recorded_whole():
    derived = {name for name in RULES if name in TABLE and TABLE[name].body is not None}
    assert derived == WHOLE
