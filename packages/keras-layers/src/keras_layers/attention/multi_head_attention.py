"""MultiHeadAttention: several heads look at the same inputs, each in a projection of its own."""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import Any

from keras_core import ops
from keras_core.typing import Shape, Tensor

from keras_layers.attention.base_projected_attention import BaseProjectedAttention
from keras_layers.attention.folded_axes import FoldedAxes
from keras_layers.checks import describe, positive_int
from keras_layers.core.einsum_dense import EinsumDense


class MultiHeadAttention(BaseProjectedAttention):
    """Attention by several heads, as in the transformer.

    Args:
        num_heads: number of heads.
        key_dim: size of each head for query and key.
        value_dim: size of each head for value; `key_dim` when None.
        dropout: part of the weights that is dropped while training, from 0 to 1.
        use_bias: whether the projections have biases.
        output_shape: size, or sizes, of the output's last axes; the query's features when None.
        attention_axes: axes of the query and value to attend over; all but batch and features when None.
        sliding_window: how many positions on each side (its own included) a query sees; None is all.
        flash_attention: None lets the backend choose how to compute; True asks for its flash attention.
        kernel_initializer, bias_initializer: initial values of the weights.
        kernel_regularizer, bias_regularizer: penalties on the weights.
        activity_regularizer: penalty on the output.
        kernel_constraint, bias_constraint: projections of the weights after each update.
        use_gate: whether the heads' results are multiplied by ``sigmoid`` of a projection of the query.
        seed: an int, for the same drops every time.

    See `BaseProjectedAttention` for inputs, masks and the options of a call. Weights are kernel (features,
    heads, size) and bias (heads, size) of query, key, gate and value, then those of the output.

    Example:
        >>> import numpy as np
        >>> from keras_layers import MultiHeadAttention
        >>> x = np.ones((1, 5, 8), "float32")
        >>> outputs, scores = MultiHeadAttention(num_heads=2, key_dim=4)(x, x, return_attention_scores=True)
        >>> tuple(outputs.shape), tuple(scores.shape)
        ((1, 5, 8), (1, 2, 5, 5))

    Reference: Vaswani et al., 2017, https://arxiv.org/abs/1706.03762
    """

    def __init__(
        self,
        num_heads: int,
        key_dim: int,
        value_dim: int | None = None,
        dropout: float = 0.0,
        use_bias: bool = True,
        output_shape: int | Sequence[int] | None = None,
        attention_axes: int | Sequence[int] | None = None,
        sliding_window: int | None = None,
        flash_attention: bool | None = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        use_gate: bool = False,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        options = {
            "kernel": (kernel_initializer, kernel_regularizer, kernel_constraint),
            "bias": (bias_initializer, bias_regularizer, bias_constraint),
        }
        kwargs["activity_regularizer"] = activity_regularizer
        super().__init__(dropout, use_bias, sliding_window, flash_attention, use_gate, seed, options, **kwargs)
        self.num_heads = positive_int(self, "num_heads", num_heads)
        self.key_dim = positive_int(self, "key_dim", key_dim)
        self.value_dim = positive_int(self, "value_dim", value_dim) if value_dim else self.key_dim
        self.output_sizes = (output_shape,) if isinstance(output_shape, int) else _optional(output_shape)
        self.attention_axes = (attention_axes,) if isinstance(attention_axes, int) else _optional(attention_axes)

    def build(self, query_shape: Shape, value_shape: Shape, key_shape: Shape | None = None) -> None:
        rank = len(query_shape)
        if len(value_shape) != rank:
            raise ValueError(
                f"{describe(self)}: query and value must have as many axes, got {query_shape} and {value_shape}."
            )
        heads = string.ascii_letters[: rank - 1]
        inward = f"{heads}x,xyz->{heads}yz"
        sizes = (None,) * (rank - 2)
        sizes_of = {size: (*sizes, self.num_heads, size) for size in (self.key_dim, self.value_dim)}
        outputs = self.output_sizes or (query_shape[-1],)
        ends = string.ascii_uppercase[: len(outputs)]
        with self._scope():
            self.query_dense = self._projection(inward, sizes_of[self.key_dim], "yz", query_shape, "query")
            self.key_dense = self._projection(inward, sizes_of[self.key_dim], "yz", key_shape or value_shape, "key")
            if self.use_gate:
                self._gate_dense = self._projection(inward, sizes_of[self.value_dim], "yz", query_shape, "gate")
            self.value_dense = self._projection(inward, sizes_of[self.value_dim], "yz", value_shape, "value")
            self._make_dropout()
            self.output_dense = self._projection(
                f"{heads}yz,yz{ends}->{heads}{ends}",
                (*sizes, *outputs),
                ends,
                (*query_shape[:-1], self.num_heads, self.value_dim),
                "attention_output",
            )

    def _attend(self, explicit: bool, heads: list[Tensor], allowed: Tensor | None, causal: bool) -> Any:
        query = heads[0]
        if ops.ndim(query) == 4:
            return super()._attend(explicit, heads, allowed, causal)
        axes = self.attention_axes or tuple(range(1, ops.ndim(query) - 2))
        folded = [FoldedAxes(ops.shape(x), axes) for x in heads]
        allowed = None if allowed is None else folded[0].fold_mask(allowed, folded[1])
        inner = [fold.fold(x) for fold, x in zip(folded, heads, strict=True)]
        result, scores = super()._attend(explicit, inner, allowed, causal)
        return folded[0].unfold(result), None if scores is None else folded[0].unfold_scores(scores, folded[1])

    def _projections(self) -> tuple[EinsumDense, EinsumDense, EinsumDense, EinsumDense]:
        return self.query_dense, self.key_dense, self.value_dense, self.output_dense

    def compute_output_shape(self, query_shape: Shape, value_shape: Any = None, key_shape: Any = None) -> Shape:
        return (*query_shape[:-1], *(self.output_sizes or (query_shape[-1],)))

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "num_heads": self.num_heads,
            "key_dim": self.key_dim,
            "value_dim": self.value_dim,
            "output_shape": self.output_sizes,
            "attention_axes": self.attention_axes,
        }


def _optional(sizes: Sequence[int] | None) -> tuple[int, ...] | None:
    return None if sizes is None else tuple(sizes)
