"""Settings of AWQ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_quantization.calibrated_config import CalibratedConfig

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from keras_core.typing import PositiveInt


class AWQConfig(CalibratedConfig):
    """Weights in 4 bits, where those of large inputs are made larger before they are rounded.

    Args:
        dataset: data to calibrate: strings, or arrays of what the model takes.
        tokenizer: turns a string into integers; None where the data are arrays.
        weight_bits: 4. Defaults to 4.
        num_samples: how many of the data are used. Defaults to 128.
        sequence_length: to how many integers strings are cut. Defaults to 512.
        group_size: number of inputs that share a scale and a zero point; -1 is all. Defaults to 128.
        num_grid_points: how many exponents of the inputs' magnitudes are tried. Defaults to 20.
        quantization_layer_structure: ``{"pre_block_layers": [...], "sequential_blocks": [...]}``, the layers before
            the blocks, and the blocks, whose layers are quantized; None takes all layers. Defaults to None.

    Raises:
        ValueError: for other values than those above.

    Reference: Lin et al., 2023, https://arxiv.org/abs/2306.00978
    """

    written_in = "keras.quantizers"
    mode = "awq"

    def __init__(
        self,
        dataset: Iterable[Any],
        tokenizer: Any,
        weight_bits: int = 4,
        num_samples: PositiveInt = 128,
        sequence_length: PositiveInt = 512,
        group_size: int = 128,
        num_grid_points: PositiveInt = 20,
        quantization_layer_structure: Mapping[str, Any] | None = None,
    ) -> None:
        if weight_bits != 4:
            raise ValueError(f"AWQConfig: weight_bits must be 4, got {weight_bits}.")
        if num_grid_points < 1:
            raise ValueError(f"AWQConfig: num_grid_points must be positive, got {num_grid_points}.")
        super().__init__(
            dataset, tokenizer, weight_bits, num_samples, sequence_length, group_size, quantization_layer_structure
        )
        self.num_grid_points = num_grid_points

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`; a file cannot hold the data, the tokenizer and the layers."""
        return {**super().get_config(), "num_grid_points": self.num_grid_points}
