import numpy as np
import pytest
from keras_distribution import DeviceMesh, list_devices


def test_devices_are_in_rows(mesh):
    assert mesh.shape == (2, 4) and mesh.axis_names == ("batch", "model")
    assert mesh.devices[1, 0] == "cpu:4"
    assert mesh.size_of("model") == 4


def test_the_devices_of_the_backend_by_default():
    found = list_devices()
    assert DeviceMesh([len(found)], ["batch"]).devices.tolist() == found


def test_meshes_are_equal_by_what_they_hold(mesh):
    assert mesh == DeviceMesh((2, 4), ("batch", "model"), mesh.devices)
    assert mesh != DeviceMesh((2, 4), ("batch", "other"), mesh.devices)
    assert mesh != DeviceMesh((2, 4), ("batch", "model"), mesh.devices[::-1])
    assert hash(mesh) == hash(DeviceMesh((2, 4), ("batch", "model"), list(np.ravel(mesh.devices))))


@pytest.mark.parametrize(
    ("shape", "names", "devices", "message"),
    [
        ((), [], [], "at least one axis"),
        ((2,), ["a", "b"], ["cpu:0", "cpu:1"], "a name for each"),
        ((0, 2), ["a", "b"], [], "at least one device"),
        ((1, 2), ["a", "a"], ["cpu:0", "cpu:1"], "different names"),
        ((3,), ["a"], ["cpu:0", "cpu:1"], r"shape \(3,\) takes 3 devices, and `devices` has 2: cpu:0, cpu:1"),
        ((2,), ["a"], ["cpu:0", "CPU:0"], "twice in `devices`: cpu:0"),
        ((1000,), ["a"], None, "takes 1000 devices, and there are"),
    ],
)
def test_what_does_not_fit(shape, names, devices, message):
    with pytest.raises(ValueError, match=message):
        DeviceMesh(shape, names, devices)
