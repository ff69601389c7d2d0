"""Layouts of variables by their paths."""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping, Sequence
from typing import TYPE_CHECKING, Any

from keras_distribution.tensor_layout import TensorLayout

if TYPE_CHECKING:
    from keras_distribution.device_mesh import DeviceMesh


class LayoutMap(MutableMapping[str, Any]):
    """Layouts by patterns of variables' paths.

    A path that is looked up gets the layout whose key it is, else that of the one key that matches all of it as a
    regular expression, else None.

    Args:
        device_mesh: the mesh of layouts that are given as tuples.

    Example:
        >>> from keras_distribution import DeviceMesh, LayoutMap
        >>> mesh = DeviceMesh((2,), ["model"], ["cpu:0", "cpu:1"])
        >>> layouts = LayoutMap(mesh)
        >>> layouts[".*dense.*kernel"] = (None, "model")
        >>> layouts["sequential/dense_1/kernel"].axes
        (None, 'model')
        >>> layouts["sequential/conv2d/kernel"] is None
        True
    """

    def __init__(self, device_mesh: DeviceMesh | None) -> None:
        self._device_mesh = device_mesh
        self._layouts: dict[str, TensorLayout] = {}

    @property
    def device_mesh(self) -> DeviceMesh | None:
        """The mesh of layouts that name none."""
        return self._device_mesh

    def matching(self, path: str) -> str | None:
        """The key by which a path gets its layout; None where no key matches.

        Args:
            path: of a variable.

        Raises:
            ValueError: when several match.
        """
        if path in self._layouts:
            return path
        found = [key for key in self._layouts if re.fullmatch(key, path)]
        if len(found) > 1:
            raise ValueError(
                f"The path {path!r} matches several keys of the LayoutMap: {', '.join(map(repr, found))}. Write them "
                "so that every path matches one."
            )
        return found[0] if found else None

    def __getitem__(self, key: str) -> TensorLayout | None:
        found = self.matching(key)
        return None if found is None else self._layouts[found]

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self.matching(key) is not None

    def get(self, key: str, default: Any = None) -> Any:
        """The layout of a path, or `default`.

        Args:
            key: the path.
            default: what is returned where no key matches.
        """
        found = self[key]
        return default if found is None else found

    def __setitem__(self, key: str, layout: TensorLayout | Sequence[str | None]) -> None:
        if key in self._layouts:
            raise ValueError(f"The LayoutMap has a layout for {key!r} already: {self._layouts[key]}. Delete it first.")
        if isinstance(layout, (tuple, list)):
            layout = TensorLayout(layout)
        if not isinstance(layout, TensorLayout):
            raise ValueError(
                f"A layout is a TensorLayout, or a tuple of axes of the mesh and None; got {layout!r} for {key!r}."
            )
        try:
            re.compile(key)
        except re.error as error:
            raise ValueError(f"The key {key!r} of a LayoutMap is no regular expression: {error}.") from None
        if layout.device_mesh is None and self._device_mesh is not None:
            layout.device_mesh = self._device_mesh
        self._layouts[key] = layout

    def __delitem__(self, key: str) -> None:
        del self._layouts[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._layouts)

    def __len__(self) -> int:
        return len(self._layouts)

    def __repr__(self) -> str:
        return f"<LayoutMap {self._layouts}>"
