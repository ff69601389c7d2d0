import pytest
from keras_distribution import TensorLayout


def test_a_mesh_is_set_once(mesh):
    layout = TensorLayout(["batch", None])
    layout.device_mesh = mesh
    assert layout == TensorLayout(("batch", None), mesh) and hash(layout) == hash(TensorLayout(("batch", None), mesh))
    with pytest.raises(ValueError, match="set once"):
        layout.device_mesh = mesh


def test_axes_are_those_of_the_mesh(mesh):
    with pytest.raises(ValueError, match=r"'batch', 'model'; the layout .* names 'heads'"):
        TensorLayout(("heads", None), mesh)
    later = TensorLayout(("heads", None))
    with pytest.raises(ValueError, match="heads"):
        later.device_mesh = mesh
    with pytest.raises(ValueError, match="one axis of a tensor only"):
        TensorLayout(("batch", "batch"), mesh)


def test_what_can_be_split(mesh):
    TensorLayout(("batch", "model"), mesh).check((6, 8), "It")
    with pytest.raises(ValueError, match=r"Axis 1 of It, of shape \(6, 6\).*'model' over 4 devices.* not divide 6"):
        TensorLayout(("batch", "model"), mesh).check((6, 6), "It")
    with pytest.raises(ValueError, match=r"It has 1 axes.* names 2"):
        TensorLayout(("batch", "model"), mesh).check((6,), "It")
    with pytest.raises(ValueError, match="no DeviceMesh"):
        TensorLayout((None,)).check((6,), "It")
