"""Sequences of different lengths, windows of time series, pairs of words that occur together."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
