"""Where the parts of a tensor are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_distribution.device_mesh import DeviceMesh


class TensorLayout:
    """Along which axes of a mesh a tensor is split; along the others every device has all of it.

    Args:
        axes: for each axis of the tensor the name of an axis of the mesh, or None where it stays whole.
        device_mesh: the mesh. It may be set later, once.

    Raises:
        ValueError: for an axis that the mesh does not have, or one that splits two axes of the tensor.

    Example:
        >>> from keras_distribution import DeviceMesh, TensorLayout
        >>> mesh = DeviceMesh((2,), ["model"], ["cpu:0", "cpu:1"])
        >>> TensorLayout((None, "model"), mesh).axes
        (None, 'model')
    """

    def __init__(self, axes: Sequence[str | None], device_mesh: DeviceMesh | None = None) -> None:
        self._axes = tuple(axes)
        self._device_mesh = device_mesh
        used = [axis for axis in self._axes if axis is not None]
        if len(set(used)) < len(used):
            raise ValueError(f"An axis of a mesh can split one axis of a tensor only, got axes={self._axes}.")
        self._check_axes()

    @property
    def axes(self) -> tuple[str | None, ...]:
        """For each axis of the tensor, the axis of the mesh that splits it, or None."""
        return self._axes

    @property
    def device_mesh(self) -> DeviceMesh | None:
        """The mesh; None until it is known."""
        return self._device_mesh

    @device_mesh.setter
    def device_mesh(self, device_mesh: DeviceMesh) -> None:
        if self._device_mesh is not None:
            raise ValueError(f"The mesh of a TensorLayout is set once; it is {self._device_mesh}.")
        self._device_mesh = device_mesh
        self._check_axes()

    def check(self, shape: Sequence[int], what: str) -> None:
        """Raise unless a tensor of a shape can be split so.

        Args:
            shape: its sizes.
            what: how a message calls the tensor.

        Raises:
            ValueError: for another number of axes, and for one that the devices along it do not divide.
        """
        mesh = self._device_mesh
        if mesh is None:
            raise ValueError(f"The layout {self._axes} of {what} has no DeviceMesh; give it one by `device_mesh`.")
        if len(shape) != len(self._axes):
            raise ValueError(
                f"{what} has {len(shape)} axes, of shape {tuple(shape)}; its layout {self._axes} names "
                f"{len(self._axes)}. A layout has an entry for each axis, None where it is not split."
            )
        for place, (size, axis) in enumerate(zip(shape, self._axes, strict=True)):
            if axis is not None and size % mesh.size_of(axis):
                raise ValueError(
                    f"Axis {place} of {what}, of shape {tuple(shape)}, is to be split along {axis!r} over "
                    f"{mesh.size_of(axis)} devices, which do not divide {size}. Choose a size that they divide, "
                    "another mesh, or None for this axis."
                )

    def _check_axes(self) -> None:
        if self._device_mesh is None:
            return
        known = self._device_mesh.axis_names
        wrong = [axis for axis in self._axes if axis is not None and axis not in known]
        if wrong:
            raise ValueError(
                f"The mesh has the axes {', '.join(map(repr, known))}; the layout {self._axes} names "
                f"{', '.join(map(repr, wrong))}."
            )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TensorLayout) and (self._axes, self._device_mesh) == (other._axes, other._device_mesh)

    def __hash__(self) -> int:
        return hash(self._axes)

    def __repr__(self) -> str:
        return f"<TensorLayout axes={self._axes}, device_mesh={self._device_mesh}>"
