import numpy as np
import pytest
import torch
from keras_backend_torch import framework
from keras_backend_torch.ops.quantization import int8_matmul


def arrays(shape):
    rng = np.random.default_rng(0)
    return [rng.integers(-127, 128, one).astype("int8") for one in (shape, (shape[-1], 5))]


@pytest.mark.parametrize("shape", [(1, 6), (3, 70), (2, 3, 130)])
def test_products_are_exact(shape):
    first, second = arrays(shape)
    found = np.asarray(int8_matmul(torch.from_numpy(first), torch.from_numpy(second)))
    assert found.dtype == np.int32
    np.testing.assert_array_equal(found, first.astype("int64") @ second)


def test_without_pytorch_s_product(monkeypatch):
    monkeypatch.setattr(framework, "_INTEGER_PRODUCT", None)
    first, second = arrays((3, 70))
    found = int8_matmul(torch.from_numpy(first), torch.from_numpy(second))
    np.testing.assert_array_equal(found.numpy(), first.astype("int64") @ second)
