import numpy as np
from color_layer_contract import arrays
from keras_preprocessing.layers.image.histograms import histograms, in_rows


def test_a_histogram_for_each_row():
    values = np.random.default_rng(0).integers(0, 7, (3, 20)).astype("int32")
    places = in_rows(values, 7)
    assert arrays(places).tolist() == (values + [[0], [7], [14]]).tolist()
    found = arrays(histograms(places, 7))
    expected = np.stack([np.bincount(row, minlength=7) for row in values]).astype("float32")
    np.testing.assert_array_equal(found, expected, strict=True)
