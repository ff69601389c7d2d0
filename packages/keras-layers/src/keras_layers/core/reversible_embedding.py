"""ReversibleEmbedding: an embedding whose vectors are turned back into scores of the vocabulary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_layers.arguments import forwarded
from keras_layers.checks import describe
from keras_layers.core.embedding import Embedding

if TYPE_CHECKING:
    from keras_core.typing import PositiveInt, Shape, Tensor


class ReversibleEmbedding(Embedding):
    """An `Embedding` that, called with ``reverse=True``, gives scores of the whole vocabulary for vectors.

    Weights are `embeddings` ``(input_dim, output_dim)``, and where weights are not tied `reverse_embeddings`
    ``(output_dim, input_dim)``.

    Args:
        input_dim: size of the vocabulary; inputs are integers from 0 to ``input_dim - 1``.
        output_dim: length of the vectors.
        tie_weights: whether scores are products with the embedding table; else with a table of their own. Defaults to
            True.
        embeddings_initializer: initializer of the tables, a name or an instance. Defaults to "uniform".
        embeddings_regularizer: penalty on the tables, added to the loss; None adds none. Defaults to None.
        embeddings_constraint: projection of the tables after each update; None applies none. Defaults to None.
        mask_zero: whether 0 marks padding: the output's mask is False there. Defaults to False.
        reverse_dtype: dtype that scores are computed in, such as "float32" under mixed precision; None takes the
            layer's. Defaults to None.
        logit_soft_cap: number c, so that scores become ``c * tanh(scores / c)``; None leaves them. Defaults to None.
        lora_rank: rank of a product of two matrices that is trained in place of the table, see `enable_lora`; None
            trains the table itself. Defaults to None.
        lora_alpha: the product is multiplied by ``lora_alpha / lora_rank``; None is `lora_rank`. Defaults to None.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Call arguments:
        inputs: integers, or vectors with ``reverse=True``.
        reverse: whether to compute scores. Defaults to False.

    Input shape:
        Integers of any shape ``(...)``, or vectors ``(..., output_dim)`` with ``reverse=True``.

    Output shape:
        ``(..., output_dim)``, or ``(..., input_dim)`` with ``reverse=True``.

    Raises:
        ValueError: if `input_dim` or `output_dim` is not a positive integer, or `logit_soft_cap` is not positive.

    Example:
        >>> import numpy as np
        >>> from keras_layers import ReversibleEmbedding
        >>> layer = ReversibleEmbedding(10, 4)
        >>> vectors = layer(np.array([[1, 2, 3]]))
        >>> tuple(layer(vectors, reverse=True).shape)
        (1, 3, 10)

    Reference: Press and Wolf, 2017, https://arxiv.org/abs/1608.05859
    """

    def __init__(
        self,
        input_dim: PositiveInt,
        output_dim: PositiveInt,
        tie_weights: bool = True,
        embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        reverse_dtype: Any = None,
        logit_soft_cap: float | None = None,
        lora_rank: PositiveInt | None = None,
        lora_alpha: float | None = None,
        **kwargs: Any,
    ) -> None:
        own = ("tie_weights", "reverse_dtype", "logit_soft_cap")
        super().__init__(**forwarded(locals(), without=("own", *own)))
        self.tie_weights = tie_weights
        self.reverse_dtype = reverse_dtype
        self.logit_soft_cap = logit_soft_cap
        if logit_soft_cap is not None and not logit_soft_cap > 0:
            raise ValueError(f"{describe(self)}: logit_soft_cap must be above 0 or None, got {logit_soft_cap!r}.")

    def build(self, input_shape: Shape) -> None:
        super().build(input_shape)
        if not self.tie_weights:
            self.reverse_embeddings = self.add_weight(
                shape=(self.output_dim, self.input_dim),
                name="reverse_embeddings",
                initializer=self.embeddings_initializer,
                regularizer=self.embeddings_regularizer,
                constraint=self.embeddings_constraint,
            )

    def call(self, inputs: Tensor, reverse: bool = False) -> Tensor:
        if not reverse:
            return super().call(inputs)
        dtype = self.reverse_dtype or self.compute_dtype
        vectors = ops.cast(inputs, dtype)
        table = ops.transpose(self._frozen_weight) if self.tie_weights else self.reverse_embeddings
        scores = ops.matmul(vectors, ops.cast(table, dtype))
        if self.lora_enabled and self.tie_weights:
            a, b = (ops.cast(ops.transpose(factor), dtype) for factor in self._low_rank_factors)
            scores = ops.add(scores, ops.matmul(self._low_rank_scaled(ops.matmul(vectors, b)), a))
        cap = self.logit_soft_cap
        return scores if cap is None else ops.multiply(ops.tanh(ops.divide(scores, cap)), cap)

    def compute_mask(self, inputs: Tensor, mask: Tensor | None = None) -> Tensor | None:
        return mask if "float" in ops.dtype(inputs) else super().compute_mask(inputs, mask)

    def compute_output_shape(self, input_shape: Shape, reverse: bool = False) -> Shape:
        return (*input_shape[:-1], self.input_dim) if reverse else super().compute_output_shape(input_shape)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "tie_weights": self.tie_weights,
            "reverse_dtype": self.reverse_dtype,
            "logit_soft_cap": self.logit_soft_cap,
        }
