"""SpectralNormalization: a layer whose kernel has a largest singular value of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import Layer, Variable, initializers, ops

from keras_layers.checks import describe
from keras_layers.wrappers.wrapper import Wrapper

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keras_core.typing import PositiveInt, Shape, Tensor, WeightStore


class SpectralNormalization(Wrapper):
    """Divides the kernel of a layer by its largest singular value, in every training step.

    The value is found by power iteration from a vector that is kept between steps, the weight `vector_u` of shape
    ``(1, columns)``. A kernel of more than two axes counts as the matrix whose columns are its last axis. While
    training the kernel is replaced by the divided one; otherwise it is used as it is.

    Args:
        layer: layer with a `kernel`, or `embeddings`.
        power_iterations: iterations in a step. Defaults to 1.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Call arguments:
        inputs: tensor.
        training: whether to divide the kernel.

    Input shape:
        That of the layer.

    Output shape:
        That of the layer.

    Raises:
        ValueError: if `power_iterations` is not positive or the layer has neither `kernel` nor `embeddings`.

    Example:
        >>> import numpy as np
        >>> from keras_layers import Dense, SpectralNormalization
        >>> layer = SpectralNormalization(Dense(2), power_iterations=50)
        >>> _ = layer(np.ones((1, 3), "float32"), training=True)
        >>> float(np.linalg.norm(layer.layer.kernel.numpy(), 2).round(3))
        1.0

    Reference: Miyato et al., 2018, https://arxiv.org/abs/1802.05957
    """

    def __init__(self, layer: Layer, power_iterations: PositiveInt = 1, **kwargs: Any) -> None:
        super().__init__(layer, **kwargs)
        self.power_iterations = power_iterations

    def build(self, input_shape: Any) -> None:
        super().build(input_shape)
        self.input_spec = self.layer.input_spec
        self.vector_u = self.add_weight(
            shape=(1, self.kernel.shape[-1]),
            initializer=initializers.TruncatedNormal(stddev=0.02),
            trainable=False,
            name="vector_u",
        )

    @property
    def kernel(self) -> Variable:
        """The weight that is divided.

        Raises:
            ValueError: if the layer has none.
        """
        for name in ("kernel", "embeddings"):
            weight = getattr(self.layer, name, None)
            if isinstance(weight, Variable):
                return weight
        raise ValueError(
            f"{describe(self)}: {describe(self.layer)} has no weight 'kernel' or 'embeddings' that could be divided."
        )

    def call(self, inputs: Tensor, training: bool = False) -> Any:
        if training:
            self._divide()
        return self.layer(inputs)

    def _divide(self) -> None:
        kernel = self.kernel
        matrix = ops.reshape(kernel, (-1, kernel.shape[-1]))
        u: Any = self.vector_u.value
        for _ in range(self.power_iterations):
            v = ops.normalize(ops.matmul(u, ops.transpose(matrix)), epsilon=1e-12)
            u = ops.normalize(ops.matmul(v, matrix), epsilon=1e-12)
        u, v = ops.stop_gradient(u), ops.stop_gradient(v)
        sigma = ops.matmul(ops.matmul(v, matrix), ops.transpose(u))
        self.vector_u.assign(u)
        kernel.assign(ops.reshape(ops.divide(matrix, sigma), kernel.shape))

    def compute_output_shape(self, input_shape: Shape) -> Any:
        return self.layer.compute_output_shape(input_shape)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "power_iterations": self.power_iterations}

    def save_own_variables(self, store: WeightStore) -> None:
        """Put the kernel, which files of Keras 3 have here, too, and the vector into a mapping."""
        store["0"], store["1"] = self.kernel.numpy(), self.vector_u.numpy()

    def load_own_variables(self, store: Mapping[str, Any]) -> None:
        """Take the vector from where `save_own_variables` put it; the kernel is the inner layer's."""
        super().load_own_variables({"0": store["1"]} if len(store) == 2 else store)
