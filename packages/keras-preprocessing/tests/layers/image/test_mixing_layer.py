import numpy as np
import pytest
from color_layer_contract import arrays
from keras_core.random import SeedGenerator
from keras_preprocessing.layers.image.mixing_layer import MixingLayer, log_gamma
from scipy import stats


class Half(MixingLayer):
    """Pictures in equal parts."""

    def draw_mixture(self, data, batch_size, seed):
        return {"mix_weight": np.array([0.25, 1.0, 0.5], "float32")}


def test_labels_are_mixed_with_those_of_the_partners():
    layer = Half(seed=1)
    drawn = layer.get_random_transformation(np.zeros((3, 2, 2, 1)))
    order = arrays(drawn["permutation_order"])
    assert sorted(order.tolist()) == [0, 1, 2]
    weight = np.array([[0.25], [1], [0.5]])
    for labels in (np.eye(3, dtype="int32"), np.arange(3, dtype="float32")):
        by = weight if labels.ndim == 2 else weight[:, 0]
        found = arrays(layer.transform_labels(labels, drawn))
        assert found.dtype == "float32"
        np.testing.assert_allclose(found, by * labels + (1 - by) * labels[order], rtol=1e-6)
    with pytest.raises(ValueError, match="indices of classes cannot be mixed; got int32 of rank 1"):
        layer.transform_labels(np.arange(3, dtype="int32"), drawn)
    assert layer.get_random_transformation(np.zeros((2, 2, 1))) is None


def test_gamma_and_beta_of_small_parameters():
    found = np.exp(arrays(log_gamma((3000,), 0.7, SeedGenerator(1))).astype("float64"))
    assert stats.kstest(found, stats.gamma(0.7).cdf).pvalue > 1e-3
    weights = arrays(Half().draw_beta((3000,), 0.4, SeedGenerator(2)))
    assert stats.kstest(weights, stats.beta(0.4, 0.4).cdf).pvalue > 1e-3
    least = arrays(Half().draw_beta((100,), 1e-6, SeedGenerator(3)))
    assert np.isin(least, [0, 1]).all() and 30 < least.sum() < 70
