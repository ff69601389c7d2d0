import numpy as np
import pytest
from image_layer_contract import PICTURES, ImageLayerContract, arrays
from keras_core import Input, Model, backend, layers, ops
from keras_preprocessing.layers import RandomFlip

X = np.arange(2 * 2 * 3, dtype="float32").reshape(2, 2, 3, 1)


class TestRandomFlip(ImageLayerContract):
    layer = RandomFlip
    arguments = {"seed": 2}
    off_by = 0


@pytest.mark.parametrize(("mode", "axes"), [("horizontal", (2,)), ("vertical", (1,)), ("horizontal_and_vertical", ())])
def test_half_of_the_pictures_are_mirrored_each_way(mode, axes):
    x = np.repeat(X[:1], 200, axis=0)
    found = arrays(RandomFlip(mode, seed=1, data_format="channels_last")(x))
    turns = [(axis,) for axis in axes] or [(1,), (2,), (1, 2)]
    kinds = [x[0], *(np.flip(x, turn)[0] for turn in turns)]
    counts = [sum(np.array_equal(one, kind) for one in found) for kind in kinds]
    assert sum(counts) == 200
    np.testing.assert_allclose(counts, 200 / len(kinds), atol=30)


def test_a_transformation_can_be_used_again():
    layer = RandomFlip("vertical", seed=1, data_format="channels_last")
    drawn = layer.get_random_transformation(X, seed=4)
    assert layer.generator.state.numpy()[1] == 0
    flips = arrays(drawn["flips"]["vertical"])
    expected = np.where(flips[:, None, None, None], X[:, ::-1], X)
    np.testing.assert_array_equal(arrays(layer.transform_images(X, drawn)), expected)


@pytest.mark.needs_train
def test_a_model_trains_on_pictures_that_are_changed():
    class Sum(layers.Layer):
        def build(self, input_shape):
            self.kernel = self.add_weight(shape=input_shape[1:], initializer="zeros")

        def call(self, x):
            return ops.sum(x * self.kernel, axis=(1, 2, 3))

    flip = RandomFlip("horizontal", seed=1, data_format="channels_last")
    model = Model(symbol := Input(PICTURES.shape[1:]), Sum()(flip(symbol)))
    model.compile("sgd", "mse")
    model.fit(np.repeat(PICTURES[:1], 8, 0), np.ones(8), epochs=2, batch_size=4, verbose=0)
    # Its kernel has seen both sides.
    drawn = [np.asarray(flip.generator.state.numpy())[1], backend.to_numpy(model.weights[0])]
    assert drawn[0] == 4
    np.testing.assert_allclose(drawn[1][:, 0], drawn[1][:, -1], atol=10)


def test_what_does_not_fit():
    with pytest.raises(ValueError, match=r"\(RandomFlip\): mode must be one of 'horizontal', .* got 'diagonal'"):
        RandomFlip("diagonal")
