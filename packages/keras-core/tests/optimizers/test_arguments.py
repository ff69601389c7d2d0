"""The arguments that every optimizer takes, and the message for others."""

from __future__ import annotations

import inspect
from typing import Any

from keras_core.optimizers import LossScaleOptimizer, Optimizer
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


def test_signatures_name_every_argument() -> None:
    class Mine(Optimizer):
        def __init__(self, learning_rate: float = 0.5, strength: float = 2.0, name: str = "my", **kwargs: Any) -> None:
            super().__init__(learning_rate, name=name, **kwargs)

    class Closed(Optimizer):
        def __init__(self, strength: float = 2.0) -> None:
            super().__init__(0.1)

    found = inspect.signature(Mine).parameters
    assert list(found)[:5] == ["learning_rate", "strength", "name", "weight_decay", "clipnorm"]
    assert {"use_ema", "gradient_accumulation_steps"} < found.keys()
    assert (found["learning_rate"].default, found["ema_momentum"].default) == (0.5, 0.99)
    assert list(inspect.signature(Closed).parameters) == ["strength"]
    assert "clipnorm" not in inspect.signature(LossScaleOptimizer).parameters
