"""Callbacks that change the learning rate."""

import pytest
from keras_core import ops
from keras_core.callbacks import (
    LearningRateScheduler,
    ReduceLROnPlateau,
)
from keras_core.optimizers import LearningRateSchedule


def losses(*values, name="val_loss"):
    return [{name: value} for value in values]


def test_scheduler_of_epoch_and_rate(run):
    history = run([LearningRateScheduler(lambda epoch, lr: lr / 2)], losses(1, 1, 1))
    assert history.history["lr"] == [0.05, 0.025, 0.0125]


def test_scheduler_of_the_epoch_alone(run):
    history = run([LearningRateScheduler(lambda epoch: 1 / (epoch + 1))], losses(1, 1))
    assert history.history["learning_rate"] == [1.0, 0.5]
    for wrong in (None, "0.1", [0.1, 0.2]):
        with pytest.raises(ValueError, match="must give a number"):
            run([LearningRateScheduler(lambda epoch, lr, value=wrong: value)], losses(1))


def test_a_schedule_may_stand_for_the_function(run):
    class Halved(LearningRateSchedule):
        def __call__(self, step):
            return ops.convert_to_tensor(0.5 ** (step + 1))

        def get_config(self):
            return {}

    history = run([LearningRateScheduler(Halved())], losses(1, 1))
    assert history.history["learning_rate"] == [0.5, 0.25]


@pytest.mark.parametrize("callback", [LearningRateScheduler(lambda epoch: 0.1), ReduceLROnPlateau()])
def test_an_optimizer_with_a_schedule_is_refused(run, model, callback):
    class Fixed(LearningRateSchedule):
        def __call__(self, step):
            return 0.1

    model.optimizer._learning_rate = Fixed()
    with pytest.raises(TypeError, match=r"sets the learning rate, which the Fixed of the optimizer decides"):
        run([callback], losses(1))


def test_old_name_of_min_delta():
    assert ReduceLROnPlateau(epsilon=0.25).min_delta == 0.25


def test_reduce_on_plateau(run):
    values = (3, 2, 2, 2, 2, 1, 1, 1)
    history = run([ReduceLROnPlateau(factor=0.5, patience=2, min_lr=0.03)], losses(*values))
    # The rate that an epoch was trained with: halved after the fourth, then held at min_lr.
    rates = [0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05]
    assert history.history["learning_rate"] == pytest.approx(rates)


def test_reduce_on_plateau_cools_down(run, model):
    run([ReduceLROnPlateau(factor=0.1, patience=1, cooldown=2)], losses(1, 1, 1, 1, 1))
    assert model.optimizer.learning_rate == pytest.approx(0.1 * 0.1 * 0.1)
    with pytest.raises(ValueError, match="factor"):
        ReduceLROnPlateau(factor=1.0)
