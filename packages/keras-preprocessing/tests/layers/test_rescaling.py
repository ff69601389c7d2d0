import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_core import backend, config
from keras_preprocessing.layers import Rescaling


class TestRescaling(LayerContract):
    layer = Rescaling
    masks = True
    cases = [Case((2, 3), {"scale": 0.5}), Case((2, 3), {"scale": [1.0, 2.0, -3.0], "offset": [1, 0, 2]})]

    def reference(self, inputs, weights, scale, offset=0.0):
        return inputs * np.array(scale) + np.array(offset)


def test_ints_become_floats():
    found = backend.to_numpy(Rescaling(1 / 255, offset=-1)(np.array([[0, 255]], "uint8")))
    assert found.dtype == "float32" and found.tolist() == [[-1, 0]]


def test_a_number_for_each_channel_of_channels_first(monkeypatch):
    monkeypatch.setattr(config, "image_data_format", lambda: "channels_first")
    found = backend.to_numpy(Rescaling([2, 3])(np.ones((1, 2, 1, 2), "float32")))
    assert found.tolist() == [[[[2, 2]], [[3, 3]]]]


def test_what_does_not_fit():
    with pytest.raises(ValueError, match=r"\(Rescaling\): scale must be a number or a list of them, got 'half'"):
        Rescaling("half")


def test_what_it_gives_is_no_part_of_an_array():
    given = np.ones((4, 64, 96), "float32")
    found = Rescaling(1.0)(given)
    given[:] = 7
    np.testing.assert_array_equal(backend.to_numpy(found), 1)
