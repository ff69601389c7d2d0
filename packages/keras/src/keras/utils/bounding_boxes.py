"""Bounding boxes: their formats, and how they follow a picture that is changed."""

from keras._reexports import attach_stub

__getattr__, __dir__ = attach_stub(__name__, __file__)
