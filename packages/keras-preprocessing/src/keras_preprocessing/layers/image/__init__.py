"""Layers that change pictures, and with them labels, bounding boxes and segmentation masks."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
