"""Settings that Keras 2 keeps in its backend."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
from keras_core import config, naming
from keras_core.argument_names import also_named

from keras_legacy.backend import phase

_DIM_ORDERINGS = {"th": "channels_first", "tf": "channels_last"}


def cast_to_floatx(x: Any) -> np.ndarray:
    """A NumPy array of the default float dtype."""
    return np.asarray(x, dtype=config.floatx())


def image_dim_ordering() -> str:
    """Keras 1's name of the image data format: "th" for channels first, "tf" for channels last."""
    return next(old for old, new in _DIM_ORDERINGS.items() if new == config.image_data_format())


def set_image_dim_ordering(dim_ordering: str) -> None:
    """Set the image data format by its Keras 1 name, "th" or "tf".

    Args:
        dim_ordering: "th" or "tf".

    Raises:
        ValueError: for another name.
    """
    if dim_ordering not in _DIM_ORDERINGS:
        raise ValueError(f"dim_ordering must be 'th' (channels first) or 'tf' (channels last), got {dim_ordering!r}.")
    config.set_image_data_format(_DIM_ORDERINGS[dim_ordering])


@also_named(value="e")
def set_epsilon(value: float) -> None:
    """Set the small number that keeps divisions and logarithms finite.

    Args:
        value: the number.
        e: another name of `value`.
    """
    config.set_epsilon(value)


@also_named(value="floatx")
def set_floatx(value: str) -> None:
    """Set the default float dtype.

    Args:
        value: "float16", "bfloat16", "float32" or "float64".
        floatx: another name of `value`.

    Raises:
        ValueError: for another dtype.
    """
    config.set_floatx(value)


def normalize_data_format(value: str | None) -> str:
    """The data format, or the configured one for None."""
    return config.standardize_data_format(value)


def reset_uids() -> None:
    """Reset automatic names."""
    naming.reset_names()


def clear_session(free_memory: bool = True) -> None:
    """Reset automatic names and forget a learning phase that was set.

    Args:
        free_memory: whether to collect garbage too; models live only as long as something refers to them.
    """
    naming.reset_names()
    phase.forget_learning_phase()
    if free_memory:
        gc.collect()
