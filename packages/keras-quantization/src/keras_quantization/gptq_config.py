"""Settings of GPTQ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_quantization.calibrated_config import CalibratedConfig

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from keras_core.typing import PositiveInt


class GPTQConfig(CalibratedConfig):
    """Weights in 2, 3, 4 or 8 bits, rounded one after the other so that outputs on given data stay as they are.

    Args:
        dataset: data to calibrate: strings, or arrays of what the model takes.
        tokenizer: turns a string into integers; None where the data are arrays.
        weight_bits: 2, 3, 4 or 8. Defaults to 4.
        num_samples: how many of the data are used. Defaults to 128.
        per_channel: whether each output has scales of its own. Defaults to True.
        sequence_length: to how many integers strings are cut. Defaults to 512.
        hessian_damping: what is added to the diagonal of the matrix of the inputs' products, as a part of its mean.
            Defaults to 0.01.
        group_size: number of inputs that share a scale and a zero point; -1 is all. Defaults to 128.
        symmetric: whether the range of integers is symmetric around 0. Defaults to False.
        activation_order: whether inputs that matter more are rounded first. Defaults to False.
        quantization_layer_structure: ``{"pre_block_layers": [...], "sequential_blocks": [...]}``, the layers before
            the blocks, and the blocks, whose layers are quantized; None takes all layers. Defaults to None.

    Raises:
        ValueError: for other values than those above.

    Reference: Frantar et al., 2022, https://arxiv.org/abs/2210.17323
    """

    written_in = "keras.quantizers"
    mode = "gptq"

    def __init__(
        self,
        dataset: Iterable[Any],
        tokenizer: Any,
        weight_bits: int = 4,
        num_samples: PositiveInt = 128,
        per_channel: bool = True,
        sequence_length: PositiveInt = 512,
        hessian_damping: float = 0.01,
        group_size: int = 128,
        symmetric: bool = False,
        activation_order: bool = False,
        quantization_layer_structure: Mapping[str, Any] | None = None,
    ) -> None:
        if weight_bits not in (2, 3, 4, 8):
            raise ValueError(f"GPTQConfig: weight_bits must be 2, 3, 4 or 8, got {weight_bits}.")
        if not 0 <= hessian_damping <= 1:
            raise ValueError(f"GPTQConfig: hessian_damping must be 0 to 1, got {hessian_damping}.")
        super().__init__(
            dataset, tokenizer, weight_bits, num_samples, sequence_length, group_size, quantization_layer_structure
        )
        self.per_channel = per_channel
        self.hessian_damping = hessian_damping
        self.symmetric = symmetric
        self.activation_order = activation_order

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`; a file cannot hold the data, the tokenizer and the layers."""
        return {
            **super().get_config(),
            "per_channel": self.per_channel,
            "hessian_damping": self.hessian_damping,
            "symmetric": self.symmetric,
            "activation_order": self.activation_order,
        }
