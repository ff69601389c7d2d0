"""Computing in 16-bit floats with weights in float32."""

from keras._reexports import attach_stub

__getattr__, __dir__ = attach_stub(__name__, __file__)
