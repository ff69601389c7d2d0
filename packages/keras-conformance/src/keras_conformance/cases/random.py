"""Cases of random ops, whose values the kit compares by their distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keras_conformance.inputs import Case, Inputs


def _floats(first: str, second: str) -> Case:
    def case(draw: Inputs) -> dict[str, Any]:
        low = draw.pick(0.0, -1.5)
        return {
            "shape": draw.shape(0, 3),
            first: low,
            second: draw.pick(1.0, 2.0),
            "dtype": draw.pick(None, "float32", "float64"),
            "key": draw.key(),
        }

    return case


def _integer(draw: Inputs) -> dict[str, Any]:
    return {
        "shape": draw.shape(0, 3),
        "minval": draw.size(-3, 0),
        "maxval": draw.size(1, 4),
        "dtype": None,
        "key": draw.key(),
    }


def _bernoulli(draw: Inputs) -> dict[str, Any]:
    return {
        "shape": draw.shape(),
        "probability": draw.pick(0.0, 0.3, 1.0),
        "dtype": draw.pick(None, "float32"),
        "key": draw.key(),
    }


def _shuffle(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape(1, 2)
    return {"x": draw.distinct(shape), "axis": draw.axis(len(shape)), "key": draw.key()}


def _categorical(draw: Inputs) -> dict[str, Any]:
    return {"logits": draw.floats((2, 3)), "num_samples": draw.size(), "dtype": None, "key": draw.key()}


def _gamma(draw: Inputs) -> dict[str, Any]:
    return {"shape": draw.shape(), "alpha": draw.pick(0.3, 2.0), "dtype": draw.pick(None, "float64"), "key": draw.key()}


CASES: dict[str, Case] = {
    "random_uniform": _floats("minval", "maxval"),
    "random_normal": _floats("mean", "stddev"),
    "random_truncated_normal": _floats("mean", "stddev"),
    "random_integer": _integer,
    "random_bernoulli": _bernoulli,
    "random_gamma": _gamma,
    "random_shuffle": _shuffle,
    "random_categorical": _categorical,
}
