"""BatchNormalization: channels normalized over the batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import InputSpec, ops
from keras_core.layers import batch_is_split, sum_over_batch
from keras_core.plain_arguments import listed

from keras_layers.checks import describe, known_axis
from keras_layers.elementwise import Elementwise
from keras_layers.normalization.batch_renormalization import add_renormalization, check_renormalization, renormalized
from keras_layers.old_names import OldNames, Only, old_names
from keras_layers.parameters import add_parameter, options_config, set_options
from keras_layers.shapes import is_symbolic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keras_core.typing import Shape, Tensor

_KERAS_1: OldNames = {
    "mode": Only(0),
    "beta_init": "beta_initializer",
    "gamma_init": "gamma_initializer",
}
_NOT_SUPPORTED: OldNames = {
    "fused": None,
    "virtual_batch_size": Only(None),
    "adjustment": Only(None),
}


class BatchNormalization(Elementwise):
    """Batch normalization: ``gamma * (x - mean) / sqrt(variance + epsilon) + beta`` for each channel.

    In training, mean and variance are those of the batch, and moving averages of them are updated: ``moving = momentum
    * moving + (1 - momentum) * batch``. In inference, and whenever `trainable` is False, the moving averages are used.

    Weights are `gamma`, `beta`, `moving_mean` and `moving_variance`, each of shape ``(channels,)``, and with `renorm`
    then `moving_stddev`, `renorm_mean` and `renorm_stddev`.

    Args:
        axis: axis of the channels. Defaults to -1.
        momentum: momentum of the moving averages, from 0 to 1. Defaults to 0.99.
        epsilon: small number added to the variance. Defaults to 0.001.
        center: whether to add `beta`. Defaults to True.
        scale: whether to multiply by `gamma`. Defaults to True.
        beta_initializer: initializer of the `beta`, a name or an instance. Defaults to "zeros".
        gamma_initializer: initializer of the `gamma`, a name or an instance. Defaults to "ones".
        moving_mean_initializer: initializer of the moving mean, a name or an instance. Defaults to "zeros".
        moving_variance_initializer: initializer of the moving variance, a name or an instance. Defaults to "ones".
        beta_regularizer: penalty on the `beta`, added to the loss; None adds none. Defaults to None.
        gamma_regularizer: penalty on the `gamma`, added to the loss; None adds none. Defaults to None.
        beta_constraint: projection of the `beta` after each update; None applies none. Defaults to None.
        gamma_constraint: projection of the `gamma` after each update; None applies none. Defaults to None.
        renorm: whether batches are normalized in training nearly as in inference, by averages of their means and
            standard deviations, in `renorm_mean` and `renorm_stddev` (batch renormalization). Defaults to False.
        renorm_clipping: limits of that with `renorm`, a dict: normalized values are multiplied by ``r``, a number from
            "rmin" to "rmax", then ``d`` is added, from -"dmax" to "dmax"; what is absent does not limit. Defaults to
            None.
        renorm_momentum: momentum of the averages that batches are normalized by with `renorm`, from 0 to 1. Defaults to
            0.99.
        synchronized: whether mean and variance are those of the whole batch where several processes compute the rows of
            one (`keras.distribution.DataParallel`), as they always are where processes share one program. Without it
            each normalizes its rows by themselves, and the moving averages are the mean of what the processes have.
            Defaults to False.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Call arguments:
        inputs: tensor.
        training: whether to use the statistics of the batch.
        mask: booleans of the shape of the input's leading axes; positions where it is False do not count in mean and
            variance.

    Input shape:
        Any rank with a channel axis, such as ``(batch, ..., channels)``.

    Output shape:
        Same shape as the input.

    Raises:
        ValueError: if `axis` is not an integer, a momentum or limit is out of range, or the number of channels is
            unknown or differs from that at building.

    Example:
        >>> import numpy as np
        >>> from keras_layers import BatchNormalization
        >>> layer = BatchNormalization()
        >>> tuple(layer(np.ones((4, 3), "float32"), training=False).shape), layer.moving_mean.shape
        ((4, 3), (3,))

    Reference: Ioffe and Szegedy, 2015, https://arxiv.org/abs/1502.03167; with `renorm` Ioffe, 2017,
    https://arxiv.org/abs/1702.03275
    """

    @old_names(keras1=_KERAS_1, keras2=_NOT_SUPPORTED)
    def __init__(
        self,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        moving_mean_initializer: Any = "zeros",
        moving_variance_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        renorm: bool = False,
        renorm_clipping: Mapping[str, float] | None = None,
        renorm_momentum: float = 0.99,
        synchronized: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        axis = listed(axis)
        if isinstance(axis, (list, tuple)) and len(axis) == 1:
            axis = axis[0]
        if not isinstance(axis, int):
            raise ValueError(f"{describe(self)}: axis must be an integer, got {axis!r}.")
        if not 0 <= momentum <= 1:
            raise ValueError(f"{describe(self)}: momentum must be a number from 0 to 1, got {momentum!r}.")
        self.axis = axis
        self.momentum = momentum
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.renorm = renorm
        self.renorm_clipping = renorm_clipping
        self.renorm_momentum = renorm_momentum
        check_renormalization(self)
        self.synchronized = synchronized
        set_options(self, "beta", beta_initializer, beta_regularizer, beta_constraint)
        set_options(self, "gamma", gamma_initializer, gamma_regularizer, gamma_constraint)
        set_options(self, "moving_mean", moving_mean_initializer)
        set_options(self, "moving_variance", moving_variance_initializer)

    def build(self, input_shape: Shape) -> None:
        channels = known_axis(self, input_shape, self.axis, "the number of channels")
        shape = (channels,)
        self.gamma = add_parameter(self, "gamma", shape) if self.scale else None
        self.beta = add_parameter(self, "beta", shape) if self.center else None
        self.moving_mean = add_parameter(self, "moving_mean", shape, trainable=False)
        self.moving_variance = add_parameter(self, "moving_variance", shape, trainable=False)
        if self.renorm:
            add_renormalization(self, shape)
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self.axis: channels})

    def call(self, inputs: Tensor, training: bool | None = None, mask: Tensor | None = None) -> Tensor:
        dtype = ops.dtype(inputs)
        x = ops.cast(inputs, "float32") if dtype in ("float16", "bfloat16") else inputs
        axis = self.axis % ops.ndim(x)
        options: dict[str, Any] = {"offset": self.beta, "scale": self.gamma, "epsilon": self.epsilon}
        if not (training and self.trainable):
            outputs = ops.batch_normalization(x, self.moving_mean, self.moving_variance, axis, **options)
        elif self.renorm:
            moments = self._moments(x, mask) if self._has_own_moments(mask) else None
            outputs = renormalized(self, x, axis, moments)
        else:
            if self._has_own_moments(mask):
                mean, variance = self._moments(x, mask)
                outputs = ops.batch_normalization(x, mean, variance, axis, **options)
            else:
                outputs, mean, variance = ops.normalize_batch(x, axis, **options)
            if not is_symbolic(x):
                self._update_average(self.moving_mean, ops.stop_gradient(mean))
                self._update_average(self.moving_variance, ops.stop_gradient(variance))
        return ops.cast(outputs, dtype)

    def _update_average(self, moving: Any, value: Tensor) -> None:
        moving.assign(ops.add(ops.multiply(moving, self.momentum), ops.multiply(value, 1 - self.momentum)))

    def _has_own_moments(self, mask: Tensor | None) -> bool:
        """Whether mean and variance are other than those of all that the layer is given."""
        return mask is not None or (self.synchronized and batch_is_split())

    def _moments(self, x: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
        """Mean and variance of each channel over unmasked positions; of the whole batch with `synchronized`."""
        rank = ops.ndim(x)
        axes = tuple(axis for axis in range(rank) if axis != self.axis % rank)
        weight = ops.ones_like(x) if mask is None else ops.cast(mask, ops.dtype(x))
        if ops.ndim(weight) < rank:
            weight = ops.expand_dims(weight, tuple(range(ops.ndim(weight), rank)))
        weight = ops.broadcast_to(weight, ops.shape(x))

        def total(values: Tensor) -> Tensor:
            found = ops.sum(values, axis=axes, keepdims=True)
            return sum_over_batch(found) if self.synchronized else found

        count = ops.maximum(total(weight), 1)
        mean = ops.divide(total(ops.multiply(x, weight)), count)
        squares = ops.multiply(ops.square(ops.subtract(x, mean)), weight)
        variance = ops.divide(total(squares), count)
        return ops.squeeze(mean, axes), ops.squeeze(variance, axes)

    def get_config(self) -> dict[str, Any]:
        config = {
            **super().get_config(),
            "axis": self.axis,
            "momentum": self.momentum,
            "epsilon": self.epsilon,
            "center": self.center,
            "scale": self.scale,
            "renorm": self.renorm,
            "renorm_clipping": self.renorm_clipping,
            "renorm_momentum": self.renorm_momentum,
            "synchronized": self.synchronized,
            **options_config(self, "beta", "gamma"),
        }
        moving = options_config(self, "moving_mean", "moving_variance")
        return config | {key: value for key, value in moving.items() if key.endswith("_initializer")}
