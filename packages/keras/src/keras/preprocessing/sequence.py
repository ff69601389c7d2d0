"""Sequences of different lengths, windows of time series, pairs of words that occur together."""

from keras._reexports import attach_stub

__getattr__, __dir__ = attach_stub(__name__, __file__)
