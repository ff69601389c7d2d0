"""Softened probabilities, by the formulas of Hinton, Vinyals and Dean, in NumPy."""

import keras_core.losses
import numpy as np
import pytest
from keras_core.saving import deserialize_keras_object, serialize_keras_object
from keras_distillation import LogitsDistillation

RNG = np.random.default_rng(0)
TEACHER, STUDENT = (3 * RNG.normal(size=(5, 4)).astype("float32") for _ in range(2))


def soft(logits, temperature):
    powers = np.exp(logits / temperature)
    return powers / powers.sum(-1, keepdims=True)


@pytest.mark.parametrize("temperature", [1.0, 3.0])
def test_divergence_and_crossentropy_of_probabilities(temperature):
    p, q = soft(TEACHER, temperature), soft(STUDENT, temperature)
    crossentropy = -(p * np.log(q)).sum(-1).mean()
    for loss, expected in (
        ("kl_divergence", (p * np.log(p / q)).sum(-1).mean()),
        (keras_core.losses.KLDivergence(), (p * np.log(p / q)).sum(-1).mean()),
        ("categorical_crossentropy", crossentropy),
        (keras_core.losses.CategoricalCrossentropy(), crossentropy),
        (keras_core.losses.CategoricalCrossentropy(from_logits=True), crossentropy),
    ):
        found = float(LogitsDistillation(temperature, loss).compute_loss(TEACHER, STUDENT))
        assert found == pytest.approx(expected, rel=1e-4)


def test_other_losses_compare_the_quotients():
    found = float(LogitsDistillation(2.0, "mse").compute_loss(TEACHER, STUDENT))
    assert found == pytest.approx(((TEACHER - STUDENT) ** 2).mean() / 4, rel=1e-5)


def test_files_hold_it_as_keras_3_writes_it():
    config = serialize_keras_object(LogitsDistillation(4.0, "mse"))
    assert config["module"] == "keras.distillation" and config["class_name"] == "LogitsDistillation"
    again = deserialize_keras_object(config)
    assert type(again) is LogitsDistillation and again.temperature == 4.0
    assert again.loss is keras_core.losses.mean_squared_error


@pytest.mark.parametrize("temperature", [0, -1.0, "3", True, None, float("nan")])
def test_a_temperature_that_is_none(temperature):
    with pytest.raises(ValueError, match=r"LogitsDistillation: temperature must be a number above 0, got"):
        LogitsDistillation(temperature)
