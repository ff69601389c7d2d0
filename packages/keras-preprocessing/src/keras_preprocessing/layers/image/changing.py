"""What programs ask of a layer that changes pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from keras_core.random import SeedGenerator


class ChangesPictures(Protocol):
    """What programs ask of a layer."""

    @property
    def backend_name(self) -> str:
        """The backend that holds its generators."""

    @property
    def variables(self) -> list[Any]:
        """The generators' states."""

    def images_shape(self, data: Any) -> tuple[Any, ...]:
        """Shape of the pictures in what it is called on."""

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        """What is done to each picture."""

    def state_version(self) -> int:
        """A number that grows whenever one of its attributes is assigned."""

    def changed_at_once(self, data: Any, training: bool, stream: SeedGenerator | None = None) -> Any:
        """What a call gives."""
