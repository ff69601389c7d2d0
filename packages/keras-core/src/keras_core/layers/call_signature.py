"""What a layer's call() accepts, looked up once per class."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


class CallSignature:
    """The names of call()'s arguments and which of training and masks it takes.

    Args:
        call: the method.
        overridden: the signature of the method that it overrides: what ``*args`` and ``**kwargs`` take is passed on
            to that one. Defaults to None.
    """

    def __init__(self, call: Callable[..., Any], overridden: CallSignature | None = None) -> None:
        parameters = list(inspect.signature(call).parameters.values())[1:]
        self.names = [p.name for p in parameters if p.kind in _POSITIONAL]
        self.keyword_only = {p.name for p in parameters if p.kind is p.KEYWORD_ONLY}
        self.variadic = any(p.kind is p.VAR_KEYWORD for p in parameters)
        if overridden is not None and any(p.kind is p.VAR_POSITIONAL for p in parameters):
            self.names += [name for name in overridden.names[len(self.names) :] if name not in self.keyword_only]
        if overridden is not None and self.variadic:
            first = set(overridden.names[: len(self.names) and 1])  # the same argument, perhaps by another name
            self.keyword_only |= {*overridden.names, *overridden.keyword_only} - first - set(self.names)
        known = {*self.names, *self.keyword_only}
        self.training = "training" in known
        self.masks = {name for name in known if name == "mask" or name.endswith("_mask")}
        self._training_position = self.names.index("training") if "training" in self.names else None

    def first_as_positional(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], layer: Any
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Arguments with the first one positional, unknown keywords refused."""
        if not args and self.names and self.names[0] in kwargs:
            kwargs = dict(kwargs)
            args = (kwargs.pop(self.names[0]),)
        if kwargs and not self.variadic:
            for name in kwargs:
                if name not in self.names and name not in self.keyword_only and name not in ("training", "mask"):
                    raise TypeError(
                        f"Layer {layer.name!r} ({type(layer).__name__}) was called with {name!r}; "
                        f"its call() takes {', '.join([*self.names, *sorted(self.keyword_only)])}."
                    )
            if "mask" in kwargs and "mask" not in self.masks:
                kwargs = {k: v for k, v in kwargs.items() if k != "mask"}
        return args, kwargs

    def by_name(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        return dict(zip(self.names, args, strict=False)) | kwargs

    def given_training(self, args: tuple[Any, ...]) -> Any:
        position = self._training_position
        return args[position] if position is not None and position < len(args) else None

    def fill_masks(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], mask_of: Callable[[Any], Any]
    ) -> dict[str, Any]:
        """Pass the inputs' masks to the mask arguments that the caller left out; returns all masks in use."""
        used: dict[str, Any] = {}
        if not self.masks:
            return used
        named = self.by_name(args, kwargs)
        for position, name in enumerate(self.names):
            mask_name = "mask" if position == 0 and "mask" in self.masks else f"{name}_mask"
            if mask_name not in self.masks or name not in named:
                continue
            given = named.get(mask_name)
            if given is None:
                given = _masks_in(named[name], mask_of)
                if given is not None:
                    kwargs[mask_name] = given
            if given is not None:
                used[mask_name] = given
        return used


def _masks_in(value: Any, mask_of: Callable[[Any], Any]) -> Any:
    if isinstance(value, (list, tuple)):
        found = [_masks_in(item, mask_of) for item in value]
        return found if any(m is not None for m in found) else None
    if isinstance(value, dict):
        return None
    return mask_of(value)
