"""Intersection over union of classes, for segmentation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops
from keras_core.config.loading_limits import take_steps
from keras_core.losses.alignment import align_weights
from keras_core.metrics.metric import Metric
from keras_core.ops.properties import shape_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import DTypeLike, PositiveInt, Tensor


class IoU(Metric):
    """Mean over some classes of ``hits / (hits + false positives + false negatives)``.

    Args:
        num_classes: how many classes there are.
        target_class_ids: the classes whose mean is given.
        name: name shown in logs. Defaults to None.
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.
        ignore_class: number that marks positions without a class. Defaults to None.
        sparse_y_true: whether targets are class indices; otherwise scores along `axis`. Defaults to True.
        sparse_y_pred: the same for predictions. Defaults to True.
        axis: axis of the classes of scores. Defaults to -1.

    Raises:
        ValueError: if `target_class_ids` holds a class that is not below `num_classes`.

    Example:
        >>> from keras_core import metrics
        >>> round(float(metrics.IoU(2, [0])([0, 0, 1, 1], [0, 1, 0, 1])), 4)
        0.3333
    """

    def __init__(
        self,
        num_classes: PositiveInt,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: DTypeLike = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(dtype, name)
        self.num_classes = num_classes
        take_steps(len(target_class_ids), f"'{name}' of {num_classes} classes")
        self.target_class_ids = [int(i) for i in target_class_ids]
        self.ignore_class = ignore_class
        self.sparse_y_true = sparse_y_true
        self.sparse_y_pred = sparse_y_pred
        self.axis = axis
        if any(not 0 <= i < num_classes for i in self.target_class_ids):
            raise ValueError(
                f"'{self.name}': target_class_ids must be from 0 to {num_classes - 1}, got {list(target_class_ids)}."
            )
        self.total_cm = self.add_variable((num_classes, num_classes), "zeros", name="total_confusion_matrix")

    def update_state(self, y_true: Tensor, y_pred: Tensor, sample_weight: Tensor | None = None) -> None:
        """Count the pairs of target and prediction of a batch."""
        y_true, y_pred = ops.convert_to_tensor(y_true), ops.convert_to_tensor(y_pred)
        if not self.sparse_y_true:
            y_true = ops.argmax(y_true, axis=self.axis)
        if not self.sparse_y_pred:
            y_pred = ops.argmax(y_pred, axis=self.axis)
        if len(shape_of(y_true)) > 1 and shape_of(y_true)[-1] == 1:
            y_true = ops.squeeze(y_true, -1)
        if len(shape_of(y_pred)) > 1 and shape_of(y_pred)[-1] == 1:
            y_pred = ops.squeeze(y_pred, -1)
        y_true = ops.cast(y_true, "int32")
        weights = ops.ones_like(ops.cast(y_true, self.dtype))
        if sample_weight is not None:
            given = ops.cast(ops.convert_to_tensor(sample_weight), self.dtype)
            weights = ops.multiply(weights, align_weights(self.name, given, weights))
        if self.ignore_class is not None:
            counts = ops.not_equal(y_true, self.ignore_class)
            weights = ops.multiply(weights, ops.cast(counts, self.dtype))
            y_true = ops.where(counts, y_true, 0)
        rows = ops.one_hot(ops.reshape(y_true, (-1,)), self.num_classes, dtype=self.dtype)
        columns = ops.one_hot(ops.reshape(ops.cast(y_pred, "int32"), (-1,)), self.num_classes, dtype=self.dtype)
        rows = ops.multiply(rows, ops.reshape(weights, (-1, 1)))
        pairs = ops.matmul(ops.transpose(rows), columns)
        self.total_cm.assign(ops.add(self.total_cm, pairs))

    def result(self) -> Tensor:
        """The mean over the classes that have occurred."""
        matrix = self.total_cm.value
        hits = ops.diagonal(matrix)
        union = ops.sum(matrix, axis=0) + ops.sum(matrix, axis=1) - hits
        ratios = ops.take(ops.divide_no_nan(hits, union), self.target_class_ids, axis=0)
        occurred = ops.cast(ops.take(ops.greater(union, 0), self.target_class_ids, axis=0), self.dtype)
        return ops.divide_no_nan(ops.sum(ops.multiply(ratios, occurred)), ops.sum(occurred))

    def get_config(self) -> dict[str, Any]:
        """All arguments."""
        return {
            **super().get_config(),
            "num_classes": self.num_classes,
            "target_class_ids": self.target_class_ids,
            "ignore_class": self.ignore_class,
            "sparse_y_true": self.sparse_y_true,
            "sparse_y_pred": self.sparse_y_pred,
            "axis": self.axis,
        }


class MeanIoU(IoU):
    """Mean intersection over union of all classes; see `IoU`.

    Args:
        num_classes: number of classes.
        name: name shown in logs. Defaults to None.
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.
        ignore_class: class index that marks positions without a class; None marks none. Defaults to None.
        sparse_y_true: whether targets are class indices instead of scores along `axis`. Defaults to True.
        sparse_y_pred: whether predictions are class indices instead of scores along `axis`. Defaults to True.
        axis: axis of the classes of scores. Defaults to -1.

    Example:
        >>> from keras_core import metrics
        >>> y_true, y_pred = [0, 0, 1, 1], [0, 1, 0, 1]
        >>> round(float(metrics.MeanIoU(2)(y_true, y_pred)), 4)
        0.3333
    """

    def __init__(
        self,
        num_classes: PositiveInt,
        name: str | None = None,
        dtype: DTypeLike = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(
            num_classes,
            range(num_classes),
            name,
            dtype,
            ignore_class,
            sparse_y_true,
            sparse_y_pred,
            axis,
        )

    def get_config(self) -> dict[str, Any]:
        """All arguments."""
        return {k: v for k, v in super().get_config().items() if k != "target_class_ids"}


class OneHotIoU(IoU):
    """`IoU` of one-hot targets.

    Args:
        num_classes: number of classes.
        target_class_ids: indices of the classes whose mean is returned.
        name: name shown in logs. Defaults to None.
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.
        ignore_class: class index that marks positions without a class; None marks none. Defaults to None.
        sparse_y_pred: whether predictions are class indices instead of scores along `axis`. Defaults to False.
        axis: axis of the classes. Defaults to -1.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> y_true, y_pred = np.array([[0, 1], [1, 0]]), np.array([[0.2, 0.8], [0.3, 0.7]])
        >>> round(float(metrics.OneHotIoU(2, [1])(y_true, y_pred)), 4)
        0.5
    """

    def __init__(
        self,
        num_classes: PositiveInt,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: DTypeLike = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(num_classes, target_class_ids, name, dtype, ignore_class, False, sparse_y_pred, axis)

    def get_config(self) -> dict[str, Any]:
        """All arguments."""
        return {k: v for k, v in super().get_config().items() if k != "sparse_y_true"}


class OneHotMeanIoU(MeanIoU):
    """`MeanIoU` of one-hot targets.

    Args:
        num_classes: number of classes.
        name: name shown in logs. Defaults to None.
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.
        ignore_class: class index that marks positions without a class; None marks none. Defaults to None.
        sparse_y_pred: whether predictions are class indices instead of scores along `axis`. Defaults to False.
        axis: axis of the classes. Defaults to -1.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> y_true, y_pred = np.array([[0, 1], [1, 0]]), np.array([[0.2, 0.8], [0.3, 0.7]])
        >>> round(float(metrics.OneHotMeanIoU(2)(y_true, y_pred)), 4)
        0.25
    """

    def __init__(
        self,
        num_classes: PositiveInt,
        name: str | None = None,
        dtype: DTypeLike = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(num_classes, name, dtype, ignore_class, False, sparse_y_pred, axis)

    def get_config(self) -> dict[str, Any]:
        """All arguments."""
        return {k: v for k, v in super().get_config().items() if k != "sparse_y_true"}


class BinaryIoU(IoU):
    """`IoU` of two classes, predictions above `threshold` being class 1.

    Args:
        target_class_ids: indices of the classes whose mean is returned. Defaults to (0, 1).
        threshold: score above which a prediction is positive. Defaults to 0.5.
        name: name shown in logs. Defaults to None.
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> from keras_core import metrics
        >>> y_true, y_pred = [1, 1, 0], [0.9, 0.2, 0.8]
        >>> round(float(metrics.BinaryIoU([1])(y_true, y_pred)), 4)
        0.3333
    """

    def __init__(
        self,
        target_class_ids: Sequence[int] = (0, 1),
        threshold: float = 0.5,
        name: str | None = None,
        dtype: DTypeLike = None,
    ) -> None:
        super().__init__(2, target_class_ids, name, dtype)
        self.threshold = threshold

    def update_state(self, y_true: Tensor, y_pred: Tensor, sample_weight: Tensor | None = None) -> None:
        """Count the pairs of target and prediction of a batch."""
        above = ops.greater(ops.convert_to_tensor(y_pred), self.threshold)
        super().update_state(y_true, above, sample_weight)

    def get_config(self) -> dict[str, Any]:
        """All arguments."""
        found = super().get_config()
        wanted = {key: found[key] for key in ("name", "dtype", "target_class_ids")}
        return {**wanted, "threshold": self.threshold}
