"""Weights of classes as weights of samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Number
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import config
from keras_core.backend import discovery as backends
from keras_core.training.outputs import leaves, matched, weights_by_output

if TYPE_CHECKING:
    from keras_core.typing import Nested, Tensor, TensorTree


class ClassWeights:
    """The weights of classes that a method was given, for one output or by output name.

    Args:
        class_weight: a dict of class -> weight, or a dict of such dicts by output name.
        structure: names of the outputs, nested as they are; empty where they are not known.
        wanted: for each output, whether it has a loss; all of them when None.

    Raises:
        ValueError: for anything else.
    """

    def __init__(self, class_weight: object, structure: Nested[str] = (), wanted: Sequence[bool] | None = None) -> None:
        self._by_class: Mapping[int, float] | None = None
        self._by_name: Mapping[str, Any] = {}
        self._structure = structure
        self._wanted = wanted
        names = leaves(structure)
        if isinstance(class_weight, (list, tuple)) and any(isinstance(one, Mapping) for one in class_weight):
            if len(class_weight) != len(names):
                raise ValueError(f"class_weight has {len(class_weight)} entries for the outputs {names}.")
            class_weight = dict(zip(names, class_weight, strict=True))
        if not isinstance(class_weight, Mapping):
            raise ValueError(
                f"class_weight must be a dict of class -> weight, got {class_weight!r}. For a list or array of "
                "weights, such as scikit-learn computes, write class_weight=dict(enumerate(weights))."
            )
        if any(isinstance(one, Mapping) for one in class_weight.values()):
            self._by_name = {name: one for name, one in class_weight.items() if one is not None}
            unknown = [name for name in self._by_name if names and name not in names]
            if unknown:
                raise ValueError(f"class_weight names the output {unknown[0]!r}; the model's outputs are {names}.")
            for one in self._by_name.values():
                _check(one)
        else:
            _check(class_weight)
            self._by_class = class_weight

    def to_samples(self, y: TensorTree, sample_weight: TensorTree) -> TensorTree:
        """A weight for each sample of the targets `y`, times its own weight.

        Args:
            y: targets, nested as those of the model.
            sample_weight: weights of the samples, or None.

        Returns:
            An array, or for weights by output name a dict of arrays.

        Raises:
            ValueError: for a class without weight, or where it is not clear which output is meant.
        """
        if y is None:
            raise ValueError("class_weight weighs samples by their classes, and no targets were given: y is missing.")
        if self._by_class is not None:
            targets = [one for one in leaves(y) if one is not None]
            if len(targets) != 1:
                raise ValueError(
                    "class_weight was given for one output, and there are targets for several. Give a dict of them by "
                    "output name, or sample_weight."
                )
            if isinstance(sample_weight, (list, tuple, dict)):
                weights = [one for one in leaves(sample_weight) if one is not None]
                if len(weights) > 1:
                    raise ValueError("sample_weight has several entries beside the class_weight of one output.")
                sample_weight = weights[0] if weights else None
            return _weights_of_samples(targets[0], self._by_class, sample_weight)
        structure = self._structure or (list(y) if isinstance(y, dict) else ())
        if not structure:
            raise ValueError("class_weight by output name needs targets by output name while the model is not built.")
        rows = zip(
            leaves(structure),
            matched(y, structure, "y", self._wanted),
            weights_by_output(sample_weight, structure, self._wanted),
            strict=True,
        )
        return {
            name: _weights_of_samples(target, self._by_name[name], weight)
            if name in self._by_name and target is not None
            else weight
            for name, target, weight in rows
        }


def _check(weights: object) -> None:
    """Raise ValueError for what is no dict of class -> weight."""
    if not isinstance(weights, Mapping):
        raise ValueError(f"class_weight of an output must be a dict of class -> weight, got {weights!r}.")
    for key, weight in weights.items():
        if not isinstance(key, Number) or int(key) != key:  # type: ignore[call-overload]
            raise ValueError(f"class_weight has the key {key!r}; its keys must be classes, integers from 0.")
        if not isinstance(weight, Number) and (np.ndim(weight) or not hasattr(weight, "__float__")):
            raise ValueError(f"class_weight has {weight!r} for class {key!r}, expected a number.")


def _weights_of_samples(y: Tensor, class_weight: Mapping[int, float], sample_weight: Tensor | None) -> Tensor:
    labels = backends.to_numpy(y)
    if labels.ndim > 1 and labels.shape[-1] > 1:
        labels = labels.argmax(-1)
    elif labels.ndim > 1:
        labels = labels[..., 0]
    labels = labels.astype("int64")
    present = np.unique(labels)
    missing = [int(c) for c in present if int(c) not in class_weight]
    if missing:
        raise ValueError(
            f"class_weight has no entry for the classes {missing} found in y; it has {sorted(class_weight)}."
        )
    places = np.searchsorted(present, labels)
    weights = np.array([class_weight[int(label)] for label in present], config.floatx())[places]
    if sample_weight is None:
        return weights
    own = backends.to_numpy(sample_weight)
    return weights * own.reshape(own.shape + (1,) * (weights.ndim - own.ndim))
