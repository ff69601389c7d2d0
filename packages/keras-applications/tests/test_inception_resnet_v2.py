"""Inception-ResNet V2. Its layer is in files.

Covers: catalogue.py.
"""

import numpy as np
import pytest
from block_references import BlockReference, pictures, relu, values_at, with_random_weights
from keras_applications import InceptionResNetV2
from keras_applications.inception_resnet_v2 import CustomScaleLayer
from keras_core import Input, Model
from keras_core.saving import load_model
from keras_layers import Conv2D


@pytest.fixture(scope="module")
def model():
    return InceptionResNetV2(weights=None, include_top=False, input_shape=(75, 75, 3))


def test_a_block_by_numpy(model):
    with_random_weights(model, "block35_1_ac")
    x, mixed, expected = values_at(model, ["mixed_5b", "block35_1_mixed", "block35_1_ac"], pictures(75))
    up = BlockReference(model).conv("block35_1_conv", mixed)
    np.testing.assert_allclose(relu(x + 0.17 * up), expected, rtol=1e-4, atol=1e-4)


def test_blocks(model):
    scales = [layer.scale for layer in model.layers if isinstance(layer, CustomScaleLayer)]
    assert scales == 10 * [0.17] + 20 * [0.1] + 9 * [0.2] + [1.0]
    activated = [layer.name for layer in model.layers if layer.name.startswith("block") and layer.name.endswith("_ac")]
    assert len(activated) == 39 and "block8_10_ac" not in activated
    assert [layer.name for layer in model.layers[-3:]] == ["conv_7b", "conv_7b_bn", "conv_7b_ac"]
    with_bias = [layer.name for layer in model.layers if isinstance(layer, Conv2D) and layer.use_bias]
    assert len(with_bias) == 40 and all(name.endswith("_conv") for name in with_bias)


def test_sizes_and_channels_are_those_of_the_paper():
    model = InceptionResNetV2(weights=None)
    shapes = [model.get_layer(name).output.shape[1:] for name in ("mixed_5b", "mixed_6a", "mixed_7a", "conv_7b")]
    assert shapes == [(35, 35, 320), (17, 17, 1088), (8, 8, 2080), (8, 8, 1536)]


def test_its_layer_is_loaded_from_a_file_by_its_name(tmp_path):
    one, other = Input((2,)), Input((2,))
    Model([one, other], CustomScaleLayer(0.5)([one, other])).save(tmp_path / "m.keras")
    x = np.array([[1, 2]], "float32")
    found = load_model(tmp_path / "m.keras").predict([x, x], verbose=0)
    np.testing.assert_allclose(found, 1.5 * x)
