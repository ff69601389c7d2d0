"""Embedding: a trainable vector for each integer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import dtypes, ops
from keras_core.backend.toolkit import all_below

from keras_layers.checks import describe
from keras_layers.low_rank import AdaptedWeight, LowRankAdapted
from keras_layers.old_names import OldNames, old_names
from keras_layers.parameters import add_parameter, options_config, set_options

if TYPE_CHECKING:
    import numpy as np
    from keras_core.typing import PositiveInt, Shape, Tensor

_KERAS_1: OldNames = {
    "init": "embeddings_initializer",
    "W_regularizer": "embeddings_regularizer",
    "W_constraint": "embeddings_constraint",
    "dropout": None,
}


def _length_as_shape(length: Any) -> tuple[int | None, ...]:
    return tuple(length) if isinstance(length, (list, tuple)) else (length,)


class Embedding(LowRankAdapted):
    """Maps integers to trainable vectors: ``embeddings[inputs]``.

    The only weight is `embeddings`, of shape ``(input_dim, output_dim)``. As the first layer of a `Sequential` it takes
    sequences of any length, or of Keras 2's `input_length`, unless `input_shape` says otherwise, and the model is built
    at once, or on data if a later layer needs the length.

    Args:
        input_dim: size of the vocabulary; inputs are integers from 0 to ``input_dim - 1``.
        output_dim: length of the vectors.
        embeddings_initializer: initializer of the embedding table, a name or an instance. Defaults to "uniform".
        embeddings_regularizer: penalty on the embedding table, added to the loss; None adds none. Defaults to None.
        embeddings_constraint: projection of the embedding table after each update; None applies none. Defaults to None.
        mask_zero: whether 0 marks padding: the output's mask is False there. Defaults to False.
        weights: initial table, a list with one array ``(input_dim, output_dim)``; None takes the initializer's.
            Defaults to None.
        lora_rank: rank of a product of two matrices that is trained in place of the table, see `enable_lora`; None
            trains the table itself. Defaults to None.
        lora_alpha: the product is multiplied by ``lora_alpha / lora_rank``; None is `lora_rank`. Defaults to None.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        Integers of any shape ``(...)``.

    Output shape:
        ``(..., output_dim)``

    Raises:
        ValueError: if `input_dim` or `output_dim` is not a positive integer.

    Example:
        >>> import numpy as np
        >>> from keras_layers import Embedding
        >>> tuple(Embedding(10, 4)(np.array([[1, 2, 3]])).shape)
        (1, 3, 4)
    """

    _adapted_weight = "embeddings"
    embeddings = AdaptedWeight()

    @old_names(keras1=_KERAS_1)
    def __init__(
        self,
        input_dim: PositiveInt,
        output_dim: PositiveInt,
        embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        weights: Any = None,
        lora_rank: PositiveInt | None = None,
        lora_alpha: float | None = None,
        **kwargs: Any,
    ) -> None:
        if weights is not None:
            kwargs["weights"] = weights
        length = kwargs.pop("input_length", None)
        super().__init__(**kwargs)
        self.input_length = length
        self._input_arguments.setdefault("input_dtype", "int32")  # a float would lose digits of large ids
        if super().batch_input_shape is None:
            self._input_arguments["input_shape"] = _length_as_shape(length)
            self.presumes_input_shape = length is None
        self.autocast = False  # the rows that are found are cast, and no index is
        self.input_dim = input_dim
        self.output_dim = output_dim
        set_options(self, "embeddings", embeddings_initializer, embeddings_regularizer, embeddings_constraint)
        self._set_low_rank(lora_rank, lora_alpha)
        self.mask_zero = mask_zero
        self.supports_masking = mask_zero

    def build(self, input_shape: Shape) -> None:
        self.embeddings = add_parameter(self, "embeddings", (self.input_dim, self.output_dim))
        self._build_low_rank()

    def call(self, inputs: Tensor) -> Tensor:
        indices = _integers(inputs)
        if not self.lora_enabled:
            return self._in_compute_dtype(self.embeddings.rows(indices))
        rows = self._in_compute_dtype(self._frozen_weight.rows(indices))
        a, b = self._low_rank_factors
        reduced = self._low_rank_scaled(self._in_compute_dtype(a.rows(indices)))
        return ops.add(rows, ops.matmul(reduced, self._in_compute_dtype(b)))

    def _in_compute_dtype(self, value: Tensor) -> Tensor:
        return value if self.compute_dtype == ops.dtype(value) else ops.cast(value, self.compute_dtype)

    def compute_mask(self, inputs: Tensor, mask: Tensor | None = None) -> Tensor | None:
        return ops.not_equal(inputs, 0) if self.mask_zero else None

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return (*input_shape, self.output_dim)

    def check_host_inputs(self, array: np.ndarray) -> None:
        """Raise if an index is out of range; called once on host data before training.

        Raises:
            ValueError: naming the layer, the index and the range.
        """
        if not array.size or all_below(array, self.input_dim):
            return
        low, high = array.min(), array.max()
        if low < 0 or high >= self.input_dim:
            wrong = low if low < 0 else high
            raise ValueError(
                f"{describe(self)} got index {int(wrong)}, but it has rows 0 to {self.input_dim - 1}. "
                f"Give it an input_dim above the largest index, or map rarer indices to one of those."
            )

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "input_dim": self.input_dim,
            "output_dim": self.output_dim,
            "mask_zero": self.mask_zero,
            **options_config(self, "embeddings"),
        } | ({} if self.input_length is None else {"input_length": self.input_length})


def _integers(inputs: Tensor) -> Tensor:
    return inputs if dtypes.is_int(ops.dtype(inputs)) else ops.cast(inputs, "int32")
