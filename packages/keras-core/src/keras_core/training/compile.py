"""The arguments of `compile`, in order, and what is made of them."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar

from keras_core.argument_checks import check_fields
from keras_core.losses.function_loss import LossIdentifier, as_loss
from keras_core.optimizers.identifiers import OptimizerIdentifier
from keras_core.optimizers.identifiers import get as get_optimizer
from keras_core.optimizers.loss_scale_optimizer import LossScaleOptimizer
from keras_core.plain_arguments import listed, plain
from keras_core.staging.variable import Variable
from keras_core.training.objectives import CompileMetrics
from keras_core.training.outputs import leaves

if TYPE_CHECKING:
    from keras_core.metrics.choice import MetricIdentifier
    from keras_core.optimizers.optimizer import Optimizer
    from keras_core.training.protocol import TrainableModel
    from keras_core.typing import Nested, PositiveInt

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, kw_only=True)
class CompileArguments:
    """What `Model.compile` was given; its parameters are described there."""

    optimizer: OptimizerIdentifier = "rmsprop"
    loss: Nested[LossIdentifier] = None
    metrics: Nested[MetricIdentifier] | None = None
    loss_weights: Nested[float] | None = None
    weighted_metrics: Nested[MetricIdentifier] | None = None
    run_eagerly: bool | None = False
    steps_per_execution: PositiveInt | Literal["auto"] | None = 1
    jit_compile: bool | Literal["auto"] | None = "auto"
    auto_scale_loss: bool = True

    def __post_init__(self) -> None:
        check_fields(self, "compile()")

    @classmethod
    def of(cls, *, metrics: Any, loss_weights: Any, **others: Any) -> Self:
        """The arguments, with metrics and loss weights in either order: Keras 3 has the weights first."""
        metrics, loss_weights = listed(metrics), listed(loss_weights)
        others = {name: plain(value) for name, value in others.items()}
        if _are_metrics(loss_weights) or _are_numbers(metrics):
            metrics, loss_weights = loss_weights, metrics
        return cls(metrics=metrics, loss_weights=loss_weights, **others)

    def by_name(self) -> dict[str, Any]:
        """The arguments as a dict."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @property
    def jit(self) -> bool | None:
        """Whether to use the framework's optimizing compiler; None lets the backend choose."""
        return None if self.jit_compile in ("auto", None) else bool(self.jit_compile)

    @property
    def steps(self) -> int:
        """Steps between two calls of a callback's batch-level hooks."""
        return self.steps_per_execution if isinstance(self.steps_per_execution, int) else 1

    def check(self) -> None:
        """Raise ValueError for an unknown loss or metric, and for a loss weight that is no number."""
        for weight in leaves(self.loss_weights):
            if weight is not None and not _is_weight(weight):
                raise ValueError(f"compile(): loss_weights must be finite numbers, got {weight!r}.")
        for one in leaves(self.loss):
            as_loss(one)
        for given in (self.metrics, self.weighted_metrics):
            CompileMetrics([one for one in leaves(given) if one is not None], None, ["output"], [None])

    def make_optimizer(self, model: TrainableModel) -> Optimizer | None:
        """The optimizer, made to scale the loss where the model's dtype policy asks for it.

        Raises:
            ValueError: for an unknown name, and an optimizer that was built for variables of another backend.
        """
        optimizer = get_optimizer(self.optimizer)
        if optimizer is None:
            return None
        scales = isinstance(optimizer, LossScaleOptimizer)
        if self.auto_scale_loss and not scales and model.dtype_policy.name == "mixed_float16":
            optimizer = LossScaleOptimizer(optimizer)
        _refuse_foreign(model, optimizer)
        return optimizer


def refusing_weights_as_metrics(compile_method: F) -> F:
    """`Model.compile`, where weights may stand in the place of metrics, as in Keras 3's order, but not under that name.

    Args:
        compile_method: the method.
    """

    @functools.wraps(compile_method)
    def compile_model(self: Any, *args: Any, **kwargs: Any) -> None:
        if _are_numbers(listed(kwargs.get("metrics"))):
            raise ValueError(
                "compile(): metrics must be metrics, functions or names such as 'accuracy', got "
                f"{kwargs['metrics']!r}. Weights of losses are loss_weights."
            )
        compile_method(self, *args, **kwargs)

    return compile_model  # type: ignore[return-value]


def _is_weight(weight: Any) -> bool:
    if isinstance(weight, (int, float)):
        return not isinstance(weight, bool) and math.isfinite(weight)
    return isinstance(weight, Variable) or hasattr(weight, "__float__")


def _are_metrics(weights: Any) -> bool:
    first = next((one for one in leaves(weights) if one is not None), None)
    return isinstance(weights, (list, tuple)) and first is not None and not isinstance(first, (int, float, Variable))


def _are_numbers(metrics: Any) -> bool:
    if isinstance(metrics, (list, tuple)):
        return bool(metrics) and all(isinstance(one, (int, float)) for one in metrics)
    return isinstance(metrics, (int, float))


def _refuse_foreign(model: TrainableModel, optimizer: Optimizer) -> None:
    trained = optimizer.trainable_variables if optimizer.built else ()
    if trained and trained[0].backend_name != model.backend_name:
        raise ValueError(
            f"Model {model.name!r} is placed on the backend {model.backend_name!r}, but optimizer {optimizer.name!r} "
            f"was built for variables on {trained[0].backend_name!r}. Give compile() a new optimizer, or copy the "
            "other model with its optimizer by to_backend()."
        )
