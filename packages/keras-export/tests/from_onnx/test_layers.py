import io

import numpy as np
import pytest
from keras_core import Input, Model, ops, saving
from keras_export import ComputedSizes, WeightTensor

X = np.arange(24, dtype="float32").reshape(2, 2, 6)
LENGTH = ["length", 0, 1]
CALLS = {
    "reshape": ([["length", 0, 0], LENGTH, 2, 3], None, X.reshape(2, 2, 2, 3)),
    "broadcast_to": ([3, ["length", 0, 0], LENGTH, 6], None, np.broadcast_to(X, (3, 2, 2, 6))),
    "slice": ([1, ["add", LENGTH, 2]], [2], X[:, :, 1:4]),
    "stack": ([["multiply", LENGTH, 3], ["floor_divide", LENGTH, 2], ["mod", LENGTH, 2]], None, np.int64([6, 1, 0])),
    "arange": ([["minimum", LENGTH, 1], ["maximum", ["subtract", LENGTH, 1], 4]], None, np.arange(1, 4)),
}


@pytest.mark.parametrize("op", CALLS)
def test_sizes_are_those_of_the_tensors(op):
    sizes, axes, expected = CALLS[op]
    x = Input((None, 6))
    made = Model(x, ComputedSizes(op, sizes, axes)([x]))
    assert all(a in (None, b) for a, b in zip(made.output_shape, expected.shape, strict=True))
    saved = io.BytesIO()
    made.save(saved)
    for model in (made, saving.load_model(saved.getvalue())):
        np.testing.assert_array_equal(ops.convert_to_numpy(model(X)), expected)


def test_what_is_no_size_is_refused():
    for bad in ("a", ["power", 2, 3], ["length", 0], ["length", "x", 0], [["length", 0, 0]]):
        with pytest.raises(ValueError, match=r"ComputedSizes got .*(no size|names no axis)"):
            ComputedSizes("reshape", [bad])
    with pytest.raises(ValueError, match="op='exec', expected one of reshape"):
        ComputedSizes("exec", [1])


def test_a_weight_is_a_tensor():
    x = Input((3,))
    layer = WeightTensor((2, 3), initializer="ones", trainable=False)
    made = Model(x, ops.matmul(x, ops.transpose(layer(x))))
    assert made.trainable_weights == [] and layer.weight.shape == (2, 3)
    saved = io.BytesIO()
    made.save(saved)
    again = saving.load_model(saved.getvalue())
    assert again.predict(np.ones((4, 3), "float32"), verbose=0).tolist() == [[3.0, 3.0]] * 4
