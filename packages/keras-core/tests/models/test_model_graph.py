"""Inputs of a functional model: matched by name or place, their shapes made to fit."""

from __future__ import annotations

import numpy as np
import pytest
from keras_core import Input
from keras_core.models.model_graph import ModelGraph, fits


def graph(any_shape: bool = False) -> ModelGraph:
    a, b = Input((3,), name="a"), Input((1,), batch_size=4, name="b")
    return ModelGraph([a, b], {"sum": a + b}, "net", any_shape)


def test_names_of_inputs_and_outputs() -> None:
    assert graph().input_names == ["a", "b"] and graph().output_names == ["sum"]
    assert graph().fixed_batch_size == 4 and graph().input_dtype == "float32"


def test_inputs_are_matched_by_name() -> None:
    a, b = np.ones((4, 3), "float32"), np.zeros((4, 1), "float32")
    found = graph().match_inputs({"b": b, "a": a})
    assert found[0] is a and found[1] is b
    with pytest.raises(ValueError, match=r"Model 'net' has the inputs \['a', 'b'\]; the dict given has no 'b'"):
        graph().match_inputs({"a": a})
    with pytest.raises(ValueError, match=r"takes 2 inputs \(a, b\), got 1"):
        graph().match_inputs(a)


def test_the_number_of_samples_may_differ_where_they_are_cut_into_batches_later() -> None:
    values = [np.ones((9, 3), "float32"), np.zeros((9, 1), "float32")]
    assert len(graph().check_inputs(values)) == 2
    with pytest.raises(ValueError, match=r"input 'b' has shape \(4, 1\), got an array of shape \(9, 1\)"):
        graph().match_inputs(values)


def test_sizes_are_left_to_the_layers_where_any_shape_is_taken() -> None:
    assert len(graph(any_shape=True).match_inputs([np.ones((4, 7), "float32"), np.zeros((4, 2), "float32")])) == 2


def test_unknown_sizes_fit_all() -> None:
    assert fits((2, 3), (None, 3)) and fits((None, 3), (2, 3))
    assert not fits((2, 3), (None, 4)) and not fits((2,), (None, 3))
