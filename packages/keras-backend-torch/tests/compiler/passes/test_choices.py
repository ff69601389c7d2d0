"""Chosen classes and their comparison with the right ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_backend_torch.backend import BACKEND
from keras_backend_torch.compiler.codegen import CodeGenerator
from keras_backend_torch.compiler.passes.pipeline import optimized
from keras_backend_torch.compiler.recording import kernel_name, record
from keras_backend_torch.framework import torch
from keras_core import Spec, ops

LOGITS = np.random.default_rng(0).normal(size=(6, 4)).astype("float32")
CLASSES = np.array([0, 3, 1, 2, 2, 1], "int32")
BEST = LOGITS.argmax(1)


def kernels(fn: Any, logits: np.ndarray = LOGITS) -> tuple[list[str], list[Any]]:
    """The kernels of a function of logits and classes, and what it gives."""
    recording = optimized(record(BACKEND, fn, [], [Spec((6, 4), "float32"), Spec((6,), "int32")]))
    found = CodeGenerator(recording).step()(torch.tensor(logits), torch.tensor(CLASSES))
    return [*map(kernel_name, recording.calls)], [one.numpy() for one in found]


def right(choice: Any, classes: Any) -> Any:
    return ops.equal(classes, ops.cast(choice, "int32"))


def test_the_largest_probability_is_that_of_the_largest_logit() -> None:
    names, (found,) = kernels(lambda x, y: [ops.argmax(ops.softmax(x), 1)])
    assert "_softmax" not in names and found.tolist() == BEST.tolist()


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_of_logits_that_are_not_finite_it_is_the_first(dtype: str) -> None:
    inf, nan = np.inf, np.nan
    logits = np.array(
        [[1, 2, -inf, 0], [1, inf, 0, 2], [0, 1, nan, 2], [-inf] * 4, [-inf, nan, 1, inf], [-inf, -inf, 1, 1]]
    ).astype("float32")
    names, found = kernels(
        lambda x, y: [ops.argmax(ops.softmax(ops.cast(x, dtype)), -1), right(ops.argmax(ops.softmax(x), -1), y)], logits
    )
    assert "_softmax" not in names
    assert found[0].tolist() == torch.softmax(torch.tensor(logits), -1).argmax(-1).tolist() == [1, 0, 0, 0, 0, 2]
    assert found[1].tolist() == (found[0] == CLASSES).tolist()


def test_a_logarithm_that_a_loss_computes_serves_as_well() -> None:
    inf, nan = np.inf, np.nan
    logits = np.array([[1, 2, -inf, 0], [1, inf, 0, 2], [0, 1, nan, 2], [-inf] * 4, [3, 3, 1, 3], [-inf, 0, 1, 1]])
    names, found = kernels(lambda x, y: [ops.log_softmax(x), ops.argmax(ops.softmax(x), -1)], logits.astype("float32"))
    assert sorted(names) == ["_log_softmax", "_to_copy", "argmax"]
    assert found[1].tolist() == torch.softmax(torch.tensor(logits), -1).argmax(-1).tolist() == [1, 0, 0, 0, 0, 2]


def test_a_logarithm_along_another_axis_does_not() -> None:
    names, found = kernels(lambda x, y: [ops.log_softmax(x, 0), ops.argmax(ops.softmax(x), -1)])
    assert "max" in names and found[1].tolist() == BEST.tolist()


@pytest.mark.parametrize("axis", [0, None])
def test_along_other_axes_it_is_not(axis: int | None) -> None:
    names, (found,) = kernels(lambda x, y: [ops.argmax(ops.softmax(x), axis)])
    exps = np.exp(LOGITS)
    assert "_softmax" in names and found.tolist() == (exps / exps.sum(1, keepdims=True)).argmax(axis).tolist()


def test_probabilities_that_are_there_are_used() -> None:
    def fn(x: Any, y: Any) -> list[Any]:
        probabilities = ops.softmax(x)
        return [probabilities, ops.argmax(probabilities, 1)]

    names, found = kernels(fn)
    assert names.count("_softmax") == 1 and found[1].tolist() == BEST.tolist()


def test_positions_are_compared_as_they_are() -> None:
    names, (found,) = kernels(lambda x, y: [right(ops.argmax(x, 1), y)])
    assert "_to_copy" not in names and found.tolist() == (CLASSES == BEST).tolist()


def test_a_number_that_was_widened_is_compared() -> None:
    names, found = kernels(lambda x, y: [ops.cast(y, "int64"), right(ops.argmax(x, 1), y)])
    assert names.count("_to_copy") == 1 and found[1].tolist() == (CLASSES == BEST).tolist()


def test_other_numbers_are_narrowed_first() -> None:
    names, (found,) = kernels(lambda x, y: [ops.equal(y, ops.cast(ops.add(ops.cast(y, "int64"), 2**32), "int32"))])
    assert "_to_copy" in names and found.all()


def test_booleans_are_counted_without_a_cast_of_their_own() -> None:
    names, (found,) = kernels(lambda x, y: [ops.sum(ops.cast(ops.greater(x, 0.0), "float32"))])
    assert "_to_copy" not in names and found == (LOGITS > 0).sum() and found.dtype == np.float32
    names, (rows, found) = kernels(lambda x, y: [r := ops.cast(ops.greater(x, 0.0), "float32"), ops.sum(r, 0)])
    assert "_to_copy" in names and found.tolist() == (LOGITS > 0).sum(0).tolist() == rows.sum(0).tolist()
