"""Means and sums over batches, and metrics made of a function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from keras_core import dtypes, identifiers, ops
from keras_core.losses.alignment import align, align_weights, check_targets, columns
from keras_core.metrics.metric import Metric
from keras_core.ops.properties import dtype_of, shape_of
from keras_core.returned import something

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.typing import DTypeLike, Shape, Tensor


class Reduce(Metric):
    """The sum of all values, or their mean: what `Sum` and `Mean` are made of.

    Args:
        reduction: "sum"; "sum_over_batch_size" for the sum of weighted values over their number; or "weighted_mean"
            for that over the sum of the weights.
        name: name shown in logs.
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Raises:
        ValueError: if `reduction` is none of these.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> metric = metrics.Reduce("sum_over_batch_size", name="share")
        >>> float(metric(np.array([1.0, 5.0]), sample_weight=np.array([0.0, 1.0])))
        2.5
    """

    reductions = ("sum", "sum_over_batch_size", "weighted_mean")

    def __init__(self, reduction: str, name: str | None, dtype: DTypeLike = None) -> None:
        super().__init__(dtype, name)
        if reduction not in self.reductions:
            listed = ", ".join(map(repr, self.reductions))
            raise ValueError(f"'{self.name}': reduction must be one of {listed}, got {reduction!r}.")
        self.reduction = reduction
        self.total = self.add_variable((), "zeros", name="total")
        if reduction != "sum":
            self.count = self.add_variable((), "zeros", name="count")

    def update_state(self, values: Tensor, sample_weight: Tensor | None = None, *, mask: Tensor | None = None) -> None:
        """Take in `values`.

        Args:
            values: tensor of any shape.
            sample_weight: weights that broadcast to it from the left.
            mask: true where a value counts; by default the mask that `values` carries.
        """
        values, weights = weighted(self.name, values, sample_weight, self.dtype, mask)
        self.total.assign(ops.add(self.total, ops.sum(values)))
        if self.reduction == "sum":
            return
        if weights is None or self.reduction == "sum_over_batch_size":
            count = _number_of(values, self.dtype)
        else:
            count = ops.sum(weights)
        self.count.assign(ops.add(self.count, count))

    def result(self) -> Tensor:
        """The sum or the mean."""
        if self.reduction == "sum":
            return ops.convert_to_tensor(self.total)
        return ops.divide_no_nan(self.total, self.count)

    def get_config(self) -> dict[str, Any]:
        """All arguments."""
        found = super().get_config()
        return {**found, "reduction": self.reduction} if type(self) is Reduce else found


class Sum(Reduce):
    """The (weighted) sum of all values.

    Args:
        name: name shown in logs. Defaults to "sum".
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> total = metrics.Sum()
        >>> float(total(np.array([1.0, 2.0]))), float(total(np.array([4.0])))
        (3.0, 7.0)
    """

    def __init__(self, name: str = "sum", dtype: DTypeLike = None) -> None:
        super().__init__("sum", name, dtype)


class Mean(Reduce):
    """The (weighted) mean of all values; 0 before the first.

    Args:
        name: name shown in logs. Defaults to "mean".
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> float(metrics.Mean()(np.array([1.0, 5.0]), sample_weight=np.array([3.0, 1.0])))
        2.0
    """

    def __init__(self, name: str = "mean", dtype: DTypeLike = None) -> None:
        super().__init__("weighted_mean", name, dtype)


class MeanTensor(Metric):
    """The (weighted) mean of each element of tensors of one shape.

    Args:
        name: name shown in logs. Defaults to "mean_tensor".
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.
        shape: the tensors' shape; needed where `update_state` stands inside a compiled step. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> metric = metrics.MeanTensor()
        >>> metric.update_state(np.array([1.0, 2.0]))
        >>> metric.update_state(np.array([3.0, 6.0]))
        >>> np.asarray(metric.result()).tolist()
        [2.0, 4.0]
    """

    def __init__(self, name: str = "mean_tensor", dtype: DTypeLike = None, shape: Sequence[int] | None = None) -> None:
        super().__init__(dtype, name)
        self.shape: Shape | None = None if shape is None else tuple(shape)
        if self.shape is not None:
            self._build(self.shape)

    def _build(self, shape: Shape) -> None:
        self.shape = shape
        self.total = self.add_variable(shape, "zeros", name="total")
        self.count = self.add_variable(shape, "zeros", name="count")

    def update_state(self, values: Tensor, sample_weight: Tensor | None = None) -> None:
        """Take in `values`, with weights that broadcast to them from the left."""
        values, weights = weighted(self.name, values, sample_weight, self.dtype)
        if self.shape is None:
            self._build(shape_of(values))
        self.total.assign(ops.add(self.total, values))
        self.count.assign(ops.add(self.count, 1.0 if weights is None else weights))

    def result(self) -> Tensor:
        """The means."""
        if self.shape is None:
            raise ValueError(f"'{self.name}' has no result before the first update_state().")
        return ops.divide_no_nan(self.total, self.count)

    def get_config(self) -> dict[str, Any]:
        """All arguments."""
        return {**super().get_config(), "shape": self.shape}


def weighted(
    name: str, values: Tensor, sample_weight: Tensor | None, dtype: str, mask: Tensor | None = None
) -> tuple[Tensor, Tensor | None]:
    """``(values * weights, weights)``, both shaped like `values`; weights are None where all are 1."""
    mask = getattr(values, "_keras_mask", None) if mask is None else mask
    values = ops.cast(ops.convert_to_tensor(values), dtype)
    weights = None
    for factor in (sample_weight, mask):
        if factor is not None:
            factor = ops.cast(ops.convert_to_tensor(factor), dtype)
            factor = align_weights(name, factor, values)
            weights = factor if weights is None else ops.multiply(weights, factor)
    if weights is None:
        return values, None
    shape = shape_of(weights)
    if None in shape or shape != shape_of(values):
        weights = ops.multiply(weights, ops.ones_like(values))
    return ops.multiply(values, weights), weights


def _number_of(values: Tensor, dtype: str) -> Any:
    size = ops.size(values)
    return size if isinstance(size, int) else ops.cast(size, dtype)


class MeanMetricWrapper(Mean):
    """The mean of a function ``(y_true, y_pred, **kwargs) -> values``.

    Args:
        fn: the function; one value for each sample.
        name: name shown in logs; None is the function's. Defaults to None.
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.
        **kwargs: further arguments of the function.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> metric = metrics.MeanMetricWrapper(lambda y_true, y_pred: abs(y_true - y_pred))
        >>> float(metric(np.array([1.0]), np.array([3.0])))
        2.0
    """

    in_graph: Callable[[Tensor], Tensor] | None = None
    """What gives the values for targets where the function uses tensors of a model's graph; see `GraphObjective`."""

    def __init__(
        self, fn: Callable[..., Tensor], name: str | None = None, dtype: DTypeLike = None, **kwargs: Any
    ) -> None:
        super().__init__(name or str(getattr(fn, "__name__", "mean_metric_wrapper")), dtype)
        self._fn = fn
        self._fn_kwargs = kwargs

    def __getattr__(self, name: str) -> Any:
        """An argument of the function."""
        arguments = self.__dict__.get("_fn_kwargs", {})
        if name in arguments:
            return arguments[name]
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}.")

    @property
    def fn(self) -> Callable[..., Tensor]:
        """The function."""
        return self._fn

    def values(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """What the function gives."""
        return self._fn(y_true, y_pred, **self._fn_kwargs)

    def update_state(  # type: ignore[override]
        self, y_true: Tensor, y_pred: Tensor, sample_weight: Tensor | None = None, *, mask: Tensor | None = None
    ) -> None:
        """Take in a batch.

        Args:
            y_true: targets.
            y_pred: predictions. ``(n,)`` against ``(n, 1)`` is aligned.
            sample_weight: weight of each sample.
            mask: true where a value counts; by default the mask that `y_pred` carries.

        Raises:
            ValueError: when a built-in function's targets and predictions do not fit.
        """
        mask = getattr(y_pred, "_keras_mask", None) if mask is None else mask
        if self.in_graph is not None:
            super().update_state(self.in_graph(y_true), sample_weight, mask=mask)
            return
        y_true, y_pred = ops.convert_to_tensor(y_true), ops.convert_to_tensor(y_pred)
        targets, axis = getattr(self._fn, "targets", None), self._fn_kwargs.get("axis", -1)
        check_targets(self.name, targets, shape_of(y_true), shape_of(y_pred), axis)
        if targets is None:
            if dtypes.is_float(dtype_of(y_pred)):
                y_true = ops.cast(y_true, dtype_of(y_pred))
            y_true, y_pred = align(y_true, y_pred)
        if getattr(self._fn, "elementwise", False):
            y_true, y_pred = columns(y_true, y_pred)
        who = f"Metric {self.name!r}"
        values = something(self.values(y_true, y_pred), who, "a tensor with a value for each sample")
        super().update_state(values, sample_weight, mask=mask)

    def get_config(self) -> dict[str, Any]:
        """All arguments; the function only where the class does not know it."""
        found = {**super().get_config(), **self._fn_kwargs}
        if type(self) is MeanMetricWrapper:
            found["fn"] = identifiers.serialize(self._fn)
        return found

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """A metric made from what `get_config` gave."""
        fn = config.get("fn")
        if isinstance(fn, (str, dict)):
            config = {**config, "fn": identifiers.deserialize("metric", fn)}
        return cls(**config)
