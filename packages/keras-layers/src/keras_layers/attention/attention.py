"""Attention: dot-product attention."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_layers.attention.base_attention import BaseAttention
from keras_layers.checks import choice

if TYPE_CHECKING:
    from keras_core.typing import Shape, Tensor


class Attention(BaseAttention):
    """Dot-product attention: ``softmax(query @ key.T) @ value``.

    With `score_mode` "concat" the scores are ``w * sum(tanh(scale * (query + key)))`` over the features, with a scalar
    weight ``w``, `concat_score_weight`.

    Args:
        use_scale: whether to multiply the scores by a trainable scalar `scale`, 1 at first. Defaults to False.
        score_mode: how scores are computed, "dot" or "concat". Defaults to "dot".
        dropout: fraction of the attention weights to drop in training, from 0 to 1. Defaults to 0.0.
        seed: an integer that makes the random masks reproducible; None draws a seed. Defaults to None.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Call arguments:
        inputs: list ``[query, value]`` or ``[query, value, key]``; the key is the value where it is left out.
        mask: list ``[query_mask, value_mask]`` of booleans ``(batch, T)`` and ``(batch, S)``, or None; where the
            inputs have more axes, of these shapes or of theirs without the last axis. Values whose mask is False get no
            weight; outputs of queries whose mask is False are 0.
        training: whether to apply dropout.
        return_attention_scores: whether to return the attention weights too.
        use_causal_mask: whether query ``t`` attends to values 0 to ``t`` only.

    Input shape:
        Query ``(batch, T, dim)``, value ``(batch, S, dim)`` and key ``(batch, S, dim)``; there may be more axes
        after the batch, the same in all, such as one of heads.

    Output shape:
        ``(batch, T, dim)``; with `return_attention_scores` a pair of this and the weights ``(batch, T, S)``.

    Raises:
        ValueError: if the inputs are not a list of two or three tensors, the mask is not a list or has another
            shape, or an argument is out of range.

    Example:
        >>> import numpy as np
        >>> from keras_layers import Attention
        >>> query, value = np.ones((1, 2, 4), "float32"), np.ones((1, 3, 4), "float32")
        >>> tuple(Attention()([query, value]).shape)
        (1, 2, 4)

    Reference: Luong et al., 2015, https://arxiv.org/abs/1508.04025
    """

    def __init__(
        self,
        use_scale: bool = False,
        score_mode: str = "dot",
        dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(dropout, seed, **kwargs)
        self.use_scale = use_scale
        self.score_mode = choice(self, "score_mode", score_mode, ("dot", "concat"))

    def build(self, input_shape: list[Shape]) -> None:
        self.scale = self.add_weight(name="scale", shape=(), initializer="ones") if self.use_scale else None
        self.concat_score_weight = None
        if self.score_mode == "concat":
            self.concat_score_weight = self.add_weight(name="concat_score_weight", shape=(), initializer="ones")

    def _scores(self, query: Tensor, key: Tensor) -> Tensor:
        if self.concat_score_weight is None:
            scores = ops.matmul(query, ops.swapaxes(key, -1, -2))
            return scores if self.scale is None else ops.multiply(scores, self.scale)
        sums = ops.add(ops.expand_dims(query, -2), ops.expand_dims(key, -3))
        sums = sums if self.scale is None else ops.multiply(sums, self.scale)
        return ops.multiply(ops.sum(ops.tanh(sums), axis=-1), self.concat_score_weight)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "use_scale": self.use_scale, "score_mode": self.score_mode}
