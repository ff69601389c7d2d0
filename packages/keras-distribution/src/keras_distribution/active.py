"""The distribution that is active."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core import backend
from keras_core.backend import active_distribution, check_mesh, engine_of
from keras_core.backend import set_distribution as set_process_wide

if TYPE_CHECKING:
    from keras_core.backend import Distribution


def distribution() -> Distribution | None:
    """The distribution by which models are made and trained now; None for one device.

    Example:
        >>> from keras_distribution import distribution
        >>> distribution() is None
        True
    """
    return active_distribution()


def set_distribution(value: Distribution | None) -> None:
    """Make a distribution the one of the process.

    Args:
        value: a `DataParallel` or `ModelParallel`; None for one device again. ``with value.scope():`` does so for a
            part of a program.

    Raises:
        NotImplementedError: where the active backend has no engine for it.
        ValueError: where its mesh has devices that are not there.

    Example:
        >>> from keras_distribution import set_distribution
        >>> set_distribution(None)
    """
    if value is not None:
        check_mesh(engine_of(backend.active()), value.device_mesh)
    set_process_wide(value)
