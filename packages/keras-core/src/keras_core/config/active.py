"""What runs now, as the settings name it: the active backend and its devices."""

from __future__ import annotations

from keras_core.backend import discovery, placement
from keras_core.config.settings import _settings, determinism


def enable_determinism() -> None:
    """Let the same program with the same seed give the same bits in every run, where that costs time, too.

    On a CPU every backend does so anyway. On a GPU some of the fastest kernels add in an order that changes from run
    to run: TensorFlow, PyTorch and XLA are told not to use them, and raise where there is no other. Call it before any
    work is done, beside `keras.utils.set_random_seed`: some of it has no effect once the GPU was used. It lasts as long
    as the process.
    """
    _settings["determinism"] = True
    discovery.make_deterministic()


def is_determinism_enabled() -> bool:
    """Whether `enable_determinism` was called.

    Example:
        >>> is_determinism_enabled()
        False
    """
    return determinism()


def list_devices(device_type: str | None = None) -> list[str]:
    """Names of the active backend's devices.

    Args:
        device_type: "cpu", "gpu" or "tpu" to get only these; all when None.

    Returns:
        Names such as "cpu:0" and "gpu:0".
    """
    return placement.list_devices(device_type)


def backend() -> str:
    """Name of the active backend.

    Raises:
        ModuleNotFoundError: where none is installed, with the commands that install one.
    """
    return discovery.active_name() or discovery.spec("").name
