"""What overridden steps and losses are given."""

from keras_core.training.overridden_steps import call_with_known, step_data, takes_state


def test_a_step_gets_the_batch_without_the_nones_at_its_end_and_x_itself_if_that_is_all():
    assert step_data((1, None, None)) == 1
    assert step_data(([1, 4], None, None)) == ([1, 4],)
    assert step_data((1, 2, None)) == (1, 2)
    assert step_data((1, 2, 3)) == (1, 2, 3)


def test_arguments_that_a_method_does_not_take_are_left_out():
    assert call_with_known(lambda y, **others: (y, others), y=1, training=True) == (1, {"training": True})
    assert call_with_known(lambda y: y, y=1, training=True) == 1


def test_steps_with_state_have_two_parameters():
    assert takes_state(lambda state, data: None)
    assert not takes_state(lambda data: None)
    assert not takes_state(lambda data, verbose=0: None)
