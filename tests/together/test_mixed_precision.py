"""Mixed precision: the page about it, and one curve on every backend that computes in 16 bits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pictures
import pytest

keras = pytest.importorskip("keras")
from keras_core import backend as backends  # noqa: E402

PAGE = Path(__file__).parents[2] / "docs" / "mixed_precision.md"


@pytest.fixture
def narrow_trainer(trainer):
    """A backend that trains in 16 bits."""
    with keras.use_backend(trainer):
        if not {"float16", "bfloat16"} <= backends.active().capabilities:
            pytest.skip(f"the {trainer} backend computes in no 16 bits")
        yield trainer
    keras.config.set_dtype_policy(None)


def test_the_page_runs(narrow_trainer):
    examples = pictures.examples(PAGE)
    assert len(examples) == 3
    names = {"__name__": "mixed_precision"}
    for number, text in enumerate(examples):
        exec(compile(text, f"{PAGE.name}, example {number + 1}", "exec"), names)
    assert names["careful"].backend_name == narrow_trainer


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_the_curve_is_that_of_float32(narrow_trainer, problem, policy):
    found = {}
    for name in ("float32", policy):
        keras.utils.set_random_seed(4)
        keras.config.set_dtype_policy(name)
        hidden = [keras.layers.Dense(16, activation="tanh"), keras.layers.LayerNormalization()]
        model = keras.Sequential([keras.Input((6,)), *hidden, keras.layers.Dense(1, dtype="float32")])
        optimizer = keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(0.01), initial_scale=256.0)
        model.compile(optimizer, "mse")
        found[name] = model.fit(*problem, batch_size=16, epochs=5, verbose=0).history["loss"]
    np.testing.assert_allclose(found[policy], found["float32"], rtol=0.05 if "bfloat" in policy else 0.01)
    assert found[policy][-1] < found[policy][0]
