"""What overridden steps and losses are given, and what becomes of what they return."""

from typing import Any

import numpy as np
from keras_core import Model, backend, ops
from keras_core.training.overridden_steps import (
    call_with_known,
    run_predict_step,
    run_test_step,
    step_data,
    takes_state,
)

X = np.ones((4, 3), "float32")


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


class Counting(Model):
    """A model with one weight that is not trained, which its steps add to as Keras 3 does on JAX."""

    def build(self, input_shape: Any) -> None:
        self.count = self.add_weight(name="count", shape=(), initializer="zeros", trainable=False)

    def call(self, inputs: Any) -> Any:
        return inputs * 2

    def predict_step(self, state: Any, data: Any) -> Any:
        _, (count,) = state
        return self(data), [count + 1]

    def test_step(self, state: Any, data: Any) -> Any:
        trainable, (count,), metrics = state
        return {"count": count}, (trainable, [count + 10], metrics)


def test_new_values_of_a_step_with_state_are_assigned() -> None:
    model = Counting()
    model.build((None, 3))
    outputs = run_predict_step(model, ops.convert_to_tensor(X))
    np.testing.assert_array_equal(backend.to_numpy(outputs), 2 * X)
    assert float(model.count.numpy()) == 1
    logs = run_test_step(model, (ops.convert_to_tensor(X), None, None))
    assert float(backend.to_numpy(logs["count"])) == 1 and float(model.count.numpy()) == 11


def test_a_plain_step_is_called_as_it_is() -> None:
    class Plain(Model):
        def call(self, inputs: Any) -> Any:
            return inputs

        def test_step(self, data: Any) -> Any:
            return data

    assert run_test_step(Plain(), (1, 2, None)) == (1, 2)
