"""Losses of one's own, and what built-in ones share."""

import numpy as np
import pytest
from keras_distillation import DistillationLoss, FeatureDistillation


def test_a_loss_of_ones_own_needs_compute_loss_alone():
    class Largest(DistillationLoss):
        def compute_loss(self, teacher_outputs, student_outputs, **kwargs):
            return np.abs(teacher_outputs - student_outputs).max()

    assert Largest().compute_loss(np.array([1.0, 4.0]), np.array([0.0, 1.0])) == 3
    assert Largest().get_config() == {} and type(Largest.from_config({})) is Largest
    with pytest.raises(NotImplementedError, match=r"DistillationLoss has to define compute_loss\("):
        DistillationLoss().compute_loss(1, 2)


def test_numbers_of_outputs_that_differ():
    with pytest.raises(ValueError, match=r"DistillationLoss: the teacher gives 2 outputs and the student 1"):
        DistillationLoss().validate_outputs([np.ones(2), np.ones(2)], np.ones(2))
    with pytest.raises(ValueError, match=r"2 losses, 1 outputs of the teacher and 1 of the student"):
        FeatureDistillation(["mse", "mae"]).compute_loss(np.ones((2, 3)), np.ones((2, 3)))


def test_outputs_are_summed_and_none_leaves_one_out():
    teacher = [np.full((2, 3), value, "float32") for value in (1, 2, 3)]
    student = [np.zeros((2, 3), "float32")] * 3
    loss = FeatureDistillation(["mse", None, "mae"])
    assert float(loss.compute_loss(teacher, student)) == pytest.approx(1 + 3)
    again = FeatureDistillation.from_config(loss.get_config())
    assert float(again.compute_loss(teacher, student)) == pytest.approx(1 + 3)
    with pytest.raises(ValueError, match=r"loss=\[None, None\] compares nothing"):
        FeatureDistillation([None, None])
