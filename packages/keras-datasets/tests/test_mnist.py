import numpy as np
import pytest
from keras_core.saving import FileFormatError
from keras_datasets import mnist


@pytest.fixture
def arrays(random):
    return {
        "x_train": random.integers(0, 256, (6, 28, 28), np.uint8),
        "y_train": random.integers(0, 10, 6, np.uint8),
        "x_test": random.integers(0, 256, (3, 28, 28), np.uint8),
        "y_test": random.integers(0, 10, 3, np.uint8),
    }


def test_load_data(publish, npz, arrays, tmp_path):
    publish(mnist, "FILE", npz(**arrays))
    (x_train, y_train), (x_test, y_test) = mnist.load_data()
    found = {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}
    for name, array in arrays.items():
        np.testing.assert_array_equal(found[name], array)
        assert found[name].dtype == np.uint8
    assert (tmp_path / "home" / "datasets" / "mnist.npz").is_file()


def test_an_absolute_path(publish, npz, arrays, tmp_path):
    """Keras 2's habit."""
    publish(mnist, "FILE", npz(**arrays))
    mnist.load_data(path=str(tmp_path / "own.npz"))
    assert (tmp_path / "own.npz").is_file() and not (tmp_path / "home" / "datasets").exists()


def test_a_file_that_was_changed(publish, npz, arrays, monkeypatch, tmp_path):
    publish(mnist, "FILE", npz(**arrays))
    monkeypatch.setattr(mnist, "FILE", mnist.FILE._replace(file_hash="0" * 64))
    with pytest.raises(ValueError, match=r"mnist\.npz is not the one that was expected: its hash is .*, expected 0000"):
        mnist.load_data()
    assert not [path for path in (tmp_path / "home").rglob("*") if path.is_file()]


def test_a_file_of_something_else(publish, npz):
    publish(mnist, "FILE", npz(x=np.zeros(3)))
    with pytest.raises(FileFormatError, match="has no array 'x_train'"):
        mnist.load_data()
