"""Targets and weights by the names of their columns, of sources whose batches are dicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from keras_conformance import Affine
from keras_core import Model, Sequential
from keras_core.data_utils import PyDataset
from keras_core.training.columns import Columns, are_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Data = tuple[np.ndarray, np.ndarray]


class Rows(PyDataset):
    """Batches of four rows, as dicts of columns."""

    def __init__(self, data: Data, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.columns = {"id": np.array(list("abcdefgh")), "features": data[0], "label": data[1], "w": np.arange(8.0)}

    def __len__(self) -> int:
        return 2

    def __getitem__(self, index: int) -> dict[str, np.ndarray]:
        return {name: column[4 * index : 4 * index + 4] for name, column in self.columns.items()}


class Loader:
    """The same without random access, as PyTorch's loaders."""

    def __init__(self, data: Data) -> None:
        self.rows = Rows(data)

    def __iter__(self) -> Iterator[dict[str, np.ndarray]]:
        return (self.rows[index] for index in range(2))


def test_names() -> None:
    assert are_names("a") and are_names(["a", ("b", "c")]) and are_names({"out": "a"})
    assert not any(map(are_names, [None, 1, [], ["a", 1], np.array(["a"]), {"out": np.ones(1)}]))


def test_which_columns_are_x() -> None:
    names = ["a", "b", "y", "w"]
    assert Columns("y", "w", ["b", "a"]).of(names) == ({"b": "b", "a": "a"}, "y", "w")
    assert Columns("y", "w", ["a"]).of(names) == ({"a": "a"}, "y", "w")
    assert Columns("y", "w").of(names) == ({"a": "a", "b": "b"}, "y", "w")
    assert Columns(["y", "b"], "w", ["input"]).of(names) == ("a", ["y", "b"], "w")
    with pytest.raises(ValueError, match=r"columns 'a', 'b' for x, and the model has the inputs 'input'\. Name each"):
        Columns("y", "w", ["input"]).of(names)
    with pytest.raises(ValueError, match="columns none for x"):
        Columns("y").of(["y"])
    with pytest.raises(ValueError, match=r"sample_weight is to be column 'v', .* 'a', 'b', 'y', 'w'\."):
        Columns("y", "v").of(names)


@pytest.mark.needs_train
@pytest.mark.parametrize("make", [Rows, lambda data: Rows(data, workers=2), Loader])
def test_training(compiled: Callable[..., Sequential], data: Data, make: Callable[[Data], Any]) -> None:
    arrays, rows = compiled(), compiled()
    weights = np.arange(8.0)
    common: dict[str, Any] = {"epochs": 2, "shuffle": False, "verbose": 0}
    expected = arrays.fit(*data, 4, sample_weight=weights, validation_data=(*data, weights), **common).history
    found = rows.fit(make(data), y="label", sample_weight="w", validation_data=make(data), **common).history
    np.testing.assert_allclose(found["loss"] + found["val_loss"], expected["loss"] + expected["val_loss"], rtol=1e-5)
    rows.fit(make(data), y="label", sample_weight="w", overfit_batches=1, validation_data=make(data), verbose=0)


def test_evaluation(compiled: Callable[..., Sequential], data: Data) -> None:
    model = compiled()
    expected = model.evaluate(*data, sample_weight=np.arange(8.0), batch_size=4, verbose=0)
    found = model.evaluate(Rows(data), y="label", sample_weight="w", verbose=0)
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_a_model_that_tells_no_inputs_gets_all_that_is_left(data: Data) -> None:
    class Sums(Model):
        def __init__(self) -> None:
            super().__init__()
            self.out = Affine(1)

        def call(self, inputs: Any) -> Any:
            return self.out(inputs["features"])

    model = Sums()
    model.compile(loss="mse")
    assert model.evaluate(({**Rows(data)[0], "id": np.arange(4)} for _ in range(2)), y="label", verbose=0) > 0


def test_batches_that_are_no_dicts_are_refused(compiled: Callable[..., Sequential], data: Data) -> None:
    model = compiled()
    with pytest.raises(ValueError, match=r"evaluate\(\): y and sample_weight are names .* got a tuple"):
        model.evaluate(iter([data]), y="label", verbose=0)
    with pytest.raises(ValueError, match="the data have the columns 'id', 'features', 'label', 'w'"):
        model.evaluate(Rows(data), y="target", verbose=0)
    with pytest.raises(ValueError, match="yields y itself; leave y and sample_weight out, or give the names"):
        model.evaluate(Rows(data), data[1], verbose=0)
    with pytest.raises(ValueError, match=r"y='label' is the name of a column, and x is a ndarray, which has none"):
        model.evaluate(data[0], "label", verbose=0)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_frames(library: str) -> None:
    """Columns of a frame are one array for a model of one input, and else its inputs by name."""
    frames = pytest.importorskip(library)
    a, b, price, weight = np.random.default_rng(0).normal(size=(4, 8))
    frame = frames.DataFrame({"a": a, "price": price, "b": b, "w": abs(weight)})
    x, y, sample_weight = Columns("price", "w", ["input"]).split(frame)
    np.testing.assert_array_equal(x.to_numpy(), np.stack([a, b], axis=1))
    np.testing.assert_array_equal(y.to_numpy(), price)
    np.testing.assert_array_equal(sample_weight.to_numpy(), abs(weight))
    x, y, sample_weight = Columns({"out": "price"}, None, ["b"]).split(frame)
    np.testing.assert_array_equal(x["b"].to_numpy(), b)
    np.testing.assert_array_equal(y["out"].to_numpy(), price)
    assert sample_weight is None
    with pytest.raises(ValueError, match="columns 'a', 'price', 'b', 'w'"):
        Columns("cost", None, ["input"]).split(frame)


@pytest.mark.needs_train
def test_columns_of_arrays(compiled: Callable[..., Sequential], data: Data) -> None:
    """A dict of arrays is split as the batches of a source are, also where a part of it validates."""
    columns = {"features": data[0], "label": data[1], "w": np.arange(8.0)}
    more: dict[str, Any] = {"epochs": 2, "batch_size": 4, "shuffle": False, "verbose": 0}
    expected = compiled().fit(*data, sample_weight=columns["w"], validation_split=0.25, **more).history
    by_name = {"y": "label", "sample_weight": "w"}
    found = compiled().fit(columns, **by_name, validation_split=0.25, **more).history
    for name in expected:
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-5)
    expected = compiled().fit(*data, validation_data=data, **more).history
    pair = {"features": data[0], "label": data[1]}
    found = compiled().fit(pair, y="label", validation_data=pair, **more).history
    np.testing.assert_allclose(found["val_loss"], expected["val_loss"], rtol=1e-5)


@pytest.mark.needs_train
def test_fit_of_a_frame(compiled: Callable[..., Sequential], data: Data) -> None:
    frames = pytest.importorskip("pandas")
    names = [f"f{i}" for i in range(data[0].shape[1])]
    frame = frames.DataFrame({**dict(zip(names, data[0].T, strict=True)), "label": data[1].ravel()})
    more: dict[str, Any] = {"epochs": 2, "batch_size": 4, "shuffle": False, "verbose": 0}
    expected = compiled().fit(*data, **more).history["loss"]
    found = compiled().fit(frame, y="label", validation_data=frame, **more).history
    np.testing.assert_allclose(found["loss"], expected, rtol=1e-5)
    assert len(found["val_loss"]) == 2
