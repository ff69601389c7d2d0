"""Data sets of Hugging Face's library `datasets`, where it is installed: in memory, larger, transformed, streamed."""

from __future__ import annotations

import subprocess
import sys
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from keras_conformance import Affine, Descent
from keras_core import Input, Model, Sequential, config
from keras_core.training.array_data import ArrayData
from keras_core.training.batch_source import BatchSource
from keras_core.training.columns import Columns
from keras_core.training.data_budget import limited_data_budget
from keras_core.training.hugging_face import RowBatches, is_data_set, source_of_data_set

datasets = pytest.importorskip("datasets")

if TYPE_CHECKING:
    from collections.abc import Callable

rng = np.random.default_rng(0)
X = rng.normal(size=(10, 3)).astype("float32")
Y = rng.normal(size=(10, 1)).astype("float32")
W = rng.uniform(size=10).astype("float32")
FORMATS = [None, "numpy", "torch", "pandas", "arrow", "polars"]
BY_NAME = Columns("label", "weight")


def table(**columns: Any) -> Any:
    columns = columns or {"features": X.tolist(), "label": Y.tolist(), "weight": W.tolist()}
    return datasets.Dataset.from_dict(columns)


def formatted(form: str | None) -> Any:
    if form is not None and form not in ("numpy", "pandas", "arrow"):
        pytest.importorskip(form)
    return table().with_format(form)


def doubled(batch: dict[str, Any]) -> dict[str, Any]:
    return {"features": 2 * np.array(batch["features"], "float32"), "label": batch["label"]}


@pytest.mark.parametrize("form", FORMATS)
def test_a_data_set_that_fits_is_read_as_arrays(form: str | None) -> None:
    source = source_of_data_set(formatted(form), BY_NAME, 4)
    assert isinstance(source, ArrayData)
    for found, expected in zip(source.batch, (X, Y, W), strict=True):
        assert found.dtype == np.float32
        np.testing.assert_array_equal(found, expected)


def test_formats_leave_columns_out() -> None:
    chosen = table().with_format("numpy", columns=["features", "label"])
    assert isinstance(source_of_data_set(chosen, Columns("label"), 4), ArrayData)
    with pytest.raises(ValueError, match="sample_weight is to be column 'weight', and the data have"):
        source_of_data_set(chosen, BY_NAME, 4)


def test_floats_are_exact_in_floatx() -> None:
    thirds = table(x=[1 / 3, 2 / 3], y=[0, 1])
    usual = config.floatx()
    config.set_floatx("float64")
    try:
        source = source_of_data_set(thirds, Columns("y"), 2)
        assert isinstance(source, ArrayData) and source.batch[0].tolist() == [1 / 3, 2 / 3]
    finally:
        config.set_floatx(usual)


@pytest.mark.parametrize("streamed", [False, True])
def test_batches_of_what_is_larger_than_the_budget_or_streamed(streamed: bool) -> None:
    data = table().to_iterable_dataset() if streamed else table()
    with limited_data_budget(100):
        source = source_of_data_set(data, BY_NAME, 4)
    assert isinstance(source, BatchSource) and source.steps == (None if streamed else 3)
    for _ in range(2):
        batches = [batch for _, batch in source.calls(1)]
        source.end_epoch()
        assert [len(x) for x, _, _ in batches] == [4, 4, 2]
        for found, expected in zip(zip(*batches, strict=True), (X, Y, W), strict=True):
            np.testing.assert_array_equal(np.concatenate(found), expected)


def test_every_pass_has_a_new_order() -> None:
    rows = RowBatches(table(n=list(range(10))).with_format("numpy"), 4, shuffle=True)
    first, second = ([batch["n"].tolist() for batch in rows] for _ in range(2))
    assert first != second and list(map(len, first)) == [4, 4, 2]
    assert sorted(chain(*first)) == sorted(chain(*second)) == list(range(10))
    together = RowBatches(table(n=list(range(10))).with_format("numpy"), 4, shuffle="batch")
    assert sorted(batch["n"][0] for batch in together) == [0, 4, 8]


def test_a_streamed_data_set_that_its_user_shuffles_has_a_new_order_in_each_epoch_of_training() -> None:
    data = table(n=list(range(10))).to_iterable_dataset().shuffle(seed=1, buffer_size=10).with_format("numpy")
    first, second = ([n for batch in rows for n in batch["n"]] for rows in [RowBatches(data, 4, True)] * 2)
    assert first != second and sorted(first) == sorted(second) == list(range(10))


def test_transforms_are_applied_when_batches_are_read() -> None:
    source = source_of_data_set(table().with_transform(doubled), Columns("label"), 4)
    assert isinstance(source, BatchSource)
    np.testing.assert_array_equal(source.peek()[0], 2 * X[:4])
    np.testing.assert_array_equal(source.peek()[1], Y[:4])


def test_images_are_decoded() -> None:
    pytest.importorskip("PIL")
    images = rng.integers(0, 256, (3, 4, 5, 3)).astype("uint8")
    features = datasets.Features({"image": datasets.Image(), "label": datasets.ClassLabel(names=["a", "b"])})
    data = datasets.Dataset.from_dict({"image": list(images), "label": [0, 1, 1]}, features=features)
    source = source_of_data_set(data, Columns("label"), 2)
    assert isinstance(source, ArrayData)
    np.testing.assert_array_equal(source.batch[0], images)
    assert source.batch[1].tolist() == [0, 1, 1]


@pytest.mark.needs_train
@pytest.mark.parametrize("make", [table, lambda: table().to_iterable_dataset()], ids=["indexed", "streamed"])
def test_training_gives_the_numbers_of_arrays(compiled: Callable[..., Sequential], make: Callable[[], Any]) -> None:
    arrays, rows = compiled(weighted_metrics=["mse"]), compiled(weighted_metrics=["mse"])
    common: dict[str, Any] = {"batch_size": 4, "epochs": 2, "shuffle": False, "verbose": 0}
    expected = arrays.fit(X, Y, sample_weight=W, validation_data=(X, Y, W), **common).history
    found = rows.fit(make(), "label", sample_weight="weight", validation_data=make(), **common).history
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, rtol=1e-5)
    explicit = rows.fit(make(), "label", sample_weight="weight", validation_data=(make(), "label", "weight"), **common)
    assert explicit.history["val_loss"][-1] < found["val_loss"][-1]
    if make is table:
        rows.fit(make(), "label", sample_weight="weight", validation_split=0.2, class_weight=None, verbose=0)


@pytest.mark.parametrize("streamed", [False, True])
def test_evaluation_and_prediction(compiled: Callable[..., Sequential], streamed: bool) -> None:
    data = table().to_iterable_dataset() if streamed else table()
    model = compiled()
    found = model.evaluate(data, y="label", sample_weight="weight", batch_size=4, verbose=0)
    np.testing.assert_allclose(found, model.evaluate(X, Y, sample_weight=W, verbose=0), rtol=1e-5)
    np.testing.assert_allclose(model.predict(data, batch_size=4, verbose=0), X.sum(1, keepdims=True), rtol=1e-5)
    alone = data.select_columns(["features"]).rename_column("features", "anything")
    np.testing.assert_allclose(model.predict(alone, verbose=0), X.sum(1, keepdims=True), rtol=1e-5)


def test_several_inputs_and_outputs_by_name() -> None:
    a, b = Input((3,), name="a"), Input((3,), name="b")
    model = Model([b, a], {"p": Affine(1, name="p")(b), "q": Affine(2, name="q")(a)})
    model.compile(Descent(0.1), "mse")
    data = table(id=list("abcdefghij"), a=X.tolist(), b=(-X).tolist(), one=Y.tolist(), two=np.tile(Y, 2).tolist())
    found = model.evaluate(data, y={"p": "one", "q": "two"}, verbose=0)
    expected = model.evaluate([-X, X], {"p": Y, "q": np.tile(Y, 2)}, verbose=0)
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    np.testing.assert_allclose(model.predict(data, verbose=0)["p"], model.predict([-X, X], verbose=0)["p"], rtol=1e-5)


def test_what_is_not_clear_is_said(compiled: Callable[..., Sequential]) -> None:
    model = compiled()
    with pytest.raises(ValueError, match=r"y is to be column 'lable', and .* 'features', 'label', 'weight'\. Did you"):
        model.evaluate(table(), y="lable", verbose=0)
    with pytest.raises(ValueError, match=r"is to be column 'lable', and the data have the columns 'features'"):
        model.evaluate(table().to_iterable_dataset(), y="lable", verbose=0)
    with pytest.raises(
        ValueError, match=r"predict\(\): the data have the columns 'a', 'b' for x, .* inputs 'features'"
    ):
        model.predict(table(a=X.tolist(), b=Y.tolist()), verbose=0)
    with pytest.raises(ValueError, match="give y and sample_weight as names of columns"):
        model.evaluate(table(), y=Y, verbose=0)
    with pytest.raises(ValueError, match="DatasetDict of the splits 'train', 'test'; give one of them"):
        model.evaluate(datasets.DatasetDict(train=table(), test=table()), y="label", verbose=0)
    with pytest.raises(ValueError, match="empty data: x has 0 samples"):
        model.evaluate(table(x=[], label=[]), y="label", verbose=0)
    with pytest.raises(ValueError, match=r"x is not a rectangular array.* Pad its rows to one length"):
        model.predict(table(x=[[1.0], [1.0, 2.0]]), verbose=0)


def test_the_library_is_not_imported() -> None:
    code = (
        "import sys, numpy, keras_core.training.hugging_face as data; data.is_data_set(numpy.ones(2)); "
        "print('datasets' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"
    assert is_data_set(table()) and is_data_set(table().to_iterable_dataset()) and not is_data_set({"column_names": []})
