"""Models of every layer and optimizer go from one backend to the next, and give and learn the same there."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

keras = pytest.importorskip("keras")
from keras_core import backend  # noqa: E402

sys.path.insert(0, str(Path(__file__).parents[1] / "interop"))
import peers  # noqa: E402

NAMES = list(peers.MODELS)
FAST = ("conv2d", "dropout", "embedding", "nested", "subclassed", "optimizer_schedule", "optimizer_loss_scale")
CASES = [pytest.param(name, marks=() if name in FAST else pytest.mark.slow) for name in NAMES]


@pytest.mark.parametrize("name", CASES)
def test_a_model_moves(name, trainers):
    if name.startswith("mixed_"):
        trainers = [one for one in trainers if {"float16", "bfloat16"} <= backend.load(one).capabilities]
        if len(trainers) < 2:
            pytest.skip("fewer than two backends that compute in 16 bits are installed")
    place = NAMES.index(name)
    source, target = (trainers[(place + k) % len(trainers)] for k in (0, 1))
    with keras.use_backend(source):
        model = peers.made(name, keras)
    near = {"rtol": 2e-2, "atol": 2e-2} if name.startswith("mixed_") else {"rtol": 2e-4, "atol": 2e-5}
    copy = model.to_backend(target)
    for have, want in zip(peers.outputs_of(copy), peers.outputs_of(model), strict=True):
        np.testing.assert_allclose(have, want, **near)
    assert int(copy.optimizer.iterations.numpy()) == int(model.optimizer.iterations.numpy()) == 3
    for one in (model, copy):
        peers.train_step(one)
    if peers.trains(name):
        for have, want in zip(copy.get_weights(), model.get_weights(), strict=True):
            np.testing.assert_allclose(have, want, **near)
