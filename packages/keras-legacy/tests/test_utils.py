"""Functions of Keras 2's `keras.utils`."""

from keras_core import Input, Model
from keras_legacy import print_summary


def test_print_summary():
    inputs = Input((3,))
    model = Model(inputs, inputs, name="nothing")
    found, expected = [], []
    print_summary(model, 60, [0.5, 0.8, 1.0], found.append)
    model.summary(line_length=60, positions=[0.5, 0.8, 1.0], print_fn=expected.append)
    assert found == expected and found[0] == 'Model: "nothing"'
