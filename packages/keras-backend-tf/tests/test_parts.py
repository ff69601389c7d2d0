"""Values of which each process stores a part. What such jobs train is in tests/cross/test_several_processes.py."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from keras_backend_tf import parts
from keras_backend_tf.backend import BACKEND
from keras_conformance import LAYOUTS, run_job

PROGRAM = """
import json, sys
import tensorflow as tf
from keras_backend_tf.backend import BACKEND

rank, port = int(sys.argv[1]), sys.argv[3]
BACKEND.join(f"127.0.0.1:{port}", 2, rank, 20.0)

found = {}
for name, one in split.items():
    variable = BACKEND.create_by_layout(whole, name, True, one)
    part = BACKEND.part_of(one, whole.shape, name)
    np.testing.assert_array_equal(BACKEND.read(variable), whole)
    BACKEND.write([(variable, tf.constant(whole * 2))])  # a whole, of which the part is kept
    found[name] = BACKEND.read_part(variable).numpy().tolist()
    BACKEND.write([(variable, BACKEND.read_part(variable) + 1)])  # a part
    np.testing.assert_array_equal(BACKEND.read(variable), whole * 2 + 1)
    (summed,) = BACKEND.reduce_to_parts([tf.constant(whole) * (rank + 1)], "sum", [part])
    np.testing.assert_array_equal(summed, whole * 3 if part is None else part.of(whole * 3))
    laid = BACKEND.lay_out(variable, layout((None, None)))
    np.testing.assert_array_equal(laid.numpy(), whole * 2 + 1)
    assert (laid is variable) == (part is None)
    again = BACKEND.lay_out(laid, one)
    np.testing.assert_array_equal(BACKEND.read(again), whole * 2 + 1)
    assert again.shape == variable.shape and again.name == variable.name
    BACKEND.adopt(again, whole * 3)
    np.testing.assert_array_equal(BACKEND.read(again), whole * 3)
    starts = [start for start, _ in BACKEND.parts_to_write(again)]
    found[f"{name} written"] = starts
variable = BACKEND.create_by_layout(whole, "v", True, layout((None, "model")))
part = BACKEND.part_of(layout((None, "model")), (4, 6), "it")


@tf.function(autograph=False)
def branching(yes):  # every process puts the whole together, whichever branch it takes
    own = tf.identity(variable)
    return tf.cond(yes, lambda: tf.reduce_sum(BACKEND.whole_of(own, part)), lambda: 0.0)


assert float(branching(tf.constant(rank == 0))) == (whole.sum() if rank == 0 else 0)
with tf.GradientTape() as tape:
    loss = tf.reduce_sum(BACKEND.read(variable) * whole * (rank + 1))
np.testing.assert_array_equal(tape.gradient(loss, variable), part.of(whole) * 3)
described = SimpleNamespace(storage=variable, trainable=True, part=part)
with tf.GradientTape() as tape:
    loss = tf.reduce_sum(BACKEND.as_read(described, tf.constant(whole)) * whole * (rank + 1))
np.testing.assert_array_equal(tape.gradient(loss, variable), part.of(whole) * 3)
mixed = BACKEND.reduce_to_parts([tf.ones((4, 6)), tf.ones(3), tf.ones((2, 2, 2))], "mean",
    [part, None, BACKEND.part_of(layout((None, None, "model")), (2, 2, 2), "it")])
found["mixed"] = [[one.shape.as_list(), float(tf.reduce_sum(one))] for one in mixed]
for dtype in (tf.bfloat16, tf.bool, tf.int64, tf.uint8):
    assert np.all(BACKEND.whole_of(tf.ones((4, 3), dtype), part).numpy() == 1)
found["two axes"] = message(lambda: BACKEND.part_of(layout(("batch", "model")), (4, 6), "variable 'kernel'"))
found["size"] = message(lambda: BACKEND.part_of(layout((None, "model")), (4, 5), "variable 'kernel'"))
found["mesh"] = message(lambda: BACKEND.part_of(layout((None, "model"), ("cpu:0",), (1, 1)), (4, 6), "it"))
found["shape"] = message(lambda: BACKEND.write([(variable, tf.ones((4, 5)))]))
print(json.dumps(found), flush=True)
"""


def test_parts_are_stored_put_together_and_summed():
    twice = np.arange(24).reshape(4, 6) * 2
    for rank, text in enumerate(run_job(LAYOUTS + PROGRAM)):
        found = json.loads(text.splitlines()[-1])
        assert found["columns"] == np.split(twice, 2, 1)[rank].tolist()
        assert found["rows"] == np.split(twice, 2, 0)[rank].tolist()
        assert found["turned"] == np.split(twice, 2, 1)[1 - rank].tolist()
        assert found["along a line of one"] == twice.tolist()
        assert found["columns written"] == [[0, 3 * rank]] and found["rows written"] == [[2 * rank, 0]]
        assert found["along a line of one written"] == [[[0, 0]], []][rank]
        assert found["mixed"] == [[[4, 3], 12.0], [[3], 3.0], [[2, 2, 1], 4.0]]


def test_one_process_stores_wholes():
    mesh = SimpleNamespace(devices=np.array(["cpu:0"]), shape=(1,), axis_names=("model",))
    split = SimpleNamespace(axes=("model", None), device_mesh=mesh)
    assert parts.LINES.part_of(split, (2, 2), "it") is None
    variable = BACKEND.create_by_layout(np.ones((2, 2), "float32"), "kernel", True, split)
    assert BACKEND.lay_out(variable, None) is variable
    assert variable.shape == (2, 2)


def test_a_tensor_is_split_by_rows_alone():
    with pytest.raises(NotImplementedError, match=r"a tensor has the layout \(None, 'model'\)"):
        BACKEND.place(np.ones((2, 2)), SimpleNamespace(axes=(None, "model")))
    assert BACKEND.place(np.ones((2, 2)), SimpleNamespace(axes=("batch", None))).shape == (2, 2)
