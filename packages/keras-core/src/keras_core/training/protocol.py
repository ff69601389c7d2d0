"""What training asks of a model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from keras_core.backend.protocol import Backend
from keras_core.dtype_policies.policy import DTypePolicy
from keras_core.graph.keras_tensor import Node
from keras_core.layers.layer import Layer
from keras_core.metrics.metric import Metric
from keras_core.models.model_graph import ModelGraph
from keras_core.staging.variable import Variable
from keras_core.typing import Tensor, TensorTree

StepData = tuple[Any, ...]
"""What a step is given: ``(x,)``, ``(x, y)`` or ``(x, y, sample_weight)`` of one batch."""


class TrainableModel(Protocol):
    """The members of a model that training uses; `keras_core.Model` has them.

    Attributes:
        symbolic_graph: the graph of a functional model; None for a model with a `call` of its own.
        stop_training: set by callbacks to end `fit` after the step in progress.
    """

    stop_training: bool
    backend_name: str
    device_name: str | None

    @property
    def name(self) -> str: ...
    @property
    def built(self) -> bool: ...
    @property
    def backend(self) -> Backend: ...
    @property
    def dtype_policy(self) -> DTypePolicy: ...
    @property
    def symbolic_graph(self) -> ModelGraph | None: ...
    @property
    def output_names(self) -> list[str]: ...
    @property
    def inbound_nodes(self) -> list[Node]: ...
    @property
    def trainable_variables(self) -> list[Variable]: ...
    @property
    def variables(self) -> list[Variable]: ...
    @property
    def losses(self) -> list[Tensor]: ...
    @property
    def metrics(self) -> list[Metric]: ...

    def overrides(self, method: str) -> bool:
        """Whether the model's class has a method of its own in place of the framework's."""
        ...

    def __call__(self, *args: Any, **kwargs: Any) -> TensorTree: ...
    def call(self, inputs: TensorTree, training: bool | None = None, mask: TensorTree = None) -> TensorTree: ...
    def call_uncompiled(self, inputs: TensorTree, training: bool) -> TensorTree: ...
    def flatten_layers(self) -> Iterator[Layer]: ...
    def reset_metrics(self) -> None: ...
    def compile(self, *args: Any, **kwargs: Any) -> None: ...
    def train_step(self, data: StepData) -> dict[str, Any]: ...
    def test_step(self, data: StepData) -> dict[str, Any]: ...
    def predict_step(self, data: StepData) -> TensorTree: ...
    def compute_loss(
        self,
        x: TensorTree = None,
        y: TensorTree = None,
        y_pred: TensorTree = None,
        sample_weight: TensorTree = None,
        training: bool = True,
    ) -> Tensor: ...
    def compute_metrics(
        self, x: TensorTree, y: TensorTree, y_pred: TensorTree, sample_weight: TensorTree = None
    ) -> dict[str, Any]: ...
    def get_metrics_result(self) -> dict[str, Any]: ...
