from __future__ import annotations

import copy
import gc
import pickle
import weakref
from typing import TYPE_CHECKING

from keras_conformance import Affine
from keras_core import Model
from keras_core.models.layer_list import LayerList

if TYPE_CHECKING:
    from keras_core.layers.layer import Layer


def test_pop_is_told_and_other_changes_are_not() -> None:
    layers: list[Layer] = [Affine(1), Affine(2), Affine(3)]
    told: list[Layer] = []
    listed = LayerList(layers, told.append)
    assert listed.pop() is layers[2] and listed.pop(0) is layers[0]
    listed.append(layers[0])
    del listed[0]
    assert told == [layers[2], layers[0]] and listed == [layers[0]]


def test_a_layer_that_was_taken_off_may_die() -> None:
    """What is remembered of it hides no other layer that is made in its place in memory."""

    class Pair(Model):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = Affine(1), Affine(2)

    model = Pair()
    died = weakref.ref(model.layers.pop())
    assert model.layers == [model.first] and died() is model.second
    model.second = None
    gc.collect()
    assert died() is None and not list(model._popped)


def test_copies_are_plain_lists() -> None:
    listed = LayerList([], lambda _: None)
    assert type(copy.copy(listed)) is list and type(pickle.loads(pickle.dumps(listed))) is list
