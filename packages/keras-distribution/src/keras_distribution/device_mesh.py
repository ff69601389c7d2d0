"""Devices in a grid."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from keras_distribution.devices import list_devices

if TYPE_CHECKING:
    from collections.abc import Sequence


class DeviceMesh:
    """Devices in a grid whose axes have names, by which layouts say where parts of tensors are.

    Args:
        shape: how many devices there are along each axis: ``(8,)`` to split batches only, ``(4, 2)`` to split weights
            over 2 devices and batches over 4 such pairs.
        axis_names: a name for each axis.
        devices: names of the devices, as many as the mesh has places; those of `list_devices()` by default.

    Raises:
        ValueError: when shape, names and devices do not fit each other.

    Example:
        >>> from keras_distribution import DeviceMesh
        >>> mesh = DeviceMesh((2, 2), ["batch", "model"], [f"cpu:{k}" for k in range(4)])
        >>> mesh.devices.tolist()
        [['cpu:0', 'cpu:1'], ['cpu:2', 'cpu:3']]
    """

    def __init__(
        self, shape: Sequence[int], axis_names: Sequence[str], devices: Sequence[str] | np.ndarray | None = None
    ) -> None:
        self._shape = tuple(int(size) for size in shape)
        self._axis_names = tuple(axis_names)
        if not self._shape or len(self._shape) != len(self._axis_names):
            raise ValueError(
                f"A DeviceMesh has at least one axis, and a name for each; got shape={self._shape} and "
                f"axis_names={self._axis_names}."
            )
        if min(self._shape) < 1:
            raise ValueError(f"Every axis of a DeviceMesh has at least one device, got shape={self._shape}.")
        if len(set(self._axis_names)) < len(self._axis_names):
            raise ValueError(f"The axes of a DeviceMesh need different names, got axis_names={self._axis_names}.")
        given = np.asarray(list_devices() if devices is None else devices, dtype=object)
        wanted = math.prod(self._shape)
        if given.size != wanted:
            where = "there are" if devices is None else "`devices` has"
            raise ValueError(
                f"A DeviceMesh of shape {self._shape} takes {wanted} devices, and {where} {given.size}: "
                f"{', '.join(map(str, given.flat))}. Change the shape, or give as many devices by `devices`."
            )
        names = [str(name).lower() for name in given.flat]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"A device stands in one place of a DeviceMesh; twice in `devices`: {', '.join(twice)}.")
        self._devices = np.array(names).reshape(self._shape)

    @property
    def shape(self) -> tuple[int, ...]:
        """How many devices there are along each axis."""
        return self._shape

    @property
    def axis_names(self) -> tuple[str, ...]:
        """The name of each axis."""
        return self._axis_names

    @property
    def devices(self) -> np.ndarray:
        """Names of the devices, an array of the mesh's shape."""
        return self._devices

    def size_of(self, axis_name: str) -> int:
        """How many devices there are along an axis.

        Args:
            axis_name: its name.
        """
        return self._shape[self._axis_names.index(axis_name)]

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, DeviceMesh)
            and self._axis_names == other._axis_names
            and np.array_equal(self._devices, other._devices)
        )

    def __hash__(self) -> int:
        return hash((self._shape, self._axis_names, tuple(self._devices.flat)))

    def __repr__(self) -> str:
        return f"<DeviceMesh shape={self._shape}, axis_names={self._axis_names}>"
