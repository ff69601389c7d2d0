"""Pictures: files and arrays, random changes, batches from arrays, folders and data frames."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
