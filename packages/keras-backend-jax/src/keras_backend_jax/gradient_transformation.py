"""Optimizers of optax, known by their two functions: optax itself is not imported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.backend import VariableLike
    from keras_core.typing import Tensor


def is_transformation(optimizer: object) -> bool:
    """Whether an object is a gradient transformation: a named tuple of ``init`` and ``update``."""
    return getattr(optimizer, "_fields", ())[:2] == ("init", "update")


class GradientTransformation:
    """A gradient transformation of optax as `keras_core.backend.NativeMethod`.

    What ``optax.inject_hyperparams`` keeps as ``learning_rate`` is the learning rate of the optimizer.

    Args:
        transformation: the gradient transformation.
    """

    def __init__(self, transformation: Any) -> None:
        self._transformation = transformation
        found, _ = jax.tree_util.tree_flatten_with_path(transformation.init([]))
        rates = [float(leaf) for path, leaf in found if _is_rate(path)]
        self.learning_rate = rates[0] if rates else None

    def steps_for(self, variables: Sequence[VariableLike]) -> TransformationSteps:
        """The transformation for certain variables."""
        return TransformationSteps(self._transformation, [variable.value for variable in variables])


class TransformationSteps:
    """A gradient transformation for certain variables; see `keras_core.backend.NativeSteps`.

    Args:
        transformation: the gradient transformation.
        values: the first values of the variables.
    """

    def __init__(self, transformation: Any, values: list[Tensor]) -> None:
        self._transformation = transformation
        found, self._structure = jax.tree_util.tree_flatten_with_path(transformation.init(values))
        self._rate = next((place for place, (path, _) in enumerate(found) if _is_rate(path)), None)
        self.state = [(_name_of(path), np.asarray(leaf)) for path, leaf in found]

    def update(
        self,
        gradients: Sequence[Tensor],
        values: Sequence[Tensor],
        state: Sequence[Tensor],
        learning_rate: Tensor,
        steps: Tensor,
    ) -> tuple[list[Tensor], list[Tensor]]:
        """New values, and the leaves of the new state."""
        leaves = list(state)
        if self._rate is not None:
            leaves[self._rate] = learning_rate.astype(leaves[self._rate].dtype)
        tree = jax.tree_util.tree_unflatten(self._structure, leaves)
        updates, new = self._transformation.update(list(gradients), tree, list(values))
        moved = [value + update.astype(value.dtype) for value, update in zip(values, updates, strict=True)]
        return moved, jax.tree_util.tree_leaves(new)


def _is_rate(path: Any) -> bool:
    names = [_part(key) for key in path]
    return names[-2:] == ["hyperparams", "learning_rate"]


def _name_of(path: Any) -> str:
    return "_".join(_part(key) for key in path) or "state"


def _part(key: Any) -> str:
    return str(getattr(key, "name", getattr(key, "key", getattr(key, "idx", key))))


__all__ = ["GradientTransformation", "is_transformation"]
