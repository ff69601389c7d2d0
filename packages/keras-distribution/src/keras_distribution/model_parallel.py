"""Weights split over devices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_distribution.layout_map import LayoutMap
from keras_distribution.strategy import Distribution

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.backend import VariableLike

    from keras_distribution.tensor_layout import TensorLayout


class ModelParallel(Distribution):
    """Weights are split over devices as a `LayoutMap` says, and batches along one axis of its mesh.

    A variable that no key of the map matches is whole on every device. State of the optimizer lies as its weight does.

    Args:
        layout_map: layouts by paths of variables.
        batch_dim_name: the axis of the mesh along which batches are split; the first by default.
        auto_shard_dataset: whether each process takes its rows of the data that `fit` and `evaluate` are given;
            False where each was given its part of them, of which batches are made. Defaults to True.
        **kwargs: `device_mesh`, which Keras 3 takes and does not look at: the mesh is the map's.

    Raises:
        ValueError: without a map that has a mesh, and for an axis that this does not have.

    Example:
        >>> from keras_distribution import DeviceMesh, LayoutMap, ModelParallel
        >>> layouts = LayoutMap(DeviceMesh((1, 2), ["batch", "model"], ["cpu:0", "cpu:1"]))
        >>> layouts[".*kernel"] = (None, "model")
        >>> ModelParallel(layout_map=layouts).batch_dim_name
        'batch'
    """

    def __init__(
        self,
        *,
        layout_map: LayoutMap | None = None,
        batch_dim_name: str | None = None,
        auto_shard_dataset: bool = True,
        **kwargs: Any,
    ) -> None:
        kwargs.pop("device_mesh", None)
        if kwargs:
            raise TypeError(f"ModelParallel has no argument {', '.join(map(repr, kwargs))}.")
        if not isinstance(layout_map, LayoutMap):
            raise ValueError(f"`layout_map` is a LayoutMap, got {layout_map!r}.")
        mesh = layout_map.device_mesh
        if mesh is None:
            raise ValueError("The LayoutMap of a ModelParallel needs a DeviceMesh: LayoutMap(device_mesh).")
        if batch_dim_name is not None and batch_dim_name not in mesh.axis_names:
            raise ValueError(
                f"`batch_dim_name` is an axis of the mesh, one of {', '.join(map(repr, mesh.axis_names))}; got "
                f"{batch_dim_name!r}."
            )
        super().__init__(mesh, batch_dim_name or mesh.axis_names[0], auto_shard_dataset)
        self._layout_map = layout_map
        if self.num_processes > self.num_model_replicas and self.num_processes % self.num_model_replicas:
            raise ValueError(
                f"{self.num_processes} processes cannot share {self.num_model_replicas} parts of a batch evenly. "
                f"Choose a mesh whose axis {self.batch_dim_name!r} divides the number of processes."
            )

    @property
    def layout_map(self) -> LayoutMap:
        """Layouts by paths of variables."""
        return self._layout_map

    @property
    def num_model_replicas(self) -> int:
        """Into how many parts a batch is split."""
        assert self.batch_dim_name is not None
        return self.device_mesh.size_of(self.batch_dim_name)

    def get_variable_layout(self, variable: VariableLike) -> TensorLayout:
        """The layout that the map has for a variable's path; else every device has all of it.

        Args:
            variable: with its path and shape.

        Raises:
            ValueError: where the layout does not fit the variable's shape.
        """
        found = self._layout_map[variable.path]
        if found is None:
            return self._whole(variable)
        found.check(variable.shape, f"Variable {variable.path!r}")
        return found

    def get_tensor_layout(self, path: str) -> TensorLayout | None:
        """The layout that the map has for a layer's output.

        Args:
            path: of the output.
        """
        return self._layout_map[path]

    def check(self, variables: Sequence[VariableLike]) -> None:
        """Raise for a key of the map that matches no variable.

        Args:
            variables: all of the model.

        Raises:
            ValueError: names the keys, and the paths that there are.
        """
        used = {self._layout_map.matching(variable.path) for variable in variables}
        unused = [key for key in self._layout_map if key not in used and not key.endswith("output")]
        if unused:
            paths = [variable.path for variable in variables]
            shown = ", ".join(paths[:20]) + (f" and {len(paths) - 20} more" if len(paths) > 20 else "")
            raise ValueError(
                f"The LayoutMap has layouts for variables that the model does not have: no path matches "
                f"{', '.join(map(repr, unused))}. The paths are: {shown}."
            )
