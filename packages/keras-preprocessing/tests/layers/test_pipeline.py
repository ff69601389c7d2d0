import numpy as np
import pytest
from image_layer_contract import PICTURES, arrays
from keras_core import Input, Model, layers
from keras_preprocessing.layers import CenterCrop, Pipeline, RandomFlip, Rescaling

LAST = {"data_format": "channels_last"}


def made():
    return Pipeline([CenterCrop(4, 4, **LAST), RandomFlip("horizontal", seed=1, **LAST)], name="prepare")


def test_one_layer_after_the_other():
    x = PICTURES[:, 4:8, 5:9]
    layer = made()
    np.testing.assert_array_equal(arrays(layer(PICTURES, training=False)), x)
    found = arrays(layer({"images": PICTURES, "labels": np.arange(3)}, training=True))
    assert found["labels"].tolist() == [0, 1, 2]
    for one, before in zip(found["images"], x, strict=True):
        assert np.array_equal(one, before) or np.array_equal(one, before[:, ::-1])


def test_inside_a_model_and_made_again():
    layer = Pipeline([made(), Rescaling(2.0)])
    symbol = Input(PICTURES.shape[1:])
    model = Model(symbol, layer(symbol))
    assert model.output_shape == (None, 4, 4, 2)
    np.testing.assert_allclose(model.predict(PICTURES, verbose=0), PICTURES[:, 4:8, 5:9] * 2)
    copy = layers.deserialize(layers.serialize(layer))
    assert copy.get_config() == layer.get_config() and [type(one) for one in copy.layers] == [Pipeline, Rescaling]
    assert len(layer.variables) == 1


def test_only_layers():
    with pytest.raises(ValueError, match=r"'\w+' \(Pipeline\): layers must be a list of layers, got 3 in it"):
        Pipeline([Rescaling(1.0), 3])
