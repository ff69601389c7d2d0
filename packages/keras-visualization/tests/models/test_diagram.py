"""Boxes, groups and arrows of models of each shape."""

from __future__ import annotations

import pytest
from keras_core import Input, Layer, Model, Sequential, ops
from keras_layers import Dense, TimeDistributed
from keras_visualization.models.diagram import Box, Diagram, Group, Shown, diagram_of
from pictured_models import branched, called_again, nested, recurrent, shared

NAMES = Shown(layer_names=True)


def named(diagram: Diagram) -> list[tuple[str, str]]:
    names = {box.key: box.tooltip.split(" ")[0] for box in diagram.root.boxes()}
    return [(names[start], names[end]) for start, end in diagram.arrows]


def box(diagram: Diagram, name: str) -> Box:
    (found,) = [one for one in diagram.root.boxes() if one.tooltip.startswith(f"{name} (")]
    return found


def test_branches() -> None:
    diagram = diagram_of(branched(), NAMES)
    assert sorted(named(diagram)) == [
        ("conv", "mean"),
        ("drop", "age"),
        ("joined", "digit"),
        ("mean", "joined"),
        ("numbers", "drop"),
        ("numbers", "joined"),
        ("picture", "conv"),
    ]
    assert box(diagram, "conv").title == "conv (Conv2D)"
    assert {one.role for one in diagram.root.boxes()} == {"input", "weights", "layer"}


def test_a_shared_layer_is_one_box() -> None:
    diagram = diagram_of(shared(), NAMES)
    assert sorted(named(diagram)) == [
        ("first", "words"),
        ("reader", "minus"),
        ("second", "words"),
        ("words", "reader"),
    ]


def test_what_is_shown_of_a_layer() -> None:
    model = branched()
    model.get_layer("conv").trainable = False
    rows = dict(box(diagram_of(model, Shown(True, True, True, True, True)), "conv").rows)
    assert rows == {
        "Input shape": "(None, 8, 8, 3)",
        "Output shape": "(None, 6, 6, 4)",
        "Output dtype": "float32",
        "Activation": "relu",
        "Trainable": "no",
    }
    joined = box(diagram_of(model, Shown(shapes=True)), "joined")
    assert joined.title == "Concatenate"
    assert joined.rows == (("Input shape", "(None, 4), (None, 5)"), ("Output shape", "(None, 9)"))
    assert box(diagram_of(model, Shown()), "conv").role == "frozen" and not box(diagram_of(model, Shown()), "conv").rows


def test_a_model_inside_is_one_box_or_a_group() -> None:
    folded = diagram_of(nested(), NAMES)
    assert ("left", "encoder") in named(folded) and ("encoder", "sum") in named(folded)
    assert box(folded, "encoder").role == "model"
    diagram = diagram_of(nested(), Shown(layer_names=True, expand_nested=True))
    encoder, head = (one for one in diagram.root.members if isinstance(one, Group))
    assert encoder.title == "encoder (Functional)" and head.title == "head (Sequential)"
    assert [one.tooltip for one in head.boxes()] == ["codes (InputLayer)", "scores (Dense)"]
    assert sorted(named(diagram)) == [
        ("code", "difference"),
        ("codes", "scores"),
        ("difference", "codes"),
        ("given", "hidden"),
        ("hidden", "code"),
        ("hidden", "sum"),
        ("left", "given"),
        ("right", "given"),
    ]


def test_wrappers_name_what_they_wrap() -> None:
    diagram = diagram_of(recurrent(), Shown(activations=True))
    assert [one.title for one in diagram.root.boxes()] == [
        "InputLayer",
        "Embedding",
        "Bidirectional(GRU)",
        "TimeDistributed(Dense)",
    ]
    assert dict(box(diagram, "tags").rows) == {"Activation": "softmax"}
    given, steps = Input((3,)), Input((5, 3))
    inner = Model(given, Dense(2, name="inside")(given))
    expanded = diagram_of(Model(steps, TimeDistributed(inner)(steps)), Shown(expand_nested=True))
    assert len(named(expanded)) == 2 and box(expanded, "inside")


def test_ops_and_calls_of_what_was_called() -> None:
    given = Input((3,), name="given")
    diagram = diagram_of(Model(given, ops.relu(given) + given), NAMES)
    assert sorted(named(diagram)) == [("given", "add"), ("given", "relu"), ("relu", "add")]
    assert box(diagram, "add").role == "op"
    assert sorted(named(diagram_of(called_again(), NAMES))) == [
        ("again", "again"),
        ("again", "between"),
        ("between", "again"),
        ("given", "again"),
    ]


def test_models_without_a_graph() -> None:
    stack = Sequential([Dense(3, name="one"), Dense(2, name="two")])
    diagram = diagram_of(stack, Shown(shapes=True))
    assert named(diagram) == [("one", "two")]
    assert box(diagram, "one").rows == (("Output shape", "?"),)

    class Own(Model):
        def __init__(self) -> None:
            super().__init__(name="own")
            self.first, self.second = Dense(2, name="first"), Dense(2, name="second")

        def call(self, x: object) -> object:
            return self.second(self.first(x))

    assert [one.title for one in diagram_of(Own(), NAMES).root.boxes()] == ["own (Own)"]
    expanded = diagram_of(Own(), Shown(layer_names=True, expand_nested=True))
    assert [one.title for one in expanded.root.boxes()] == ["first (Dense)", "second (Dense)"]
    assert not expanded.arrows
    assert list(diagram_of(Sequential(), Shown(expand_nested=True)).root.boxes()) == []


def test_layers_that_hold_others() -> None:
    class Block(Layer):
        def __init__(self) -> None:
            super().__init__(name="block")
            self.layers = [Dense(2, name="one"), Dense(2, name="two")]

        def call(self, x: object) -> object:
            return self.layers[1](self.layers[0](x))

    model = Sequential([Input((3,), name="given"), Block(), Dense(1, name="end")])
    assert named(diagram_of(model, NAMES)) == [("given", "block"), ("block", "end")]
    expanded = diagram_of(model, Shown(layer_names=True, expand_nested=True))
    assert [one.title for one in expanded.root.members if isinstance(one, Group)] == ["block (Block)"]
    assert named(expanded) == [("given", "one"), ("two", "end")]  # what is within its call is not known


def test_a_range_of_layers() -> None:
    model = branched()
    diagram = diagram_of(model, Shown(layer_range=["conv", "joined"]))
    names = {one.tooltip.split(" ")[0] for one in diagram.root.boxes()}
    assert {"conv", "mean", "joined"} <= names and not names & {"picture", "digit"}
    assert ("mean", "joined") in named(diagram)
    with pytest.raises(ValueError, match="layer_range takes the names of two layers of"):
        diagram_of(model, Shown(layer_range=["conv", "nothing"]))
