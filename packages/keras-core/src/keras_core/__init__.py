"""The core of Keras: backend protocol, ops, layers' base, models, training and saving, without any framework."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
