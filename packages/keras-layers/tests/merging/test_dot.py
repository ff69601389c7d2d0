import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_layers import Dot, dot


class TestDot(LayerContract):
    layer = Dot
    cases = [
        Case([(2, 3), (2, 3)], {"axes": 1}),
        Case([(2, 3, 4), (2, 5, 4)], {"axes": -1}),
        Case([(2, 3, 4), (2, 4, 5, 2)], {"axes": (2, 1)}),
        Case([(2, 4), (2, 3, 4)], {"axes": [1, 2], "normalize": True}),
    ]

    def reference(self, inputs, weights, axes, normalize=False):
        pair = (axes, axes) if isinstance(axes, int) else axes
        outputs = []
        for one, other in zip(*inputs):
            a, b = (x - 0.0 for x in (one, other))
            ranks = [x.ndim + 1 for x in (a, b)]
            k, m = (axis % rank - 1 for axis, rank in zip(pair, ranks))
            if normalize:
                a = a / np.linalg.norm(a, axis=k, keepdims=True)
                b = b / np.linalg.norm(b, axis=m, keepdims=True)
            outputs.append(np.tensordot(a, b, axes=(k, m)))
        outputs = np.stack(outputs)
        return outputs[:, None] if outputs.ndim == 1 else outputs


def test_the_function_makes_the_layer():
    x = np.array([[1.0, 2.0]], "float32")
    assert np.asarray(dot([x, x], axes=1)).tolist() == [[5.0]]


def test_sizes_must_be_equal():
    with pytest.raises(ValueError, match=r"sizes 3 and 4 along axes \(1, 1\), which must be equal"):
        Dot(1)([np.zeros((2, 3), "float32"), np.zeros((2, 4), "float32")])


@pytest.mark.parametrize("axes", [0, (1, 0), (1, 2, 3), "1"])
def test_axes_of_another_form_are_refused(axes):
    with pytest.raises(ValueError, match="axes must be an axis other than 0"):
        Dot(axes)
