import numpy as np
from keras_conformance import Case, LayerContract
from keras_core import Input, Model
from keras_core.saving import load_model
from learned_swish import GatedSwish, LearnedSwish


class TestLearnedSwish(LayerContract):
    layer = LearnedSwish
    cases = [Case((2, 3)), Case((2, 4, 3), {"initial_beta": 3.0})]

    def reference(self, inputs, weights, initial_beta=1.0):
        return inputs / (1 + np.exp(-weights[0] * inputs))


class TestGatedSwish(LayerContract):
    layer = GatedSwish
    cases = [Case((2, 3), {"hidden": 4}), Case((2, 4, 3), {"hidden": 2})]

    def reference(self, inputs, weights, hidden):
        beta, gate, value, result = weights
        gated = inputs @ gate
        return (gated / (1 + np.exp(-beta * gated)) * (inputs @ value)) @ result


def test_beta_begins_as_given():
    x = np.array([[-1.0, 0.0, 2.0]], "float32")
    expected = x / (1 + np.exp(-3 * x))
    np.testing.assert_allclose(np.asarray(LearnedSwish(3.0)(x)), expected, rtol=1e-5)


def test_a_saved_model_loads_without_custom_objects(tmp_path):
    inputs = Input((3,))
    model = Model(inputs, GatedSwish(4)(LearnedSwish(0.5)(inputs)))
    x = np.linspace(-2, 2, 6, dtype="float32").reshape(2, 3)
    model.save(tmp_path / "model.keras")
    np.testing.assert_array_equal(load_model(tmp_path / "model.keras").predict(x), model.predict(x))
