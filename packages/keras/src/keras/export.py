"""Programs that other tools run without Keras; `Model.export` writes one of a model."""

from keras._reexports import attach_stub

__getattr__, __dir__ = attach_stub(__name__, __file__)
