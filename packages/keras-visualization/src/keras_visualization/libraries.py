"""Pillow, Matplotlib and pydot, which only some pictures need."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def pillow(who: str, module: str) -> Any:
    """A module of Pillow.

    Args:
        who: the function that needs it, for the message.
        module: its name, such as "Image".

    Raises:
        ImportError: where Pillow is not installed.
    """
    return _import(f"PIL.{module}", "Pillow", who)


def pyplot(who: str) -> Any:
    """Matplotlib's module `pyplot`.

    Args:
        who: the function that needs it, for the message.

    Raises:
        ImportError: where Matplotlib is not installed.
    """
    return _import("matplotlib.pyplot", "Matplotlib", who)


def patches(who: str) -> Any:
    """Matplotlib's module `patches`.

    Args:
        who: the function that needs it, for the message.

    Raises:
        ImportError: where Matplotlib is not installed.
    """
    return _import("matplotlib.patches", "Matplotlib", who)


def pydot(who: str) -> Any:
    """The module `pydot`.

    Args:
        who: the function that needs it, for the message.

    Raises:
        ImportError: where pydot is not installed.
    """
    return _import("pydot", "pydot", who)


def _import(module: str, library: str, who: str) -> Any:
    try:
        return import_module(module)
    except ImportError:
        raise ImportError(f"{who} needs {library}, which is not installed: pip install {library.lower()}") from None
