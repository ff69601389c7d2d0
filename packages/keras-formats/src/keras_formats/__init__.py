"""File formats of weights beside Keras's own: safetensors and npz."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
