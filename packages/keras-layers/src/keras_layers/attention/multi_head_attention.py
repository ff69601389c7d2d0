"""MultiHeadAttention: attention by several heads, each with its own projections."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_layers.arguments import forwarded
from keras_layers.attention.base_projected_attention import BaseProjectedAttention
from keras_layers.attention.folded_axes import FoldedAxes
from keras_layers.checks import describe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import PositiveInt, Shape, ShapeTree, Tensor

    from keras_layers.core.einsum_dense import EinsumDense


class MultiHeadAttention(BaseProjectedAttention):
    """Multi-head attention, the attention of the transformer.

    Each head computes ``softmax(q @ k.T / sqrt(key_dim)) @ v`` with its own projections ``q``, ``k`` and ``v`` of
    query, key and value; a last projection combines the heads.

    Weights are the kernel ``(features, heads, size)`` and bias ``(heads, size)`` of the projections of query, key, gate
    and value, in this order, then those of the output.

    Args:
        num_heads: number of heads.
        key_dim: size of each head for query and key.
        value_dim: size of each head for value; `key_dim` where it is None. Defaults to None.
        dropout: fraction of the attention weights to drop in training, from 0 to 1. Defaults to 0.0.
        use_bias: whether the projections have biases. Defaults to True.
        output_shape: size, or sizes, of the output's last axes; by default the query's features.
        attention_axes: axis, or axes, to attend over, counted with the batch as 0; by default all but batch and
            features.
        sliding_window: a query attends to keys less than this many positions away; None sets no limit. Defaults to
            None.
        flash_attention: True requires the backend's flash attention; None lets the backend choose how to compute.
            Defaults to None.
        kernel_initializer: initializer of the projections' kernels, a name or an instance. Defaults to
            "glorot_uniform".
        bias_initializer: initializer of the projections' biases, a name or an instance. Defaults to "zeros".
        kernel_regularizer: penalty on the projections' kernels, added to the loss; None adds none. Defaults to None.
        bias_regularizer: penalty on the projections' biases, added to the loss; None adds none. Defaults to None.
        activity_regularizer: penalty on the output, added to the loss; None adds none. Defaults to None.
        kernel_constraint: projection of the kernels after each update; None applies none. Defaults to None.
        bias_constraint: projection of the biases after each update; None applies none. Defaults to None.
        use_gate: whether to multiply the result of each head by the sigmoid of a further projection of the query.
            Defaults to False.
        seed: an integer that makes the random masks reproducible; None draws a seed. Defaults to None.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Call arguments:
        query: tensor ``(batch, T, features)``.
        value: tensor ``(batch, S, features)``.
        key: tensor ``(batch, S, features)``; `value` where it is None.
        query_mask: booleans ``(batch, T)``; they become the mask of the output.
        value_mask: booleans ``(batch, S)``, False at values to ignore.
        key_mask: booleans ``(batch, S)``, False at keys to ignore.
        attention_mask: booleans ``(batch, T, S)``, False where a query must not attend to a key.
        return_attention_scores: whether to return the attention weights too.
        training: whether to apply dropout.
        use_causal_mask: whether query ``t`` attends to keys 0 to ``t`` only.
        cache: projected keys and values ``(batch, 2, S, num_heads, key_dim)``, as `make_cache` makes, for decoding step
            by step; the call returns it too. `S` is then that of the cache, for masks as well.
        cache_update_index: position in the cache, a number or a scalar tensor, where the keys and values of this call
            begin; a causal mask counts from there, and without any mask later positions are left out. With None the
            cache is used as it is, and `value` and `key` are not.

    Input shape:
        Query ``(batch, T, features)``, value and key ``(batch, S, features)``; instead of ``T`` and ``S`` there may be
        several axes, as many in each.

    Output shape:
        ``(batch, T, *output_shape)``; with `return_attention_scores` or a cache a tuple of this, the weights ``(batch,
        num_heads, T, S)`` and the cache.

    Raises:
        ValueError: if an argument is out of range, query and value differ in rank, a cache does not fit, or
            `flash_attention` is True
            together with dropout or `return_attention_scores`.

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
        num_heads: PositiveInt,
        key_dim: PositiveInt,
        value_dim: PositiveInt | None = None,
        dropout: float = 0.0,
        use_bias: bool = True,
        output_shape: int | Sequence[int] | None = None,
        attention_axes: int | Sequence[int] | None = None,
        sliding_window: PositiveInt | None = None,
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
        super().__init__(
            **forwarded(locals(), without=("num_heads", "key_dim", "value_dim", "output_shape", "attention_axes"))
        )
        self.num_heads = num_heads
        self.key_dim = key_dim
        self.value_dim = value_dim if value_dim else self.key_dim
        self.output_sizes = (output_shape,) if isinstance(output_shape, int) else _optional(output_shape)
        self.attention_axes = (attention_axes,) if isinstance(attention_axes, int) else _optional(attention_axes)

    @property
    def output_shape(self) -> ShapeTree:
        """The shape of the output, as for every layer; before the layer is called, the argument of this name."""
        return super().output_shape if self.inbound_nodes else self.output_sizes

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

    def _attend(
        self, explicit: bool, heads: list[Tensor], allowed: Tensor | None, causal: bool, first: Any = None
    ) -> Any:
        query = heads[0]
        if ops.ndim(query) == 4:
            return super()._attend(explicit, heads, allowed, causal, first)
        axes = self.attention_axes or tuple(range(1, ops.ndim(query) - 2))
        folded = [FoldedAxes(ops.shape(x), axes) for x in heads]
        allowed = None if allowed is None else folded[0].fold_mask(allowed, folded[1])
        inner = [fold.fold(x) for fold, x in zip(folded, heads, strict=True)]
        result, scores = super()._attend(explicit, inner, allowed, causal)
        return folded[0].unfold(result), None if scores is None else folded[0].unfold_scores(scores, folded[1])

    def _cached_heads(self) -> tuple[int, int]:
        if self.value_dim != self.key_dim:
            raise ValueError(
                f"{describe(self)}: a cache holds keys and values of one size, got key_dim={self.key_dim} and "
                f"value_dim={self.value_dim}."
            )
        return self.num_heads, self.key_dim

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
