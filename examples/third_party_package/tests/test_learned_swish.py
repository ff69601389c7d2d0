import numpy as np
from keras_core import Input, Model
from keras_core.saving import load_model
from learned_swish import LearnedSwish


def test_values():
    x = np.array([[-1.0, 0.0, 2.0]], "float32")
    expected = x / (1 + np.exp(-3 * x))
    np.testing.assert_allclose(np.asarray(LearnedSwish(3.0)(x)), expected, rtol=1e-5)


def test_a_saved_model_loads_without_custom_objects(tmp_path):
    inputs = Input((3,))
    model = Model(inputs, LearnedSwish(0.5)(inputs))
    x = np.linspace(-2, 2, 6, dtype="float32").reshape(2, 3)
    model.save(tmp_path / "model.keras")
    np.testing.assert_array_equal(load_model(tmp_path / "model.keras").predict(x), model.predict(x))
