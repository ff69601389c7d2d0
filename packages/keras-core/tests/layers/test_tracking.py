"""State is found among attributes, and what compiled programs depend on is counted."""

from __future__ import annotations

import numpy as np
from keras_core import Layer, Variable, metrics
from keras_core.layers.tracking import Tracked, is_metric, raise_version, version, version_of
from keras_core.random import SeedGenerator


def test_state_is_found_in_containers_in_order_of_assignment() -> None:
    owner, variable, seeds, inner = Tracked(), Variable(np.zeros(1)), SeedGenerator(1), Layer()
    owner.plain, owner.parts, owner.named = 3, [variable, (seeds,)], {"a": inner}
    assert list(owner.tracked()) == [("parts", variable), ("parts", seeds), ("named", inner)]


def test_untracked_attributes_are_passed_over() -> None:
    class Quiet(Tracked):
        _untracked = frozenset({"hidden"})

    owner = Quiet()
    owner.hidden = Variable(np.zeros(1))
    assert not list(owner.tracked())


def test_public_attributes_raise_the_version() -> None:
    owner = Tracked()
    before = version()
    owner._private = owner.built = 1
    assert version() == before and version_of(owner) == 0
    owner.rate = 0.5
    assert version() > before and version_of(owner) == 1
    before = version()
    raise_version()
    assert version() > before and version_of(object()) == 0


def test_metrics_are_known_by_what_they_offer() -> None:
    assert is_metric(metrics.Mean) and not is_metric(Layer)
