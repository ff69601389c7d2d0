from keras_core import KerasTensor
from keras_layers.elementwise import Elementwise


class Twice(Elementwise):
    def call(self, inputs):
        return inputs * 2


def test_shape_and_mask_are_those_of_the_input():
    layer = Twice()
    assert layer.compute_output_shape((None, 3)) == (None, 3)
    inputs, mask = KerasTensor((None, 3)), KerasTensor((None, 3), "bool")
    assert layer.compute_mask(inputs, mask) is mask
