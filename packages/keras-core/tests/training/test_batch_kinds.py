"""What was checked for one batch holds for all of its kind."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from keras_core import Sequential, Trace, backend, config
from keras_core.training.batch_kinds import BatchKinds, signature_of

Make = Callable[..., Sequential]
X, Y = np.ones((4, 3), "float32"), np.array([0, 1, 2, 0])


def test_a_kind_is_known_after_it_was_examined(compiled: Make) -> None:
    kinds = BatchKinds(compiled("sparse_categorical_crossentropy", 3)._trainer)
    assert kinds.find((X, Y, None), "evaluate") is None
    kind = kinds.examine((X, Y, None), "evaluate")
    assert kind is not None and kinds.find((X * 2, Y[::-1], None), "evaluate") is kind
    assert kinds.examine((X * 2, Y, None), "evaluate") is kind
    kinds.clear()
    assert kinds.find((X, Y, None), "evaluate") is None


def test_values_of_a_known_kind_are_checked(compiled: Make) -> None:
    kinds = BatchKinds(compiled("sparse_categorical_crossentropy", 3)._trainer)
    kinds.examine((X, Y, None), "evaluate")
    with pytest.raises(ValueError, match="class indices for output 'out' run from 1 to 3"):
        kinds.find((X, Y + 1, None), "evaluate")


@pytest.mark.parametrize(
    "other",
    [(X[:2], Y[:2], None), (X.astype("float64"), Y, None), (X, Y.astype("int32"), None), (X, Y, np.ones(4))],
)
def test_other_shapes_and_dtypes_are_other_kinds(compiled: Make, other: tuple[np.ndarray, ...]) -> None:
    kinds = BatchKinds(compiled("sparse_categorical_crossentropy", 3)._trainer)
    kinds.examine((X, Y, None), "evaluate")
    assert kinds.find(other, "evaluate") is None
    assert kinds.find((X, Y, None), "test_on_batch") is None


def test_an_assigned_attribute_makes_another_kind(compiled: Make) -> None:
    model = compiled()
    kinds = BatchKinds(model._trainer)
    kinds.examine((X, X[:, :1], None), "evaluate")
    model.layers[0].tanh = True
    assert kinds.find((X, X[:, :1], None), "evaluate") is None


def test_where_a_kind_is_not_cheap_to_say_there_is_none(compiled: Make) -> None:
    state = compiled()._trainer
    assert signature_of(state, (X, None, None), "predict") is not None
    assert signature_of(state, ([X], None, None), "predict") is None
    with Trace(backend.active()):
        assert signature_of(state, (X, None, None), "predict") is None
    config.set_check_numerics(True)
    try:
        assert signature_of(state, (X, None, None), "predict") is None
    finally:
        config.set_check_numerics(False)


@pytest.mark.needs_train
def test_tensors_of_the_backend_are_a_kind_of_their_own(compiled: Make) -> None:
    model = compiled()
    own = backend.active()
    x, y = own.tensor(X), own.tensor(X[:, :1])
    kinds = BatchKinds(model._trainer)
    kind = kinds.examine((x, y, None), "train_on_batch")
    assert kind is not None and kinds.find((own.tensor(X * 2), y, None), "train_on_batch") is kind
    assert kinds.find((own.tensor(X[:2]), own.tensor(X[:2, :1]), None), "train_on_batch") is None
    of_arrays = model.test_on_batch(X, X[:, :1])
    assert [model.test_on_batch(x, y) for _ in range(3)] == pytest.approx([of_arrays] * 3)


def test_inputs_alone(compiled: Make) -> None:
    kinds = BatchKinds(compiled()._trainer)
    assert kinds.examine_inputs(X, "predict", remember=False) is None
    assert kinds.find((X, None, None), "predict") is None
    kind = kinds.examine_inputs(X, "predict")
    assert kind is not None and kinds.find((X + 1, None, None), "predict") is kind
    with pytest.raises(ValueError, match="input 'features'"):
        kinds.examine_inputs(X[:, :2], "predict")
