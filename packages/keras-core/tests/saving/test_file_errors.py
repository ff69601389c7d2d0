"""What is wrong with a file."""

import h5py
import pytest
from keras_core.saving import FileFormatError
from keras_core.saving.hdf5_group import open_hdf5


def test_an_array_that_is_missing_is_one_of_a_mapping_and_of_a_file(tmp_path):
    with h5py.File(tmp_path / "w.h5", "w") as made:
        made.create_group("layers")
    with open_hdf5(tmp_path / "w.h5") as root:
        for kind in (KeyError, FileFormatError):
            with pytest.raises(kind) as error:
                root.group("layers")["kernel"]
            assert str(error.value) == f"The HDF5 file '{tmp_path / 'w.h5'}' has no /layers/kernel."
