"""Knowledge distillation: a small model learns from what a trained one says."""

from keras._reexports import attach_stub

__getattr__, __dir__ = attach_stub(__name__, __file__)
