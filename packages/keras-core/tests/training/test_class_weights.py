"""Weights of classes as weights of samples."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core.training.class_weights import class_weights_to_samples

WEIGHTS = {0: 1.0, 1: 2.0, 2: 0.5}
CLASSES = np.array([0, 2, 1, 2])


@pytest.mark.parametrize("y", [CLASSES, CLASSES[:, None], np.eye(3)[CLASSES], [CLASSES], CLASSES.astype("float32")])
def test_every_form_of_targets(y: Any) -> None:
    found = class_weights_to_samples(y, WEIGHTS, None)
    assert found.tolist() == [1.0, 0.5, 2.0, 0.5] and found.dtype == "float32"


def test_they_multiply_the_weights_of_samples() -> None:
    own = np.array([1.0, 2.0, 3.0, 4.0], "float32")
    assert class_weights_to_samples(CLASSES, WEIGHTS, own).tolist() == [1.0, 1.0, 6.0, 2.0]
    steps = np.array([[0, 1], [2, 0]])[..., None]
    found = class_weights_to_samples(steps, WEIGHTS, np.array([1.0, 10.0], "float32"))
    assert found.tolist() == [[1.0, 2.0], [5.0, 10.0]]


def test_what_cannot_be_weighted_is_explained() -> None:
    with pytest.raises(ValueError, match=r"no entry for the classes \[2\] found in y; it has \[0, 1\]"):
        class_weights_to_samples(CLASSES, {1: 1.0, 0: 1.0}, None)
    for several in ([CLASSES, CLASSES], {"a": CLASSES}):
        with pytest.raises(ValueError, match="models with one output"):
            class_weights_to_samples(several, WEIGHTS, None)
