"""Batches split over devices, each of which has all weights."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from keras_distribution.device_mesh import DeviceMesh
from keras_distribution.devices import list_devices
from keras_distribution.strategy import Distribution

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.backend import VariableLike

    from keras_distribution.tensor_layout import TensorLayout


class DataParallel(Distribution):
    """Every device has all weights and computes its part of each batch; gradients are summed over the devices.

    Args:
        device_mesh: a mesh of one axis; of several the first splits the batch.
        devices: names of the devices, where no mesh is given. By default all of the fastest kind, in all processes.
        auto_shard_dataset: whether each process takes its rows of the data that `fit` and `evaluate` are given;
            False where each was given its part of them, of which batches are made. Defaults to True.

    Raises:
        ValueError: for what is no `DeviceMesh`.

    Example:
        >>> from keras_distribution import DataParallel
        >>> DataParallel(devices=["cpu:0"]).num_model_replicas
        1
    """

    def __init__(
        self,
        device_mesh: DeviceMesh | None = None,
        devices: Sequence[str] | None = None,
        auto_shard_dataset: bool = True,
    ) -> None:
        if device_mesh is None:
            names = list(list_devices() if devices is None else devices)
            device_mesh = DeviceMesh((len(names),), ("batch",), names)
        elif not isinstance(device_mesh, DeviceMesh):
            raise ValueError(f"`device_mesh` is a DeviceMesh, got {device_mesh!r}.")
        elif devices is not None:
            raise ValueError("Give a `device_mesh` or `devices`; the mesh has its devices.")
        if len(device_mesh.shape) > 1:
            warnings.warn(
                f"DataParallel splits batches along the first axis, {device_mesh.axis_names[0]!r}, of a mesh that has "
                f"{len(device_mesh.shape)}; along the others every device computes the same.",
                stacklevel=2,
            )
        super().__init__(device_mesh, device_mesh.axis_names[0], auto_shard_dataset)

    @property
    def num_model_replicas(self) -> int:
        """Into how many parts a batch is split."""
        return self.device_mesh.shape[0]

    def get_variable_layout(self, variable: VariableLike) -> TensorLayout:
        """The layout of a variable: every device has all of it.

        Args:
            variable: with its shape.
        """
        return self._whole(variable)

    def get_tensor_layout(self, path: str) -> None:
        """None: what layers give is split as the batch is.

        Args:
            path: of the layer's output.
        """
