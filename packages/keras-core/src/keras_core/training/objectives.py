"""The loss and the metrics that a model was compiled with, by output."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from keras_core import ops
from keras_core.graph.nested import map_nested
from keras_core.losses.function_loss import as_loss
from keras_core.losses.loss import Loss
from keras_core.metrics.choice import as_metric
from keras_core.metrics.means import Mean
from keras_core.metrics.metric import Metric
from keras_core.staging.variable import Variable
from keras_core.typing import Shape, Tensor


def leaves(value: Any, count: int | None = None) -> list[Any]:
    """The values for each output: of a list, a dict in its order, or the one value itself."""
    if count == 1 and not isinstance(value, (list, tuple, dict)):
        return [value]
    found: list[Any] = []
    map_nested(found.append, value)
    return found


def by_output(given: Any, names: Sequence[str], what: str) -> list[Any]:
    """What `compile` was given for each output: one for all, a list, or a dict by output name.

    Raises:
        ValueError: for an unknown output name or a list of another length.
    """
    if isinstance(given, dict):
        unknown = [k for k in given if k not in names]
        if unknown:
            raise ValueError(
                f"compile(): {what} names the output {unknown[0]!r}; the model's outputs are {', '.join(names)}."
            )
        return [given.get(name) for name in names]
    if isinstance(given, (list, tuple)):
        if len(given) != len(names):
            raise ValueError(
                f"compile(): {what} is a list of {len(given)} for {len(names)} outputs ({', '.join(names)}). "
                "Give one for each, or a dict by output name."
            )
        return list(given)
    return [given] * len(names)


def matched(y: Any, names: Sequence[str], what: str) -> list[Any]:
    """Targets (or weights) for each output, from one tensor, a list, or a dict by output name.

    Raises:
        ValueError: when their number or names do not fit the outputs.
    """
    if y is None:
        return [None] * len(names)
    if isinstance(y, dict):
        missing = [n for n in names if n not in y]
        unknown = [k for k in y if k not in names]
        if unknown or (missing and what == "y"):
            raise ValueError(
                f"The model's outputs are {', '.join(map(repr, names))}; {what} has "
                f"{', '.join(map(repr, y))}. Give one entry for each output, under its name."
            )
        return [y.get(n) for n in names]
    if isinstance(y, (list, tuple)):
        if len(y) != len(names):
            raise ValueError(f"The model has {len(names)} outputs ({', '.join(names)}), {what} has {len(y)} entries.")
        return list(y)
    if len(names) > 1:
        raise ValueError(
            f"The model has {len(names)} outputs ({', '.join(names)}), {what} is a single array. "
            "Give a list in this order, or a dict by output name."
        )
    return [y]


class CompileLoss:
    """The sum of the outputs' losses, each times its weight.

    Args:
        loss: a loss, or a list or dict of them by output.
        loss_weights: numbers likewise.
        names: names of the outputs.
    """

    def __init__(self, loss: Any, loss_weights: Any, names: Sequence[str]) -> None:
        self.names = list(names)
        self.losses: list[Loss | None] = [as_loss(one) for one in by_output(loss, names, "loss")]
        weights = by_output(loss_weights, names, "loss_weights") if loss_weights is not None else [None] * len(names)
        self.weights = [_weight(w, n) for w, n in zip(weights, self.names, strict=True)]
        several = len(names) > 1
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

    def __call__(self, y: Any, y_pred: Any, sample_weight: Any, masks: Sequence[Any]) -> list[Tensor]:
        """The weighted loss of each output that has one."""
        predictions = leaves(y_pred, len(self.names))
        targets = matched(y, self.names, "y")
        weights = (
            matched(sample_weight, self.names, "sample_weight")
            if _structured(sample_weight)
            else ([sample_weight] * len(self.names))
        )
        found: list[Tensor] = []
        for i, loss in enumerate(self.losses):
            if loss is None:
                continue
            if targets[i] is None:
                raise ValueError(f"Output {self.names[i]!r} has the loss {loss.name!r} and no targets: y is missing.")
            mask = masks[i] if i < len(masks) else None
            known = {} if mask is None else {"mask": mask}  # a loss with a __call__ of its own may take none
            value = loss(targets[i], predictions[i], weights[i], **known)
            tracker = self.trackers[i]
            if tracker is not None:
                tracker.update_state(value, sample_weight=ops.shape(predictions[i])[0])
            found.append(value if self.weights[i] is None else ops.multiply(value, self.weights[i]))
        return found


class CompileMetrics:
    """The metrics of each output.

    They are made when the shapes of targets and outputs are known, since "accuracy" depends on them.

    Args:
        metrics: a list (for all outputs), a list of lists, or a dict by output name.
        weighted: the same for metrics that take sample weights.
        names: names of the outputs.
        losses: the loss given for each output, from which "accuracy" is chosen.
    """

    def __init__(self, metrics: Any, weighted: Any, names: Sequence[str], losses: Sequence[Any]) -> None:
        self.names = list(names)
        self._given = [_per_output(metrics, names), _per_output(weighted, names)]
        self._losses = list(losses)
        self.shapes: tuple[Sequence[Shape | None], Sequence[Shape]] | None = None
        self._made: list[list[list[Metric]]] | None = None
        for group in self._given:
            for identifiers in group:
                for identifier in identifiers:
                    if not isinstance(identifier, str):
                        continue
                    if identifier.lower() not in ("accuracy", "acc", "crossentropy", "ce"):
                        as_metric(identifier)  # an unknown name is said now

    @property
    def built(self) -> bool:
        return self._made is not None

    def build(self, y_shapes: Sequence[Shape | None], out_shapes: Sequence[Shape]) -> None:
        """Make the metrics for targets and outputs of these shapes."""
        if self._made is None:
            self.shapes = (y_shapes, out_shapes)
            self._made = [
                [
                    [as_metric(i, self._losses[o], y_shapes[o], out_shapes[o]) for i in identifiers]
                    for o, identifiers in enumerate(group)
                ]
                for group in self._given
            ]
            for group in self._made:
                for y_shape, out_shape, ones in zip(y_shapes, out_shapes, group, strict=True):
                    for metric in ones:
                        if getattr(metric, "built", True) is False and y_shape is not None:
                            metric.build(y_shape, out_shape)  # type: ignore[attr-defined]

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
        found: list[tuple[str, Metric]] = []
        taken: set[str] = set()
        for prefix, group in zip(("", "weighted_"), self._made or [], strict=False):
            for output, ones in zip(self.names, group, strict=True):
                for metric in ones:
                    start = f"{output}_" if several else ""
                    base = start + metric.name
                    if base in taken:
                        base = start + prefix + metric.name
                    name, number = base, 0
                    while name in taken:
                        number += 1
                        name = f"{base}_{number}"
                    taken.add(name)
                    found.append((name, metric))
        return found

    def update(self, y: Any, y_pred: Any, sample_weight: Any, masks: Sequence[Any]) -> None:
        """Take in a batch."""
        if not self.metrics:
            return
        predictions = leaves(y_pred, len(self.names))
        targets = matched(y, self.names, "y")
        weights = (
            matched(sample_weight, self.names, "sample_weight")
            if _structured(sample_weight)
            else ([sample_weight] * len(self.names))
        )
        assert self._made is not None
        for weighted, group in enumerate(self._made):
            for i, ones in enumerate(group):
                for metric in ones:
                    if targets[i] is None:
                        continue
                    _update(
                        metric,
                        targets[i],
                        predictions[i],
                        weights[i] if weighted else None,
                        masks[i] if i < len(masks) else None,
                    )


def _update(metric: Metric, y: Tensor, y_pred: Tensor, weight: Any, mask: Any) -> None:
    if mask is None:
        metric.update_state(y, y_pred, weight) if weight is not None else metric.update_state(y, y_pred)
    elif getattr(type(metric), "takes_mask", False) or "mask" in _keywords(metric.update_state):
        metric.update_state(y, y_pred, weight, mask=mask)
    else:
        mask = ops.cast(mask, metric.dtype)
        metric.update_state(y, y_pred, mask if weight is None else ops.multiply(mask, weight))


def _keywords(function: Any) -> Any:
    import inspect

    return inspect.signature(function).parameters


def _per_output(given: Any, names: Sequence[str]) -> list[list[Any]]:
    if given is None:
        return [[] for _ in names]
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


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _structured(value: Any) -> bool:
    return isinstance(value, (list, tuple, dict))


def _weight(weight: Any, name: str) -> Any:
    if weight is None or isinstance(weight, Variable):
        return weight
    return Variable(float(weight), trainable=False, name=f"{name}_loss_weight")
