"""LearnedSwish: an activation whose shape is learned; GatedSwish: dense layers around it."""

from typing import Any

from keras_core import Layer, ops
from keras_core.initializers import Constant
from keras_core.typing import Shape, Tensor
from keras_layers import Dense

__all__ = ["CATALOGUE", "GatedSwish", "LearnedSwish"]

CATALOGUE = {name: f"learned_swish:{name}" for name in ("GatedSwish", "LearnedSwish")}


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


class GatedSwish(Layer):
    """Two dense layers, one of which gates the other through `LearnedSwish`, and a third: a learned SwiGLU.

    Args:
        hidden: units of the first two; the third has as many as the inputs have channels.

    Reference: Shazeer, 2020, https://arxiv.org/abs/2002.05202
    """

    def __init__(self, hidden: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.hidden = hidden

    def build(self, input_shape: Shape) -> None:
        """Makes the layers that it consists of."""
        self.swish = LearnedSwish(dtype=self.dtype_policy)
        self.gate, self.value, self.result = (
            Dense(units, use_bias=False, dtype=self.dtype_policy)
            for units in (self.hidden, self.hidden, input_shape[-1])
        )

    def call(self, inputs: Tensor) -> Tensor:
        """Values of the shape of `inputs`."""
        return self.result(self.swish(self.gate(inputs)) * self.value(inputs))

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {**super().get_config(), "hidden": self.hidden}
