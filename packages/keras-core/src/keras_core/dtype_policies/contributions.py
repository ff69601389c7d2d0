"""Quantization, which another package contributes."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

GROUP = "keras.quantization"
"""The entry point group of the package that quantizes layers.

Its entry points name callables: `quantize_layer` one of a layer, a mode, a config and whether only known classes are
taken; `quantize_model` one of a model, a mode, a config and filters; `policy_of_name` one that gives the dtype policy
of a name such as "int8_from_float32".
"""


def contributed(name: str, purpose: str) -> Callable[..., Any]:
    """What the package contributes under a name.

    Args:
        name: the entry point.
        purpose: what needs it, for the message.

    Raises:
        ModuleNotFoundError: when no installed package does; it names the one to install.
    """
    found = _entry_point(name)
    if found is None:
        raise ModuleNotFoundError(
            f"{purpose} needs the package keras-quantization, which is not installed. Install it from a checkout of "
            "Keras: pip install ./packages/keras-quantization"
        )
    return found


@cache
def _entry_point(name: str) -> Callable[..., Any] | None:
    found = entry_points(group=GROUP, name=name)
    return next(iter(found)).load() if found else None
