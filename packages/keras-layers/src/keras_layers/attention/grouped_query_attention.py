"""GroupedQueryAttention: groups of query heads share a key and value head."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_layers.arguments import forwarded
from keras_layers.attention.base_projected_attention import BaseProjectedAttention
from keras_layers.checks import describe

if TYPE_CHECKING:
    from keras_core.typing import PositiveInt, Shape

    from keras_layers.core.einsum_dense import EinsumDense


class GroupedQueryAttention(BaseProjectedAttention):
    """Grouped-query attention: multi-head attention in which groups of query heads share a key and value head.

    Args:
        head_dim: size of each head.
        num_query_heads: number of query heads, a multiple of `num_key_value_heads`; an equal number is multi-head
            attention.
        num_key_value_heads: number of key and value heads; 1 is multi-query attention.
        dropout: fraction of the attention weights to drop in training, from 0 to 1. Defaults to 0.0.
        use_bias: whether the projections have biases. Defaults to True.
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
        cache: projected keys and values ``(batch, 2, S, num_key_value_heads, head_dim)``, as `make_cache` makes, to
            decode step by step; the call returns it too. `S` is then that of the cache, for masks as well.
        cache_update_index: position in the cache, a number or a scalar tensor, where the keys and values of this call
            begin; a causal mask counts from there, and without any mask later positions are left out. With None the
            cache is used as it is, and `value` and `key` are not.

    Input shape:
        Query ``(batch, T, features)``, value and key ``(batch, S, features)``.

    Output shape:
        ``(batch, T, features)``; with `return_attention_scores` or a cache a tuple of this, the weights ``(batch,
        num_query_heads, T, S)`` and the cache.

    Raises:
        ValueError: if an argument is out of range, `num_query_heads` is not a multiple of `num_key_value_heads`, or
            `flash_attention` is True together with dropout or `return_attention_scores`.

    Example:
        >>> import numpy as np
        >>> from keras_layers import GroupQueryAttention
        >>> x = np.ones((1, 5, 8), "float32")
        >>> tuple(GroupQueryAttention(head_dim=4, num_query_heads=6, num_key_value_heads=2)(x, x).shape)
        (1, 5, 8)

    Reference: Ainslie et al., 2023, https://arxiv.org/abs/2305.13245
    """

    written_as = "GroupQueryAttention"  # the name that Keras gives it in files

    def __init__(
        self,
        head_dim: PositiveInt,
        num_query_heads: PositiveInt,
        num_key_value_heads: PositiveInt,
        dropout: float = 0.0,
        use_bias: bool = True,
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
        super().__init__(**forwarded(locals(), without=("head_dim", "num_query_heads", "num_key_value_heads")))
        self.head_dim = head_dim
        self.num_query_heads = num_query_heads
        self.num_key_value_heads = num_key_value_heads
        if self.num_query_heads % self.num_key_value_heads:
            raise ValueError(
                f"{describe(self)}: num_query_heads must be a multiple of num_key_value_heads, "
                f"got {num_query_heads} and {num_key_value_heads}."
            )

    def build(self, query_shape: Shape, value_shape: Shape, key_shape: Shape | None = None) -> None:
        of_query = (None, self.num_query_heads, self.head_dim)
        of_key = (None, self.num_key_value_heads, self.head_dim)
        inward, outward = "bqm,muh->bquh", "bquh,uhm->bqm"
        self._query_dense = self._projection(inward, of_query, "uh", query_shape, "query")
        self._key_dense = self._projection(inward, of_key, "uh", key_shape or value_shape, "key")
        if self.use_gate:
            self._gate_dense = self._projection(inward, of_query, "uh", query_shape, "gate")
        self._value_dense = self._projection(inward, of_key, "uh", value_shape, "value")
        self._make_dropout()
        results = (*query_shape[:-1], *of_query[1:])
        self._output_dense = self._projection(outward, (None, query_shape[-1]), "m", results, "attention_output")

    def _cached_heads(self) -> tuple[int, int]:
        return self.num_key_value_heads, self.head_dim

    def _projections(self) -> tuple[EinsumDense, EinsumDense, EinsumDense, EinsumDense]:
        return self._query_dense, self._key_dense, self._value_dense, self._output_dense

    def compute_output_shape(self, query_shape: Shape, value_shape: Any = None, key_shape: Any = None) -> Shape:
        return tuple(query_shape)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "head_dim": self.head_dim,
            "num_query_heads": self.num_query_heads,
            "num_key_value_heads": self.num_key_value_heads,
        }


GroupQueryAttention = GroupedQueryAttention
