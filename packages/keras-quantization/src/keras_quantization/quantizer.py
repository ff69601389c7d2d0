"""What turns floats into integers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from keras_core.typing import Tensor


class Quantizer:
    """The base class of quantizers, which are called on a tensor and return integers and their scale.

    Args:
        output_dtype: dtype of the integers. Defaults to "int8".
    """

    written_in = "keras.quantizers"

    def __init__(self, output_dtype: str = "int8") -> None:
        self.output_dtype = output_dtype

    def __call__(self, x: Tensor, axis: int | tuple[int, ...] | None = None) -> tuple[Tensor, Tensor]:
        """Integers and the scale by which they were multiplied.

        Args:
            x: tensor of floats.
            axis: the axes that share a scale; None leaves it to the quantizer. Defaults to None.
        """
        raise NotImplementedError(f"{type(self).__name__} has to define __call__(x, axis).")

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`, for files."""
        return {"output_dtype": self.output_dtype}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """The quantizer whose `get_config` gave `config`."""
        return cls(**config)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Quantizer) and type(self) is type(other) and self.get_config() == other.get_config()

    def __hash__(self) -> int:
        return hash((type(self), str(self.get_config())))
