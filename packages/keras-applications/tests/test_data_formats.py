"""With channels first, each family gives what it gives with channels last."""

import keras_applications
import numpy as np
import pytest
from block_references import pictures, with_random_weights
from keras_core import Model, config

# One of each family: the smallest pictures that it takes, and how far the outputs are compared.
ONE_OF_EACH = {
    "VGG16": (32, "block3_pool"),
    "ResNet50": (32, "conv3_block2_out"),
    "ResNet50V2": (32, "conv3_block1_out"),
    "MobileNet": (32, "conv_pw_4_relu"),
    "MobileNetV2": (32, "block_4_add"),
    "DenseNet121": (32, "conv3_block1_concat"),
    "MobileNetV3Small": (32, "expanded_conv_3_project_bn"),
    "InceptionV3": (75, "mixed1"),
    "InceptionResNetV2": (75, "block35_1_ac"),
    "Xception": (71, "block5_sepconv1_bn"),
    "NASNetMobile": (32, "normal_concat_0"),
    "EfficientNetB0": (32, "block3a_project_bn"),
    "EfficientNetV2B0": (32, "block4a_project_bn"),
    "ConvNeXtTiny": (32, "convnext_tiny_stage_1_block_0_identity"),
}


def part(make, end, shape):
    """The architecture up to a layer."""
    model = make(weights=None, include_top=False, input_shape=shape)
    return with_random_weights(Model(model.input, model.get_layer(end).output))


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_outputs_are_the_same(name):
    size, end = ONE_OF_EACH[name]
    make = getattr(keras_applications, name)
    size += 5
    last = part(make, end, (size, size, 3))
    try:
        config.set_image_data_format("channels_first")
        first = part(make, end, (3, size, size))
    finally:
        config.set_image_data_format("channels_last")
    x = pictures(size)
    found = first.predict(np.moveaxis(x, -1, 1), verbose=0)
    np.testing.assert_allclose(np.moveaxis(found, 1, -1), last.predict(x, verbose=0), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_the_smallest_pictures(name, data_format):
    size, _ = ONE_OF_EACH[name]
    make = getattr(keras_applications, name)

    def shape(height, width):
        return (3, height, width) if data_format == "channels_first" else (height, width, 3)

    assert make(weights=None, classes=5, input_shape=shape(size, size)).output_shape == (None, 5)
    with pytest.raises(ValueError, match=f"{name}: .*at least {size}x{size}"):
        make(weights=None, input_shape=shape(size, size - 1))
