"""Models as programs of other tools: recorded once, written by packages, run before they are kept."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
