"""Attention."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from keras_core import dtypes
from keras_core.graph.keras_tensor import any_symbolic
from keras_core.ops.creation import tri
from keras_core.ops.elementwise import (
    add,
    divide,
    multiply,
    tanh,
    where,
)
from keras_core.ops.linalg import matmul
from keras_core.ops.nn.activation import softmax
from keras_core.ops.op import derived
from keras_core.ops.properties import dtype_of
from keras_core.ops.shaping import broadcast_to, expand_dims, reshape, shape, transpose

if TYPE_CHECKING:
    from keras_core.typing import Tensor


@derived(tensors=("query", "key", "value", "bias", "mask"), cast={"float": ("query", "key", "value", "bias")})
def dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    bias: Tensor | None = None,
    mask: Tensor | None = None,
    scale: float | None = None,
    is_causal: bool = False,
    flash_attention: bool | None = None,
    attn_logits_soft_cap: float | None = None,
) -> Tensor:
    """Values averaged by the softmax of the products of queries and keys.

    Args:
        query: (batch, T, heads, depth).
        key: (batch, S, key heads, depth); the number of heads is a multiple of theirs.
        value: (batch, S, key heads, depth); the number of heads is a multiple of theirs.
        bias: added to the products, broadcast to (batch, heads, T, S). Defaults to None.
        mask: bool, true where a query may look; broadcast like `bias`. Defaults to None.
        scale: factor of the products, 1 / sqrt(depth) when None. Defaults to None.
        is_causal: hide keys behind the query's position. Defaults to False.
        flash_attention: None lets the backend choose how to compute; True asks for its flash attention. Defaults to
            None.
        attn_logits_soft_cap: products are bent by tanh to stay within this bound. Defaults to None.

    Returns:
        Tensor (batch, T, heads, depth).

    Raises:
        ValueError: for ``flash_attention=True`` where the backend has none.

    Example:
        >>> from keras_core import ops
        >>> tuple(ops.dot_product_attention(*[ops.ones((1, 3, 2, 4))] * 3).shape)
        (1, 3, 2, 4)

    Reference: Vaswani et al., "Attention Is All You Need", 2017.
    """
    if flash_attention and not any_symbolic(query):
        raise ValueError(
            "dot_product_attention(): flash_attention=True is not available here. Leave it at None, which lets the "
            "backend choose."
        )
    (*_, heads, depth), key_heads = shape(query), shape(key)[2]
    if heads != key_heads:
        key, value = (_shared_heads(x, heads // key_heads) for x in (key, value))
    query = transpose(multiply(query, 1 / math.sqrt(depth) if scale is None else scale), (0, 2, 1, 3))
    products = matmul(query, transpose(key, (0, 2, 3, 1)))
    if attn_logits_soft_cap is not None:
        products = multiply(tanh(divide(products, attn_logits_soft_cap)), attn_logits_soft_cap)
    if bias is not None:
        products = add(products, bias)
    lowest = dtypes.limits(dtype_of(products))[0]
    if mask is not None:
        products = where(mask, products, lowest)
    if is_causal:
        products = where(tri(shape(query)[2], shape(key)[1], 0, "bool"), products, lowest)
    return transpose(matmul(softmax(products), transpose(value, (0, 2, 1, 3))), (0, 2, 1, 3))


def _shared_heads(x: Tensor, times: int) -> Tensor:
    batch, steps, heads, depth = shape(x)
    wide = broadcast_to(expand_dims(x, 3), (batch, steps, heads, times, depth))
    return reshape(wide, (batch, steps, heads * times, depth))
