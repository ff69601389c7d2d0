"""Keras 1's order of arguments."""

from __future__ import annotations

from typing import Any

from keras_legacy.interfaces import legacy_get_updates_support


def test_constraints_are_left_out() -> None:
    class Steps:
        @legacy_get_updates_support
        def get_updates(self, loss: Any, params: Any) -> Any:
            """The docstring."""
            return loss, params

    one = Steps()
    assert one.get_updates("loss", ["w"]) == one.get_updates(["w"], [], "loss") == ("loss", ["w"])
    assert one.get_updates(params=["w"], loss="loss", constraints=[]) == ("loss", ["w"])
    assert Steps.get_updates.__doc__ == "The docstring."
