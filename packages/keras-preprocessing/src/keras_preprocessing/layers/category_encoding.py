"""CategoryEncoding: indices of categories as vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops
from keras_core.backend.toolkit import all_below

from keras_preprocessing.layers.encoding import check_mode, config_of, describe, encode, encoded_shape
from keras_preprocessing.layers.follows_data import FollowsData

if TYPE_CHECKING:
    import numpy as np
    from keras_core.typing import Shape, Tensor

_MODES = ("one_hot", "multi_hot", "count")


class CategoryEncoding(FollowsData):
    """Indices of categories as vectors with a place for each category.

    Args:
        num_tokens: number of categories; indices are from 0 to num_tokens - 1.
        output_mode: "one_hot": a vector with a 1 for each index; "multi_hot" ("binary"): one vector for all indices
            along the last axis; "count": the same with how often each occurs. Defaults to "multi_hot".
        sparse: accepted; backends have no sparse tensors, so that vectors are dense. Defaults to False.
        **kwargs: `name`, `dtype` and the other arguments of `Layer`.

    Call arguments:
        inputs: tensor of ints; floats are truncated.
        count_weights: tensor of the same shape, only with "count": what each index adds. Defaults to None.

    Input shape:
        Any shape; the last axis is that of the indices of one example.

    Output shape:
        With "one_hot" the input's shape and `num_tokens`, in place of a last axis of 1; else the input's shape with
        `num_tokens` in place of the last axis.

    Raises:
        ValueError: for an unknown mode, fewer than one category, or weights with another mode than "count".

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import CategoryEncoding
        >>> np.asarray(CategoryEncoding(4)(np.array([[0, 1], [3, 3]]))).tolist()
        [[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]]
    """

    def __init__(
        self, num_tokens: int | None = None, output_mode: str = "multi_hot", sparse: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        if num_tokens is None or num_tokens < 1:
            raise ValueError(f"{describe(self)}: num_tokens must be at least 1, got {num_tokens!r}.")
        self.num_tokens = num_tokens
        self.output_mode = check_mode(self, output_mode, _MODES, sparse)
        self.sparse = sparse

    def call(self, inputs: Tensor, count_weights: Tensor | None = None) -> Tensor:
        if count_weights is not None and self.output_mode != "count":
            raise ValueError(
                f'{describe(self)}: count_weights belong to output_mode="count"; this has {self.output_mode!r}.'
            )
        indices = ops.cast(inputs, "int32")
        return encode(indices, self.num_tokens, self.output_mode, self.compute_dtype, count_weights)

    def check_host_inputs(self, array: np.ndarray) -> None:
        """Refuse categories that there are not, before data go to a device.

        Raises:
            ValueError: naming the smallest and the largest index.
        """
        if all_below(array, self.num_tokens):
            return
        if array.size and not 0 <= array.min() <= array.max() < self.num_tokens:
            raise ValueError(
                f"{describe(self)}: the indices run from {int(array.min())} to {int(array.max())}; "
                f"num_tokens={self.num_tokens} takes 0 ... {self.num_tokens - 1}."
            )

    def compute_output_shape(self, input_shape: Shape, count_weights: Shape | None = None) -> Shape:
        return encoded_shape(tuple(input_shape), self.num_tokens, self.output_mode)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **config_of(self, "num_tokens", "output_mode", "sparse")}
