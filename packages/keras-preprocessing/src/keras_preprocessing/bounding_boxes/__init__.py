"""Bounding boxes: their formats, and how they follow a picture that is changed."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
