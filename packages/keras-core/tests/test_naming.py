from __future__ import annotations

import pytest
from keras_core import naming


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Dense", "dense"), ("Conv2DTranspose", "conv2d_transpose"), ("LSTM", "lstm"), ("MyLayerV2", "my_layer_v2")],
)
def test_snake_case(name: str, expected: str) -> None:
    assert naming.snake_case(name) == expected


def test_automatic_names_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(naming, "_counts", type(naming._counts)())
    assert [naming.auto_name("dense") for _ in range(3)] == ["dense", "dense_1", "dense_2"]
    naming.reset_names()
    assert naming.auto_name("dense") == "dense"
    assert (naming.get_uid("x"), naming.get_uid("x")) == (1, 2)


def test_scopes_prefix_paths() -> None:
    with naming.name_scope("model"), naming.name_scope("dense"):
        assert naming.scoped_path("kernel") == "model/dense/kernel"
    assert naming.scoped_path("kernel") == "kernel"
