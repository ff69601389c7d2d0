"""Laying out a model that was made on one device."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core.backend.distribution import engine_of, whole

if TYPE_CHECKING:
    from keras_core.backend.distribution import Distribution
    from keras_core.training.state import TrainingState


def distribute(state: TrainingState, spread: Distribution | None) -> None:
    """Lay out a model, with the state of its training, by a distribution from now on.

    Args:
        state: the state of the model's training.
        spread: the distribution; None for one device.
    """
    model = state.model
    if spread is not None:
        engine_of(model.backend)
        if model.built:
            spread.check(model.variables)
    for layer in model.flatten_layers():
        layer.distributed_by = spread
    own = dict.fromkeys(model.variables)
    for variable in own:
        variable.distribute(spread)
    for variable in dict.fromkeys(state.variables()):
        if variable not in own:
            like = variable.lies_as
            variable.distribute(spread, whole(variable.ndim, spread) if like is None else like.layout)
