"""Loading with classes of the user's."""

from __future__ import annotations

import pytest
from keras_cli.loading import defined_in, load


def test_classes_of_a_module(with_custom, supplied):
    assert list(defined_in([supplied])) == ["Doubled"]
    assert load(with_custom, [supplied]).layers[-1].name == "twice"


def test_without_them(with_custom):
    with pytest.raises(ValueError, match="Doubled"):
        load(with_custom)


def test_no_such_module(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="nowhere_at_all"):
        defined_in(["nowhere_at_all"])
