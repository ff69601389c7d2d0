"""Wrapper: base of layers that hold another layer."""

from __future__ import annotations

from typing import Any

from keras_core import Layer, layers


class Wrapper(Layer):
    """Base of layers that change what another layer computes: a subclass defines `call`.

    Args:
        layer: the layer to wrap.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        That of the wrapped layer, unless the subclass says otherwise.

    Output shape:
        What `call` of the subclass gives.

    Raises:
        ValueError: if `layer` is not a layer.

    Example:
        >>> import numpy as np
        >>> from keras_layers import Dense, Wrapper
        >>> class Doubled(Wrapper):
        ...     def call(self, inputs):
        ...         return 2 * self.layer(inputs)
        >>> tuple(Doubled(Dense(3))(np.ones((2, 4), "float32")).shape)
        (2, 3)
    """

    def __init__(self, layer: Layer, **kwargs: Any) -> None:
        if not isinstance(layer, Layer):
            raise ValueError(f"{type(self).__name__} takes a layer, such as Dense(8), got {layer!r}.")
        super().__init__(**kwargs)
        self.layer = layer

    def build(self, input_shape: Any) -> None:
        if not self.layer.built:
            self.layer.build(input_shape)
            self.layer.built = True

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "layer": layers.serialize(self.layer)}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        layer = layers.deserialize(config["layer"], custom_objects=custom_objects)
        return super().from_config({**config, "layer": layer})
