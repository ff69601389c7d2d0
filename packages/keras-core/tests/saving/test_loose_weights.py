"""Weights that belong to no model."""

import numpy as np
import pytest
from keras_core.saving import LooseWeights, file_content, save_weights


@pytest.mark.parametrize("ending", [".weights.h5", ".weights.json"])
def test_they_are_saved_as_those_of_a_model(toys, tmp_path, ending):
    model, other = toys.scrambled(toys.sequential()), toys.sequential()
    first, _, third = model.layers
    objects = {
        "layers/affine": {"0": first.kernel.numpy(), "1": first.bias.numpy()},
        "layers/noisy": {"0": model.layers[1].mean.numpy()},
        "layers/affine_1": {"0": third.kernel.numpy(), "1": third.bias.numpy()},
    }
    path = tmp_path / f"w{ending}"
    save_weights(LooseWeights(objects, {"layers/affine": "first"}), path)
    other.load_weights(path)
    toys.same(other, model)
    with file_content(path) as content:
        layers = {array.path: array.layer for array in content.arrays()}
        np.testing.assert_array_equal(next(iter(content.arrays())).read(), first.kernel.numpy())
    assert layers["layers/affine/vars/0"] == "first"
