"""Files that load, and files that do not."""

from __future__ import annotations

import hashlib
import zipfile

import numpy as np
import pytest
from keras_cli import verify


def test_a_model_of_known_classes(with_custom, supplied):
    found = verify(with_custom, [supplied])
    assert (found.problems, found.loaded) == ([], True)
    assert found.sha256 == hashlib.sha256(with_custom.read_bytes()).hexdigest()


def test_a_class_that_is_not_known(saved):
    (problem,) = verify(saved).problems
    assert "Unknown layer 'Scaled'" in problem


def test_numbers_that_are_not_finite(model, tmp_path):
    model.set_weights([np.array([1, np.nan, np.inf], "float32"), np.ones(3), np.ones(3)])
    model.save_weights(tmp_path / "w.weights.h5")
    found = verify(tmp_path / "w.weights.h5")
    assert found.problems == ["2 of the 3 numbers of 'layers/scaled/vars/0' are not finite."]
    assert (found.arrays, found.loaded) == (3, False)


def test_another_hash(model, tmp_path):
    model.save_weights(tmp_path / "w.weights.h5")
    (problem,) = verify(tmp_path / "w.weights.h5", sha256="ab" * 32).problems
    assert problem.endswith(f"not {'ab' * 32}.")
    right = hashlib.sha256((tmp_path / "w.weights.h5").read_bytes()).hexdigest()
    assert verify(tmp_path / "w.weights.h5", sha256=right.upper()).problems == []


def test_bytes_that_were_changed(saved):
    content = bytearray(saved.read_bytes())
    with zipfile.ZipFile(saved) as archive:
        info = archive.getinfo("model.weights.h5")
    content[info.header_offset + 1000] ^= 255
    saved.write_bytes(bytes(content))
    (problem,) = verify(saved).problems
    assert "damaged" in problem


def test_no_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="nothing"):
        verify(tmp_path / "nothing.keras")


def test_no_time(saved):
    assert verify(saved, seconds=0.01).problems == ["It was not loaded in 0.01 seconds."]
