"""Arrays by their paths, as groups."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from keras_core.saving import FileFormatError
from keras_core.saving.array_tree import ArrayTree


class TestArrayTree:
    ARRAY = SimpleNamespace(shape=(2,), nbytes=8, read=lambda: np.ones(2))

    def test_it_is_a_mapping_of_groups_and_arrays(self):
        tree = ArrayTree("f", {"a/b/0": self.ARRAY, "a/1": self.ARRAY, "2": self.ARRAY}, {"a/b": "layer"})
        assert sorted(tree) == ["2", "a"] and len(tree) == 2 and "a" in tree and "b" not in tree
        inner = tree.group("/a/b")
        assert inner.label() == "layer" and tree.group("a").label() is None and tree.group("a/c") is None
        assert inner.shape("0") == (2,) and inner.nbytes("0") == 8 and inner["0"].tolist() == [1, 1]
        assert inner.keys() == ["0"] and [name for name, _ in tree.groups()] == ["a"]
        assert len({tree.address(), inner.address()}) == 2

    @pytest.mark.parametrize("paths", [["/0"], ["a//0"], [""], ["a/"], ["a", "a/0"], ["a/0", "a"], ["a/" * 65 + "0"]])
    def test_paths_that_no_tree_has(self, paths):
        with pytest.raises(FileFormatError, match="The file 'f' is refused"):
            ArrayTree("f", dict.fromkeys(paths, self.ARRAY))
