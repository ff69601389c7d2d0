"""Weights in NumPy's archives."""

import io
import json
import zipfile

import numpy as np
import pytest
from keras_core.saving import FileFormatError


def test_numpy_reads_ours(stack, tmp_path):
    model = stack(1)
    model.save_weights(tmp_path / "w.npz")
    with np.load(tmp_path / "w.npz", allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["layers/mixing/vars/0"], model.layers[0].kernel.numpy())
        assert json.loads(arrays["keras.json"])["layers/mixing_1/vars"] == "mixing_1"


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_we_read_numpy_s(stack, same, tmp_path, save):
    model, other = stack(1), stack(2)
    arrays = {}
    for layer, place in zip(model.layers, ("layers/mixing", "layers/mixing_1"), strict=True):
        arrays[f"{place}/vars/0"] = np.asfortranarray(layer.kernel.numpy())
        arrays[f"{place}/vars/1"] = layer.bias.numpy().astype(">f4")
    save(tmp_path / "w.npz", **arrays)
    other.load_weights(tmp_path / "w.npz")
    same(other, model)


def member(header, numbers=b"", version=1):
    """An array by hand."""
    text = header.encode()
    size = len(text).to_bytes(2 if version == 1 else 4, "little")
    return b"\x93NUMPY" + bytes((version, 0)) + size + text + numbers


def pickled():
    stream = io.BytesIO()
    np.save(stream, np.array([print], object), allow_pickle=True)
    return stream.getvalue()


class TestRefused:
    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (pickled(), "no plain numbers but object; pickled objects are never read"),
            (member("{'descr': '<U4', 'fortran_order': False, 'shape': (1,), }\n", b"x" * 16), "no plain numbers"),
            (member("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }\n", b"x" * 4), "no plain"),
            (member("{'descr': '<f4', 'fortran_order': False, 'shape': (9,), }\n", b"x" * 8), "has 8 bytes for it"),
            (member("{'descr': '<f4', 'fortran_order': False, 'shape': (2**40,), }\n", b"x" * 8), "or damaged"),
            (
                member("{'descr': '<f4', 'fortran_order': False, 'shape': (1099511627776,), }\n", b"x" * 8),
                "claims the shape",
            ),
            (member("{'descr': '<f4', 'fortran_order': False, 'shape': (-2, -1), }\n", b"x" * 8), "claims the shape"),
            (member("{'descr': 'f4', 'fortran_order': False}\n"), "or damaged"),
            (member("__import__('os').getpid()\n"), "or damaged"),
            (member("{" * 9000), "or damaged"),
            (member("{}", version=9), "or damaged"),
            (b"no array", "or damaged"),
            (b"", "or damaged"),
        ],
    )
    def test_members(self, stack, tmp_path, content, message):
        with zipfile.ZipFile(tmp_path / "w.npz", "w") as archive:
            archive.writestr("layers/mixing/vars/0.npy", content)
        with pytest.raises(FileFormatError, match=message) as caught:
            stack().load_weights(tmp_path / "w.npz")
        assert "'layers/mixing/vars/0.npy' in" in str(caught.value) and "w.npz" in str(caught.value)

    def test_names(self, stack, tmp_path):
        with zipfile.ZipFile(tmp_path / "w.npz", "w") as archive:
            archive.writestr("../0.npy", b"")
        with pytest.raises(FileFormatError, match=r"w.npz' is refused: '../0.npy' is no plain relative name"):
            stack().load_weights(tmp_path / "w.npz")

    def test_an_archive_without_arrays(self, stack, tmp_path):
        with zipfile.ZipFile(tmp_path / "w.npz", "w") as archive:
            archive.writestr("words.txt", b"words")
        with pytest.raises(FileFormatError, match="holds no arrays"):
            stack().load_weights(tmp_path / "w.npz")

    def test_what_would_take_far_more_memory_than_the_file_has(self, stack, tmp_path):
        with zipfile.ZipFile(tmp_path / "w.npz", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("layers/mixing/vars/0.npy", bytes(200 << 20))
        assert (tmp_path / "w.npz").stat().st_size < 1 << 20
        with pytest.raises(FileFormatError, match="more than the"):
            stack().load_weights(tmp_path / "w.npz")


def test_more_arrays_than_an_archive_may_have(stack, tmp_path):
    model = stack()
    many = {str(number): np.zeros(1, "f4") for number in range(10_000)}
    model.layers[0].save_own_variables = lambda store: [store.__setitem__(k, v) for k, v in many.items()]
    with pytest.raises(ValueError, match="holds 9,999 arrays at most"):
        model.save_weights(tmp_path / "w.npz")
