"""The plans of fit, evaluate and predict: what they refuse, and the sources of data they name.

Covers: array_data.py, batch_source.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core.training.array_data import ArrayData
from keras_core.training.batch_source import BatchSource
from keras_core.training.plan import FitPlan, PassPlan, take_workers, verbosity

X, Y = np.zeros((10, 3), "float32"), np.zeros((10, 1), "float32")


def test_a_plan_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        FitPlan(x=X).epochs = 3  # type: ignore[misc]


@pytest.mark.parametrize("name", ["batch_size", "steps_per_epoch", "validation_steps", "validation_batch_size"])
def test_sizes_are_positive(name: str) -> None:
    with pytest.raises(ValueError, match=rf"fit\(\): {name} must be a positive integer( or 'auto')?, got 0"):
        FitPlan(x=X, **{name: 0})
    with pytest.raises(ValueError, match=r"predict\(\): steps must be a positive integer, got -1"):
        PassPlan(method="predict", x=X, steps=-1)


@pytest.mark.parametrize(("frequency", "epochs"), [(1, [0, 1, 2, 3]), (2, [1, 3]), ([1, 4], [0, 3])])
def test_the_epochs_that_end_with_a_validation(frequency: Any, epochs: list[int]) -> None:
    plan = FitPlan(x=X, validation_freq=frequency)
    assert [epoch for epoch in range(4) if plan.validates(epoch)] == epochs


def test_a_split_takes_the_last_samples() -> None:
    x = np.arange(10.0, dtype="float32")[:, None]
    source, validation = FitPlan(x=x, y=Y, validation_split=0.3).sources()
    assert isinstance(source, ArrayData) and isinstance(validation, ArrayData)
    assert (source.size, validation.size) == (7, 3) and validation.batch[0][0, 0] == 7
    with pytest.raises(ValueError, match="validation_split needs arrays"):
        FitPlan(x=iter([(X, Y)]), validation_split=0.3).sources()


def test_class_weights_count_in_training_alone() -> None:
    plan = FitPlan(x=X, y=np.arange(10) % 2, class_weight={0: 1.0, 1: 3.0}, validation_split=0.2)
    source, validation = plan.sources()
    assert isinstance(source, ArrayData) and isinstance(validation, ArrayData)
    np.testing.assert_array_equal(source.batch[2], [1, 3] * 4)
    assert validation.batch[2] is None


def test_a_source_of_batches_yields_its_targets_itself() -> None:
    source = PassPlan(method="evaluate", x=iter([(X, Y)] * 3)).source()
    assert isinstance(source, BatchSource) and not source.checked
    first = source.peek()
    taken = list(source.calls(None, 2))
    assert len(taken) == 2 and taken[0][1][0] is first[0] and taken[0][0] is None
    assert next(source.source)[0] is X  # no batch beyond the limit was taken
    with pytest.raises(ValueError, match="leave y and sample_weight out"):
        PassPlan(method="evaluate", x=iter([(X, Y)]), y=Y).source()


def test_arguments_of_workers_are_taken_out_and_unknown_ones_refused() -> None:
    def fit(epochs: int = 1) -> None: ...

    given = {"workers": 2, "pickle_safe": True}
    assert take_workers(fit, given) == {"workers": 2, "pickle_safe": True} and not given
    with pytest.raises(TypeError, match="epoch"):
        take_workers(fit, {"epoch": 2})
    assert (verbosity("auto"), verbosity(0), verbosity(2)) == (1, 0, 2)
