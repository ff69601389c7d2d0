"""The table that Model.summary prints."""

from __future__ import annotations

import numpy as np
import pytest
from keras_conformance import Affine, Descent
from keras_core import Input, Model, Sequential, ops
from keras_core.models.summary import summary_lines

pytest.importorskip("rich")


def lines(model: Model, **options: object) -> str:
    known = ("line_length", "positions", "expand_nested", "show_trainable", "layer_range")
    given = dict.fromkeys(known) | {"expand_nested": False, "show_trainable": False} | options
    return "\n".join(summary_lines(model, **given))  # type: ignore[arg-type]


def stacked() -> Sequential:
    return Sequential([Input((3,)), Affine(4, name="first"), Affine(1, name="second")], name="seq")


def test_rows_and_totals() -> None:
    model = stacked()
    model.layers[0].trainable = False
    text = lines(model, show_trainable=True)
    rows = {line.split(" (")[0].strip("│ "): line for line in text.splitlines() if "(Affine)" in line}
    assert list(rows) == ["first", "second"]
    assert "(None, 4)" in rows["first"] and "16" in rows["first"] and rows["first"].strip("│ ").endswith("N")
    assert "(None, 1)" in rows["second"] and rows["second"].strip("│ ").endswith("Y")
    assert "Total params: 21 (84.00 B)" in text
    assert "Trainable params: 5 (20.00 B)" in text and "Non-trainable params: 16 (64.00 B)" in text
    assert "Connected to" not in text and "Optimizer params" not in text


def test_a_branched_graph_shows_where_inputs_come_from() -> None:
    inputs = Input((3,), name="given")
    left, right = Affine(2, name="left")(inputs), Affine(2, name="right")(inputs)
    text = lines(Model(inputs, Affine(1, name="top")(left + right)))
    (row,) = [line for line in text.splitlines() if "left (Affine)" in line]
    assert "Connected to" in text and "given" in row


def test_what_is_not_built_has_no_shape() -> None:
    text = lines(Sequential([Affine(4, name="first")]))
    (row,) = [line for line in text.splitlines() if "first" in line]
    assert "?" in row and "0 (unbuilt)" in row and "Total params: 0 (0.00 B)" in text


def test_nested_models_are_expanded() -> None:
    inner = Sequential([Input((3,)), Affine(2, name="inside")], name="inner")
    model = Sequential([Input((3,)), inner])
    assert "inside" not in lines(model)
    assert "  inside (Affine)" in lines(model, expand_nested=True)


def test_nested_models_show_their_operations_and_their_own_connections() -> None:
    start = Input((3,), name="inner_start")
    inner = Model(start, ops.relu(Affine(3, name="inside")(start)) + start, name="inner")
    given = Input((3,), name="given")
    text = lines(Model(given, ops.relu(inner(given)) + given, name="outer"), expand_nested=True, show_trainable=True)
    cells = [[cell.strip() for cell in line.split("│")[1:-1]] for line in text.splitlines() if "│" in line]
    assert [(row[0], row[3], row[4]) for row in cells] == [
        ("given (InputLayer)", "-", "Y"),
        ("inner (Functional)", "given", "Y"),
        ("inner_start (InputLayer)", "-", "Y"),
        ("inside (Affine)", "inner_start", "Y"),
        ("relu (Relu)", "inside", "-"),
        ("add (Add)", "relu, inner_start", "-"),
        ("relu (Relu)", "inner", "-"),
        ("add (Add)", "relu, given", "-"),
    ]


def test_a_range_by_regular_expressions() -> None:
    text = lines(stacked(), layer_range=["sec.*", "s.*"])
    assert "second (Affine)" in text and "first (Affine)" not in text
    assert "first (Affine)" in lines(stacked(), layer_range=["f", "second"])


def test_a_range_of_layers() -> None:
    text = lines(stacked(), layer_range=["second", "second"])
    assert "second (Affine)" in text and "first (Affine)" not in text
    for wrong in (["first"], ["first", "third"]):
        with pytest.raises(ValueError, match=r"layer_range takes the names of two layers of first, second; got"):
            lines(stacked(), layer_range=wrong)


def test_widths_of_columns() -> None:
    for options, ends in (
        ({"line_length": 100, "positions": [0.6, 0.8, 1.0]}, [60, 80, 100]),
        ({"line_length": 60, "positions": [30, 45, 60]}, [30, 45, 60]),
        ({"positions": [0.5, 0.75, 1.0]}, [36, 54, 72]),
    ):
        rows = [line for line in lines(stacked(), **options).splitlines() if "(Affine)" in line]
        assert [[i + 1 for i, sign in enumerate(row) if sign == "│"][1:] for row in rows] == [ends, ends]
    for length in (30, 100):
        table = [line for line in lines(stacked(), line_length=length).splitlines() if line[0] in "┏┡│└"]
        assert {len(line) for line in table} == {length}


@pytest.mark.needs_train
def test_the_optimizers_slots_count() -> None:
    model = stacked()
    model.compile(Descent(0.1), "mse")
    model.train_on_batch(np.ones((2, 3)), np.ones((2, 1)))
    text = lines(model)
    assert "Optimizer params: 23 " in text  # counter, rate, and a velocity for each of 21
    assert "Total params: 44 " in text
