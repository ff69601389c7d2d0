"""Pictures: files and arrays, random changes, batches from arrays, folders and data frames."""

from keras._reexports import attach_stub

__getattr__, __dir__ = attach_stub(__name__, __file__)
