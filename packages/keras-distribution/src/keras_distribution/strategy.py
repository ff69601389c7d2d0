"""What distributions share."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from keras_core import backend
from keras_core.backend import Distributes, check_mesh, distributed_by, engine_of

from keras_distribution.tensor_layout import TensorLayout

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from keras_core.backend import VariableLike

    from keras_distribution.device_mesh import DeviceMesh


class Distribution:
    """The base class of distributions: how variables and batches lie on a mesh.

    Args:
        device_mesh: the mesh.
        batch_dim_name: the axis of the mesh along which batches are split. Defaults to None.
        auto_shard_dataset: whether each process takes its rows of the data that `fit` and `evaluate` are given;
            False where each was given its part of them, of which batches are made. Defaults to True.
    """

    def __init__(
        self, device_mesh: DeviceMesh, batch_dim_name: str | None = None, auto_shard_dataset: bool = True
    ) -> None:
        self._device_mesh = device_mesh
        self._batch_dim_name = batch_dim_name
        self.auto_shard_dataset = auto_shard_dataset

    @property
    def device_mesh(self) -> DeviceMesh:
        """The mesh."""
        return self._device_mesh

    @property
    def batch_dim_name(self) -> str | None:
        """The axis of the mesh along which batches are split."""
        return self._batch_dim_name

    @property
    def num_processes(self) -> int:
        """How many processes there are."""
        active = backend.active()
        return active.size() if isinstance(active, Distributes) else 1

    @property
    def process_id(self) -> int:
        """Which of them this is, from 0 on."""
        active = backend.active()
        return active.rank() if isinstance(active, Distributes) else 0

    @property
    def num_model_replicas(self) -> int:
        """Into how many parts a batch is split."""
        raise NotImplementedError

    @property
    def data_shard_id(self) -> int:
        """Which part of the data this process reads: several processes of one replica read the same."""
        together = max(self.num_processes // self.num_model_replicas, 1)
        return self.process_id // together

    def get_data_layout(self, data_shape: Sequence[int]) -> TensorLayout:
        """The layout of a batch: split along its first axis.

        Args:
            data_shape: its shape.
        """
        return TensorLayout((self._batch_dim_name, *[None] * (len(data_shape) - 1)), self._device_mesh)

    def get_variable_layout(self, variable: VariableLike) -> TensorLayout:
        """The layout of a variable.

        Args:
            variable: with its path and shape.
        """
        raise NotImplementedError

    def get_tensor_layout(self, path: str) -> TensorLayout | None:
        """The layout of what a layer gives; None where it is left to the framework.

        Args:
            path: of the layer's output.
        """
        raise NotImplementedError

    def check(self, variables: Sequence[VariableLike]) -> None:
        """Raise for what does not fit a model.

        Args:
            variables: all of the model.
        """

    @contextmanager
    def scope(self) -> Iterator[Any]:
        """Make this the active distribution inside a ``with`` block: models made there keep it.

        Raises:
            NotImplementedError: where the active backend has no engine for it.
            ValueError: where the mesh has devices that are not there.
        """
        check_mesh(engine_of(backend.active()), self._device_mesh)
        with distributed_by(self):
            yield self

    def __repr__(self) -> str:
        return f"<{type(self).__name__} device_mesh={self._device_mesh}>"

    def _whole(self, variable: VariableLike) -> TensorLayout:
        """The layout of a variable that every device has all of."""
        return TensorLayout([None] * len(variable.shape), self._device_mesh)
