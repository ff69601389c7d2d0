"""Layers written for Keras 3, which reach ops by `self.backend`."""

import numpy as np
import pytest
from image_layer_contract import PICTURES, arrays
from keras_core import Layer, backend, random
from keras_preprocessing.layers import BaseImagePreprocessingLayer, RandomFlip


class Gain(BaseImagePreprocessingLayer):
    def __init__(self, factor, seed=None, **kwargs):
        super().__init__(factor, **kwargs)
        self.seed = seed
        self.generator = random.SeedGenerator(seed)

    def get_random_transformation(self, data, training=True, seed=None):
        images = data["images"] if isinstance(data, dict) else data
        shape = self.backend.shape(images)
        seed = seed or self._get_seed_generator(self.backend._backend)
        gain = self.backend.random.uniform((shape[0], 1, 1, 1), 1.0, 1.0 + self.factor[1], seed=seed)
        return {"gain": self.backend.cast(gain, self.compute_dtype)}

    def transform_images(self, images, transformation, training=True):
        images = self.backend.cast(images, self.compute_dtype)
        if not training:
            return images
        louder = self.backend.numpy.multiply(images, transformation["gain"])
        return self.backend.nn.relu(self.backend.core.convert_to_tensor(louder))


def ratios(found):
    """What each picture was multiplied with, the same everywhere in it."""
    each = np.asarray(found)[..., 0].reshape(len(PICTURES), -1) / PICTURES[..., 0].reshape(len(PICTURES), -1)
    np.testing.assert_allclose(each, each[:, :1] * np.ones_like(each), rtol=1e-4)
    return each[:, 0]


def test_ops_and_draws_by_the_names_of_keras_3():
    layer = Gain(0.5, seed=1, data_format="channels_last")
    assert layer.backend.name == layer.backend._backend == layer.backend_name
    first, second = (ratios(arrays(layer(PICTURES))) for _ in range(2))
    assert len(set(first) | set(second)) == 6 and 1 <= min(*first, *second) <= max(*first, *second) < 1.5
    np.testing.assert_array_equal(arrays(layer(PICTURES, training=False)), PICTURES.astype("float32"))
    assert len(layer.variables) == 1


def test_in_a_data_set_of_tensorflow_and_on_tensors_of_pytorch():
    tf, torch = pytest.importorskip("tensorflow"), pytest.importorskip("torch")
    layer = Gain(0.5, seed=1, data_format="channels_last")
    data = tf.data.Dataset.from_tensors(PICTURES).repeat(2).map(layer)
    first, second = (ratios(one) for one in data)
    assert (first != second).all()
    found = layer(torch.tensor(PICTURES))
    assert isinstance(found, torch.Tensor) and ratios(found).min() >= 1
    assert len(layer.variables) == 1


def test_what_is_no_op_is_the_backends():
    layer = RandomFlip()
    assert layer.backend.capabilities == backend.load(layer.backend_name).capabilities
    small = layer.backend.image.resize(PICTURES, (2, 2), data_format="channels_last")
    assert layer.backend.convert_to_numpy(small).shape == (3, 2, 2, 2)
    with pytest.raises(AttributeError, match="nonsense"):
        layer.backend.nonsense  # noqa: B018
    assert Layer().backend is backend.load(layer.backend_name)


def test_draws_without_a_generator():
    class Forgetful(Gain):
        def __init__(self):
            BaseImagePreprocessingLayer.__init__(self, 0.5)

    with pytest.raises(ValueError, match=r"\(Forgetful\) draws and has no generator. Set self.generator ="):
        Forgetful()(PICTURES)
    assert RandomFlip(seed=3)._get_seed_generator().seed == 3
