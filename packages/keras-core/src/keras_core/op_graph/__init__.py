"""Programs as graphs of ops: recorded from Python, printed, counted, run on any backend."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
