"""Data compared with the model before any framework sees it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import config, tree
from keras_core.backend import discovery as backends
from keras_core.models.graph import flat_inputs
from keras_core.staging.trace import active_trace
from keras_core.training.data import Batch
from keras_core.training.objectives import leaves, matched

if TYPE_CHECKING:
    from keras_core.models.model import Model


ValueCheck = tuple[int, Callable[[Any], None]]
"""Which part of a batch (0 is x, 1 is y), and what looks at its values."""


class BatchKind:
    """What batches of one kind need: their values looked at, and a program, kept by the kind of step."""

    __slots__ = ("_checks", "programs")

    def __init__(self, checks: list[ValueCheck]) -> None:
        self._checks = checks
        self.programs: dict[Any, Any] = {}

    def check(self, batch: Batch) -> None:
        """Raise for values that do not fit the model."""
        for part, check in self._checks:
            check(batch[part])


def kind_of(model: Model, batch: Batch, method: str) -> Any:
    """What is looked at in a batch besides the values: batches of one kind are all right, or all wrong.

    None when it is not known cheaply: for nested data, tensors, and where all numbers are looked at.
    """
    if config.check_numerics() or active_trace() is not None:
        return None
    kind: list[Any] = [method, config.floatx(), config.rng(), model._program_key()]
    for part in batch:
        if type(part) is np.ndarray:
            kind.append(part.shape)
            kind.append(part.dtype)
        elif part is None:
            kind.append(None)
        else:
            return None
    return tuple(kind)


def value_checks(model: Model, batch: Batch, method: str) -> list[ValueCheck]:
    """What is left to look at in batches of a kind that passed both checks."""
    hosts = [] if model._function is None else _hosts(model, flat_inputs_of(model, batch[0]))
    found: list[ValueCheck] = [(0, layer.check_host_inputs) for layer, feed in hosts if feed is batch[0]]
    return found + [(1, check) for target, check in _class_checks(model, batch, method) if target is batch[1]]


def check_batch(model: Model, batch: Batch, method: str) -> None:
    """Compare the shapes of x with the model's inputs, and integer inputs with the layers that index by them.

    Raises:
        ValueError: naming the input, what came and what was expected.
    """
    if config.check_numerics():
        for name, part in zip(("x", "y", "sample_weight"), batch, strict=True):
            for path, leaf in tree.flatten_with_path(part):
                _check_finite(leaf, name + "".join(f"[{key!r}]" for key in path), method)
    if model._function is None:
        return
    values = flat_inputs_of(model, batch[0])
    for layer, feed in _hosts(model, values):
        layer.check_host_inputs(feed)


def _check_finite(array: Any, where: str, method: str) -> None:
    if not isinstance(array, np.ndarray) or array.dtype.kind != "f" or np.isfinite(array).all():
        return
    bad = ~np.isfinite(array)
    first = tuple(int(i) for i in np.argwhere(bad)[0])
    raise ValueError(
        f"{method}(): {where} has {int(bad.sum())} values that are NaN or infinite, the first is {array[first]} at "
        f"index {first}. Remove or replace them, or turn this check off with keras.config.set_check_numerics(False)."
    )


def flat_inputs_of(model: Model, x: Any) -> list[Any]:
    """The arrays of `x` in the order of the model's inputs, their shapes checked without converting them."""
    return flat_inputs(model, _Shapes.of(x), any_batch=True)


class _Shapes:
    """A stand-in for an array that has its shape and data but is not converted."""

    def __init__(self, array: Any, shape: tuple[Any, ...] | None = None) -> None:
        self.array = array
        self.shape = tuple(array.shape) if shape is None else shape

    @classmethod
    def of(cls, x: Any) -> Any:
        if isinstance(x, (list, tuple)):
            return [cls.of(v) for v in x]
        if isinstance(x, dict):
            return {k: cls.of(v) for k, v in x.items()}
        return x if x is None or not hasattr(x, "shape") else cls(x)


def _hosts(model: Model, values: list[Any]) -> list[tuple[Any, np.ndarray]]:
    """Pairs (layer with `check_host_inputs`, the host array that it is called on directly)."""
    assert model._function is not None
    by_id = {id(t): v for t, v in zip(model._function.inputs, values, strict=True)}
    found: list[tuple[Any, np.ndarray]] = []
    for node in model._function.nodes:
        if not hasattr(node.operation, "check_host_inputs") or not node.args:
            continue
        value = by_id.get(id(node.args[0]))
        array = getattr(value, "array", None)
        if isinstance(array, np.ndarray):
            found.append((node.operation, array))
    return found


def check_targets(model: Model, batch: Batch, method: str) -> None:
    """Compare y with the outputs: shapes, and class indices with the number of classes.

    Raises:
        ValueError: naming the output, what came and what was expected.
    """
    compiled = model._compile_loss
    if compiled is None or model._output_specs is None:
        return
    if batch[1] is None:
        if any(one is not None for one in compiled.losses) and _uses_targets(model):
            raise ValueError(f"{method}(): the model was compiled with a loss and no targets were given: y is missing.")
        return
    for name, loss, target, shape in _matched_targets(model, batch[1]):
        given = (None, *tuple(target.shape)[1:])
        try:
            loss.check(given, shape)
        except ValueError as error:
            raise ValueError(f"{method}(): output {name!r} of model {model.name!r}: {error}") from None
    for target, check in _class_checks(model, batch, method):
        check(target)


def _matched_targets(model: Model, y: Any) -> list[tuple[str, Any, Any, Any]]:
    """(output's name, its loss, its targets, its shape) of the outputs that have a loss and targets."""
    compiled = model._compile_loss
    if compiled is None or model._output_specs is None or y is None:
        return []
    outputs = [s.shape for s in leaves(model._output_specs)]
    rows = zip(compiled.names, compiled.losses, matched(y, compiled.names, "y"), outputs, strict=True)
    return [row for row in rows if row[1] is not None and row[2] is not None]


def _class_checks(model: Model, batch: Batch, method: str) -> list[tuple[Any, Callable[[Any], None]]]:
    """Arrays of class indices, and what looks whether these are classes of the output."""
    return [
        (target, partial(_check_classes, name, shape[-1], getattr(loss, "_arguments", {}).get("ignore_class"), method))
        for name, loss, target, shape in _matched_targets(model, batch[1])
        if loss.targets == "indices" and shape[-1] is not None and backends.owner(target) is None
    ]


def _uses_targets(model: Model) -> bool:
    from keras_core.training.trainer import Trainer

    return type(model).train_step is Trainer.train_step and type(model).compute_loss is Trainer.compute_loss


def _check_classes(name: str, classes: int, ignored: Any, method: str, target: np.ndarray) -> None:
    if not target.size:
        return
    low, high = target.min(), target.max()
    if ignored is not None and (low < 0 or high >= classes):
        kept = target[target != ignored]
        if not kept.size:
            return
        low, high = kept.min(), kept.max()
    if low < 0 or high >= classes:
        raise ValueError(
            f"{method}(): the class indices for output {name!r} run from {int(low)} to {int(high)}, and the output has "
            f"{classes} classes: they must lie in 0 ... {classes - 1}. Renumber the classes, or give the last layer "
            f"{int(high) + 1} units."
        )
