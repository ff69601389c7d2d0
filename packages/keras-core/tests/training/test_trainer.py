"""compile, fit, evaluate and predict: forms of data, arguments of both APIs, messages for mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from keras_conformance import Affine, Descent, problem
from keras_core import Input, Model, Sequential, losses
from keras_core.backend.optional_protocols import RunsBatches
from keras_core.config import settings
from keras_core.optimizers import LossScaleOptimizer
from keras_core.training.programs import Programs

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.needs_train


def compiled(loss: Any = "mse", units: int = 1, **arguments: Any) -> Sequential:
    model = Sequential([Input((5,), name="features"), Affine(units, name="out")], name="net")
    model.compile(Descent(0.01), loss, **arguments)
    return model


def test_metrics_and_history_have_the_names_of_both_apis() -> None:
    x, y = problem(16)
    history = compiled(metrics=["mae", "accuracy"]).fit(x, y, epochs=2, validation_data=(x, y), verbose=0).history
    assert list(history) == ["loss", "mae", "accuracy", "val_loss", "val_mae", "val_accuracy"]
    assert history["acc"] == history["accuracy"] and len(history["loss"]) == 2


@pytest.mark.parametrize("kind", ["generator", "list", "sequence", "dataset"])
def test_sources_of_batches(kind: str) -> None:
    x, y = problem(32)
    batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 32, 8)]

    class Source:
        ended = 0

        def __len__(self) -> int:
            return 4

        def __getitem__(self, index: int) -> Any:
            return batches[index]

        def on_epoch_end(self) -> None:
            Source.ended += 1

    class Dataset:
        def __iter__(self) -> Iterator[Any]:
            return iter(batches)

    def endless() -> Iterator[Any]:
        while True:
            yield from batches

    source = {"generator": endless(), "list": iter(batches * 2), "sequence": Source(), "dataset": Dataset()}[kind]
    model = compiled()
    model.set_weights([w * 0 for w in model.get_weights()])
    reference = compiled()
    reference.set_weights(model.get_weights())
    reference.fit(x, y, batch_size=8, shuffle=False, epochs=2, verbose=0)
    model.fit(source, steps_per_epoch=4 if kind in ("generator", "list") else None, epochs=2, shuffle=False, verbose=0)
    for a, b in zip(model.get_weights(), reference.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)
    assert kind != "sequence" or Source.ended == 2


def test_a_generator_that_ends_early_is_said() -> None:
    x, y = problem(8)
    model = compiled()
    with pytest.warns(UserWarning, match="ended after 2 of 5 steps in epoch 1.*steps_per_epoch"):
        history = model.fit(iter([(x, y)] * 2), steps_per_epoch=5, epochs=3, verbose=0)
    assert len(history.epoch) == 1


def test_every_batch_is_looked_at() -> None:
    x, _ = problem(8)
    right, wrong = np.arange(8) % 3, np.arange(8)
    model = compiled(losses.SparseCategoricalCrossentropy(from_logits=True), units=3)
    before = model.get_weights()
    with pytest.raises(ValueError, match="class indices for output 'out' run from 0 to 7"):
        model.fit(iter([(x, right), (x, right), (x, wrong)]), verbose=0)
    model.train_on_batch(x, right)
    with pytest.raises(ValueError, match="class indices for output 'out' run from 0 to 7"):
        model.train_on_batch(x, wrong)
    with pytest.raises(ValueError, match=r"input 'features' has shape \(None, 5\), got an array of shape \(8, 4\)"):
        model.fit(iter([(x, right), (x[:, :4], right)]), verbose=0)
    assert all(np.isfinite(now).all() and (now != old).any() for now, old in zip(model.get_weights(), before))


@pytest.mark.parametrize("method", ["predict", "predict_on_batch"])
def test_predictions_of_a_kind_seen_before(method: str) -> None:
    x, _ = problem(8)
    model = compiled()
    kernel, bias = model.get_weights()

    def predict(data: np.ndarray) -> np.ndarray:
        return model.predict(data, verbose=0) if method == "predict" else model.predict_on_batch(data)

    for data in (x, x * 2, x[:1], x[1:2], x.astype("float64"), x, x.astype("int32"), x[:0:-1]):
        kept = data.copy()
        found = predict(data)
        np.testing.assert_allclose(found, data.astype("float32") @ kernel + bias, rtol=1e-5, atol=1e-5)
        found += 1  # an array of the caller's own
        np.testing.assert_array_equal(data, kept)
    model.set_weights([kernel * 3, bias])
    np.testing.assert_allclose(predict(x), x @ kernel * 3 + bias, rtol=1e-5, atol=1e-5)
    with pytest.raises(ValueError, match=r"input 'features' has shape \(None, 5\), got an array of shape \(8, 4\)"):
        predict(x[:, :4])
    np.testing.assert_allclose(model.predict(x, batch_size=3, verbose=0), predict(x), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("method", ["evaluate", "predict"])
def test_evaluate_and_predict_say_it_too(method: str) -> None:
    x, y = problem(8)
    with pytest.warns(UserWarning, match="ended after 2 of steps=5 steps.*give steps=2"):
        getattr(compiled(), method)(iter([(x, y)] * 2), steps=5, verbose=0)


def test_a_validation_that_ends_early_is_said() -> None:
    x, y = problem(8)
    with pytest.warns(UserWarning, match="ended after 2 of validation_steps=5"):
        compiled().fit(x, y, validation_data=iter([(x, y)] * 2), validation_steps=5, verbose=0)


@pytest.mark.parametrize("name", ["batch_size", "steps_per_epoch", "validation_batch_size"])
def test_sizes_are_positive(name: str) -> None:
    x, y = problem(8)
    with pytest.raises(ValueError, match=rf"fit\(\): {name} must be a positive integer( or 'auto')?, got 0"):
        compiled().fit(x, y, verbose=0, **{name: 0})


def test_the_data_that_is_wrong_is_named_as_the_user_does() -> None:
    x, y = problem(8)
    with pytest.raises(ValueError, match=r"validation_data of fit\(\): all data must have the same number"):
        compiled().fit(x, y, validation_data=(x, y[:3]), verbose=0)


def test_class_weights_of_batches_from_a_source() -> None:
    x, _ = problem(12)
    y = np.arange(12) % 3
    weights = {0: 1.0, 1: 2.0, 2: 0.5}
    arrays, batches = (compiled("sparse_categorical_crossentropy", 3) for _ in range(2))
    batches.set_weights(arrays.get_weights())
    own = np.linspace(0.1, 1, 12)
    arrays.fit(x, y, class_weight=weights, sample_weight=own, batch_size=4, shuffle=False, verbose=0)
    pieces = [(x[i : i + 4], y[i : i + 4], own[i : i + 4]) for i in range(0, 12, 4)]
    batches.fit(iter(pieces), class_weight=weights, verbose=0)
    for a, b in zip(arrays.get_weights(), batches.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def test_metrics_with_and_without_sample_weights() -> None:
    x, y = problem(8)
    weight = np.linspace(0, 1, 8)
    model = compiled(metrics=["mae"], weighted_metrics=["mae"])
    found = model.evaluate(x, y, sample_weight=weight, return_dict=True, verbose=0)
    error = np.abs(model.predict(x, verbose=0) - y)[:, 0]
    assert found["mae"] == pytest.approx(error.mean(), rel=1e-5)
    assert found["weighted_mae"] == pytest.approx((error * weight).sum() / weight.sum(), rel=1e-5)


def test_class_and_sample_weights() -> None:
    x, _ = problem(12)
    y = np.arange(12) % 3
    model = compiled("sparse_categorical_crossentropy", 3)
    logits = model.predict(x, verbose=0)

    def expected(weights: np.ndarray) -> float:
        p = np.exp(logits - logits.max(-1, keepdims=True))
        p /= p.sum(-1, keepdims=True)
        return float((-np.log(p[np.arange(12), y]) * weights).mean())

    model.compile(Descent(0.0), losses.SparseCategoricalCrossentropy(from_logits=True))
    weights = np.array([1.0, 2.0, 0.5])
    own = np.linspace(0.1, 1, 12)
    assert model.train_on_batch(x, y) == pytest.approx(expected(np.ones(12)), rel=1e-4)
    assert model.train_on_batch(x, y, sample_weight=own) == pytest.approx(expected(own), rel=1e-4)
    weighted = model.train_on_batch(x, y, class_weight=dict(enumerate(weights)))
    assert weighted == pytest.approx(expected(weights[y]), rel=1e-4)
    model.fit(x, y, class_weight=dict(enumerate(weights)), sample_weight=own, verbose=0)
    with pytest.raises(ValueError, match=r"no entry for the classes \[2\]"):
        model.fit(x, y, class_weight={0: 1.0, 1: 1.0}, verbose=0)


def test_losses_of_several_outputs_and_their_weights() -> None:
    x, y = problem(10)
    inputs = Input((5,))
    model = Model(inputs, [Affine(1, name="a")(inputs), Affine(2, name="b")(inputs)])
    y2 = np.concatenate([y, -y], -1)
    model.compile(Descent(0.0), {"a": "mse", "b": "mae"}, loss_weights={"a": 2.0, "b": 0.5}, metrics={"b": ["mse"]})
    logs = model.evaluate(x, {"a": y, "b": y2}, verbose=0, return_dict=True)
    pa, pb = model.predict(x, verbose=0)
    la, lb = ((pa - y) ** 2).mean(), np.abs(pb - y2).mean()
    assert list(logs) == ["loss", "a_loss", "b_loss", "b_mse"]
    np.testing.assert_allclose(list(logs.values()), [2 * la + 0.5 * lb, la, lb, ((pb - y2) ** 2).mean()], rtol=1e-4)
    assert model.evaluate(x, [y, y2], verbose=0)[0] == pytest.approx(logs["loss"])


def test_targets_of_one_axis_are_aligned() -> None:
    x, y = problem(10)
    model = compiled()
    assert model.evaluate(x, y[:, 0], verbose=0) == pytest.approx(model.evaluate(x, y, verbose=0))


def test_old_argument_names() -> None:
    x, y = problem(8)
    model = compiled()
    assert len(model.fit(x, y, nb_epoch=2, verbose=0).epoch) == 2
    assert model.fit_generator(iter([(x, y)] * 4), steps_per_epoch=2, epochs=2, verbose=0, workers=2).epoch == [0, 1]
    assert model.predict_proba(x).shape == (8, 1) and model.predict_classes(x).shape == (8, 1)


def test_initial_epoch_and_validation_frequency() -> None:
    x, y = problem(8)
    history = compiled().fit(x, y, epochs=5, initial_epoch=2, validation_data=(x, y), validation_freq=2, verbose=0)
    assert history.epoch == [2, 3, 4] and len(history.history["val_loss"]) == 1


def test_steps_per_epoch_with_arrays() -> None:
    x, y = problem(40)
    model = compiled()
    model.fit(x, y, batch_size=8, steps_per_epoch=2, epochs=2, verbose=0)
    assert int(model.optimizer.iterations.numpy()) == 4  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (
            np.ones((4, 6)),
            np.ones((4, 1)),
            r"'net'.*input 'features' has shape \(None, 5\), got an array of shape \(4, 6\)",
        ),
        (np.ones((4, 5)), np.ones((4, 3)), r"output 'out' of model 'net'.*shape \(None, 3\)"),
        (np.ones((4, 5)), np.ones((3, 1)), "same number of samples"),
        (np.ones((0, 5)), np.ones((0, 1)), "empty data"),
        (np.ones((4, 5)), None, "y is missing"),
        (np.array(["a", "b"]), np.ones((2, 1)), "strings where numbers"),
        ([[1.0, 2.0], [1.0]], np.ones((2, 1)), "not a rectangular array"),
    ],
)
@pytest.mark.parametrize("method", ["fit", "evaluate", "train_on_batch"])
def test_bad_data_is_explained(method: str, x: Any, y: Any, message: str) -> None:
    quiet = {"verbose": 0} if method != "train_on_batch" else {}
    with pytest.raises(ValueError, match=message):
        getattr(compiled(), method)(x, y, **quiet)


def test_class_numbers_out_of_range_are_named() -> None:
    model = compiled("sparse_categorical_crossentropy", 3)
    with pytest.raises(ValueError, match=r"'out' run from 0 to 3.*3 classes"):
        model.fit(np.ones((4, 5)), np.arange(4), verbose=0)
    with pytest.raises(ValueError, match="one-hot"):
        model.fit(np.ones((3, 5)), np.eye(3), verbose=0)


def test_calls_in_the_wrong_order_or_with_unknown_names() -> None:
    x, y = problem(4)
    model = Sequential([Input((5,)), Affine(1)], name="raw")
    with pytest.raises(RuntimeError, match=r"'raw': call compile\(\) before fit"):
        model.fit(x, y)
    with pytest.raises(TypeError, match=r"fit\(\) does not take 'epoch'\. Did you mean 'epochs'\? It takes x, y, "):
        compiled().fit(x, y, epoch=3)
    with pytest.raises(TypeError, match=r"compile\(\) does not take 'lossfn'\. Did you mean 'loss'\? It takes opt"):
        model.compile(Descent(0.1), lossfn="mse")
    with pytest.raises(ValueError, match="mean_squared_error"):
        model.compile(Descent(0.1), "mean_square_error")
    with pytest.raises(ValueError, match="loss names the output 'b'; the model's outputs are out"):
        compiled({"b": "mse"})


def test_nan_is_found_in_the_checking_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = problem(8)
    x[3, 2] = np.nan
    model = compiled()
    model.evaluate(x, y, verbose=0)
    monkeypatch.setitem(settings._settings, "check_numerics", True)
    with pytest.raises(ValueError, match=r"x has 1 values that are NaN or infinite.*\(3, 2\)"):
        model.fit(x, y, verbose=0)


def test_repeated_calls_compile_nothing_new() -> None:
    x, y = problem(16)
    model = compiled()
    for _ in range(3):
        model.predict(x, verbose=0)
        model.predict(x[:5], verbose=0)
        model.train_on_batch(x, y)
    assert model.programs.program_count(("train", True, False)) == 1
    if "static-shapes" not in model.backend.capabilities:
        assert model.programs.program_count(("predict", False, False)) == 1


@pytest.mark.parametrize("wrap", [False, True])
def test_an_attribute_of_the_optimizer_acts_when_assigned(wrap: bool) -> None:
    x, y = problem(16)
    model = Sequential([Input((5,)), Affine(1)])
    inner = Descent(0.05)
    model.compile(LossScaleOptimizer(inner) if wrap else inner, "mse")
    model.predict(x, verbose=0)
    model.train_on_batch(x, y)
    before = model.get_weights()
    inner.clipvalue = 1e-12
    for velocity in inner.velocities:
        velocity.assign(np.zeros(velocity.shape, "float32"))
    model.train_on_batch(x, y)
    for now, old in zip(model.get_weights(), before, strict=True):
        np.testing.assert_allclose(now, old, atol=1e-9)
    assert model.programs.program_count(("train", True, False)) == 2
    assert model.programs.program_count(("predict", False, False)) == 1


def test_predictions_of_many_batches_share_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    a, b = Input((2,), name="a"), Input((3,), name="b")
    model = Model([a, b], {"sum": Affine(2)(a), "more": [Affine(4)(b), Affine(1)(b)]})
    data = {name: rng.normal(size=(3 * 150 + 2, width)).astype("float32") for name, width in (("a", 2), ("b", 3))}
    expected = model.predict(data, batch_size=1000, verbose=0)
    sizes: list[int] = []
    predict_many = Programs.predict_many

    def counted(self: Programs, rows: np.ndarray, x: Any) -> Any:
        sizes.append(len(rows))
        return predict_many(self, rows, x)

    monkeypatch.setattr(Programs, "predict_many", counted)
    for _ in range(2):
        found = model.predict(data, batch_size=3, verbose=0)
        np.testing.assert_allclose(found["sum"], expected["sum"], rtol=1e-5, atol=1e-6)
        for one, other in zip(found["more"], expected["more"], strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
    assert sum(sizes) == (300 if isinstance(model.backend, RunsBatches) else 0) and len(sizes) < 150
    some = model.predict(data, batch_size=3, steps=100, verbose=0)
    np.testing.assert_allclose(some["sum"], expected["sum"][:300], rtol=1e-5, atol=1e-6)


def test_weights_set_between_predictions_and_own_steps_count() -> None:
    x = np.ones((200, 5), "float32")
    model = compiled()
    first = model.predict(x, batch_size=2, verbose=0)
    model.set_weights([one + 1 for one in model.get_weights()])
    np.testing.assert_allclose(model.predict(x, batch_size=2, verbose=0), first + 6, rtol=1e-5)

    class Twice(Sequential):
        def predict_step(self, data: Any) -> Any:
            return super().predict_step(data) * 2

    own = Twice(model.layers)
    np.testing.assert_allclose(own.predict(x, batch_size=2, verbose=0), 2 * (first + 6), rtol=1e-5)
