"""Steps that are tried out leave nothing behind."""

from __future__ import annotations

import pickle
import random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from keras_core import Variable
from keras_core.random import next_seed, set_random_seed
from keras_core.training.undoing import undone, variables_kept

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core import Sequential

Data = tuple[np.ndarray, np.ndarray]


def test_variables_and_random_numbers_are_as_before() -> None:
    set_random_seed(3)
    variable = Variable(np.arange(3.0))
    with variables_kept([variable]):
        variable.assign([7.0, 7.0, 7.0])
        inside = np.random.rand(), random.random(), next_seed()
    np.testing.assert_array_equal(variable.numpy(), [0.0, 1.0, 2.0])
    assert (np.random.rand(), random.random(), next_seed()) == inside


@pytest.mark.needs_train
def test_a_training_that_raises_is_undone(compiled: Callable[..., Sequential], data: Data) -> None:
    model = compiled(metrics=["mae"])
    model.fit(*data, epochs=1, verbose=0)
    history, before = model.history, state_of(model)
    with pytest.raises(KeyError), undone(model._trainer, model.programs):
        model.fit(*data, epochs=2, verbose=0)
        assert state_of(model) != before
        model.stop_training = True
        raise KeyError
    assert state_of(model) == before and model.history is history and not model.stop_training


def state_of(model: Any) -> bytes:
    """Everything that training changes."""
    variables = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
    return pickle.dumps([variable.numpy() for variable in variables])
