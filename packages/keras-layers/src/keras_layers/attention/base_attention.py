"""Base of Attention and AdditiveAttention."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import Layer, ops, random

from keras_layers.attention import masks
from keras_layers.checks import describe, fitting_mask, fraction
from keras_layers.shapes import is_symbolic, static_shape

if TYPE_CHECKING:
    from keras_core.typing import Shape, Tensor


class BaseAttention(Layer):
    """Values averaged by the softmax of scores, which a subclass computes in `_scores`.

    Args:
        dropout: fraction of the attention weights to drop in training, from 0 to 1.
        seed: an integer that makes the random masks reproducible; None draws a seed.
        **kwargs: arguments of `Layer`.

    Inputs are the list of query (batch, T, dim), value (batch, S, dim) and, unless it is the value, key
    (batch, S, dim), or more axes between batch and steps; the output is (batch, T, dim). Values
    whose mask (batch, S) is False get no weight, and outputs of queries whose mask (batch, T) is False are 0.
    """

    def __init__(self, dropout: float = 0.0, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dropout = fraction(self, "dropout", dropout)
        self.seed = seed
        self.supports_masking = True
        if dropout > 0:
            self.seed_generator = random.SeedGenerator(seed)

    def _scores(self, query: Tensor, key: Tensor) -> Tensor:
        """Scores (batch, T, S) of queries (batch, T, dim) and keys (batch, S, dim)."""
        raise NotImplementedError

    def call(
        self,
        inputs: Any,
        mask: Any = None,
        training: bool | None = None,
        return_attention_scores: bool = False,
        use_causal_mask: bool = False,
    ) -> Any:
        query, value, *rest = self._checked(inputs, mask)
        query_mask, value_mask = (
            self._fitting(one, x, what)
            for one, x, what in zip(mask or (None, None), (query, value), ("query_mask", "value_mask"), strict=False)
        )
        scores = self._scores(query, rest[0] if rest else value)
        allowed = masks.for_keys(value_mask)
        if use_causal_mask:
            allowed = masks.combine(allowed, masks.causal(ops.shape(query)[-2], ops.shape(value)[-2]))
        weights = ops.softmax(masks.masked_scores(scores, allowed))
        if training and self.dropout > 0 and not is_symbolic(weights):
            weights = random.dropout(weights, self.dropout, seed=self.seed_generator)
        outputs = ops.matmul(weights, value)
        if query_mask is not None:
            outputs = ops.multiply(outputs, ops.expand_dims(ops.cast(query_mask, ops.dtype(outputs)), -1))
        return (outputs, weights) if return_attention_scores else outputs

    def _checked(self, inputs: Any, mask: Any) -> Any:
        """The inputs; raises where they or the masks are no list of two or three."""
        if not isinstance(inputs, (list, tuple)) or len(inputs) not in (2, 3):
            got = (
                f"a list of {len(inputs)}" if isinstance(inputs, (list, tuple)) else f"one of shape {ops.shape(inputs)}"
            )
            raise ValueError(f"{describe(self)} takes the list [query, value] or [query, value, key], got {got}.")
        if mask is not None and (not isinstance(mask, (list, tuple)) or not 2 <= len(mask) <= len(inputs)):
            raise ValueError(f"{describe(self)}: mask must be the list [query_mask, value_mask], got {mask!r}.")
        return inputs

    def _fitting(self, mask: Tensor | None, x: Tensor, what: str) -> Tensor | None:
        """The mask of a query or value (batch, ..., steps, dim), with as many axes less the last one."""
        if mask is None:
            return None
        sizes, of_mask = static_shape(x)[:-1], static_shape(mask)
        if len(of_mask) == 2 < len(sizes):
            fitting_mask(self, of_mask, (sizes[0], sizes[-1]), what)
            return ops.expand_dims(mask, tuple(range(1, len(sizes) - 1)))
        fitting_mask(self, of_mask, sizes, what)
        return mask

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        return mask[0] if isinstance(mask, (list, tuple)) else None

    def compute_output_shape(self, input_shape: Any) -> Shape:
        return (*input_shape[0][:-1], input_shape[1][-1])

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "dropout": self.dropout, "seed": self.seed}
