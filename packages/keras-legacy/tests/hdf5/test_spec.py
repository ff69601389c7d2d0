"""Which paths ask for Keras 2's formats.

Covers: spec.py.
"""

import h5py
import keras_layers as layers
import numpy as np
import pytest
from keras_core import Input, Sequential
from keras_core.saving import load_model


def small():
    return Sequential([Input((3,)), layers.Dense(2, name="d")])


def test_a_path_without_an_ending_is_written_as_keras_2_wrote_it(tmp_path):
    model, again = small(), small()
    with pytest.warns(UserWarning, match=r"weights' has no ending, so it is written in the format Keras 2 weights"):
        model.save_weights(tmp_path / "weights")
    with h5py.File(tmp_path / "weights") as file:
        assert file.attrs["layer_names"].tolist() == [b"d"]
    again.load_weights(tmp_path / "weights")
    np.testing.assert_array_equal(again.get_weights()[0], model.get_weights()[0])
    with pytest.warns(UserWarning, match="written in the format Keras 2 model"):
        model.save(tmp_path / "model")
    np.testing.assert_array_equal(load_model(tmp_path / "model").get_weights()[0], model.get_weights()[0])


def test_an_ending_that_nothing_knows_stays_an_error(tmp_path):
    with pytest.raises(ValueError, match=r"ends in .* got '.*best\.03'"):
        small().save_weights(tmp_path / "best.03")


@pytest.mark.parametrize("ending", [".h5", ".weights.h5"])
def test_files_are_recognized_by_their_content(tmp_path, ending):
    model, again = small(), small()
    model.save_weights(tmp_path / f"w{ending}")
    (tmp_path / f"w{ending}").rename(tmp_path / "epoch.03")
    again.load_weights(tmp_path / "epoch.03")
    np.testing.assert_array_equal(again.get_weights()[0], model.get_weights()[0])
