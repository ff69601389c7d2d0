"""How a model is quantized, beyond the name of the mode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Self

from keras_core.saving import serialize_keras_object

from keras_quantization.abs_max_quantizer import AbsMaxQuantizer
from keras_quantization.identifiers import get
from keras_quantization.quantizer import Quantizer

if TYPE_CHECKING:
    from collections.abc import Mapping

QuantizerLike = Quantizer | str | type | dict[str, Any] | None
"""What may stand for a quantizer."""
_DEFAULT: Literal["default"] = "default"


class QuantizationConfig:
    """The base class of what `quantize` takes as `config`.

    Args:
        weight_quantizer: the quantizer of weights; None is the mode's own. Defaults to None.
        activation_quantizer: the quantizer of what weights are multiplied by; None leaves it in floats. Defaults to
            None.
    """

    written_in = "keras.quantizers"
    mode = ""
    """The name of the mode."""

    def __init__(self, weight_quantizer: QuantizerLike = None, activation_quantizer: QuantizerLike = None) -> None:
        self.weight_quantizer = _quantizer(self, "weight_quantizer", weight_quantizer)
        self.activation_quantizer = _quantizer(self, "activation_quantizer", activation_quantizer)

    def policy_mode(self) -> str:
        """The mode as names of dtype policies have it."""
        return self.mode

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`, for files."""
        quantizers = {"weight_quantizer": self.weight_quantizer, "activation_quantizer": self.activation_quantizer}
        return {name: serialize_keras_object(one) for name, one in quantizers.items()}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """The config whose `get_config` gave `config`."""
        return cls(**config)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, QuantizationConfig) or type(self) is not type(other):
            return False
        return self.get_config() == other.get_config()

    def __hash__(self) -> int:
        return hash((type(self), str(self.get_config())))


class Int8QuantizationConfig(QuantizationConfig):
    """Weights in 8 bits.

    Args:
        weight_quantizer: the quantizer of weights; None is an `AbsMaxQuantizer` over the axes that are summed over.
            Defaults to None.
        activation_quantizer: the quantizer of inputs, so that products are of integers; "default" is an
            `AbsMaxQuantizer`, None leaves inputs in floats. Defaults to "default".

    Raises:
        ValueError: for what is no quantizer to "int8".
    """

    written_in = "keras.quantizers"
    mode = "int8"

    def __init__(self, weight_quantizer: QuantizerLike = None, activation_quantizer: QuantizerLike = _DEFAULT) -> None:
        chosen = AbsMaxQuantizer() if activation_quantizer == _DEFAULT else activation_quantizer
        super().__init__(weight_quantizer, chosen)


class Int4QuantizationConfig(QuantizationConfig):
    """Weights in 4 bits, two in a byte; inputs in floats.

    Args:
        weight_quantizer: the quantizer of weights where they have one scale a channel; None is an `AbsMaxQuantizer`.
            Defaults to None.
        activation_quantizer: the quantizer of inputs, likewise; "default" and None leave them in floats. Defaults to
            "default".
        block_size: number of weights along the axis that is summed over which share a scale and a zero point; None
            or -1 is one scale a channel. Defaults to 128.

    Raises:
        ValueError: for another block size, and for quantizers together with blocks.
    """

    written_in = "keras.quantizers"
    mode = "int4"

    def __init__(
        self,
        weight_quantizer: QuantizerLike = None,
        activation_quantizer: QuantizerLike = _DEFAULT,
        block_size: int | None = 128,
    ) -> None:
        super().__init__(weight_quantizer, None if activation_quantizer == _DEFAULT else activation_quantizer)
        if block_size is not None and (block_size == 0 or block_size < -1):
            raise ValueError(f"Int4QuantizationConfig: block_size must be positive, -1 or None, got {block_size}.")
        self.block_size = block_size
        if self.blocks and (self.weight_quantizer or self.activation_quantizer):
            raise ValueError(
                f"Int4QuantizationConfig: quantizers of your own go with one scale a channel, and block_size is "
                f"{block_size}. Give block_size=-1, or no quantizers."
            )

    @property
    def blocks(self) -> int | None:
        """The block size; None for one scale a channel."""
        return None if self.block_size in (None, -1) else self.block_size

    def policy_mode(self) -> str:
        """The mode as names of dtype policies have it."""
        return f"{self.mode}/{self.blocks or -1}"

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`, for files."""
        return {**super().get_config(), "block_size": self.block_size}


class Float8QuantizationConfig(QuantizationConfig):
    """Products of floats of 8 bits, for training."""

    written_in = "keras.quantizers"
    mode = "float8"

    def __init__(self) -> None:
        super().__init__()

    def get_config(self) -> dict[str, Any]:
        """Nothing."""
        return {}


def _quantizer(config: QuantizationConfig, name: str, given: QuantizerLike) -> Quantizer | None:
    found = get(given)
    if found is not None and not (isinstance(found, Quantizer) and found.output_dtype == "int8"):
        raise ValueError(
            f"{type(config).__name__}: {name} must be a Quantizer with output_dtype 'int8', got {given!r}."
        )
    return found
