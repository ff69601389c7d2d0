"""Keras 2's backend functions (`K`), written once in terms of ops."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
