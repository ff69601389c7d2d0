"""Building a layer: from the shapes of its inputs to its weights."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any

from keras_core.backend.placement import on_device_of
from keras_core.layers.shapes import shapes_from_json, shapes_of
from keras_core.naming import scope_of
from keras_core.staging.variable import CreationError, lasting_assignments

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core.typing import TensorTree

_KERAS_3_ORDER = (
    "shape",
    "initializer",
    "dtype",
    "trainable",
    "autocast",
    "regularizer",
    "constraint",
    "aggregation",
    "name",
)
_KERAS_2_ORDER = ("name", "shape", "dtype", "initializer", "regularizer", "trainable", "constraint")
_IGNORED = frozenset({"overwrite_with_gradient", "use_resource", "synchronization", "layout"})


def marking_built(build: Callable[..., None]) -> Callable[..., None]:
    """A `build` that runs on the layer's device and in its name scope, notes its shapes and sets `built`."""

    @functools.wraps(build)
    def wrapped(self: Any, *args: Any, **kwargs: Any) -> None:
        if self._lock_building:  # super().build(), called by a build that is wrapped itself
            build(self, *args, **kwargs)
            return
        self._lock_building = True
        try:
            names = list(inspect.signature(build).parameters)[1:]
            with on_device_of(self), scope_of(self), lasting_assignments():
                self._note_path()
                build(self, *args, **kwargs)
                self._dtype_policy.prepare(self)
            self._build_shapes = dict(zip(names, args, strict=False)) | kwargs or None
        finally:
            self._lock_building = False
        self.built = True

    return wrapped


def build_for(layer: Any, first: TensorTree, named: dict[str, Any]) -> None:
    """Build a layer for the arguments of its first call.

    Args:
        layer: the layer, not built.
        first: its first argument, nested tensors.
        named: all arguments by name.

    Raises:
        RuntimeError: inside a staged function, where weights cannot be made.
    """
    try:
        _build(layer, first, named)
    except CreationError as error:
        raise RuntimeError(
            f"Layer {layer.name!r} is used for the first time inside a staged function, where its weights cannot "
            "be made. Call the model once on data (or call build()) before."
        ) from error


def _build(layer: Any, first: TensorTree, named: dict[str, Any]) -> None:
    names = list(inspect.signature(layer.build).parameters)
    if len(names) > 1 and all(n.endswith("_shape") for n in names):
        shapes = {n: shapes_of(named.get(n.removesuffix("_shape"))) for n in names}
        if names[0] not in named and shapes[names[0]] is None:
            shapes[names[0]] = shapes_of(first)
        layer.build(**{n: s for n, s in shapes.items() if s is not None})
    else:
        layer.build(shapes_of(first))


def build_again(layer: Any, config: dict[str, Any]) -> None:
    """Build a layer with the shapes that `get_build_config` gave."""
    named = config.get("shapes_dict", config)
    shapes = {key: shapes_from_json(value) for key, value in named.items()}
    if set(shapes) <= set(inspect.signature(layer.build).parameters) and "input_shape" not in shapes:
        layer.build(**shapes)
    else:
        layer.build(next(iter(shapes.values())))


def weight_arguments(args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments of `add_weight` by name, in Keras 3's order or, after a name, in Keras 2's.

    Raises:
        TypeError: for one that it does not take.

    Example:
        >>> given = weight_arguments(("kernel", (3, 4)), {})
        >>> given["name"], given["shape"], given["trainable"]
        ('kernel', (3, 4), True)
    """
    order = _KERAS_2_ORDER if args and isinstance(args[0], str) else _KERAS_3_ORDER
    given = dict.fromkeys(_KERAS_3_ORDER) | {"trainable": True, "autocast": True}
    given |= dict(zip(order, args, strict=False))
    unknown = set(kwargs) - set(given) - _IGNORED
    if unknown:
        raise TypeError(
            f"add_weight() does not take {', '.join(sorted(unknown))}; it takes {', '.join(_KERAS_3_ORDER)}."
        )
    given |= {k: v for k, v in kwargs.items() if k in given}
    shape = given["shape"]
    given["shape"] = () if shape is None else (shape,) if isinstance(shape, int) else tuple(shape)
    return given
