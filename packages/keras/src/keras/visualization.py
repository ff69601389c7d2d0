"""Pictures with boxes and masks, and galleries of them."""

from keras._reexports import attach_stub

__getattr__, __dir__ = attach_stub(__name__, __file__)
