"""AdditiveAttention: attention scored by a weighted sum of tanh(query + key)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_layers.attention.base_attention import BaseAttention
from keras_layers.checks import known_axis

if TYPE_CHECKING:
    from keras_core.typing import Shape, Tensor


class AdditiveAttention(BaseAttention):
    """Additive attention: values averaged by the softmax of ``sum(scale * tanh(query + key))``.

    Args:
        use_scale: whether to weight the features of the sum by a trainable vector `scale`. Defaults to True.
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
            shape, the number of features is unknown, or an argument is out of range.

    Example:
        >>> import numpy as np
        >>> from keras_layers import AdditiveAttention
        >>> query, value = np.ones((1, 2, 4), "float32"), np.ones((1, 3, 4), "float32")
        >>> tuple(AdditiveAttention()([query, value]).shape)
        (1, 2, 4)

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
        bent = ops.tanh(ops.add(ops.expand_dims(query, -2), ops.expand_dims(key, -3)))
        return ops.sum(bent if self.scale is None else ops.multiply(bent, self.scale), axis=-1)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "use_scale": self.use_scale}
