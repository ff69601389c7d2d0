from keras_conformance import Case, LayerContract
from keras_layers import ThresholdedReLU


class TestThresholdedReLU(LayerContract):
    layer = ThresholdedReLU
    masks = True
    cases = [
        Case((3, 4)),
        Case((3, 4), {"theta": 0.3}),
    ]

    def reference(self, inputs, weights, theta=1.0):
        return inputs * (inputs > theta)
