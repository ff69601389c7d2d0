"""What a model consists of."""

from __future__ import annotations

import pytest
from keras_conformance import Affine
from keras_core import Input, Layer, Model, Sequential, ops
from keras_core.models import Outline


def test_parts_and_connections() -> None:
    first, second = Input((3,), name="first"), Input((3,), name="second")
    layer = Affine(2, name="both")
    left, right = layer(first), layer(second)
    outline = Outline(Model([first, second], [left * right, ops.unstack(left, axis=-1)[1]]))
    parts = {part.name: part for part in outline.parts}
    assert [(part.name, part.kind) for part in outline.parts if part.layer is None] == [
        ("multiply", "Multiply"),
        ("unstack", "Unstack"),
    ]
    assert [tuple(c) for c in parts["both"].connections] == [("first", 0, 0), ("second", 0, 0)]
    assert [tuple(c) for c in parts["multiply"].connections] == [("both", 0, 0), ("both", 0, 1)]
    assert parts["both"].layer is layer and [t.shape for t in parts["both"].outputs] == [(None, 2)] * 2
    assert outline.inputs == ["first", "second"]
    assert outline.outputs == [("multiply", 0), ("unstack", 1)]


def test_only_calls_in_this_model_count() -> None:
    given, other = Input((3,), name="given"), Input((3,), name="other")
    layer = Affine(2, name="layer")
    layer(other)
    (_, part) = Outline(Model(given, layer(given))).parts
    assert [c.source for c in part.connections] == ["given"] and len(part.inputs) == 1


def test_stacks() -> None:
    model = Sequential([Input((3,), name="given"), Affine(2, name="one"), Affine(1, name="two")])
    assert [part.name for part in Outline(model).parts] == ["given", "one", "two"]
    assert [part.name for part in Outline(model, with_inputs=False).parts] == ["one", "two"]
    unbuilt = Outline(Sequential([Affine(2, name="one")]))
    assert [part.name for part in unbuilt.parts] == ["one"] and not unbuilt.parts[0].connections and not unbuilt.inputs


def test_a_part_of_the_parts() -> None:
    outline = Outline(Sequential([Input((3,)), Affine(2, name="one"), Affine(2, name="two"), Affine(1, name="end")]))
    assert [part.name for part in outline.between(["one", "tw.*"])] == ["one", "two"]
    assert outline.between(None) == outline.parts
    with pytest.raises(ValueError, match=r"layer_range takes the names of two layers of .*; got \['one', 'three'\]"):
        outline.between(["one", "three"])


def test_what_has_layers_of_its_own() -> None:
    class Block(Layer):
        def __init__(self, **kwargs: object) -> None:
            super().__init__(**kwargs)
            self.layers = [Affine(2, name="inside")]

        def call(self, x: object) -> object:
            return self.layers[0](x)

    class Wrapping(Layer):
        def __init__(self, layer: Layer, **kwargs: object) -> None:
            super().__init__(**kwargs)
            self.layer = layer

        def call(self, x: object) -> object:
            return self.layer(x)

    inner = Sequential([Input((3,)), Affine(2, name="first")], name="inner")
    model = Sequential([Input((3,)), Wrapping(inner, name="wrapped"), Block(name="block"), Affine(1, name="end")])
    parts = {part.name: part for part in Outline(model).parts}
    assert parts["wrapped"].inner is inner and parts["block"].inner is parts["block"].layer
    assert parts["end"].inner is None
    lines: list[str] = []
    model.summary(print_fn=lines.append, expand_nested=True)
    found = [line.split("(")[0].strip("│ ") for line in lines if "(None" in line or "inside" in line]
    assert found == ["wrapped", "first", "block", "inside", "end"]
