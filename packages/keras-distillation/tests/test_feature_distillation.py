"""Features of layers."""

import numpy as np
import pytest
from keras_core.saving import deserialize_keras_object, serialize_keras_object
from keras_distillation import FeatureDistillation


def test_values_and_config():
    one, other = (np.random.default_rng(k).normal(size=(4, 3)).astype("float32") for k in range(2))
    loss = FeatureDistillation(teacher_layer_name="a", student_layer_name="b")
    assert float(loss.compute_loss(one, other)) == pytest.approx(((one - other) ** 2).mean(), rel=1e-5)
    again = deserialize_keras_object(serialize_keras_object(loss))
    assert (again.teacher_layer_name, again.student_layer_name) == ("a", "b")


def test_layers_that_are_not_there(teacher, student):
    loss = FeatureDistillation(teacher_layer_name="hiden", student_layer_name="hidden")
    with pytest.raises(ValueError, match=r"The teacher, model 'teacher', has no layer 'hiden'. It has: .*hidden"):
        loss.validate_model_compatibility(teacher, student)


def test_shapes_that_differ(make, teacher):
    from keras_distillation import Distiller

    loss = FeatureDistillation("mse", "hidden", "hidden")
    with pytest.raises(ValueError, match=r"FeatureDistillation: the teacher gives \(None, 5\) where .* \(None, 2\)"):
        Distiller(teacher, make(2, 2, "student"), loss)
