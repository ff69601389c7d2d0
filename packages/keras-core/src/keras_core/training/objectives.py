"""The loss and the metrics that a model was compiled with, by output."""

from __future__ import annotations

import inspect
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from keras_core import ops
from keras_core.graph.keras_tensor import KerasTensor, SymbolicValueError
from keras_core.losses.function_loss import LossIdentifier, as_loss
from keras_core.metrics.choice import MetricIdentifier, as_metric
from keras_core.metrics.means import Mean, MeanMetricWrapper
from keras_core.staging.variable import Variable
from keras_core.training.graph_objectives import GraphObjective, loss_in_graph, metric_in_graph
from keras_core.training.outputs import (
    MISSING,
    by_output,
    children,
    leaves,
    matched,
    unique_name,
    weights_by_output,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from keras_core.backend.protocol import Backend
    from keras_core.graph.spec import Spec
    from keras_core.losses.loss import Loss
    from keras_core.metrics.metric import Metric
    from keras_core.models.model_graph import ModelGraph
    from keras_core.typing import Nested, Shape, Tensor, TensorTree


class CompileLoss:
    """The sum of the outputs' losses, each times its weight.

    Args:
        loss: a loss, a dict of them by output, or nested ones that mirror the outputs.
        loss_weights: numbers likewise.
        structure: names of the outputs, nested as they are.

    Attributes:
        wanted: for each output, whether it has a loss.
    """

    def __init__(
        self, loss: Nested[LossIdentifier], loss_weights: Nested[float] | None, structure: Nested[str]
    ) -> None:
        self.structure = structure
        self.names: list[str] = leaves(structure)
        self.losses: list[Loss | None] = [as_loss(one) for one in by_output(loss, structure, "loss")]
        self.wanted = [one is not None for one in self.losses]
        weights = by_output(loss_weights, structure, "loss_weights")
        self.weights = [_weight(w, n) for w, n in zip(weights, self.names, strict=True)]
        self._in_graph: list[GraphObjective | None] = [None] * len(self.names)
        several = len(self.names) > 1
        self.trackers = [
            Mean(name=f"{n}_loss") if several and one is not None else None
            for n, one in zip(self.names, self.losses, strict=True)
        ]

    @property
    def metrics(self) -> list[Metric]:
        return [t for t in self.trackers if t is not None]

    @property
    def variables(self) -> list[Variable]:
        return [v for m in self.metrics for v in m.variables] + [w for w in self.weights if isinstance(w, Variable)]

    def look_into(self, graph: ModelGraph, targets: Sequence[Spec | None], backend: Backend) -> None:
        """Find the losses that use tensors of the graph besides the outputs."""
        rows = zip(self.losses, targets, graph.outputs, strict=True)
        self._in_graph = [loss_in_graph(loss, target, out, graph, backend) for loss, target, out in rows]

    def __call__(
        self,
        y: TensorTree,
        y_pred: TensorTree,
        sample_weight: TensorTree,
        masks: Sequence[Any],
        training: bool = False,
    ) -> list[Tensor]:
        """The weighted loss of each output that has one."""
        predictions = leaves(y_pred, len(self.names))
        targets = matched(y, self.structure, "y", self.wanted)
        weights = weights_by_output(sample_weight, self.structure, self.wanted)
        found: list[Tensor] = []
        for i, loss in enumerate(self.losses):
            if loss is None:
                continue
            if targets[i] is None:
                raise ValueError(f"Output {self.names[i]!r} has the loss {loss.name!r} and no targets: y is missing.")
            mask = masks[i] if i < len(masks) else None
            known = {} if mask is None else {"mask": mask}  # a loss with a __call__ of its own may take none
            part = self._in_graph[i]
            with _naming("loss", loss.name):
                if part is None:
                    value = loss(targets[i], predictions[i], weights[i], **known)
                else:
                    value = loss.reduce(part.compute(targets[i], training), weights[i], mask)
                _refuse_symbolic(value)
            tracker = self.trackers[i]
            if tracker is not None:
                tracker.update_state(value, sample_weight=ops.shape(predictions[i])[0])
            found.append(value if self.weights[i] is None else ops.multiply(value, self.weights[i]))
        return found


class CompileMetrics:
    """The metrics of each output.

    They are made when the shapes of targets and outputs are known, since "accuracy" depends on them.

    Args:
        metrics: a list (for all outputs), a dict by output name, or nested lists that mirror the outputs.
        weighted: the same for metrics that take sample weights.
        structure: names of the outputs, nested as they are.
        losses: the loss given for each output, from which "accuracy" is chosen.
    """

    def __init__(
        self,
        metrics: Nested[MetricIdentifier] | None,
        weighted: Nested[MetricIdentifier] | None,
        structure: Nested[str],
        losses: Sequence[LossIdentifier],
    ) -> None:
        self.structure = structure
        self.names: list[str] = leaves(structure)
        self._given = [_per_output(metrics, structure), _per_output(weighted, structure)]
        self._losses = list(losses)
        self.wanted = [loss is not None for loss in losses] if any(loss is not None for loss in losses) else None
        self.shapes: tuple[Sequence[Shape | None], Sequence[Shape]] | None = None
        self._made: list[list[list[Metric]]] | None = None
        self._in_graph: dict[int, GraphObjective] = {}
        for group in self._given:
            for identifiers in group:
                for identifier in identifiers:
                    if not isinstance(identifier, str):
                        continue
                    if identifier.lower() not in ("accuracy", "acc", "crossentropy", "ce"):
                        as_metric(identifier)  # so that an unknown name is reported by compile()

    @property
    def built(self) -> bool:
        return self._made is not None

    def build(self, y_shapes: Sequence[Shape | None], out_shapes: Sequence[Shape]) -> None:
        """Make the metrics for targets and outputs of these shapes."""
        if self._made is not None:
            return
        self.shapes = (y_shapes, out_shapes)
        self._made = [
            [
                [_built(as_metric(i, loss, y_shape, out_shape), y_shape, out_shape) for i in identifiers]
                for identifiers, loss, y_shape, out_shape in zip(group, self._losses, y_shapes, out_shapes, strict=True)
            ]
            for group in self._given
        ]

    def look_into(self, graph: ModelGraph, targets: Sequence[Spec | None], backend: Backend) -> None:
        """Find the metrics that use tensors of the graph besides the outputs."""
        self._in_graph = {}
        for group in self._made or []:
            for ones, target, out in zip(group, targets, graph.outputs, strict=True):
                found = {id(one): metric_in_graph(one, target, out, graph, backend) for one in ones}
                self._in_graph |= {key: part for key, part in found.items() if part is not None}
                for one in ones:
                    if isinstance(one, MeanMetricWrapper):  # for a step that updates it by itself
                        part = found[id(one)]
                        one.in_graph = None if part is None else part.compute

    def measure(self, y: TensorTree, training: bool | None) -> list[Tensor] | None:
        """Values of the metrics that use tensors of the graph, where the model has run; None without such metrics."""
        if not self._in_graph:
            return None
        targets = matched(y, self.structure, "y", self.wanted)
        rows = [(i, one) for group in self._made or [] for i, ones in enumerate(group) for one in ones]
        return [self._in_graph[id(one)].compute(targets[i], training) for i, one in rows if id(one) in self._in_graph]

    @property
    def metrics(self) -> list[Metric]:
        return [m for group in self._made or [] for one in group for m in one]

    @property
    def variables(self) -> list[Variable]:
        return [v for m in self.metrics for v in m.variables]

    @property
    def named(self) -> list[tuple[str, Metric]]:
        """Pairs of the name shown in logs and the metric."""
        several = len(self.names) > 1
        found: dict[str, Metric] = {}
        for prefix, group in zip(("", "weighted_"), self._made or [], strict=False):
            for output, ones in zip(self.names, group, strict=True):
                start = f"{output}_" if several else ""
                for metric in ones:
                    name = start + metric.name
                    if name in found:
                        name = unique_name(start + prefix + metric.name, found)
                    found[name] = metric
        return list(found.items())

    def update(
        self,
        y: TensorTree,
        y_pred: TensorTree,
        sample_weight: TensorTree,
        masks: Sequence[Any],
        measured: Sequence[Tensor] | None = None,
    ) -> None:
        """Take in a batch; `measured` is what `measure` gave for it."""
        if not self.metrics:
            return
        values = iter(measured or ())
        predictions = leaves(y_pred, len(self.names))
        targets = matched(y, self.structure, "y", self.wanted)
        weights = weights_by_output(sample_weight, self.structure, self.wanted)
        assert self._made is not None
        for weighted, group in enumerate(self._made):
            for i, ones in enumerate(group):
                mask = masks[i] if i < len(masks) else None
                for metric in ones if targets[i] is not None else ():
                    weight = weights[i] if weighted else None
                    with _naming("metric", metric.name):
                        if id(metric) in self._in_graph:
                            Mean.update_state(metric, next(values), weight, mask=mask)  # type: ignore[arg-type]
                        else:
                            _update(metric, targets[i], predictions[i], weight, mask)


@contextmanager
def _naming(what: str, name: str) -> Iterator[None]:
    """Let an error that comes from a symbolic tensor name the loss or metric that used it."""
    try:
        yield
    except Exception as error:
        if not isinstance(error, SymbolicValueError) and KerasTensor.__name__ not in str(error):
            error.add_note(f"This was raised in the {what} {name!r}.")
            raise
        raise ValueError(
            f"The {what} {name!r} used a symbolic tensor, which it can only where the model has a graph, "
            "Model(inputs, outputs), that computes this tensor from its inputs, and where the function is made of "
            f"keras.ops or keras.backend functions. {error}"
        ) from error


def _refuse_symbolic(value: Any) -> None:
    """Raise SymbolicValueError for a result that has no value."""
    if isinstance(value, KerasTensor):
        raise SymbolicValueError(f"It returned {value!r}.")


def _built(metric: Metric, y_shape: Shape | None, out_shape: Shape) -> Metric:
    """The metric, built where its class makes its state from shapes."""
    build = getattr(metric, "build", None)
    if build is not None and y_shape is not None and getattr(metric, "built", True) is False:
        build(y_shape, out_shape)
    return metric


def _update(metric: Metric, y: Tensor, y_pred: Tensor, weight: Any, mask: Any) -> None:
    if mask is None:
        metric.update_state(y, y_pred, weight) if weight is not None else metric.update_state(y, y_pred)
    elif getattr(type(metric), "takes_mask", False) or "mask" in _keywords(metric.update_state):
        metric.update_state(y, y_pred, weight, mask=mask)
    else:
        mask = ops.cast(mask, metric.dtype)
        metric.update_state(y, y_pred, mask if weight is None else ops.multiply(mask, weight))


def _keywords(function: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    return inspect.signature(function).parameters


def _per_output(given: Any, structure: Any) -> list[list[Any]]:
    if isinstance(structure, str):
        return [_as_list(given)]
    names: list[str] = leaves(structure)
    if given is None or given is MISSING:
        return [[] for _ in names]
    parts = list(structure.values()) if isinstance(structure, dict) else list(structure)
    if parts != names:  # they are nested
        pairs = children(given, structure)
        if pairs is not None and all(isinstance(part, str) or _may_mirror(one) for one, part in pairs):
            return [found for one, part in pairs for found in _per_output(one, part)]
    if isinstance(given, dict):
        return [_as_list(one) for one in by_output(given, names, "metrics")]
    given = _as_list(given)
    if len(names) > 1 and any(isinstance(one, (list, tuple, dict)) or one is None for one in given):
        return [_as_list(one) for one in by_output(given, names, "metrics")]
    if len(names) == 1 and len(given) == 1 and isinstance(given[0], (list, tuple)):
        given = list(given[0])
    if len(names) > 1 and given and not isinstance(given[0], str) and len(given) == len(names):
        return [_as_list(one) for one in given]
    return [list(given) for _ in names]


def _may_mirror(given: Any) -> bool:
    return given is None or given is MISSING or isinstance(given, (list, tuple, dict))


def _as_list(value: Any) -> list[Any]:
    if value is None or value is MISSING:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _weight(weight: Any, name: str) -> Any:
    if weight is None or isinstance(weight, Variable):
        return weight
    return Variable(float(weight), trainable=False, name=f"{name}_loss_weight")
