import numpy as np
import pytest
from color_layer_contract import PICTURES, arrays
from keras_core import Input, Model, backend, layers, ops
from keras_core.random import SeedGenerator
from keras_preprocessing.layers import RandomBrightness, RandomColorJitter
from keras_preprocessing.layers.image.random_color_layer import RandomColorLayer


class Times(RandomColorLayer):
    """Pictures times a factor of their own."""

    def change_colors(self, images, transformation):
        return ops.multiply(images, self.each(transformation["factor"]))


def test_a_factor_for_each_picture_by_default():
    layer = Times(0.5, seed=1)
    drawn = arrays(layer.get_random_transformation(PICTURES, seed=2)["factor"])
    assert drawn.shape == (3,) and len(set(drawn.tolist())) == 3 and 0 <= drawn.min() <= drawn.max() <= 0.5
    assert layer.get_random_transformation(PICTURES, training=False) is None
    found = arrays(layer(PICTURES)) / PICTURES
    np.testing.assert_allclose(found.std((1, 2, 3)), 0, atol=1e-6)


def test_pictures_are_chosen_by_a_probability_from_the_range():
    chosen = arrays(Times((0.1, 0.3), seed=1).draw_chosen(500, SeedGenerator(2)))
    np.testing.assert_allclose(chosen.mean(), 0.2, atol=0.06)


@pytest.mark.needs_train
def test_every_step_of_a_compiled_fit_draws_anew():
    class Center(layers.Layer):
        def build(self, input_shape):
            self.center = self.add_weight(shape=(), initializer="zeros")

        def call(self, x):
            return ops.mean(x, axis=(1, 2, 3)) - self.center

    change = RandomBrightness(0.4, seed=1, data_format="channels_last")
    model = Model(symbol := Input((6, 5, 3)), Center()(change(symbol)))
    model.compile("sgd", "mse")
    before = change.generator.state.numpy()[1]
    history = model.fit(np.full((8, 6, 5, 3), 100.0, "float32"), np.full(8, 100.0), epochs=2, batch_size=4, verbose=0)
    assert change.generator.state.numpy()[1] - before == 4
    assert 0 < history.history["loss"][0] < 102**2 and backend.to_numpy(model.weights[0]) != 0


def test_half_precision():
    if "float16" not in backend.active().capabilities:
        pytest.skip("the backend computes in no 16 bits")
    factors = {f"{name}_factor": 0.1 for name in ("brightness", "contrast", "saturation", "hue")}
    layer = RandomColorJitter(**factors, dtype="float16", value_range=(0, 1), data_format="channels_last")
    found = layer(PICTURES / 255)
    assert backend.to_numpy(found).dtype == "float16" and np.isfinite(arrays(found)).all()
