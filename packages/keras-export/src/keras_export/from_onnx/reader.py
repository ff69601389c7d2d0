"""What nodes ask of the reader of their graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np


class Reader(Protocol):
    """The values of a graph that were read so far, and what makes weights and layers of them."""

    @property
    def folder(self) -> Path | None:
        """Where tensors lie that stand in files of their own."""

    @property
    def opset(self) -> int:
        """The version of the operators."""

    @property
    def values(self) -> dict[str, Any]:
        """What was read, by name."""

    def fresh(self, name: str) -> str:
        """A name for a layer that no other has."""

    def trained(self, name: str) -> bool:
        """Whether a value is a weight."""

    def shared(self, name: str) -> bool:
        """Whether several nodes use a weight."""

    def tensor(self, name: str, whole: bool = False) -> Any:
        """A value as a tensor of the model."""

    def lengths(self, tensor: Any) -> list[Any]:
        """What is known of a tensor's sizes."""

    def note(self, tensor: Any, lengths: Sequence[Any]) -> Any:
        """Keep what is known of a tensor's sizes, and give the tensor back."""

    def sized(self, op: str, x: Any, sizes: Sequence[Any], lengths: Sequence[Any], name: str, axes: Any = None) -> Any:
        """The result of an op that takes sizes which data may have."""

    def bias_behind(self, node: Any, units: int) -> np.ndarray | None:
        """The bias that the next node adds; None where it adds none."""

    def layer(self, class_name: str, config: dict[str, Any], weights: Sequence[Any], names: Sequence[str]) -> Any:
        """A layer with weights."""
