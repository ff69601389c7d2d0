"""A Distiller: its losses beside those in NumPy, its files, and what it refuses."""

import keras_core
import numpy as np
import pytest
from keras_core.losses import SparseCategoricalCrossentropy
from keras_distillation import Distiller, FeatureDistillation, LogitsDistillation

LOGITS = SparseCategoricalCrossentropy(from_logits=True)


def softmax(z):
    powers = np.exp(z)
    return powers / powers.sum(-1, keepdims=True)


def in_numpy(model, x):
    """The features before the tanh, and the logits."""
    first, second = model.get_weights()
    return x @ first, np.tanh(x @ first) @ second


def losses(teacher, student, x, y, temperature=3.0):
    """The student's loss, that of logits, and that of features."""
    (features, logits), (own_features, own) = in_numpy(teacher, x), in_numpy(student, x)
    p, q = softmax(logits / temperature), softmax(own / temperature)
    return (
        -np.log(softmax(own)[np.arange(len(y)), y]).mean(),
        (p * np.log(p / q)).sum(-1).mean(),
        ((features - own_features) ** 2).mean(),
    )


@pytest.fixture
def distiller(teacher, student):
    both = [LogitsDistillation(), FeatureDistillation("mse", "hidden", "hidden")]
    made = Distiller(teacher, student, both, [1.0, 0.5], student_loss_weight=0.3)
    made.compile("sgd", LOGITS, metrics=["accuracy"])
    return made


def test_the_losses_are_those_of_the_formula(distiller, teacher, student, data):
    own, logits, features = losses(teacher, student, *data)
    logs = distiller.evaluate(*data, batch_size=8, verbose=0, return_dict=True)
    learnt = logits + 0.5 * features
    assert logs["student_loss"] == pytest.approx(own, rel=1e-4)
    assert logs["distillation_loss"] == pytest.approx(learnt, rel=1e-4)
    assert logs["loss"] == pytest.approx(0.3 * own + 0.7 * learnt, rel=1e-4)
    assert logs["total_loss"] == pytest.approx(logs["loss"], rel=1e-5)
    assert logs["accuracy"] == pytest.approx((in_numpy(student, data[0])[1].argmax(-1) == data[1]).mean())
    assert distiller.metrics_names[-3:] == ["student_loss", "distillation_loss", "total_loss"]


def test_it_predicts_what_the_student_predicts(distiller, student, data):
    expected = in_numpy(student, data[0])[1]
    np.testing.assert_allclose(distiller.predict(data[0], verbose=0), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.needs_train
def test_a_step_follows_the_gradient(distiller, teacher, student, data):
    x, y = data
    before = student.get_weights()

    def loss(kernel):
        first, _ = before
        student.set_weights([first, kernel])
        own, logits, features = losses(teacher, student, x, y)
        return 0.3 * own + 0.7 * (logits + 0.5 * features)

    expected = np.zeros_like(before[1])
    for index in np.ndindex(expected.shape):
        step = np.zeros_like(expected)
        step[index] = 1e-2
        expected[index] = (loss(before[1] + step) - loss(before[1] - step)) / 2e-2
    student.set_weights(before)
    kept = teacher.get_weights()
    distiller.train_on_batch(x, y)
    np.testing.assert_allclose(before[1] - student.get_weights()[1], 0.01 * expected, rtol=2e-2, atol=2e-5)
    for one, other in zip(kept, teacher.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert not teacher.trainable and distiller.trainable_variables == student.trainable_variables


@pytest.mark.needs_train
def test_from_the_teacher_alone(teacher, student, data):
    distiller = Distiller(teacher, student, LogitsDistillation(temperature=1.0), student_loss_weight=0.0)
    distiller.compile("sgd")
    history = distiller.fit(data[0], epochs=2, verbose=0).history
    assert history["loss"] == pytest.approx(history["distillation_loss"], rel=1e-5)
    assert history["student_loss"] == [0, 0]
    assert history["loss"][1] < history["loss"][0]
    logs = distiller.evaluate(data[0], verbose=0, return_dict=True)
    assert logs["loss"] == pytest.approx(losses(teacher, student, *data, temperature=1.0)[1], rel=1e-4)


@pytest.mark.needs_train
def test_training_goes_on_from_a_file(distiller, product, data, tmp_path):
    distiller.fit(*data, verbose=0)
    path = tmp_path / "distiller.keras"
    with pytest.warns(UserWarning, match="Loading the model will need class 'Product'"):
        distiller.save(path)
    again = keras_core.saving.load_model(path, custom_objects={"Product": product})
    assert type(again) is Distiller and not again.teacher.trainable
    ours, theirs = (one.fit(*data, shuffle=False, verbose=0).history for one in (distiller, again))
    assert ours == theirs


def test_wrong_arguments(teacher, student, make):
    loss = LogitsDistillation()
    for arguments, error, words in (
        (("t", student, loss), TypeError, r"teacher must be a Model, got str"),
        ((teacher, student, "mse"), TypeError, r"distillation_losses takes DistillationLosses, got 'mse'"),
        ((teacher, student, []), ValueError, r"distillation_losses is empty"),
        (
            (teacher, student, loss, [1.0, 2.0]),
            ValueError,
            r"distillation_loss_weights must be 1 numbers, got",
        ),
        ((teacher, student, loss, None, 1.5), ValueError, r"student_loss_weight must be from 0 to 1, got 1.5"),
        ((teacher, keras_core.Sequential(), loss), ValueError, r"the student, 'sequential.*', has no graph of layers"),
    ):
        with pytest.raises(error, match=rf"Distiller: .*{words}"):
            Distiller(*arguments)
    x = keras_core.Input((7,))
    with pytest.raises(ValueError, match=r"the teacher takes .* shapes \[\(None, 4\)\], the student of \[\(None, 7"):
        Distiller(teacher, keras_core.Model(x, x[:, :3]), loss)
