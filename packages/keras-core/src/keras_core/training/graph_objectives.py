"""Losses and metrics that use other tensors of a model's graph than its output.

Keras 2 called a loss once, on symbolic tensors, and trained what it returned. A function that closes over such tensors,
takes gradients by them or looks at the history of `y_pred` is therefore a further part of the graph: it runs on the
values that the graph gave for the batch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops
from keras_core.graph.keras_tensor import KerasTensor, Node
from keras_core.graph.topology import depends_beyond, nodes_between
from keras_core.layers.call_context import CallContext, active_context
from keras_core.losses.alignment import align
from keras_core.losses.function_loss import NamedLoss
from keras_core.losses.loss import Loss
from keras_core.metrics.means import MeanMetricWrapper
from keras_core.staging.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core.backend.protocol import Backend
    from keras_core.graph.spec import Spec
    from keras_core.metrics.metric import Metric
    from keras_core.models.model_graph import ModelGraph
    from keras_core.typing import Tensor, TensorTree


class GraphObjective:
    """The values of a loss or metric as a part of a model's graph.

    Args:
        name: of the loss or metric, for messages.
        graph: the model's graph.
        y_true: the symbolic targets.
        values: what the function returned for these and the output.

    Raises:
        ValueError: when `values` depends on a tensor that the model's inputs do not determine.
    """

    def __init__(self, name: str, graph: ModelGraph, y_true: KerasTensor, values: KerasTensor) -> None:
        self.name = name
        self._graph = graph
        self._y_true = y_true
        self._values = values
        try:
            self._nodes: list[Node] = nodes_between([*graph.inputs, y_true], [values])
        except ValueError as error:
            raise ValueError(
                f"{name!r}, which compile() of model {graph.name!r} was given, uses a tensor that does not depend on "
                f"the model's inputs alone. {error}"
            ) from None
        graph.keeps_values = True

    def compute(self, y_true: TensorTree, training: bool | None = None) -> Tensor:
        """The values for the targets of the batch that the graph last ran on in this step.

        Args:
            y_true: targets.
            training: whether layers on the way run in training; as in that run where None.

        Raises:
            RuntimeError: when the graph did not run in this step.
        """
        context = active_context()
        found = context.graph_runs.get(id(self._graph)) if context is not None else None
        if found is None:
            raise RuntimeError(
                f"{self.name!r} uses tensors of the graph of model {self._graph.name!r}: call the model on the batch "
                "before compute_loss() and compute_metrics(), in the same step."
            )
        given = {id(self._y_true): ops.cast(ops.convert_to_tensor(y_true), self._y_true.dtype)}
        return found.evaluate(self._nodes, given, self._values, training)


def loss_in_graph(
    loss: Loss | None, target: Spec | None, y_pred: KerasTensor, graph: ModelGraph, backend: Backend
) -> GraphObjective | None:
    """The loss as a part of the graph; None for one of targets and output alone.

    Args:
        loss: the loss of one output.
        target: shape and dtype of its targets.
        y_pred: the output, a tensor of the graph.
        graph: the model's graph.
        backend: the model's backend.
    """
    if loss is None or isinstance(loss, NamedLoss) or type(loss).__call__ is not Loss.__call__:
        return None
    if _is_built_in(getattr(loss, "fn", type(loss))):
        return None
    dtype = None if loss.targets in ("indices", "labels") else loss.dtype
    return _in_graph(loss.name, loss.call, loss.targets is None, target, dtype, y_pred, graph, backend)


def metric_in_graph(
    metric: Metric, target: Spec | None, y_pred: KerasTensor, graph: ModelGraph, backend: Backend
) -> GraphObjective | None:
    """The metric as a part of the graph; None for one of targets and output alone. Arguments as in `loss_in_graph`."""
    if not isinstance(metric, MeanMetricWrapper) or _is_built_in(metric.fn):
        return None
    plain = getattr(metric.fn, "targets", None) is None
    return _in_graph(metric.name, metric.values, plain, target, y_pred.dtype, y_pred, graph, backend)


def _is_built_in(fn: Any) -> bool:
    return str(getattr(fn, "__module__", "")).startswith("keras_core.")


def _in_graph(
    name: str,
    fn: Callable[[Any, Any], Any],
    aligned: bool,
    target: Spec | None,
    dtype: str | None,
    y_pred: KerasTensor,
    graph: ModelGraph,
    backend: Backend,
) -> GraphObjective | None:
    if target is None:
        return None
    y_true = KerasTensor(target.shape, dtype or target.dtype)
    since = Node.next_order()
    with Trace(backend) as trace, CallContext():  # what the function assigns is dropped
        trace.creating = True
        try:
            values = fn(*(align(y_true, y_pred) if aligned else (y_true, y_pred)))
        except Exception:
            return None  # it needs values, and says what is wrong when it gets them
    if not isinstance(values, KerasTensor) or not depends_beyond(values, [y_true, y_pred], since):
        return None
    return GraphObjective(name, graph, y_true, values)
