import pytest
from keras_core.layers import Input
from keras_distribution import TensorLayout, distribute_tensor


def test_a_symbolic_tensor_stays(mesh):
    symbolic = Input((3,))
    assert distribute_tensor(symbolic, TensorLayout((None, None), mesh)) is symbolic


def test_what_does_not_fit(mesh, without_engine):
    with pytest.raises(ValueError, match=r"The tensor.* over 4 devices"):
        distribute_tensor([1.0, 2.0], TensorLayout(("model",), mesh))
    with pytest.raises(NotImplementedError, match="no engine"):
        distribute_tensor([1.0, 2.0], TensorLayout((None,), mesh))
