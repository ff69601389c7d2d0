"""Models stepped by hand: trees of state, step functions, losses without effects."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_conformance import Affine
from keras_core import Input, Layer, Sequential, backend, ops


def test_a_tree_holds_every_variable_by_its_path(compiled: Any, data: Any) -> None:
    model = compiled(metrics=["mae"])
    model.evaluate(*data, verbose=0)
    tree = model.get_state_tree("numpy_array")
    assert list(tree) == [
        "trainable_variables",
        "non_trainable_variables",
        "optimizer_variables",
        "metrics_variables",
    ]
    trained = tree["trainable_variables"]["net"]["out"]
    assert trained["kernel"].tolist() == [[1], [1], [1]] and trained["bias"].tolist() == [0]
    found: list[Any] = []

    def collect(value: Any) -> None:
        for one in value.values():
            collect(one) if isinstance(one, dict) else found.append(one)

    collect(tree)
    variables = [*model.trainable_variables, *model.non_trainable_variables, *model.optimizer.variables]
    assert len(found) == len(variables) + len(model.metrics_variables)
    assert backend.active().is_tensor(model.get_state_tree()["trainable_variables"]["net"]["out"]["kernel"])


def test_a_tree_comes_back_and_a_part_of_one_too(compiled: Any, data: Any) -> None:
    model = compiled(metrics=["mae"])
    expected = model.evaluate(*data, verbose=0)
    tree = model.get_state_tree("numpy_array")
    del tree["optimizer_variables"]  # whose names are numbered
    other = compiled(metrics=["mae"])
    other.evaluate(*data, verbose=0)
    other.set_weights([np.zeros((3, 1)), np.ones(1)])
    other.set_state_tree(tree)
    np.testing.assert_allclose(other.evaluate(*data, verbose=0), expected)
    other.set_state_tree({"trainable_variables": {"net": {"out": {"bias": np.array([5.0])}}}})
    assert [one.tolist() for one in other.get_weights()] == [[[1], [1], [1]], [5]]


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ({"trainable": {}}, "got 'trainable'; there are trainable_variables"),
        (
            {"trainable_variables": {"net": {"out": {"bia": np.zeros(1)}}}},
            "no variable 'net/out/bia' among .*'net/out/bias'",
        ),
        (
            {"trainable_variables": {"net": {"out": {"bias": np.zeros(2)}}}},
            r"'net/out/bias' has shape \(1,\), got \(2,\)",
        ),
    ],
)
def test_a_tree_that_does_not_fit_changes_nothing(compiled: Any, tree: Any, message: str) -> None:
    model = compiled()
    with pytest.raises(ValueError, match=message):
        model.set_state_tree({"trainable_variables": {"net": {"out": {"kernel": np.zeros((3, 1))}}}, **tree})
    assert model.get_weights()[0].sum() == 3
    with pytest.raises(ValueError, match="value_format must be one of"):
        model.get_state_tree("list")


@pytest.mark.needs_train
def test_step_functions_take_iterators(compiled: Any, data: Any) -> None:
    x, y = data
    model, other = compiled(metrics=["mae"]), compiled(metrics=["mae"])
    step = model.make_train_function()
    assert model.train_function is step
    batches = iter([(x[:4], y[:4]), (x[4:], y[4:])])
    logs = [step(batches), step(batches)]
    other.fit(x, y, batch_size=4, shuffle=False, verbose=0)
    assert {name: pytest.approx(value) for name, value in logs[-1].items()} == {
        name: values[0] for name, values in other.history.history.items()
    }
    tested = model.make_test_function()(iter([(x, y)]))
    assert set(tested) == {"loss", "mae"}
    np.testing.assert_allclose(model.make_predict_function(force=True)(iter([x])), model.predict(x, verbose=0), 1e-5)


def test_programs_are_compiled_as_the_switch_says(compiled: Any, data: Any) -> None:
    model = compiled()
    assert model.jit_compile is None
    model.jit_compile = True
    assert model.jit_compile is True


def test_loss_and_updates_for_given_values(compiled: Any, data: Any) -> None:
    x, y = data
    model = compiled(metrics=["mae"])
    model.evaluate(x, y, verbose=0)
    before = model.get_weights()
    values = [
        [np.zeros((3, 1), "float32"), np.ones(1, "float32")],
        [variable.value for variable in model.non_trainable_variables],
        [variable.value * 0.0 for variable in model.metrics_variables],
    ]
    scaled, (loss, outputs, others, metrics) = model.compute_loss_and_updates(*values, x, y, None, training=True)
    assert float(backend.to_numpy(loss)) == pytest.approx(np.mean((1 - y) ** 2), rel=1e-5)
    assert float(backend.to_numpy(scaled)) == float(backend.to_numpy(loss))
    np.testing.assert_allclose(backend.to_numpy(outputs), np.ones((8, 1)))
    assert len(others) == len(model.non_trainable_variables) and len(metrics) == len(model.metrics_variables)
    for one, expected in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(one, expected)


def test_names_of_both_apis() -> None:
    class Shows(Layer):
        def build(self, input_shape: Any) -> None:
            self.scale = self.add_variable((1,), "ones", name="scale")

        def call(self, x: Any) -> Any:
            self.add_metric(ops.sum(x), name="total")
            return x * self.scale

    layer = Shows(name="shows")
    model = Sequential([Input((3,)), layer, Affine(1)])
    assert (
        model.model is model
        and not model.stateful
        and layer.path == f"{model.name}/shows"
        and layer.input_dtype == "float32"
    )
    assert layer.quantization_mode is None
    layer.assert_input_compatibility(np.ones((2, 3)))
    outputs, masks, shapes = model.run_internal_graph(ops.convert_to_tensor(np.ones((2, 3), "float32")))
    assert (len(outputs), masks, shapes) == (1, [None], [(2, 1)])
    model.compile(None, "mse")
    logs = model.evaluate(np.ones((2, 3), "float32"), np.ones((2, 1), "float32"), verbose=0, return_dict=True)
    assert logs["total"] == 6 and [one.name for one in layer.metrics_variables] == [
        variable.name for metric in layer.metrics for variable in metric.variables
    ]
    with pytest.raises(ValueError, match="add_metric"):
        layer.add_metric(1.0)
