"""Weights of classes as weights of samples."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core.training.class_weights import ClassWeights

WEIGHTS = {0: 1.0, 1: 2.0, 2: 0.5}
CLASSES = np.array([0, 2, 1, 2])


def class_weights_to_samples(y: Any, class_weight: Any, sample_weight: Any) -> Any:
    return ClassWeights(class_weight).to_samples(y, sample_weight)


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
    with pytest.raises(ValueError, match="given for one output, and there are targets for several"):
        class_weights_to_samples([CLASSES, CLASSES], WEIGHTS, None)
    with pytest.raises(ValueError, match="no targets were given: y is missing"):
        class_weights_to_samples(None, WEIGHTS, None)


@pytest.mark.parametrize("y", [{"a": CLASSES}, {"a": CLASSES, "b": None}, [CLASSES, None]])
def test_one_output_with_targets_is_meant(y: Any) -> None:
    assert class_weights_to_samples(y, WEIGHTS, None).tolist() == [1.0, 0.5, 2.0, 0.5]


@pytest.mark.parametrize("given", [{"b": WEIGHTS}, [None, WEIGHTS], {"a": None, "b": WEIGHTS}])
def test_by_output_name(given: Any) -> None:
    own = np.array([1.0, 2.0, 3.0, 4.0], "float32")
    weights = ClassWeights(given, ["a", "b"])
    for y in ([CLASSES, CLASSES], {"b": CLASSES, "a": CLASSES}):
        found = weights.to_samples(y, None)
        assert found["a"] is None and found["b"].tolist() == [1.0, 0.5, 2.0, 0.5]
        found = weights.to_samples(y, own)
        assert found["a"].tolist() == own.tolist() and found["b"].tolist() == [1.0, 1.0, 6.0, 2.0]


def test_by_output_name_while_the_outputs_are_not_known() -> None:
    weights = ClassWeights({"b": WEIGHTS})
    assert weights.to_samples({"a": CLASSES, "b": CLASSES}, None)["b"].tolist() == [1.0, 0.5, 2.0, 0.5]
    with pytest.raises(ValueError, match="needs targets by output name"):
        weights.to_samples([CLASSES, CLASSES], None)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("balanced", "class_weight must be a dict of class -> weight, got 'balanced'"),
        ([1.0, 2.0], r"write class_weight=dict\(enumerate\(weights\)\)"),
        (np.ones(2), r"write class_weight=dict\(enumerate\(weights\)\)"),
        ({"cat": 1.0}, "class_weight has the key 'cat'; its keys must be classes"),
        ({0.5: 1.0}, "class_weight has the key 0.5"),
        ({0: [1.0, 2.0]}, r"class_weight has \[1.0, 2.0\] for class 0"),
        ({"c": {0: 1.0}}, r"class_weight names the output 'c'; the model's outputs are \['a', 'b'\]"),
        ({"a": "balanced"}, "class_weight has the key 'a'"),
        ({"a": {0: 1.0}, "b": "balanced"}, "class_weight of an output must be a dict"),
    ],
)
def test_what_is_no_weights_of_classes_is_said(given: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ClassWeights(given, ["a", "b"])
