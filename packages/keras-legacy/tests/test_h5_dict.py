"""An HDF5 file as a dict of dicts."""

import h5py
import numpy as np
import pytest
from keras_legacy import H5Dict


@pytest.fixture(params=["path", "group", "dict"])
def store(request, tmp_path):
    if request.param == "path":
        with H5Dict(tmp_path / "d.h5") as found:
            yield found
    elif request.param == "dict":
        yield H5Dict({})
    else:
        with h5py.File(tmp_path / "d.h5", "w") as file:
            yield H5Dict(file.create_group("inner"))


def test_arrays_text_and_dicts(store):
    store["array"] = np.arange(6).reshape(2, 3)
    store["number"] = 3
    store["text"] = "words"
    store["bytes"] = b"words"
    store["names"] = ["a", "bc"]
    store["inner"] = {"array": [1.5], "deep": {"text": "x"}}
    store["made"]["later"] = [True]
    assert store["array"].tolist() == [[0, 1, 2], [3, 4, 5]] and int(store["number"]) == 3
    assert store["text"] == store["bytes"] == b"words"
    assert [name.decode() for name in store["names"]] == ["a", "bc"]
    assert store["inner"]["array"].tolist() == [1.5] and store["inner"]["deep"]["text"] == b"x"
    assert store["made"]["later"].tolist() == [True]
    assert set(store) == {"array", "number", "text", "bytes", "names", "inner", "made"} and len(store) == 7
    assert "text" in store and "nothing" not in store and store.get("nothing", 7) == 7
    assert "nothing" not in store


def test_values_are_replaced_and_removed(store):
    for value in ([1.0], "text", ["a", "b"], {"x": [1]}, [2.0]):
        store["it"] = value
    assert store["it"].tolist() == [2.0] and list(store) == ["it"]
    store.update({"more": "x"})
    del store["it"]
    assert store.pop("more") == b"x" and not list(store)
    with pytest.raises(KeyError):
        del store["it"]


def test_lists_of_names_that_one_attribute_cannot_hold(tmp_path):
    names = [f"layer_{number:05}" for number in range(9000)]
    with H5Dict(tmp_path / "d.h5", "w") as store:
        store["layer_names"] = names
        assert list(store) == ["layer_names"]
        assert [name.decode() for name in store["layer_names"]] == names
        del store["layer_names"]
        assert not list(store)


def test_what_is_open_to_be_read(tmp_path):
    with H5Dict(tmp_path / "d.h5", "w") as store:
        store["a"]["b"] = [1]
    with H5Dict(tmp_path / "d.h5", mode="r") as store:
        assert store.read_only and store["a"]["b"].tolist() == [1]
        with pytest.raises(ValueError, match="read only"):
            store["a"]["c"] = [1]
        with pytest.raises(ValueError, match="read only"):
            del store["a"]
        with pytest.raises(KeyError, match=r"'c' is not in '/a' of .*d\.h5"):
            store["a"]["c"]
    with pytest.raises(KeyError):
        H5Dict({}, "r")["a"]


def test_files_are_read_with_the_checks_of_models(tmp_path):
    with h5py.File(tmp_path / "d.h5", "w") as file:
        file["link"] = h5py.ExternalLink("/etc/hostname", "/")
        file["soft"] = h5py.SoftLink("/link")
        file.create_dataset("huge", (2**40,), "f4", chunks=(1024,))
        file["objects"] = np.array(["text"], h5py.string_dtype())
    with H5Dict(tmp_path / "d.h5", "r") as store:
        for name in ("link", "soft", "huge", "objects"):
            with pytest.raises(ValueError, match=f"d.h5' is refused: /{name}"):
                store[name]


def test_what_it_takes(tmp_path):
    assert all(map(H5Dict.is_supported_type, ("x.h5", tmp_path, {}))) and not H5Dict.is_supported_type(3)
    with pytest.raises(TypeError, match=r"a path, an h5py.Group or a dict, got int"):
        H5Dict(3)
    with pytest.raises(ValueError, match="the mode 'a', 'r' or 'w', got 'x'"):
        H5Dict(tmp_path / "d.h5", "x")
