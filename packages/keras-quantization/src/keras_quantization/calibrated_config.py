"""What configs of quantization share that need data to calibrate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_quantization.quantization_config import QuantizationConfig

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from keras_core.typing import PositiveInt


class CalibratedConfig(QuantizationConfig):
    """What `GPTQConfig` and `AWQConfig` share."""

    def __init__(
        self,
        dataset: Iterable[Any],
        tokenizer: Any,
        weight_bits: int,
        num_samples: PositiveInt,
        sequence_length: PositiveInt,
        group_size: int,
        quantization_layer_structure: Mapping[str, Any] | None,
    ) -> None:
        super().__init__()
        name = type(self).__name__
        if num_samples < 1 or sequence_length < 1:
            raise ValueError(
                f"{name}: num_samples and sequence_length must be positive, got {num_samples} and {sequence_length}."
            )
        if group_size < -1 or group_size == 0:
            raise ValueError(f"{name}: group_size must be positive, or -1 for one group, got {group_size}.")
        self.dataset = dataset
        self.tokenizer = tokenizer
        self.weight_bits = weight_bits
        self.num_samples = num_samples
        self.sequence_length = sequence_length
        self.group_size = group_size
        self.quantization_layer_structure = quantization_layer_structure

    def policy_mode(self) -> str:
        """The mode as names of dtype policies have it."""
        return f"{self.mode}/{self.weight_bits}/{self.group_size}"

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`; a file cannot hold the data, the tokenizer and the layers."""
        return {
            "dataset": self.dataset,
            "tokenizer": self.tokenizer,
            "weight_bits": self.weight_bits,
            "num_samples": self.num_samples,
            "sequence_length": self.sequence_length,
            "group_size": self.group_size,
            "quantization_layer_structure": self.quantization_layer_structure,
        }

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)
