"""Data compared with the model before any framework sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from keras_core import Layer, Sequential, config
from keras_core.models import Functional
from keras_core.training.checks import check_batch, check_targets, value_checks
from keras_core.training.preparation import prepare

Make = Callable[..., Sequential]


def prepared(model: Sequential, batch: tuple[Any, ...]) -> Any:
    prepare(model._trainer, batch, "evaluate")
    return model._trainer


def batch_of(x: Any = None, y: Any = None) -> tuple[Any, ...]:
    return np.ones((4, 3), "float32") if x is None else x, y, None


def test_shapes_of_inputs(compiled: Make) -> None:
    state = prepared(compiled(), batch_of(y=np.ones((4, 1))))
    check_batch(state, batch_of(), "fit")
    with pytest.raises(ValueError, match=r"input 'features' has shape \(None, 3\), got an array of shape \(4, 5\)"):
        check_batch(state, batch_of(np.ones((4, 5))), "fit")


def test_numbers_are_finite_where_that_is_checked(compiled: Make) -> None:
    state = prepared(compiled(), batch_of(y=np.ones((4, 1))))
    x = np.ones((4, 3), "float32")
    x[2, 1] = np.inf
    check_batch(state, batch_of(x), "fit")
    config.set_check_numerics(True)
    try:
        with pytest.raises(ValueError, match=r"fit\(\): x has 1 values that are NaN.*inf at index \(2, 1\)"):
            check_batch(state, batch_of(x), "fit")
        with pytest.raises(ValueError, match=r"fit\(\): y\['a'\] has 4 values"):
            check_batch(state, batch_of(y={"a": np.full(4, np.nan)}), "fit")
    finally:
        config.set_check_numerics(False)


def test_targets_that_are_missing_or_of_another_shape(compiled: Make) -> None:
    state = prepared(compiled(), batch_of(y=np.ones((4, 1))))
    check_targets(state, batch_of(y=np.ones((4, 1))), "fit")
    with pytest.raises(ValueError, match=r"fit\(\): the model was compiled with a loss and no targets were given"):
        check_targets(state, batch_of(), "fit")
    with pytest.raises(ValueError, match=r"fit\(\): output 'out' of model 'net': .*\(None, 2\).*\(None, 1\)"):
        check_targets(state, batch_of(y=np.ones((4, 2))), "fit")


def test_a_model_without_loss_needs_no_targets(compiled: Make) -> None:
    state = prepared(compiled(None), batch_of())
    check_targets(state, batch_of(), "evaluate")


def test_class_indices_lie_in_the_range_of_the_output(compiled: Make) -> None:
    right = np.array([0, 1, 2, 0])
    state = prepared(compiled("sparse_categorical_crossentropy", 3), batch_of(y=right))
    check_targets(state, batch_of(y=right), "fit")
    for wrong, found in ((right + 1, "1 to 3"), (right - 1, "-1 to 1")):
        with pytest.raises(ValueError, match=rf"output 'out' run from {found}, and the output has 3 classes"):
            check_targets(state, batch_of(y=wrong), "fit")


def test_an_ignored_class_may_lie_outside(compiled: Make) -> None:
    from keras_core.losses import SparseCategoricalCrossentropy

    y = np.array([0, -1, 2, -1])
    state = prepared(compiled(SparseCategoricalCrossentropy(ignore_class=-1), 3), batch_of(y=y))
    check_targets(state, batch_of(y=y), "fit")
    check_targets(state, batch_of(y=np.full(4, -1)), "fit")
    with pytest.raises(ValueError, match="run from 0 to 3"):
        check_targets(state, batch_of(y=np.array([0, -1, 3, -1])), "fit")


def test_what_is_left_for_a_known_kind_are_checks_of_values(compiled: Make) -> None:
    y = np.array([0, 1, 2, 0])
    state = prepared(compiled("sparse_categorical_crossentropy", 3), batch_of(y=y))
    ((part, check),) = value_checks(state, batch_of(y=y), "fit")
    assert part == 1
    check(y)
    with pytest.raises(ValueError, match="0 to 7"):
        check(np.array([0, 7]))
    assert value_checks(prepared(compiled(), batch_of(y=np.ones((4, 1)))), batch_of(y=np.ones((4, 1))), "fit") == []


def test_layers_look_at_the_host_arrays_that_they_are_called_on() -> None:
    class Lookup(Layer):
        def call(self, inputs: Any) -> Any:
            return inputs

        def check_host_inputs(self, inputs: np.ndarray) -> None:
            if inputs.max() > 3:
                raise ValueError(f"indices go up to {inputs.max()}")

    from keras_core import Input

    inputs = Input((2,), dtype="int32")
    model = Functional(inputs, Lookup()(inputs))
    check_batch(model._trainer, (np.array([[1, 2]]), None, None), "predict")
    with pytest.raises(ValueError, match="indices go up to 4"):
        check_batch(model._trainer, (np.array([[1, 4]]), None, None), "predict")
    ((part, check),) = value_checks(model._trainer, (np.array([[1, 2]]), None, None), "predict")
    assert part == 0
    with pytest.raises(ValueError, match="up to 9"):
        check(np.array([[9]]))
