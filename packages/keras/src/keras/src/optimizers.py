"""A path that TensorFlow imports while it is imported itself: it loads nothing."""

from typing import Any

from keras import optimizers


def __getattr__(name: str) -> Any:
    return getattr(optimizers, name)
