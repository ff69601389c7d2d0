import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_layers import EinsumDense


class TestEinsumDense(LayerContract):
    layer = EinsumDense
    masks = False
    cases = [
        Case((2, 3), {"equation": "ab,bc->ac", "output_shape": 4}),
        Case((2, 3), {"equation": "ab,bc->ac", "output_shape": 4, "bias_axes": "c", "activation": "tanh"}),
        Case((2, 5, 3), {"equation": "abc,cde->abde", "output_shape": (None, 2, 4), "bias_axes": "de"}),
        Case((2, 5, 3), {"equation": "abc,cde->abde", "output_shape": (None, 2, 4), "bias_axes": "d"}),
        Case((2, 5, 2, 3), {"equation": "abcd,cde->abe", "output_shape": (None, 4), "bias_axes": "e"}),
        Case((2, 5, 3), {"equation": "...x,xy->...y", "output_shape": 4, "bias_axes": "y"}),
        Case((2, 3, 5), {"equation": "ab...,bc->ac...", "output_shape": 4, "bias_axes": "c"}),
        Case((2, 5, 3), {"equation": "abc,bd->adc", "output_shape": (4, None)}),
    ]

    def reference(self, inputs, weights, equation, output_shape, bias_axes=None, activation=None):
        outputs = np.einsum(equation, inputs, weights[0])
        if bias_axes:
            outputs = outputs + weights[1]
        return np.tanh(outputs) if activation else outputs


def test_shapes_of_weights():
    layer = EinsumDense("abc,cde->abde", (None, 2, 4), bias_axes="d")
    layer.build((None, None, 3))
    assert [w.shape for w in layer.weights] == [(3, 2, 4), (2, 1)]
    layer = EinsumDense("ab...,bc->ac...", 4, bias_axes="c")
    layer.build((None, 3, 5, 6))
    assert [w.shape for w in layer.weights] == [(3, 4), (4, 1, 1)]
    assert layer.compute_output_shape((None, 3, None, 6)) == (None, 4, None, 6)


@pytest.mark.parametrize("equation", ["ab,bc", "ab->a", "ab,bc->ac...", "...a,ab->b...", "a,b,c->abc", "a b -> c"])
def test_equations_of_another_form_are_refused(equation):
    with pytest.raises(ValueError, match=r"EinsumDense .*: equation must be like 'ab,bc->ac'"):
        EinsumDense(equation, 3)


@pytest.mark.parametrize(
    ("equation", "shape", "bias", "message"),
    [
        ("ab,bc->ac", (2, 3, 4), None, r"takes inputs of rank 2, got shape \(2, 3, 4\)"),
        ("ab,bcd->ac", (2, 3), None, "the size of axis 'd'"),
        ("abc,cd->abd", (2, None, None), None, "the size of axis 'c'"),
        ("ab,bc->ac", (2, 3), "d", "bias_axes 'd' has 'd', which is no axis of the output"),
        ("ab,bc->ab", (2, 3), None, "axis 'b' .* has size 3 in the input .* and 5 in output_shape"),
    ],
)
def test_what_does_not_fit_is_said(equation, shape, bias, message):
    with pytest.raises(ValueError, match=message):
        EinsumDense(equation, 5, bias_axes=bias).build(shape)
