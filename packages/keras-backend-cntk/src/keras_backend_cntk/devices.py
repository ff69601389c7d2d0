"""The one device: the CPU."""

from keras_core.backend.toolkit import cpu_device as device
from keras_core.backend.toolkit import cpu_devices as devices

__all__ = ["device", "devices"]
