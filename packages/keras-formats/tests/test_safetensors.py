"""Weights in safetensors files, as the format's documentation lays them out."""

import json
import struct
import tracemalloc

import numpy as np
import pytest
from keras_core.saving import FileFormatError


def write(path, header, numbers=b""):
    """A file by hand."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + numbers)
    return path


def read(path):
    """Header and numbers of a file by hand."""
    content = path.read_bytes()
    (size,) = struct.unpack("<Q", content[:8])
    return json.loads(content[8 : 8 + size]), content[8 + size :]


def test_the_layout(stack, tmp_path):
    model = stack(1)
    model.save_weights(tmp_path / "w.safetensors")
    header, numbers = read(tmp_path / "w.safetensors")
    metadata = header.pop("__metadata__")
    assert metadata["format"] == "keras" and metadata["layers/mixing_1/vars"] == "mixing_1"
    kernel = header["layers/mixing/vars/0"]
    assert kernel["dtype"] == "F32" and kernel["shape"] == [4, 3]
    start, end = kernel["data_offsets"]
    np.testing.assert_array_equal(
        np.frombuffer(numbers[start:end], "<f4").reshape(4, 3), model.layers[0].kernel.numpy()
    )
    assert max(entry["data_offsets"][1] for entry in header.values()) == len(numbers)


def test_the_library_reads_ours_and_we_read_its(stack, same, tmp_path):
    library = pytest.importorskip("safetensors.numpy")
    model, other = stack(1), stack(2)
    model.save_weights(tmp_path / "ours.safetensors")
    arrays = library.load_file(tmp_path / "ours.safetensors")
    np.testing.assert_array_equal(arrays["layers/mixing_1/vars/0"], model.layers[1].kernel.numpy())
    library.save_file(arrays, tmp_path / "theirs.safetensors")
    other.load_weights(tmp_path / "theirs.safetensors")
    same(other, model)


def test_numbers_that_do_not_lie_at_a_multiple_of_their_size(stack, tmp_path):
    model = stack(0, units=(1,))
    kernel = np.arange(4, dtype="<f4").reshape(4, 1)
    header = {
        "layers/mixing/vars/0": {"dtype": "F32", "shape": [4, 1], "data_offsets": [3, 19]},
        "layers/mixing/vars/1": {"dtype": "F32", "shape": [1], "data_offsets": [19, 23]},
        "other": {"dtype": "U8", "shape": [3], "data_offsets": [0, 3]},
    }
    write(tmp_path / "w.safetensors", header, b"abc" + kernel.tobytes() + struct.pack("<f", 7.0))
    model.load_weights(tmp_path / "w.safetensors")
    np.testing.assert_array_equal(model.layers[0].kernel.numpy(), kernel)
    assert model.layers[0].bias.numpy().tolist() == [7.0]


def entry(dtype="F32", shape=(2,), offsets=(0, 8)):
    return {"a/0": {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}}


class TestRefused:
    @pytest.mark.parametrize(
        ("header", "message"),
        [
            (entry(dtype="F31"), "has the dtype 'F31'"),
            (entry(dtype=["F32"]), "has the dtype"),
            (entry(shape=(3,)), r"claims 12 bytes by its shape \(3,\) of F32, and lies from 0 to 8"),
            (entry(shape=(-2,)), "which no tensor has"),
            (entry(shape=(0, 2**62), offsets=(0, 0)), "which no tensor has"),
            (entry(shape=[1] * 33, offsets=(0, 4)), "which no tensor has"),
            (entry(shape=[2.0]), "which no tensor has"),
            (entry(shape=[True]), "which no tensor has"),
            (entry(offsets=(8, 0)), "claims 8 bytes"),
            (entry(offsets=(0, 8, 9)), "no two numbers"),
            (entry(offsets=(-8, 0)), "no two numbers"),
            (entry(shape=(2**40,), offsets=(0, 2**42)), "lies from 0 to 4398046511104"),
            (entry() | {"b/0": entry()["a/0"]}, "lies from 0 to 8, where 8 is the first byte that is free"),
            (entry(offsets=(4, 12)), "lies from 4 to 12, where 0"),
            ({}, "8 bytes that belong to no tensor"),
            ({"a/0": 3}, "has the dtype None"),
            ({"a//0": entry()["a/0"]}, "is no name of an array"),
            ({"../0": entry(offsets=(0, 4), shape=(1,))["a/0"]}, "4 bytes that belong to no tensor"),
            ([], "its header is a list"),
            (b"{", "is no valid JSON"),
            (b'{"a": ' + b"[" * 5000, "nested more than"),
            (b'{"a/0": {"dtype": "F32", "shape": [1' + b"0" * 5000 + b"]}}", "is no valid JSON"),
        ],
    )
    def test_headers(self, stack, tmp_path, header, message):
        path = write(tmp_path / "w.safetensors", header, b"12345678")
        with pytest.raises(FileFormatError, match=message) as caught:
            stack().load_weights(path)
        assert "w.safetensors" in str(caught.value)

    @pytest.mark.parametrize("content", [b"abc", b"\xff" * 8, struct.pack("<Q", 9) + b"{}", b"PK\x03\x04" + b"x" * 40])
    def test_sizes_of_the_header(self, stack, tmp_path, content):
        (tmp_path / "w.safetensors").write_bytes(content)
        with pytest.raises(FileFormatError, match=r"w.safetensors' is no safetensors file, or truncated"):
            stack().load_weights(tmp_path / "w.safetensors")

    def test_a_dtype_that_it_does_not_have(self, stack, tmp_path):
        model = stack()
        model.layers[0].save_own_variables = lambda store: store.__setitem__("0", np.zeros(2, "complex128"))
        with pytest.raises(ValueError, match=r"no dtype complex128, which 'layers/mixing/vars/0'"):
            model.save_weights(tmp_path / "w.safetensors")
        assert not list(tmp_path.iterdir())


def test_memory_stays_under_one_tensor(stack, tmp_path):
    """Eight tensors of 1 MiB: written and read with less than three of them in memory besides the variables."""
    size = 2**18
    model = stack(0, units=(4,))
    entries, variables = {}, []
    for number in range(8):
        variables.append(np.full(size, number, "f4"))
        entries[str(number)] = variables[-1]
    model.layers[0].save_own_variables = lambda store: [store.__setitem__(k, v) for k, v in entries.items()]
    seen = []
    model.layers[0]._overrides = {"load_own_variables"}
    model.layers[0].load_own_variables = lambda store: seen.extend(float(store[k][0]) for k in sorted(entries))
    tracemalloc.start()
    model.save_weights(tmp_path / "w.safetensors")
    written = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    model.load_weights(tmp_path / "w.safetensors")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert seen == list(range(8))
    assert written < 3 * 2**20 and peak < 3 * 2**20
