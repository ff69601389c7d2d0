"""AdditiveAttention: scores are a learned sum of tanh of query plus key."""

from __future__ import annotations

from typing import Any

from keras_core import ops
from keras_core.typing import Shape, Tensor

from keras_layers.attention.base_attention import BaseAttention
from keras_layers.checks import known_axis


class AdditiveAttention(BaseAttention):
    """Scores are ``sum(scale * tanh(query + key))`` (Bahdanau).

    Args:
        use_scale: whether there is a weight `scale`, one number for each feature.
        dropout: part of the weights of the average that is dropped while training, from 0 to 1.
        seed: an int, for the same drops every time.

    See `BaseAttention` for inputs, masks and the options of a call.

    Reference: Bahdanau et al., 2015, https://arxiv.org/abs/1409.0473
    """

    def __init__(self, use_scale: bool = True, dropout: float = 0.0, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(dropout, seed, **kwargs)
        self.use_scale = use_scale

    def build(self, input_shape: list[Shape]) -> None:
        self.scale = None
        if self.use_scale:
            features = known_axis(self, input_shape[0], -1, "the number of features")
            self.scale = self.add_weight(name="scale", shape=(features,), initializer="glorot_uniform")

    def _scores(self, query: Tensor, key: Tensor) -> Tensor:
        bent = ops.tanh(ops.add(ops.expand_dims(query, 2), ops.expand_dims(key, 1)))
        return ops.sum(bent if self.scale is None else ops.multiply(bent, self.scale), axis=-1)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "use_scale": self.use_scale}
