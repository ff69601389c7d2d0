"""What saving asks of a model, and reading of an archive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from keras_core.dtype_policies.policy import DTypePolicy
    from keras_core.graph.keras_tensor import KerasTensor
    from keras_core.layers.layer import Layer
    from keras_core.metrics.metric import Metric
    from keras_core.models.model_graph import ModelGraph
    from keras_core.saving.hdf5_group import Group
    from keras_core.staging.variable import Variable


class SavableModel(Protocol):
    """The members of a model that saving uses; `keras_core.Model` has them."""

    @property
    def name(self) -> str: ...
    @property
    def built(self) -> bool: ...
    @property
    def trainable(self) -> bool: ...
    @property
    def dtype_policy(self) -> DTypePolicy: ...
    @property
    def layers(self) -> list[Layer]: ...
    @property
    def _layers(self) -> list[Layer]: ...
    @property
    def inputs(self) -> list[KerasTensor] | None: ...
    @property
    def symbolic_graph(self) -> ModelGraph | None: ...
    @property
    def weights(self) -> list[Variable]: ...
    @property
    def trainable_variables(self) -> list[Variable]: ...
    def _flatten_layers(self) -> Iterator[Layer]: ...
    def get_config(self) -> dict[str, Any]: ...
    def added_tensors(self) -> tuple[list[KerasTensor], list[tuple[Metric, KerasTensor]]]: ...


class Members(Protocol):
    """The members of a model's archive, be it a zip file or a folder."""

    name: str

    def read(self, member: str, budget: int | None = None) -> bytes: ...
    def below(self, prefix: str) -> list[str]: ...
    def hdf5(self, member: str) -> AbstractContextManager[Group]: ...
