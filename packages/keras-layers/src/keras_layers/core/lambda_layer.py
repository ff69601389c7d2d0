"""Lambda: a function wrapped as a layer."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from keras_core import Layer, tree
from keras_core.saving import (
    DeserializationError,
    deserialize_keras_object,
    get_registered_object,
    is_found_by_name,
    serialize_keras_object,
)

from keras_layers.checks import describe
from keras_layers.core.bound_function import bound
from keras_layers.shapes import is_symbolic

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from keras_core.typing import ShapeTree


class Lambda(Layer):
    """Wraps a function of tensors, written with `keras.ops`, as a layer.

    A layer that was called on symbolic inputs, as in a graph, keeps the values that the variables around its function
    had then: layers made in a loop differ by the loop's variable. One layer is one function, so that it computes with
    these values in later calls, too; for others make another layer, use `arguments`, or assign `layer.function`.

    The function must not have weights; for those write a subclass of `Layer`. The config of a layer holds a function
    that no name leads to, such as a lambda, itself, for use in the same process. A file names the function and holds no
    code: register it with `register_keras_serializable`, or pass it at loading, as ``custom_objects={name: function}``
    under the function's or the layer's name.

    Args:
        function: ``function(inputs, **arguments)``; it gets `mask` and `training` too if it has parameters of these
            names.
        output_shape: shape of the output without the batch, or a function of the input shape; None lets a symbolic call
            find it. Defaults to None.
        mask: the output's mask, or a function ``mask(inputs, mask)`` that computes it; None is no mask. Defaults to
            None.
        arguments: further keyword arguments of the function; None passes none. Defaults to None.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Call arguments:
        inputs: tensor, or structure of tensors.
        mask: mask of the inputs.
        training: whether the layer runs in training.

    Input shape:
        Any.

    Output shape:
        What the function returns.

    Raises:
        ValueError: if `function` is not callable, or `output_shape` neither a function nor a list or tuple.

    Example:
        >>> import numpy as np
        >>> from keras_core import ops
        >>> from keras_layers import Lambda
        >>> np.asarray(Lambda(ops.square)(np.array([[3.0]], "float32"))).tolist()
        [[9.0]]
    """

    def __init__(
        self,
        function: Callable[..., Any],
        output_shape: Any = None,
        mask: Any = None,
        arguments: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if not (output_shape is None or callable(output_shape) or isinstance(output_shape, (list, tuple))):
            raise ValueError(
                f"{describe(self)}: output_shape must be a list or tuple of sizes without the batch, such as (3,), "
                f"or a function of the input shape, got {output_shape!r}."
            )
        self.function = function
        self._kept: tuple[Callable[..., Any] | None, Callable[..., Any]] = (None, function)
        self.arguments = dict(arguments or {})
        self.mask = mask
        self.supports_masking = mask is not None
        self._output_shape = output_shape
        self._takes = _parameters(function) & {"mask", "training"}

    @property
    def output_shape(self) -> ShapeTree:
        """The shape of the output, as for every layer; before the layer is called, the argument of this name."""
        return super().output_shape if self.inbound_nodes else self._output_shape

    def call(self, inputs: Any, mask: Any = None, training: bool | None = None) -> Any:
        context = {"mask": mask, "training": training}
        given = {name: context[name] for name in self._takes if name not in self.arguments}
        return self._function(inputs)(inputs, **self.arguments, **given)

    def _function(self, inputs: Any) -> Callable[..., Any]:
        """The function as it was when the layer was first called on symbolic inputs, or else as it is."""
        original, kept = self._kept
        if original is self.function:
            return kept
        if not any(map(is_symbolic, tree.flatten(inputs))):
            return self.function
        kept = bound(self.function)
        self._kept = (self.function, kept)
        return kept

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        return self.mask(inputs, mask) if callable(self.mask) else self.mask

    def compute_output_shape(self, input_shape: Any) -> Any:
        if self._output_shape is None:
            return super().compute_output_shape(input_shape)
        if callable(self._output_shape):
            return self._output_shape(input_shape)
        first = input_shape[0]
        batch = first[0] if isinstance(first, (list, tuple)) else first
        return (batch, *self._output_shape)

    @classmethod
    def _calls_code_of_users(cls) -> bool:
        return True

    def get_config(self) -> dict[str, Any]:
        config = {
            **super().get_config(),
            "function": _entry(self._named_function()),
            "arguments": self.arguments,
        }
        for name, value in (("output_shape", self._output_shape), ("mask", self.mask)):
            if value is not None:
                config[name] = _entry(value)
        return config

    def _named_function(self) -> Callable[..., Any]:
        """The function that a config names, if it can be found by its name; else what the layer keeps, for copies."""
        original, kept = self._kept
        return kept if original is self.function and not is_found_by_name(self.function) else self.function

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: Mapping[str, Any] | None = None, safe_mode: bool | None = None
    ) -> Lambda:
        """The layer of a config, with functions that it holds, or finds among `custom_objects` and registered ones.

        Args:
            config: what `get_config` returned, or a file's form of it.
            custom_objects: functions by name. Defaults to None.
            safe_mode: accepted for Keras 3 scripts; code in a file is never run, whatever is given here. Defaults to
                None.

        Raises:
            ValueError: if a function is not found. Code that a file holds is never run.
        """
        config = dict(config)
        kinds = {name: config.pop(f"{name}_type", None) for name in ("function", "output_shape", "mask")}
        for name in ("module", "output_shape_module", "function_module", "mask_module"):
            config.pop(name, None)
        for argument, kind in kinds.items():
            value = config.get(argument)
            if _names_function(value) or argument == "function" or kind in ("function", "lambda"):
                config[argument] = _find(value, argument, config.get("name"), custom_objects)
        if config.get("arguments"):
            config["arguments"] = deserialize_keras_object(config["arguments"], custom_objects=custom_objects)
        return cls(**config)


def _entry(value: Any) -> Any:
    """What a config holds for a function or value: the function itself, where no name leads to it."""
    named = not callable(value) or (inspect.isroutine(value) and is_found_by_name(value))
    return serialize_keras_object(value) if named else value


def _parameters(function: Callable[..., Any]) -> set[str]:
    try:
        return set(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return set()


def _names_function(value: Any) -> bool:
    return isinstance(value, dict) and value.get("class_name") in ("function", "__lambda__")


def _find(
    value: object, argument: str, layer: str | None, custom_objects: Mapping[str, Any] | None
) -> Callable[..., Any]:
    """The function that a config names."""
    if callable(value):
        return value
    named = value.get("config") if isinstance(value, dict) else value
    names = [name for name in (named, layer if argument == "function" else None) if isinstance(name, str)]
    for name in names:
        found: Callable[..., Any] | None = get_registered_object(name, custom_objects)
        if found is not None:
            return found
    if _names_function(value) and isinstance(named, str):
        try:
            function: Callable[..., Any] = deserialize_keras_object(value)
            return function
        except DeserializationError:
            pass
    what = f"names its {argument} {named!r}" if isinstance(named, str) else f"holds its {argument} as code"
    remedy = repr(names[0] if names else layer)
    raise ValueError(
        f"Lambda {layer!r} {what}. Code in a file is never run, and names are not imported: pass the function when "
        f"loading, custom_objects={{{remedy}: function}}, or register it with "
        "@keras.saving.register_keras_serializable() beforehand. safe_mode=False does not change this."
    )
