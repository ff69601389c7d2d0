"""Where the parts of a value are: meshes of devices, layouts on them, and what one process has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from keras_core.typing import Tensor


class Mesh(Protocol):
    """Devices in a grid whose axes have names; `keras.distribution.DeviceMesh` is one.

    Attributes:
        shape: how many devices there are along each axis.
        axis_names: a name for each axis.
        devices: names of the devices as `Distributes.all_devices` gives them, an array of this shape.
    """

    @property
    def shape(self) -> tuple[int, ...]: ...
    @property
    def axis_names(self) -> tuple[str, ...]: ...
    @property
    def devices(self) -> np.ndarray: ...
    def __hash__(self) -> int: ...


class Layout(Protocol):
    """Along which axes of a mesh a tensor is split; `keras.distribution.TensorLayout` is one.

    Attributes:
        axes: for each axis of the tensor, the axis of the mesh along which it is split; None where it is whole.
        device_mesh: the mesh.
    """

    @property
    def axes(self) -> tuple[str | None, ...]: ...
    @property
    def device_mesh(self) -> Any: ...


@dataclass(frozen=True)
class Part:
    """What one process holds of a value that is split: a range along one of its axes.

    Args:
        axis: the axis.
        start: where the range begins.
        stop: where it ends.
        count: into how many parts the axis is split, more than one.
        layout: how the value is split.

    Example:
        >>> from keras_core.backend.layouts import Part
        >>> Part(0, 4, 8, 2, None).shape_of((8, 3))
        (4, 3)
    """

    axis: int
    start: int
    stop: int
    count: int
    layout: Layout | None

    def shape_of(self, whole: Sequence[int]) -> tuple[int, ...]:
        """The shape of the part.

        Args:
            whole: that of the whole value.
        """
        return (*whole[: self.axis], self.stop - self.start, *whole[self.axis + 1 :])

    def whole_shape(self, part: Sequence[int]) -> tuple[int, ...]:
        """The shape of the whole value.

        Args:
            part: that of the part.
        """
        return (*part[: self.axis], self.count * part[self.axis], *part[self.axis + 1 :])

    def kept(self, value: Tensor, shape: Sequence[int]) -> Tensor:
        """What is stored of a new value: its part where it is a whole; else the value, which should be a part.

        Args:
            value: array or tensor.
            shape: that of the part.
        """
        return self.of(value) if tuple(value.shape) == self.whole_shape(shape) else value

    def of(self, whole: Tensor) -> Tensor:
        """The part of an array or tensor, which shares its memory.

        Args:
            whole: the whole value.
        """
        return whole[(slice(None),) * self.axis + (slice(self.start, self.stop),)]


@dataclass(frozen=True)
class Whole:
    """The layout of a value that every device of a mesh has all of.

    Args:
        ndim: how many axes it has.
        device_mesh: the mesh.
    """

    ndim: int
    device_mesh: Any

    @property
    def axes(self) -> tuple[None, ...]:
        """None for each axis."""
        return (None,) * self.ndim
