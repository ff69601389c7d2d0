import numpy as np
import pytest
from keras_core import KerasTensor, layers, ops
from keras_preprocessing.features.table_parts import TFDConcat, TFDIdentity


def test_what_they_give():
    x = np.array([[1.0], [2.0]], "float32")
    np.testing.assert_array_equal(ops.convert_to_numpy(TFDIdentity()(x)), x)
    np.testing.assert_array_equal(ops.convert_to_numpy(TFDConcat(axis=-1)([x, x * 2])), [[1, 2], [2, 4]])


@pytest.mark.parametrize("layer", [TFDIdentity(name="same"), TFDConcat(axis=1, name="joined")])
def test_files_name_them_as_keras_3_does(layer):
    config = layers.serialize(layer)
    assert config["module"] == "keras.src.layers.preprocessing.feature_space"
    again = layers.deserialize(config)
    assert type(again) is type(layer) and again.get_config() == layer.get_config()
    assert TFDIdentity()(KerasTensor((None, 3))).shape == (None, 3)
