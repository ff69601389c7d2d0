import numpy as np
from image_layer_contract import arrays
from keras_preprocessing.layers import CenterCrop, RandomBrightness, RandomFlip

LAST = {"data_format": "channels_last"}


def test_what_a_layer_gives_is_no_part_of_the_array():
    pictures = np.random.default_rng(0).uniform(0, 255, (4, 64, 48, 3)).astype("float32")
    before = pictures.copy()
    layers = (CenterCrop(40, 32, **LAST), RandomFlip(**LAST), RandomBrightness(0.1, value_range=(0, 300), **LAST))
    for layer in layers:
        for training in (False, True, True, True, True):
            found = layer(pictures, training=training)
            given = arrays(found).copy()
            pictures[:] = 7
            np.testing.assert_array_equal(arrays(found), given)
            pictures[:] = before
    np.testing.assert_array_equal(arrays(layers[0](pictures)), before[:, 12:52, 8:40])
