"""Kinds of batches: what was checked for one batch holds for all of its kind, but for the values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import config, tree
from keras_core.backend import discovery as backends
from keras_core.layers.host_layer import STRING
from keras_core.staging.trace import active_trace
from keras_core.training.checks import ValueCheck, check_batch, check_targets, value_checks
from keras_core.training.preparation import prepare

if TYPE_CHECKING:
    from collections.abc import Hashable

    from keras_core.training.data import Batch
    from keras_core.training.state import TrainingState
    from keras_core.typing import TensorTree


class BatchKind:
    """What batches of one kind need: checks of their values, and a program for each kind of step."""

    __slots__ = ("_checks", "programs")

    def __init__(self, checks: list[ValueCheck]) -> None:
        self._checks = checks
        self.programs: dict[Any, Any] = {}

    def check(self, batch: Batch) -> None:
        """Raise ValueError for values that do not fit the model."""
        for part, check in self._checks:
            check(batch[part])


def signature_of(state: TrainingState, batch: Batch, method: str) -> Hashable | None:
    """What the checks of a batch depend on besides its values; None where that is not cheap to say.

    That is so for nested data, for tensors of other backends, and while all values are checked. Values of tensors are
    not looked at, as they may be on a device; strings among them are replaced before.
    """
    if config.check_numerics() or active_trace() is not None:
        return None
    backend = state.model.backend
    found: list[Any] = [method, config.floatx(), config.rng(), state.train_key()]
    for part in batch:
        if type(part) is np.ndarray:
            found.append(part.shape)
            found.append(part.dtype)
        elif part is None:
            found.append(None)
        elif backends.owner(part) is backend and backend.is_concrete(part):
            dtype = backend.dtype(part)
            if dtype == STRING:
                return None
            found += (backend.name, tuple(backend.shape(part)), dtype)
        else:
            return None
    return tuple(found)


def _is_empty(x: TensorTree) -> bool:
    """Whether the inputs of a batch hold no sample."""
    return any(tuple(getattr(leaf, "shape", ()))[:1] == (0,) for leaf in tree.flatten(x))


class BatchKinds:
    """The kinds of batches that a model was prepared for and that passed its checks.

    Args:
        state: the state of the model's training.
    """

    def __init__(self, state: TrainingState) -> None:
        self._state = state
        self._kinds: dict[Hashable, BatchKind] = {}

    def find(self, batch: Batch, method: str) -> BatchKind | None:
        """The kind of a batch, whose values are checked; None for a new kind.

        Raises:
            ValueError: for values that do not fit the model.
        """
        kind = self._kinds.get(signature_of(self._state, batch, method))
        if kind is not None:
            kind.check(batch)
        return kind

    def examine(self, batch: Batch, method: str) -> BatchKind | None:
        """Prepare the model for a batch of arrays and check it; only its values if its kind is known."""
        kind = self.find(batch, method)
        if kind is not None:
            return kind
        prepare(self._state, batch, method)
        check_batch(self._state, batch, method)
        check_targets(self._state, batch, method)
        if _is_empty(batch[0]):
            raise ValueError(
                f"{method}(): the data source yields a batch of 0 samples, of which there is no mean. Leave it out: a "
                "range that ends with len(data) makes none."
            )
        return self._remember(batch, method)

    def examine_inputs(self, x: TensorTree, method: str, remember: bool = True) -> BatchKind | None:
        """`examine` for a method that needs inputs alone.

        Args:
            x: nested arrays.
            method: name of the method, for messages.
            remember: whether more batches of this kind are expected.
        """
        batch = (x, None, None)
        if self._state.input_specs is None:
            prepare(self._state, batch, method)
        check_batch(self._state, batch, method)
        return self._remember(batch, method) if remember else None

    def clear(self) -> None:
        """Forget every kind."""
        self._kinds.clear()

    def _remember(self, batch: Batch, method: str) -> BatchKind | None:
        signature = signature_of(self._state, batch, method)
        if signature is None:
            return None
        return self._kinds.setdefault(signature, BatchKind(value_checks(self._state, batch, method)))
