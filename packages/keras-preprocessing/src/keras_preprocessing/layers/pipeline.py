"""Pipeline: layers that prepare data, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from keras_core import Layer
from keras_core.layers import deserialize, serialize

from keras_preprocessing.layers.encoding import describe
from keras_preprocessing.layers.follows_data import FollowsData

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import TensorTree


class Pipeline(FollowsData):
    """Pipeline: calls layers one after the other, each on what the one before gave, dicts included.

    Args:
        layers: the layers, in their order.
        name: the pipeline's name. Defaults to None.
        **kwargs: `dtype` and the other arguments of `Layer`.

    Call arguments:
        data: what the first layer takes.
        training: what the layers are told. Defaults to None, which lets each do what it does by itself.

    Input shape:
        That of the first layer.

    Output shape:
        That of the last layer.

    Raises:
        ValueError: if something among `layers` is no layer.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import CenterCrop, Pipeline, Rescaling
        >>> prepare = Pipeline([CenterCrop(2, 2, data_format="channels_last"), Rescaling(1 / 255)])
        >>> tuple(prepare(np.zeros((1, 4, 4, 3), "uint8")).shape)
        (1, 2, 2, 3)
    """

    def __init__(self, layers: Sequence[Layer], name: str | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("autocast", False)
        super().__init__(name=name, **kwargs)
        for layer in layers:
            if not isinstance(layer, Layer):
                raise ValueError(f"{describe(self)}: layers must be a list of layers, got {layer!r} in it.")
        self._steps = list(layers)

    @property
    def layers(self) -> list[Layer]:
        """The layers, in their order."""
        return list(self._steps)

    def call(self, data: TensorTree, training: bool | None = None) -> TensorTree:
        told = {} if training is None else {"training": training}
        for layer in self._steps:
            data = layer(data, **told)
        return data

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "layers": [serialize(layer) for layer in self._steps]}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        return cls(**{**config, "layers": [deserialize(one) for one in config["layers"]]})
