"""Attention: values averaged by how well their keys agree with the query."""

from __future__ import annotations

from typing import Any

from keras_core import ops
from keras_core.typing import Shape, Tensor

from keras_layers.attention.base_attention import BaseAttention
from keras_layers.checks import choice


class Attention(BaseAttention):
    """Scores are products of queries and keys (Luong), or a sum of tanh of their sums.

    Args:
        use_scale: whether the scores are multiplied by a weight, `scale`, which is 1 at first.
        score_mode: "dot" for ``query . key``; "concat" for ``w * sum(tanh(scale * (query + key)))`` with a
            weight `concat_score_weight`.
        dropout: part of the weights of the average that is dropped while training, from 0 to 1.
        seed: an int, for the same drops every time.

    See `BaseAttention` for inputs, masks and the options of a call.

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
            scores = ops.matmul(query, ops.swapaxes(key, 1, 2))
            return scores if self.scale is None else ops.multiply(scores, self.scale)
        sums = ops.add(ops.expand_dims(query, 2), ops.expand_dims(key, 1))
        sums = sums if self.scale is None else ops.multiply(sums, self.scale)
        return ops.multiply(ops.sum(ops.tanh(sums), axis=-1), self.concat_score_weight)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "use_scale": self.use_scale, "score_mode": self.score_mode}
