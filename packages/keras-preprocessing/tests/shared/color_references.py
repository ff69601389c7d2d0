"""Changes of colours in NumPy and colorsys, which more than one test compares with."""

import colorsys

import numpy as np
from color_layer_contract import clipped, each


def with_brightness(images, drawn):
    return clipped(images + each(drawn["rgb_delta"]))


def with_contrast(images, drawn):
    mean = images.mean((1, 2), keepdims=True)
    return clipped((images - mean) * each(drawn["contrast_factor"]) + mean)


def with_saturation(images, drawn):
    return _by_hsv(images, lambda k, h, s, v: (h, min(s * drawn["factor"][k], 1), v))


def with_hue(images, drawn):
    return _by_hsv(images, lambda k, h, s, v: ((h + drawn["factor"][k]) % 1, s, v))


def _by_hsv(images, change):
    expected = images.copy()
    for index in np.ndindex(images.shape[:3]):
        hsv = colorsys.rgb_to_hsv(*images[index] / 255)
        expected[index] = np.array(colorsys.hsv_to_rgb(*change(index[0], *hsv))) * 255
    return expected
