"""Every schedule against its formula in NumPy, over the steps of a run.

Covers: base_time_decay.py, cosine_decay.py, cosine_decay_restarts.py, exponential_decay.py, inverse_time_decay.py,
    piecewise_constant_decay.py, polynomial_decay.py
"""

import numpy as np
import pytest
from keras_core import Variable, ops, optimizers
from keras_optimizers import SGD
from keras_optimizers.schedules import (
    CosineDecay,
    CosineDecayRestarts,
    ExponentialDecay,
    InverseTimeDecay,
    PiecewiseConstantDecay,
    PolynomialDecay,
)

STEPS = np.arange(0, 45)


def cosine(passed, top, low):
    return low + (top - low) * (1 + np.cos(np.pi * np.clip(passed, 0, 1))) / 2


def restarts(first, t_mul, m_mul, alpha):
    """Walk through the descents one by one."""
    expected, start, length, height = [], 0.0, first, 1.0
    for step in STEPS:
        while step >= start + length:
            start, length, height = start + length, length * t_mul, height * m_mul
        expected.append((1 - alpha) * height * (1 + np.cos(np.pi * (step - start) / length)) / 2 + alpha)
    return np.array(expected)


CASES = [
    (ExponentialDecay(0.1, 10, 0.5), 0.1 * 0.5 ** (STEPS / 10)),
    (ExponentialDecay(0.1, 10, 0.5, staircase=True), 0.1 * 0.5 ** (STEPS // 10)),
    (InverseTimeDecay(0.1, 10, 0.5), 0.1 / (1 + 0.5 * STEPS / 10)),
    (InverseTimeDecay(0.1, 10, 0.5, staircase=True), 0.1 / (1 + 0.5 * (STEPS // 10))),
    (PolynomialDecay(0.1, 20, 0.01, power=2.0), 0.09 * (1 - np.minimum(STEPS, 20) / 20) ** 2 + 0.01),
    (
        PolynomialDecay(0.1, 10, 0.01, cycle=True),
        0.09 * (1 - STEPS / (10 * np.maximum(np.ceil(STEPS / 10), 1))) + 0.01,
    ),
    (PiecewiseConstantDecay([10, 30], [1.0, 0.5, 0.1]), np.select([STEPS <= 10, STEPS <= 30], [1.0, 0.5], 0.1)),
    (CosineDecay(0.1, 20), cosine(STEPS / 20, 0.1, 0.0)),
    (CosineDecay(0.1, 20, alpha=0.2), cosine(STEPS / 20, 0.1, 0.02)),
    (
        CosineDecay(0.1, 20, alpha=0.1, warmup_target=0.5, warmup_steps=10),
        np.where(STEPS < 10, 0.1 + 0.4 * STEPS / 10, cosine((STEPS - 10) / 20, 0.5, 0.05)),
    ),
    (CosineDecayRestarts(1.0, 10), restarts(10, 2.0, 1.0, 0.0)),
    (CosineDecayRestarts(1.0, 10, t_mul=1.0, m_mul=0.5, alpha=0.1), restarts(10, 1.0, 0.5, 0.1)),
    (CosineDecayRestarts(1.0, 5, t_mul=1.5, m_mul=0.9), restarts(5, 1.5, 0.9, 0.0)),
]
NAMES = [f"{type(schedule).__name__}-{index}" for index, (schedule, _) in enumerate(CASES)]


@pytest.mark.parametrize(("schedule", "expected"), CASES, ids=NAMES)
def test_rates(schedule, expected):
    rates = [float(ops.convert_to_numpy(schedule(int(step)))) for step in STEPS]
    np.testing.assert_allclose(rates, expected, rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize("schedule", [schedule for schedule, _ in CASES], ids=NAMES)
def test_config_makes_an_equal_schedule(schedule):
    again = optimizers.deserialize_schedule(optimizers.serialize_schedule(schedule))
    assert type(again) is type(schedule)
    assert again.get_config() == schedule.get_config()


def test_an_optimizer_follows_its_schedule():
    w = Variable([1.0])
    optimizer = SGD(PiecewiseConstantDecay([0, 1], [1.0, 0.1, 0.01]))
    for _ in range(3):
        optimizer.apply([[1.0]], [w])
    np.testing.assert_allclose(w.numpy(), [1 - 1.11], rtol=1e-6)
    assert [v.name for v in optimizer.variables] == ["iteration"]
    again = SGD.from_config(optimizer.get_config())
    assert again.get_config()["learning_rate"] == optimizer.get_config()["learning_rate"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ExponentialDecay(0.1, 0, 0.5), "decay_steps must be positive, got 0"),
        (lambda: PiecewiseConstantDecay([1, 2], [1.0, 0.5]), "got 2 values for 2 boundaries"),
        (lambda: PiecewiseConstantDecay([2, 1], [1.0, 0.5, 0.1]), "boundaries must ascend"),
        (lambda: CosineDecayRestarts(0.1, 10, t_mul=0.5), "t_mul must be at least 1"),
    ],
)
def test_wrong_arguments(make, message):
    with pytest.raises(ValueError, match=message):
        make()
