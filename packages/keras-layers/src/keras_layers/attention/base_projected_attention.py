"""Base of MultiHeadAttention and GroupedQueryAttention: projections around the attention of heads."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from keras_core import Layer, config, ops

from keras_layers.attention import masks
from keras_layers.checks import describe, fitting_mask, fraction
from keras_layers.core.einsum_dense import EinsumDense
from keras_layers.parameters import options_config, set_options
from keras_layers.regularization.dropout import Dropout
from keras_layers.shapes import static_shape

if TYPE_CHECKING:
    from keras_core.typing import PositiveInt, Shape, Tensor


class BaseProjectedAttention(Layer):
    """Projects query, key and value to heads, lets the heads attend, and projects the result.

    A subclass makes the projections in `build` with `_projection`, and returns them from `_projections`.

    Inputs are query (batch, T, features), value and key (batch, S, features). A query attends to a key where
    `value_mask` and `key_mask` (batch, S), `attention_mask` (batch, T, S) and the causal mask, if any, are all
    True. Masks that inputs carry are used; that of the query becomes the output's.

    To decode step by step, a call takes a `cache` of the keys and values of all positions, puts those of its inputs
    there from `cache_update_index` on, and attends to what the cache then holds.

    Raises:
        ValueError: for a `flash_attention` that cannot give what else is asked for.
    """

    def __init__(
        self,
        dropout: float,
        use_bias: bool,
        sliding_window: PositiveInt | None,
        flash_attention: bool | None,
        use_gate: bool,
        seed: int | None,
        kernel_initializer: Any,
        bias_initializer: Any,
        kernel_regularizer: Any,
        bias_regularizer: Any,
        kernel_constraint: Any,
        bias_constraint: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.dropout = fraction(self, "dropout", dropout)
        self.use_bias = use_bias
        self.sliding_window = sliding_window
        self.flash_attention = flash_attention
        self._flash = False if flash_attention is None and not config.is_flash_attention_enabled() else flash_attention
        self.use_gate = use_gate
        self.seed = seed
        self.supports_masking = True
        set_options(self, "kernel", kernel_initializer, kernel_regularizer, kernel_constraint)
        set_options(self, "bias", bias_initializer, bias_regularizer, bias_constraint)
        if flash_attention and dropout > 0:
            raise ValueError(f"{describe(self)}: flash_attention=True has no dropout, got dropout={dropout}.")

    # -- projections

    def _projection(self, equation: str, shape: Shape, bias_axes: str, inputs: Shape, name: str) -> EinsumDense:
        """A built projection with the options of this layer."""
        layer = EinsumDense(
            equation,
            shape,
            bias_axes=bias_axes if self.use_bias else None,
            name=name,
            dtype=self.dtype_policy,
            **options_config(self, "kernel", "bias"),
        )
        layer.build(inputs)
        return layer

    def _make_dropout(self) -> None:
        self._dropout_layer = (
            Dropout(self.dropout, seed=self.seed, dtype=self.dtype_policy) if self.dropout > 0 else None
        )

    def _projections(self) -> tuple[EinsumDense, EinsumDense, EinsumDense, EinsumDense]:
        """Those of query, key, value and result."""
        raise NotImplementedError

    _gate_dense: EinsumDense | None = None

    # -- the call

    def call(
        self,
        query: Tensor,
        value: Tensor,
        key: Tensor | None = None,
        query_mask: Tensor | None = None,
        value_mask: Tensor | None = None,
        key_mask: Tensor | None = None,
        attention_mask: Tensor | None = None,
        return_attention_scores: bool = False,
        training: bool | None = None,
        use_causal_mask: bool = False,
        cache: Tensor | None = None,
        cache_update_index: Any = None,
    ) -> Any:
        of_query, of_key, of_value, of_result = self._projections()
        if cache is None:
            if cache_update_index is not None:
                raise ValueError(f"{describe(self)}: cache_update_index needs a cache, as make_cache() makes.")
            keys, values = of_key(value if key is None else key), of_value(value)
        else:
            self._check_cache(query, value, cache, cache_update_index)
            keys, values = cache[:, 0], cache[:, 1]
            if cache_update_index is not None:
                keys = self._updated(keys, cache_update_index, of_key(value if key is None else key))
                values = self._updated(values, cache_update_index, of_value(value))
                cache = ops.stack([keys, values], axis=1)
        of_values = static_shape(value)[:-1] if cache is None else static_shape(keys)[:2]
        self._check_masks(static_shape(query)[:-1], of_values, query_mask, value_mask, key_mask, attention_mask)
        allowed = masks.combine(masks.for_keys(value_mask), masks.for_keys(key_mask))
        if attention_mask is not None:
            allowed = masks.combine(allowed, ops.cast(attention_mask, "bool"))
        elif cache_update_index is not None and not use_causal_mask:
            allowed = masks.combine(
                allowed, masks.written(ops.shape(keys)[1], cache_update_index + ops.shape(value)[1])
            )
        if return_attention_scores and self.flash_attention:
            raise ValueError(f"{describe(self)}: flash_attention=True does not give attention scores.")
        explicit = return_attention_scores or bool(training and self.dropout > 0)
        heads = [of_query(query), keys, values]
        result, scores = self._attend(explicit, heads, allowed, use_causal_mask, cache_update_index)
        if self._gate_dense is not None:
            result = ops.multiply(result, ops.sigmoid(self._gate_dense(query)))
        outputs = of_result(result)
        found = [outputs, *([scores] if return_attention_scores else []), *([] if cache is None else [cache])]
        return tuple(found) if len(found) > 1 else outputs

    # -- step by step

    def _cached_heads(self) -> tuple[int, int]:
        """Number and size of the heads of keys and values."""
        raise NotImplementedError

    def make_cache(self, batch_size: int, length: int) -> Tensor:
        """An empty cache, with which the layer is called step by step.

        Args:
            batch_size: number of sequences.
            length: number of positions, those of the longest sequence.

        Returns:
            Zeros (batch_size, 2, length, heads, size): the keys, then the values, of each position.

        Example:
            >>> import numpy as np
            >>> from keras_layers import MultiHeadAttention
            >>> layer, x = MultiHeadAttention(num_heads=2, key_dim=4), np.ones((1, 3, 8), "float32")
            >>> cache = layer.make_cache(1, 3)
            >>> for t in range(3):
            ...     step = x[:, t : t + 1]
            ...     y, cache = layer(step, step, use_causal_mask=True, cache=cache, cache_update_index=t)
            >>> tuple(y.shape), tuple(cache.shape)
            ((1, 1, 8), (1, 2, 3, 2, 4))
        """
        return ops.zeros((batch_size, 2, length, *self._cached_heads()), self.compute_dtype)

    def _updated(self, cached: Tensor, first: Any, new: Tensor) -> Tensor:
        return ops.slice_update(cached, (0, first, 0, 0), ops.cast(new, ops.dtype(cached)))

    def _check_cache(self, query: Tensor, value: Tensor, cache: Tensor, index: Any) -> None:
        """Refuse a cache that does not fit, and one that is too short where that is known."""
        if len(static_shape(query)) != 3:
            raise ValueError(
                f"{describe(self)}: a cache is for inputs (batch, steps, features), got a query of shape "
                f"{static_shape(query)}."
            )
        sizes = static_shape(cache)
        length, steps = sizes[2] if len(sizes) > 2 else None, static_shape(value)[1]
        fitting_mask(self, sizes, (static_shape(query)[0], 2, length, *self._cached_heads()), "cache")
        if isinstance(index, int) and length and steps and not 0 <= index <= length - steps:
            raise ValueError(
                f"{describe(self)}: a cache of {length} positions has no room for {steps} at "
                f"cache_update_index={index}. Make it as long as the whole sequence: make_cache(batch_size, length)."
            )

    def _check_masks(self, of_query: Shape, of_value: Shape, *given: Tensor | None) -> None:
        """Refuse masks of other shapes than those of queries and keys, where these are (batch, steps)."""
        if len(of_query) != 2:
            return
        *of_steps, attention_mask = given
        names = ("query_mask", "value_mask", "key_mask")
        for name, mask, wanted in zip(names, of_steps, (of_query, of_value, of_value), strict=True):
            if mask is not None:
                fitting_mask(self, static_shape(mask), wanted, name)
        if attention_mask is not None:
            sizes = static_shape(attention_mask)
            pairs = zip(sizes[-2:], (of_query[1], of_value[1]), strict=True)
            last = tuple(1 if size == 1 else of for size, of in pairs)
            fitting_mask(self, sizes, (*sizes[:-2], *last), "attention_mask")

    def _attend(
        self, explicit: bool, heads: list[Tensor], allowed: Tensor | None, causal: bool, first: Any = None
    ) -> Any:
        """The heads' results and, if `explicit`, the attention weights.

        Args:
            explicit: whether the weights themselves are needed, to return them or for dropout.
            heads: query (batch, T, heads, size), key and value (batch, S, heads, size).
            allowed: mask (..., T, S), True where a query may attend to a key.
            causal: whether to mask later positions.
            first: position of the first query among the keys, a number or a scalar tensor; None where both begin
                together.
        """
        query, key, value = heads
        lengths = ops.shape(query)[1], ops.shape(key)[1]
        start = 0 if first is None else first
        if self.sliding_window is not None:
            allowed = masks.combine(allowed, masks.window(*lengths, self.sliding_window, start))
        if causal and (explicit or first is not None):
            allowed, causal = masks.combine(allowed, masks.causal(*lengths, start)), False
        if allowed is not None and ops.ndim(allowed) == 3:
            allowed = ops.expand_dims(allowed, 1)
        if not explicit:
            return ops.dot_product_attention(
                query, key, value, mask=allowed, is_causal=causal, flash_attention=self._flash
            ), None
        groups = ops.shape(query)[2] // ops.shape(key)[2]
        if groups > 1:
            key, value = ops.repeat(key, groups, axis=2), ops.repeat(value, groups, axis=2)
        scaled = ops.multiply(query, 1 / math.sqrt(ops.shape(query)[3]))
        scores = ops.matmul(ops.transpose(scaled, (0, 2, 1, 3)), ops.transpose(key, (0, 2, 3, 1)))
        weights = ops.softmax(masks.masked_scores(scores, allowed))
        dropped = weights if self._dropout_layer is None else self._dropout_layer(weights)
        result = ops.matmul(dropped, ops.transpose(value, (0, 2, 1, 3)))
        return ops.transpose(result, (0, 2, 1, 3)), weights

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "use_bias": self.use_bias,
            "use_gate": self.use_gate,
            "sliding_window": self.sliding_window,
            "dropout": self.dropout,
            **options_config(self, "kernel", "bias"),
            "seed": self.seed,
        } | ({} if self.flash_attention is None else {"flash_attention": self.flash_attention})
