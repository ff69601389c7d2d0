import pytest
from keras_backend_torch import storage
from keras_backend_torch.framework import torch
from keras_backend_torch.storage import Cell
from keras_core.backend.toolkit import fill


def test_each_value_has_a_leaf_of_its_own() -> None:
    cell = Cell(torch.ones(2), "v", True)
    leaf = cell.leaf()
    assert leaf is cell.leaf() and leaf.is_leaf and leaf.requires_grad
    (leaf * 3).sum().backward()
    assert cell.grad.tolist() == [3, 3]
    fill(cell, torch.zeros(2))
    assert cell.leaf() is not leaf and cell.grad is None


def test_what_is_not_trained_or_no_float_has_no_gradient() -> None:
    for cell in (Cell(torch.ones(2), "v", False), Cell(torch.ones(2, dtype=torch.int32), "v", True)):
        assert not cell.trainable and cell.leaf() is cell.value and cell.grad is None


def test_a_parameter_has_what_its_cell_is_given() -> None:
    cell, other = Cell(torch.ones(2), "v", True), Cell(torch.ones(2), "w", True)
    leaf = cell.leaf()
    (leaf * 3).sum().backward()
    parameter = cell.parameter(True)
    assert parameter is cell.leaf() and parameter.grad.tolist() == [3, 3]
    fill(cell, torch.zeros(2))
    storage.follow([other])
    assert parameter.tolist() == [1, 1]
    storage.follow([other, cell])
    assert parameter.tolist() == [0, 0] and cell.grad.tolist() == [3, 3]
    with torch.no_grad():
        parameter += 5
    assert cell.value.tolist() == [5, 5]
    cell.track(False)
    other.track(False)  # which has none
    assert not parameter.requires_grad and other.leaf().requires_grad
    assert not Cell(torch.ones(2, dtype=torch.int32), "n", True).parameter(True).requires_grad


def test_an_arrangement_is_cached_until_the_value_changes() -> None:
    value = torch.arange(24.0).reshape(2, 3, 4)
    cell = Cell(value, "v", trainable=False)
    first = cell.arranged(cell.value, (2, 0, 1))
    assert first.is_contiguous() and torch.equal(first, value.permute(2, 0, 1))
    assert cell.arranged(cell.value, (2, 0, 1)) is first
    assert torch.equal(cell.arranged(cell.value, None), value.reshape(6, 4).t())
    cell.value = cell.value + 1
    assert torch.equal(cell.arranged(cell.value, (2, 0, 1)), value.permute(2, 0, 1) + 1)
    cell.hand_out().numpy()[:] = 7  # which no counter sees
    assert (cell.arranged(cell.value, (2, 0, 1)) == 7).all()


def test_a_transpose_is_cached_until_the_matrix_changes() -> None:
    cell = Cell(torch.arange(6.0).reshape(2, 3), "v", True)
    first = cell.transpose_of(cell.value)
    assert first.is_contiguous() and first.tolist() == [[0, 3], [1, 4], [2, 5]]
    assert cell.transpose_of(cell.value) is first
    cell.value[0, 0] = 9
    assert cell.transpose_of(cell.value).tolist()[0] == [9, 3]
    cell.hand_out().data[0, 0] = 7  # which PyTorch does not count
    assert cell.transpose_of(cell.value).tolist()[0] == [7, 3]
    cell.leaf().data[0, 0] = 5
    assert cell.transpose_of(cell.value).tolist()[0] == [5, 3]


def test_without_reference_counts_a_leaf_counts_as_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    cell = Cell(torch.ones(2, 2), "v", True)
    cell.leaf()
    assert cell._may_be_written(cell.value)  # once more, since it was exposed
    assert not cell._may_be_written(cell.value)
    monkeypatch.setattr(storage, "reference_counts", lambda tensors: None)
    cell.leaf()
    assert all(cell._may_be_written(cell.value) for _ in range(3))
