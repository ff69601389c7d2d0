"""Arguments of a layer's call: by position, by name, and those that are filled in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_conformance import Affine
from keras_core.layers.call_signature import CallSignature

ONES = np.ones((2, 3), "float32")


def test_an_unknown_argument_of_a_call_is_named() -> None:
    with pytest.raises(TypeError, match=r"'masks'.*takes inputs"):
        Affine(3)(ONES, masks=None)


def call(self: Any, query: Any, value: Any = None, *, mask: Any = None, value_mask: Any = None) -> None:
    """A call with a mask for each tensor."""


def test_what_a_call_takes() -> None:
    signature = CallSignature(call)
    assert signature.names == ["query", "value"] and not signature.training and not signature.variadic
    assert signature.masks == {"mask", "value_mask"}
    assert signature.by_name((1,), {"value": 2}) == {"query": 1, "value": 2}
    assert CallSignature(lambda self, x, training=None: x).given_training((1, True)) is True


def test_the_first_argument_may_be_given_by_name() -> None:
    layer = Affine(1)
    assert CallSignature(call).first_as_positional((), {"query": 1, "value": 2}, layer) == ((1,), {"value": 2})
    assert CallSignature(lambda self, x: x).first_as_positional((1,), {"mask": 3}, layer) == ((1,), {})


def test_masks_of_inputs_fill_the_arguments_left_out() -> None:
    masks = {"q": "mask of q", "v": "mask of v"}
    given: dict[str, Any] = {"value": "v"}
    used = CallSignature(call).fill_masks(("q",), given, masks.get)
    assert used == {"mask": "mask of q", "value_mask": "mask of v"}
    assert given == {"value": "v"} | used
    assert CallSignature(call).fill_masks(("q",), {"mask": "own"}, masks.get) == {"mask": "own"}
    several: dict[str, Any] = {}
    CallSignature(call).fill_masks((["q", "other"],), several, masks.get)
    assert several == {"mask": ["mask of q", None]}


def test_what_is_passed_on_is_what_the_overridden_call_takes() -> None:
    overridden = CallSignature(call)
    everything = CallSignature(lambda self, *args, **kwargs: None, overridden)
    assert (everything.names, everything.masks) == (["query", "value"], {"mask", "value_mask"})
    renamed = CallSignature(lambda self, x, **kwargs: None, overridden)
    assert (renamed.names, renamed.masks) == (["x"], {"mask", "value_mask"}) and "query" not in renamed.keyword_only
    own = CallSignature(lambda self, x, training=None: None, overridden)
    assert own.names == ["x", "training"] and not own.masks and not own.keyword_only
