"""The arguments that every optimizer takes, and the message for others."""

from __future__ import annotations

import inspect
from typing import Any

from keras_core.optimizers import Optimizer
from keras_core.optimizers.arguments import OptimizerArguments, unknown_arguments


class Tuned(Optimizer):
    def __init__(self, learning_rate: float = 0.1, nesterov: bool = False, **kwargs: Any) -> None:
        super().__init__(learning_rate, **kwargs)


def test_the_listed_arguments_are_those_of_the_base_class() -> None:
    parameters = inspect.signature(Optimizer).parameters
    listed = set(OptimizerArguments.__annotations__)
    assert listed - {"lr", "decay"} == {n for n, p in parameters.items() if p.kind is not p.VAR_KEYWORD} - {
        "learning_rate"
    }


def test_the_message_names_what_a_class_takes() -> None:
    message = unknown_arguments(Tuned, ["nestrov", "beta"])
    assert message.startswith("Tuned does not take beta, nestrov.")
    assert "'nesterov'" in message
    assert "It takes learning_rate, nesterov, weight_decay, " in message and message.endswith("lr, decay.")
