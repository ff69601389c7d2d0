"""Steps that are tried out: afterwards everything is as it was."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from keras_core.random.global_generator import random_state, set_random_state

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from keras_core.staging.variable import Variable
    from keras_core.training.programs import Programs
    from keras_core.training.state import TrainingState


@contextmanager
def undone(state: TrainingState, programs: Programs) -> Iterator[None]:
    """Undo what training inside does to weights, optimizer, metrics and random numbers, also where it raises.

    Everything must have been built before. The values lie in the host's memory meanwhile.

    Args:
        state: the state of the model's training.
        programs: the model's programs, which know what a step may write.
    """
    model, optimizer = state.model, state.optimizer
    history, stopped = model.history, model.stop_training
    averages = optimizer is not None and optimizer.holds_averages
    try:
        with variables_kept(programs.variables()), _counts_kept(programs):
            yield
    finally:
        model.history, model.stop_training = history, stopped
        if optimizer is not None:
            optimizer.holds_averages = averages


@contextmanager
def evaluation_undone(state: TrainingState, programs: Programs) -> Iterator[None]:
    """Undo what evaluation inside does, which writes no weight that is trained, and nothing of an optimizer.

    Args:
        state: the state of the model's training.
        programs: the model's programs.
    """
    of_optimizer = set() if state.optimizer is None else set(state.optimizer.variables)
    with (
        variables_kept(one for one in programs.variables() if not one.trainable and one not in of_optimizer),
        _counts_kept(programs),
    ):
        yield


@contextmanager
def _counts_kept(programs: Programs) -> Iterator[None]:
    """Let programs that compute with other roundings from a step on take no notice of the steps inside."""
    before, done = [(program, program.count()) for program in programs.counting()], dict(programs.steps_done)
    try:
        yield
    finally:
        for program in programs.counting():
            program.count_from(next((count for one, count in before if one is program), None))
        programs.go_on_after(done)


@contextmanager
def variables_kept(variables: Iterable[Variable]) -> Iterator[None]:
    """Give variables, and the generators of random numbers, back what they held before.

    Args:
        variables: the variables.
    """
    kept = [(variable, variable.numpy()) for variable in variables]
    random = random_state()
    try:
        yield
    finally:
        for variable, value in kept:
            variable.assign(value)
        set_random_state(random)
