from keras_conformance import Case, LayerContract
from keras_layers import Identity


class TestIdentity(LayerContract):
    layer = Identity
    masks = True
    cases = [Case((2, 3)), Case([(2, 3), (2, 4)])]

    def reference(self, inputs, weights):
        return inputs
