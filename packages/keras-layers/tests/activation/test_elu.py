import numpy as np
from keras_conformance import Case, LayerContract
from keras_layers import ELU


class TestELU(LayerContract):
    layer = ELU
    masks = True
    cases = [
        Case((3, 4)),
        Case((3, 4), {"alpha": 0.5}),
    ]

    def reference(self, inputs, weights, alpha=1.0):
        return np.where(inputs > 0, inputs, alpha * np.expm1(inputs))
