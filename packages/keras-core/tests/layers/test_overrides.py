"""What a class overrides of the framework's base classes is known when the class is made."""

from __future__ import annotations

from keras_core import Layer, Model, Sequential
from keras_core.layers.overrides import base_attributes, base_of, outdates


def test_only_what_differs_from_the_base_counts() -> None:
    class Mine(Layer):
        def call(self, x):
            return x

        def helper(self):
            return None

    class Further(Mine):
        def get_config(self):
            return {}

    assert Layer._overrides == frozenset()
    assert "call" in Mine._overrides
    assert not {"build", "get_config", "helper", "compute_mask"} & Mine._overrides
    assert {"call", "get_config"} <= Further._overrides


def test_a_model_is_a_base_of_its_own() -> None:
    class Custom(Model):
        def train_step(self, data):
            return {}

    assert base_of(Custom) is Model and base_of(Sequential) is Model
    assert not {"build", "call", "train_step", "compute_mask"} & Model._overrides
    assert "train_step" in Custom._overrides and "call" not in Custom._overrides
    assert "call" in Sequential._overrides


def test_mixins_count_where_they_come_first() -> None:
    class Mixin:
        def compute_mask(self, inputs, mask=None):
            return None

    class Before(Mixin, Layer):
        pass

    class After(Layer, Mixin):
        pass

    assert "compute_mask" in Before._overrides
    assert "compute_mask" not in After._overrides


def test_names_that_every_instance_has() -> None:
    assert {"name", "weights", "_own_trainable"} <= base_attributes(Layer)
    assert "optimizer" in base_attributes(Model) and "optimizer" not in base_attributes(Layer)


def test_a_newer_call_outdates_what_describes_the_older() -> None:
    class Ruled(Layer):
        def call(self, x):
            return x

        def compute_output_shape(self, input_shape):
            return input_shape

        def compute_mask(self, inputs, mask=None):
            return mask

    class Newer(Ruled):
        def call(self, x):
            return x, x

    class Both(Ruled):
        def call(self, x):
            return x, x

        def compute_output_shape(self, input_shape):
            return [input_shape, input_shape]

    class Same(Newer):
        pass

    assert [outdates(one, "compute_mask") for one in (Ruled, Newer, Both, Same)] == [False, True, True, False]
    assert [one._has_outdated_shape for one in (Ruled, Newer, Both, Same)] == [False, True, False, True]
    assert not outdates(Newer, "get_config")
