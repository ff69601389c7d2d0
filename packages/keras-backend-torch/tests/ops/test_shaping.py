import numpy as np
import pytest
from keras_backend_torch.framework import torch
from keras_core import ops

X = np.arange(24, dtype="float32").reshape(2, 3, 4)


@pytest.mark.parametrize(
    "key",
    [
        np.s_[::-1],
        np.s_[0, ::-2, 1:],
        np.s_[..., -1],
        np.s_[:, None, 1:2],
        np.s_[1, [2, 0]],
        np.s_[:, np.array([[0, -1]])],
        np.s_[3:1],
    ],
)
def test_keys_of_numpy(key: object) -> None:
    np.testing.assert_array_equal(np.asarray(ops.get_item(torch.tensor(X), key)), X[key])


def test_a_scalar_tensor_as_index() -> None:
    np.testing.assert_array_equal(np.asarray(ops.get_item(torch.tensor(X), torch.tensor(-1))), X[-1])


def test_two_arrays_as_indices_are_refused() -> None:
    with pytest.raises(ValueError, match="more than one array"):
        ops.get_item(torch.tensor(X), ([0, 1], [1, 2]))


@pytest.mark.parametrize("mode", ["reflect", "symmetric"])
def test_padding_by_mirrors(mode: str) -> None:
    pairs = [(0, 0), (2, 1), (1, 2)]
    np.testing.assert_array_equal(np.asarray(ops.pad(torch.tensor(X), pairs, mode)), np.pad(X, pairs, mode))
