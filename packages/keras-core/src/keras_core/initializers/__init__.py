"""Initial values of variables, drawn by NumPy so that every backend begins with the same."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
