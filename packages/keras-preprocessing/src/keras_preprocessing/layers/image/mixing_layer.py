"""Base of layers that mix the pictures of a batch, and their labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import dtypes, ops, random

from keras_preprocessing.layers.encoding import describe
from keras_preprocessing.layers.image.random_image_layer import RandomImageLayer

if TYPE_CHECKING:
    from keras_core.typing import Tensor


class MixingLayer(RandomImageLayer):
    """A layer that mixes each picture of a batch with another one, drawn at random.

    A subclass draws in `draw_mixture` a dict with `mix_weight`, how much each picture counts. Without training, and
    where the layer is called on one picture, nothing is mixed. Labels are mixed as the pictures are, and therefore
    numbers or vectors, not indices of classes.

    Args:
        *args: `factor`, `bounding_box_format` and `data_format` of `BaseImagePreprocessingLayer`.
        **kwargs: `seed` of `RandomImageLayer`, and arguments of `BaseImagePreprocessingLayer`.
    """

    _MOVES_BOXES = False

    def draw_mixture(self, data: Any, batch_size: Any, seed: Any) -> dict[str, Any]:
        """What is drawn for a batch beside who is mixed with whom; every layer defines it."""
        raise NotImplementedError(f"{describe(self)} does not define draw_mixture().")

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> dict[str, Any] | None:
        if not training or self.is_single(data):
            return None
        seed = self.stream(seed)
        batch = self.batch_size(data)
        order = ops.argsort(self.draw((batch,), seed=seed))
        return {"permutation_order": order, **self.draw_mixture(data, batch, seed)}

    def draw_beta(self, shape: tuple[Any, ...], alpha: Any, seed: Any) -> Tensor:
        """Numbers from 0 to 1 of the beta distribution with both parameters `alpha`, however small that is."""
        logs = log_gamma((2, *shape), alpha, seed)
        return ops.sigmoid(ops.subtract(logs[0], logs[1]))

    def partners(self, values: Tensor, transformation: Any) -> Tensor:
        """What is mixed with each."""
        return ops.take(values, transformation["permutation_order"], axis=0)

    def mixed(self, values: Tensor, transformation: Any) -> Tensor:
        """Each blended with its partner by the weights."""
        values = ops.cast(values, self.compute_dtype)
        weight = ops.cast(transformation["mix_weight"], self.compute_dtype)
        weight = ops.reshape(weight, (-1, *[1] * (ops.ndim(values) - 1)))
        other = self.partners(values, transformation)
        return ops.add(other, ops.multiply(ops.subtract(values, other), weight))

    def transform_labels(self, labels: Any, transformation: Any, training: bool = True) -> Any:
        if transformation is None:
            return labels
        if ops.ndim(labels) == 1 and not dtypes.is_float(ops.dtype(labels)):
            raise ValueError(
                f"{describe(self)} mixes labels, and indices of classes cannot be mixed; got {ops.dtype(labels)} of "
                "rank 1. Make them vectors before: ops.one_hot(labels, num_classes)."
            )
        return self.mixed(labels, transformation)


def log_gamma(shape: tuple[Any, ...], alpha: Any, seed: Any) -> Tensor:
    """Logarithms of numbers of the gamma distribution, which would be 0 themselves for a small `alpha`.

    Args:
        shape: shape of the tensor.
        alpha: the distribution's parameter, a number or a scalar tensor.
        seed: a generator, of which two draws are made.

    Reference: Devroye, "Non-Uniform Random Variate Generation", 1986, IX.3.
    """
    greater = random.gamma(shape, ops.add(ops.cast(alpha, "float32"), 1), dtype="float32", seed=seed)
    share = random.uniform(shape, 1e-7, 1.0, dtype="float32", seed=seed)
    return ops.add(ops.log(greater), ops.divide(ops.log(share), alpha))
