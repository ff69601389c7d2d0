"""Metrics whose state depends on the data, by output, with weights of another rank, and as functions of arrays."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")
from keras import metrics  # noqa: E402

pytestmark = pytest.mark.needs_train

LABELS = np.array([[1, 0], [0, 1], [1, 1], [0, 0]])
SCORES = np.array([[0.9, 0.2], [0.6, 0.1], [0.4, 0.8], [0.3, 0.7]])
AREAS = 3 / 4, 1 / 2  # pairs of a positive and a negative sample in the right order


def number(tensor):
    return float(keras.ops.convert_to_numpy(tensor))


def test_auc_learns_the_number_of_labels_from_the_data():
    metric = metrics.AUC(multi_label=True)
    assert number(metric.result()) == 0
    np.testing.assert_allclose(number(metric(LABELS, SCORES)), np.mean(AREAS), rtol=1e-4)
    weighted = metrics.AUC(multi_label=True, label_weights=[3.0, 1.0])
    np.testing.assert_allclose(number(weighted(LABELS, SCORES)), np.average(AREAS, weights=[3, 1]), rtol=1e-4)
    again = metrics.AUC.from_config(metric.get_config())
    np.testing.assert_allclose(number(again(LABELS, SCORES)), np.mean(AREAS), rtol=1e-4)


def test_auc_of_several_labels_in_a_model():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, use_bias=False, kernel_initializer="identity")])
    model.compile(keras.optimizers.SGD(0.0), "mse", metrics=[metrics.AUC(multi_label=True, name="auc")])
    history = model.fit(SCORES, LABELS, epochs=2, verbose=0, validation_data=(SCORES, LABELS)).history
    np.testing.assert_allclose(history["auc"] + history["val_auc"], [np.mean(AREAS)] * 4, rtol=1e-4)


def test_by_output_with_weights():
    i = keras.Input((3,))
    one = keras.layers.Activation("softmax", name="one")(i)
    two = keras.layers.Dense(1, "sigmoid", kernel_initializer="ones", name="two")(i)
    model = keras.Model(i, [one, two])
    losses = ["sparse_categorical_crossentropy", "binary_crossentropy"]
    kinds = ["crossentropy", "accuracy"]
    model.compile("sgd", losses, metrics=[kinds, kinds], weighted_metrics=["accuracy", "crossentropy"])
    x = np.array([[1.0, 0.0, -1.0], [0.5, 1.0, 0.0], [-1.0, -1.0, -0.5], [0.0, 0.0, 1.0]])
    classes, labels = np.array([0, 0, 2, 2]), np.array([1, 1, 1, 0])
    weights = np.array([1.0, 2.0, 0.0, 1.0]), np.array([2.0, 0.0, 1.0, 1.0])
    p = np.exp(x) / np.exp(x).sum(1, keepdims=True)
    q = 1 / (1 + np.exp(-x.sum(1)))
    values = {
        "one_crossentropy": -np.log(p[np.arange(4), classes]),
        "one_accuracy": p.argmax(1) == classes,
        "two_crossentropy": -np.log(np.where(labels, q, 1 - q)),
        "two_accuracy": (q > 0.5) == labels,
    }
    for given in (weights, tuple(w[:, None] for w in weights)):
        found = model.evaluate(x, [classes, labels], sample_weight=list(given), verbose=0, return_dict=True)
        for name, each in values.items():
            output, kind = name.split("_")
            own = weights[0] if output == "one" else weights[1]
            np.testing.assert_allclose(found[name], each.mean(), rtol=1e-4, err_msg=name)
            np.testing.assert_allclose(
                found[f"{output}_weighted_{kind}"], np.average(each, weights=own), rtol=1e-4, err_msg=name
            )


@pytest.mark.parametrize("make", [metrics.AUC, metrics.Precision, metrics.TruePositives, metrics.BinaryAccuracy])
def test_weights_of_another_rank(make):
    y, p, w = np.array([0.0, 1.0, 1.0, 0.0]), np.array([0.1, 0.6, 0.4, 0.7]), np.array([1.0, 2.0, 0.0, 1.0])
    found = [
        number(make()(targets, scores, sample_weight=weights))
        for targets, scores in ((y, p), (y[:, None], p[:, None]), (y, p[:, None]))
        for weights in (w, w[:, None])
        if make is not metrics.BinaryAccuracy or scores.ndim > 1  # numbers without an axis are one sample for it
    ]
    np.testing.assert_allclose(found, found[0], rtol=1e-6)


def test_thresholds_that_were_not_given_stay_so():
    for metric in (metrics.AUC(thresholds=None), metrics.Precision(thresholds=None), metrics.Recall(thresholds=None)):
        config = metric.get_config()
        assert config["thresholds"] is None and type(metric).from_config(config).get_config() == config


def test_functions_of_arrays():
    ranked = np.array([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7]])
    for found, expected in (
        (metrics.top_k_categorical_accuracy(np.eye(3)[[1, 0]], ranked, 2), [1, 0]),
        (metrics.sparse_top_k_categorical_accuracy(np.array([1, 0]), ranked, k=2), [1, 0]),
        (metrics.categorical_accuracy(np.eye(3)[[0, 0]], ranked), [1, 0]),
        (metrics.sparse_categorical_accuracy(np.array([1, 2]), ranked), [0, 1]),
    ):
        np.testing.assert_array_equal(keras.ops.convert_to_numpy(found), expected)


NAMES = [name for name in dir(metrics) if callable(getattr(metrics, name)) and name.islower()]
NAMES = [name for name in NAMES if name not in ("get", "serialize", "deserialize", "clone_metric", "clone_metrics")]


@pytest.mark.parametrize("name", NAMES)
def test_every_function_takes_lists_and_arrays_of_any_kind(name):
    scores = [[0.2, 0.7, 0.1], [0.3, 0.3, 0.4]]
    truth = [1, 0] if name.startswith("sparse") else [[0, 1, 0], [1, 0, 0]]
    function = getattr(metrics, name)
    expected = keras.ops.convert_to_numpy(function(np.array(truth, "float32"), np.array(scores, "float32")))
    assert expected.shape == (2,)
    for kind in ("int8", "int64", "float64"):
        found = keras.ops.convert_to_numpy(function(np.array(truth, kind), np.array(scores, "float64")))
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(function(truth, scores)), expected, rtol=1e-4, atol=1e-6)


def test_f_score_of_one_class_with_targets_of_another_rank():
    y, p = np.array([0, 1, 1, 0]), np.array([[0.1], [0.6], [0.4], [0.7]])
    for weights in (np.ones(4), np.ones((4, 1))):  # 1 hit, 1 false alarm, 1 miss
        found = metrics.F1Score(threshold=0.5)(y, p, sample_weight=weights)
        np.testing.assert_allclose(keras.ops.convert_to_numpy(found), [0.5], rtol=1e-6)
