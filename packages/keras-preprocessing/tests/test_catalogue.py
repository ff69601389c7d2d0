import keras_core
import keras_preprocessing.features
import keras_preprocessing.layers
import pytest
from keras_core import objects
from keras_preprocessing.catalogue import CATALOGUE


def test_layers_are_found_by_their_names():
    assert set(CATALOGUE) == {*keras_preprocessing.layers.__all__, "FeatureSpace", "TFDConcat", "TFDIdentity"}
    assert objects.lookup("layer", "FeatureSpace") is keras_preprocessing.features.FeatureSpace
    for name in keras_preprocessing.layers.__all__:
        found = objects.lookup("layer", name)
        assert found is getattr(keras_preprocessing.layers, name) and issubclass(found, keras_core.Layer)


@pytest.mark.parametrize("name", ["save_img", "load_img", "pad_sequences", "ImageDataGenerator"])
def test_no_file_can_name_a_function_that_reads_or_writes(name):
    assert objects.find_function(name) is None
    with pytest.raises(ValueError, match="Unknown layer"):
        objects.lookup("layer", name)
