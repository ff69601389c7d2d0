"""Quantization: what turns floats into integers, and how models are quantized."""

from keras._reexports import attach_stub

__getattr__, __dir__ = attach_stub(__name__, __file__)
