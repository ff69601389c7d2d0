"""What runs now, as the settings name it: the active backend and its devices."""

from __future__ import annotations

from keras_core.backend import discovery, placement


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
