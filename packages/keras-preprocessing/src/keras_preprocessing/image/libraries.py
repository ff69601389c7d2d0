"""Pillow and SciPy, which only those who work with pictures need."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def pillow(who: str) -> Any:
    """Pillow's module `Image`.

    Args:
        who: the function that needs it, for the message.

    Raises:
        ImportError: where Pillow is not installed.
    """
    return _import("PIL.Image", "Pillow", who)


def ndimage(who: str) -> Any:
    """SciPy's module `ndimage`.

    Args:
        who: the function that needs it, for the message.

    Raises:
        ImportError: where SciPy is not installed.
    """
    return _import("scipy.ndimage", "SciPy", who)


def _import(module: str, library: str, who: str) -> Any:
    try:
        return import_module(module)
    except ImportError:
        raise ImportError(
            f"{who} needs {library}, which is not installed: pip install {library.lower()}, or what all functions for "
            'pictures need, from a checkout of Keras: pip install "./packages/keras-preprocessing[image]"'
        ) from None
