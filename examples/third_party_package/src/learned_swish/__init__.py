"""LearnedSwish: an activation whose shape is learned."""

from typing import Any

from keras_core import Layer, ops
from keras_core.initializers import Constant
from keras_core.typing import Shape, Tensor

__all__ = ["CATALOGUE", "LearnedSwish"]

CATALOGUE = {"LearnedSwish": "learned_swish:LearnedSwish"}


class LearnedSwish(Layer):
    """``x * sigmoid(beta * x)`` with a learned `beta` for each channel.

    Args:
        initial_beta: where training begins; 0 is a line, large values approach ReLU.

    Reference: Ramachandran et al., 2017, https://arxiv.org/abs/1710.05941
    """

    def __init__(self, initial_beta: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.initial_beta = initial_beta

    def build(self, input_shape: Shape) -> None:
        """Makes the weight `beta` of shape (channels,)."""
        self.beta = self.add_weight(name="beta", shape=(input_shape[-1],), initializer=Constant(self.initial_beta))

    def call(self, inputs: Tensor) -> Tensor:
        """The activation of `inputs`, of the same shape."""
        return inputs * ops.sigmoid(self.beta * inputs)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {**super().get_config(), "initial_beta": self.initial_beta}
