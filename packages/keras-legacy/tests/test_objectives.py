import numpy as np
import pytest
from keras_core import losses, metrics, ops
from keras_legacy import clip_norm, clone_metric, clone_metrics, is_categorical_crossentropy


@pytest.mark.parametrize(
    "loss, expected",
    [
        ("categorical_crossentropy", True),
        (losses.categorical_crossentropy, True),
        (losses.CategoricalCrossentropy(label_smoothing=0.1), True),
        (losses.LossFunctionWrapper(losses.categorical_crossentropy), True),
        ("sparse_categorical_crossentropy", False),
        (losses.BinaryCrossentropy(), False),
        (lambda y_true, y_pred: y_pred, False),
        (None, False),
        ("no_loss_at_all", False),
    ],
)
def test_is_categorical_crossentropy(loss, expected):
    assert is_categorical_crossentropy(loss) is expected


def test_clones_of_metrics_begin_anew():
    given = {"a": [metrics.Mean("average"), "accuracy"], "b": metrics.AUC(num_thresholds=5)}
    given["a"][0].update_state([3.0])
    made = clone_metrics(given)
    assert float(made["a"][0].result()) == 0
    assert (made["a"][0].name, made["a"][1]) == ("average", "accuracy")
    assert made["b"] is not given["b"]
    assert made["b"].get_config() == given["b"].get_config()
    assert clone_metric(len) is len
    assert clone_metrics(None) is None


def test_clip_norm():
    g = np.array([3.0, 4.0], "float32")
    for limit, expected in ((1.0, g / 5), (5.0, g), (10.0, g), (0.0, g)):
        np.testing.assert_allclose(ops.convert_to_numpy(clip_norm(g, limit, 5.0)), expected, rtol=1e-6)
