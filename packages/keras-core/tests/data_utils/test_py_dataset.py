"""PyDataset: what it says of itself, and what it refuses."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest
from keras_core.data_utils import PyDataset


class Three(PyDataset):
    """Three batches; as many subclasses of Keras 2 do, it does not call super().__init__()."""

    def __init__(self) -> None:
        self.made = 0

    def __len__(self) -> int:
        return 3

    def __getitem__(self, index: int) -> Any:
        return index * 2


def test_what_is_not_said_has_a_default() -> None:
    data = Three()
    assert (data.workers, data.use_multiprocessing, data.max_queue_size, data.timeout) == (1, False, 10, None)
    assert data.num_batches == 3 and list(data) == [0, 2, 4]
    data.workers, data.use_multiprocessing, data.max_queue_size = 2, True, 5
    assert (data.workers, data.use_multiprocessing, data.max_queue_size) == (2, True, 5)
    with pytest.raises(ValueError, match="workers must be an int of at least 0, got 'two'"):
        data.workers = "two"  # type: ignore[assignment]
    with pytest.raises(ValueError, match="max_queue_size must be an int of at least 1, got 0"):
        PyDataset(max_queue_size=0)


def test_without_a_length_there_is_no_end() -> None:
    class Endless(PyDataset):
        def __getitem__(self, index: int) -> Any:
            return index

    assert Endless().num_batches is None
    assert list(islice(Endless(), 4)) == [0, 1, 2, 3]
    with pytest.raises(NotImplementedError, match=r"PyDataset must define __getitem__"):
        PyDataset()[0]
