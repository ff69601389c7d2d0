"""What a framework may or may not have."""

from __future__ import annotations

import importlib
from typing import Any


def optional_attribute(module: str, name: str) -> Any:
    """What a module has under a name; None where there is no such module or name.

    So a backend takes a private API of its framework, which another version may not have.

    Args:
        module: dotted name of the module, imported if need be.
        name: of the attribute.

    Example:
        >>> optional_attribute("math", "tau"), optional_attribute("math", "no_such_name")
        (6.283185307179586, None)
    """
    try:
        return getattr(importlib.import_module(module), name, None)
    except ImportError:
        return None
