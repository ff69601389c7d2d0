"""Data compared with the model before any framework sees it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import config, dtypes, tree
from keras_core.backend import discovery as backends
from keras_core.layers.host_layer import HostLayer, first_strings, host_results_of
from keras_core.training.data import is_complex
from keras_core.training.outputs import leaves

if TYPE_CHECKING:
    from keras_core.graph.spec import Spec
    from keras_core.losses.loss import Loss
    from keras_core.models.model_graph import ModelGraph
    from keras_core.training.data import Batch
    from keras_core.training.state import TrainingState
    from keras_core.typing import TensorTree

ValueCheck = tuple[int, Callable[[Any], None]]
"""Which part of a batch (0 is x, 1 is y), and what checks its values."""


def value_checks(state: TrainingState, batch: Batch, method: str) -> list[ValueCheck]:
    """The checks that are left for batches of a kind that passed the others: those of values."""
    graph = state.model.symbolic_graph
    hosts = [] if graph is None else _hosts(graph, batch[0])
    found: list[ValueCheck] = [(0, layer.check_host_inputs) for layer, feed in hosts if feed is batch[0]]
    return found + [(1, check) for target, check in _class_checks(state, batch, method) if target is batch[1]]


def check_batch(state: TrainingState, batch: Batch, method: str) -> None:
    """Compare the shapes of x with the model's inputs, and integer inputs with the layers that index by them.

    Raises:
        ValueError: naming the input, what came and what was expected.
    """
    if config.check_numerics():
        for name, part in zip(("x", "y", "sample_weight"), batch, strict=True):
            for path, leaf in tree.flatten_with_path(part):
                _check_finite(leaf, name + "".join(f"[{key!r}]" for key in path), method)
    graph = state.model.symbolic_graph
    if graph is not None:
        for layer, feed in _hosts(graph, batch[0]):
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


def _hosts(graph: ModelGraph, x: Any) -> list[tuple[Any, np.ndarray]]:
    """Pairs (layer with `check_host_inputs`, the host array that it is called on): an input, or made of strings."""
    by_id = {id(symbol): value for symbol, value in zip(graph.inputs, graph.check_inputs(x), strict=True)}
    found: list[tuple[Any, np.ndarray]] = []
    of_integers = host_results_of(x)
    for node in graph.nodes:
        if not isinstance(node.operation, HostLayer):
            continue
        strings = first_strings([by_id.get(id(tensor)) for tensor in node.parents])
        results = of_integers if strings is None else strings.made
        by_id[id(node.outputs)] = results.get(node.operation.result_key)
    for node in graph.nodes:
        if not hasattr(node.operation, "check_host_inputs") or not node.args:
            continue
        array = by_id.get(id(node.args[0]))
        if isinstance(array, np.ndarray):
            found.append((node.operation, array))
    return found


def check_targets(state: TrainingState, batch: Batch, method: str) -> None:
    """Compare y with the outputs: shapes, and class indices with the number of classes.

    Raises:
        ValueError: naming the output, what came and what was expected.
    """
    if state.loss is None or state.output_specs is None:
        return
    if batch[1] is None:
        if any(one is not None for one in state.loss.losses) and _uses_targets(state):
            raise ValueError(f"{method}(): the model was compiled with a loss and no targets were given: y is missing.")
        return
    for name, loss, target, output in _matched_targets(state, batch[1]):
        if is_complex(target) and not dtypes.is_complex(output.dtype):
            raise ValueError(
                f"{method}(): y for output {name!r} of model {state.model.name!r} holds complex numbers where real "
                "ones are expected. Give their real and imaginary parts, such as keras.ops.view_as_real(y)."
            )
        given = (None, *tuple(target.shape)[1:])
        try:
            loss.check(given, output.shape)
        except ValueError as error:
            raise ValueError(f"{method}(): output {name!r} of model {state.model.name!r}: {error}") from None
    for target, check in _class_checks(state, batch, method):
        check(target)


def _matched_targets(state: TrainingState, y: TensorTree) -> list[tuple[str, Loss, Any, Spec]]:
    """(output's name, its loss, its targets, its shape and dtype) of the outputs that have a loss and targets."""
    compiled = state.loss
    if compiled is None or state.output_specs is None or y is None:
        return []
    targets = state.targets(y)
    rows = zip(compiled.names, compiled.losses, targets, leaves(state.output_specs), strict=True)
    return [
        (name, loss, target, output) for name, loss, target, output in rows if loss is not None and target is not None
    ]


def _class_checks(state: TrainingState, batch: Batch, method: str) -> list[tuple[Any, Callable[[Any], None]]]:
    """Arrays of class indices, and what checks that they are classes of the output."""
    return [
        (target, partial(_check_classes, name, output.shape[-1], loss.ignored_class, method))
        for name, loss, target, output in _matched_targets(state, batch[1])
        if loss.targets == "indices" and output.shape[-1] is not None and backends.owner(target) is None
    ]


def _uses_targets(state: TrainingState) -> bool:
    return not (state.model.overrides("train_step") or state.model.overrides("compute_loss"))


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
